"""Which storage levels the engine has not been told. Called under the session's lock."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

from firesteel._driver.compiler import Entry
from firesteel._driver.lineage import Node, walk

__all__ = ["level_changes"]


def level_changes(target: Node, entries: list[Entry], changed: weakref.WeakSet[Node]) -> Iterator[list[Any]]:
    """Give the storage levels that changed, of nodes that the engine has or gets with a request.

    Parameters
    ----------
    target : Node
        What the request is for.
    entries : list of Entry
        What it carries.
    changed : WeakSet of Node
        Nodes whose level was set after they had been sent; told ones are taken out.

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

    def beyond(node: Node) -> bool:  # else the engine has all that is below
        return node.entry is None or id(node.entry) in entries

    return (node for node in walk(target, beyond) if node.level is not None)
