"""Plans as tests write them, nested, in the form that the engine sends: a list of nodes, children first."""

from __future__ import annotations

from typing import Any

import msgpack

CHILD = {
    "Pipeline",
    "Cached",
    "Crossing",
    "Result",
    "ShuffleWrite",
    "Count",
    "BlockWrite",
    "SaveText",
    "Exchange",
}


def flat(plan: list[Any]) -> list[list[Any]]:
    """Number the nodes of a plan, each after its children, and name the children by their numbers."""
    nodes: list[list[Any]] = []

    def add(node: list[Any]) -> int:
        name, *fields = node
        if name in CHILD:
            fields[0] = add(fields[0])
        elif name in {"Zip", "Product"}:
            fields = [add(fields[0]), add(fields[1])]
        elif name == "Chain":
            fields = [[add(source) for source in fields[0]]]
        nodes.append([name, *fields])
        return len(nodes) - 1

    add(plan)
    return nodes


def file_input(
    name: str, path: str, start: int, length: int, size: int, mtime: int, codec: str | None = None
) -> list[Any]:
    """Give the source that reads a part of a file."""
    split = msgpack.packb([[path, f"file:{path}", start, length, size, mtime, codec]])
    return ["Input", name, {}, split]
