"""Finds changed storage levels that the engine does not know. Called under the session's lock."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

from firesteel._driver.compiler import Entry
from firesteel._driver.lineage import Node, walk
from firesteel.storagelevel import StorageLevel

__all__ = ["UNTOLD", "level_changes"]

UNTOLD = StorageLevel(False, False, False, False, 0)
"""The level of an entry of which the engine may have been told another one, or none. No user can set it."""


def level_changes(
    target: Node, entries: list[Entry], changed: weakref.WeakSet[Node]
) -> Iterator[tuple[Node, list[Any]]]:
    """Yield the changed storage levels of nodes that the engine knows, or will know after a request.

    Parameters
    ----------
    target : Node
        The target of the request.
    entries : list of Entry
        The entries that the request carries.
    changed : WeakSet of Node
        Nodes whose level was set after they had been sent; those yielded are removed.

    Returns
    -------
    iterator of (Node, list)
        The node, and the wire form: a number, and a level or None.
    """
    here = {id(entry) for entry in entries}
    for node in [*_persisted(target, here), *changed]:
        entry = node.entry
        if entry is None or not (entry.known or id(entry) in here):
            continue
        if entry.known:
            changed.discard(node)
        if entry.level == node.level and (entry.known or node.level is None):
            continue
        entry.level = node.level
        yield node, [entry.number, None if node.level is None else node.level._to_wire()]


def _persisted(target: Node, entries: set[int]) -> Iterator[Node]:
    """Find the persisted nodes below a target whose entries are among the given ones."""

    def beyond(node: Node) -> bool:  # otherwise the engine knows everything below
        return node.entry is None or id(node.entry) in entries

    return (node for node in walk(target, beyond) if node.level is not None)
