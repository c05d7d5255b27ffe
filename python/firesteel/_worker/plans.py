"""Plans as the engine sends them: a list of nodes, children first, so that none is too deep for the wire."""

from __future__ import annotations

from typing import Any

__all__ = ["plan_of"]

_ONE = frozenset(
    {"Pipeline", "Cached", "Result", "ShuffleWrite", "Count", "BlockWrite", "SaveText", "Exchange"}
)
_TWO = frozenset({"Zip", "Product"})


def plan_of(nodes: list[list[Any]]) -> list[Any]:
    """Put the children of each node in place of their numbers; what a crossing reads is run elsewhere.

    Parameters
    ----------
    nodes
        Each node after those that it names by number; changed in place.

    Returns
    -------
    list
        The last node, the sink.

    Examples
    --------
    >>> plan_of([["Empty"], ["Pipeline", 0, "closure_0_1", 2], ["Count", 1]])
    ['Count', ['Pipeline', ['Empty'], 'closure_0_1', 2]]
    """
    for node in nodes:
        name = node[0]
        if name in _ONE:
            node[1] = nodes[node[1]]
        elif name in _TWO:
            node[1], node[2] = nodes[node[1]], nodes[node[2]]
        elif name == "Chain":
            node[1] = [nodes[number] for number in node[1]]
    return nodes[-1]
