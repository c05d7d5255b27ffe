"""Finds changed storage levels that the engine does not know. Called under the session's lock."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

from firesteel._driver.compiler import Entry
from firesteel._driver.lineage import Node, walk

__all__ = ["level_changes"]


def level_changes(target: Node, entries: list[Entry], changed: weakref.WeakSet[Node]) -> Iterator[list[Any]]:
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
    iterator of list
        The wire form: a number, and a level or None.
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
        yield [entry.number, None if node.level is None else node.level._to_wire()]


def _persisted(target: Node, entries: set[int]) -> Iterator[Node]:
    """Find the persisted nodes below a target whose entries are among the given ones."""

    def beyond(node: Node) -> bool:  # otherwise the engine knows everything below
        return node.entry is None or id(node.entry) in entries

    return (node for node in walk(target, beyond) if node.level is not None)
