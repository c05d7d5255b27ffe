"""Make the golden plans of this directory, which the Java and the Python tests both read.

Each plan is ``plan_NAME.msgpack`` (the MessagePack array alone, without a frame) with ``plan_NAME.json``,
which says the same in words. Run this only when the language of plans changes, and review the difference:
needs msgpack and tests/support on the path, nothing of Firesteel's, so that neither side's mistakes get in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack
from plans import flat

HERE = Path(__file__).parent


def file_input(name: str, *parts: list[Any]) -> list[Any]:
    """An input of files: [path, URI, start, length, size, mtime, codec] of each."""
    return ["Input", name, {}, msgpack.packb(parts)]


LEVEL = {"disk": True, "memory": True, "off_heap": False, "deserialized": False, "replication": 1}
TEXT = file_input(
    "text", ["/data/é.txt", "file:/data/é.txt", 134217728, 1000, 5000000000, 1700000000123456789, None]
)
PIPELINE = ["Pipeline", TEXT, "closure_0_5", 1]

PLANS: dict[str, list[Any]] = {
    "result": ["Result", PIPELINE, "result_7_3"],
    "gzip": [
        "Result",
        file_input("text", ["/data/b.gz", "file:/data/b.gz", 0, 90, 90, 0, "gzip"]),
        "result_7_0",
    ],
    "whole_files": [
        "Result",
        file_input(
            "wholetext",
            ["/data/a b", "file:/data/a b", 0, 0, 0, 1, None],
            ["/data/c.bz2", "file:/data/c.bz2", 0, 12, 12, 2, "bzip2"],
        ),
        "result_7_0",
    ],
    "input": ["Result", ["Input", "org.example.queue", {"topic": "é"}, b"\x00\x01\xff"], "result_7_0"],
    "slice": ["Result", ["FileSlice", "input_0_4", 100, 70000, 65536, 3], "result_7_0"],
    "range": ["Result", ["Range", "-170141183460469231731687303715884105728", "2", 4294967296], "result_7_0"],
    "empty": ["Result", ["Empty"], "result_7_0"],
    "save_text": ["SaveText", ["Block", "rdd_0_9_1", 4096, 70, 4294967301], "/out/dir", 1, "gzip"],
    "save_plain": ["SaveText", ["Empty"], "/out/dir", 0, None],
    "cached": [
        "Result",
        ["Pipeline", ["Cached", PIPELINE, "rdd_0_9_1", LEVEL], "closure_0_6", 1],
        "result_7_1",
    ],
    "map_combine": ["ShuffleWrite", PIPELINE, "shuffle_0_2_3", 8, ["hash"], ["combine", "closure_0_8"]],
    "map_custom": ["ShuffleWrite", PIPELINE, "shuffle_0_2_3", 8, ["custom", "closure_0_8"], None],
    "map_sort": ["ShuffleWrite", PIPELINE, "shuffle_0_2_3", 2, ["sort", "closure_0_8", False], None],
    "pairs": [
        "Result",
        [
            "Zip",
            ["Product", PIPELINE, ["Chain", [PIPELINE, TEXT]]],
            ["Zip", ["Empty"], ["Range", "0", "1", 3]],
        ],
        "result_7_2",
    ],
    "count": ["Count", ["Cached", PIPELINE, "rdd_0_9_1", LEVEL]],
    "checkpoint": ["BlockWrite", PIPELINE, "/checkpoints/é/rdd-9", 1, "rdd_0_9_1"],
    "saved": [
        "Result",
        ["Saved", "/checkpoints/é/rdd-9/part-00001-4294967301", "rdd_0_9_1", 4096, 70, 4294967301],
        "result_7_1",
    ],
    "exchange": ["Exchange", ["Pipeline", ["Crossing", ["Empty"], "java", 1], "closure_0_5", 1], 0],
    "reads": [
        "Result",
        [
            "Chain",
            [
                ["ShuffleRead", "shuffle_0_2", 5, ["plain"]],
                ["ShuffleRead", "shuffle_0_2", 5, ["combined", "closure_0_8"]],
                ["ShuffleRead", "shuffle_0_2", 5, ["grouped"]],
                ["ShuffleRead", "shuffle_0_2", 1, ["samples"]],
                ["ShuffleRead", "shuffle_0_2", 5, ["sorted", "shuffle_0_3", 8, "closure_0_8", True]],
                ["ShuffleRead", "shuffle_0_2", 0, ["sorted", None, 1, "closure_0_8", False]],
            ],
        ],
        "result_7_5",
    ],
}


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    """Write every file."""
    for name, plan in PLANS.items():
        (HERE / f"plan_{name}.msgpack").write_bytes(msgpack.packb(flat(plan)))
        text = json.dumps(plain(plan), ensure_ascii=False, indent=1)
        (HERE / f"plan_{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
