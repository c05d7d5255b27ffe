"""The lineage as text, drawn as Spark draws it: narrow parents below one another, shuffles indented."""

from __future__ import annotations

import re

from firesteel._driver.lineage import Input, Node

_KINDS = {
    "aligned": "PartitionerAwareUnionRDD",
    "crossing": "MapPartitionsRDD",
    "coalesced": "CoalescedRDD",
    "empty": "EmptyRDD",
    "pipeline": "PythonRDD",
    "product": "CartesianRDD",
    "range": "ParallelCollectionRDD",
    "samples": "ShuffledRDD",
    "shuffled": "ShuffledRDD",
    "slices": "ParallelCollectionRDD",
    "sorted": "ShuffledRDD",
    "union": "UnionRDD",
    "zipped": "ZippedPartitionsRDD2",
}
_FORMATS = {"text": "HadoopRDD", "wholetext": "WholeTextFileRDD"}


def describe(root: Node) -> str:
    """Describe a node and what it is made from, one node on a line.

    Parameters
    ----------
    root : Node
        Where to begin.

    Returns
    -------
    str
        Nodes computed by the same task are at the same indentation; partition counts are in brackets.
    """
    partitions = f"({root.partitions})"
    lines = [f"{partitions} {_line(root)}"]
    # What is left to describe: a node, its indentation, whether behind a shuffle, whether the last parent.
    stack = _parents(root, _bar(partitions))
    while stack:  # no recursion: a lineage may be deeper than Python's stack
        node, before, shuffled, last = stack.pop()
        if shuffled:
            partitions = f"({node.partitions})"
            before = re.sub(r"\|\s+$", "", before)
            lines.append(f"{before}+-{partitions} {_line(node)}")
            before += ("  " if last else "| ") + _bar(partitions)
        else:
            lines.append(before + _line(node))
        stack += _parents(node, before)
    return "\n".join(lines)


def _bar(partitions: str) -> str:
    left = (len(partitions) - 1) // 2
    return " " * left + "|" + " " * (len(partitions) - left)


def _parents(node: Node, before: str) -> list[tuple[Node, str, bool, bool]]:
    """List the parents in reverse order, to be popped from the end."""
    found = [(parent, False) for parent in node.parents]
    found += [(shuffle.parent, True) for shuffle in node.shuffles()[:1]]
    return [
        (parent, before, shuffled, number == 0) for number, (parent, shuffled) in enumerate(reversed(found))
    ]


def _line(node: Node) -> str:
    name = "" if node.name is None else f"{node.name} "
    level = "" if node.level is None else str(node.level)
    kind = _FORMATS.get(node.format_name) if isinstance(node, Input) else _KINDS.get(node.op)
    return f"{name}{kind or 'RDD'}[{node.number}] at {node.site} [{level}]"
