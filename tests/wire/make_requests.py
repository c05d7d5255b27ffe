"""Make the golden frames between drivers and the engine, in driver/: requests, and the engine's answers.

A request is what a program makes a driver say. ``NAME.program`` is the program, in lines that a test of each
driver reads; ``python_NAME_0.msgpack`` and so on are what the Python driver says then, and
``java_NAME_0.msgpack`` what the request of the Java driver means: of jobs, levels and names, as it asks for
the rest by calls in its own process. Barrier stages, which only the Python driver has, have no such file. An
answer is ``answer_NAME.msgpack``; ``seen_NAME`` is what a driver makes of it. Run this only when the protocol
changes, and review the change. It needs msgpack, nothing of Firesteel's, so that neither side's mistakes get
in.

A line ``NAME = WORD ARGUMENTS`` makes something. Nodes and shuffles get numbers in the order of the lines,
closures when a job needs them first. ``job NODE SINK`` asks for a job; ``ask`` does so too, but its answer
has not come yet when the program goes on. The answer to ``lookup`` is ``answer_lookup_python`` or
``answer_lookup_java``, as the driver is.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgpack

HERE = Path(__file__).parent / "driver"
DIRECTORY = "/application/driver"
LEVEL = {"disk": True, "memory": True, "off_heap": False, "deserialized": False, "replication": 1}
ON_DISK = {**LEVEL, "memory": False}
KINDS = ("nodes", "shuffles", "closures", "broadcasts", "inputs", "files", "held")
PARTS = [["/checkpoints/rdd-1/part-00000-7", "rdd_0_1_0", 4096, 70, 4294967301]]
SLICES = [[0, 96, 2, 0], [96, 70000, 65536, 1]]


def node(number: int, op: str, **fields: Any) -> dict[str, Any]:
    """A node whose site tells its number."""
    return {"id": number, "op": op, "site": f"{op} at app:{number}", **fields}


def pipeline(number: int, parent: Any, closure: int, **fields: Any) -> dict[str, Any]:
    """A pipeline; the Java driver says its language too."""
    return node(number, "pipeline", parent=parent, closure=closure, **fields)


def shuffle(
    number: int, parent: int, partitions: int, partitioner: list[Any], combine: Any = None
) -> dict[str, Any]:
    """A shuffle."""
    site = f"shuffle at app:{number}"
    return {
        "id": number,
        "parent": parent,
        "partitions": partitions,
        "partitioner": partitioner,
        "combine": None if combine is None else ["combine", combine],
        "site": site,
    }


def closure(number: int, *broadcasts: int) -> list[Any]:
    """A closure's file."""
    return [number, f"{DIRECTORY}/closure_0_{number}", list(broadcasts)]


def job(number: int, target: Any, sink: list[Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A request of a job, with nothing but what is given."""
    carried: dict[str, Any] = {
        "nodes": [],
        "shuffles": [],
        "closures": [],
        "broadcasts": [],
        "persist": [],
        "cuts": [],
    }
    rest: dict[str, Any] = {"partitions": None, "properties": {}, "after": None, "release": {}}
    for key, value in fields.items():
        (carried if key in carried else rest)[key] = value
    return {
        **carried,
        "release": {kind: rest["release"].get(kind, []) for kind in KINDS},
        "driver": 0,
        "job": number,
        "site": f"job at app:{number}",
        "target": target,
        "partitions": rest["partitions"],
        "sink": sink or ["Result"],
        "path": ["/program"],
        "properties": rest["properties"],
        "max_result_size": 1 << 30,
        "after": rest["after"],
    }


def publish(name: str, target: int, **fields: Any) -> dict[str, Any]:
    """A request to publish a node: what a job carries of lineage, and the name."""
    asked = job(0, target, **fields)
    carried = ("nodes", "shuffles", "closures", "broadcasts", "persist", "cuts", "release", "driver")
    return {**{key: asked[key] for key in carried}, "name": name, "target": target, "path": ["/program"]}


RANGE = node(0, "range", start="0", step="-2", count=4294967296, partitions=3)

PROGRAMS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "sources": (
        """
        a = input text
        b = input wholetext
        c = slices
        d = saved
        e = range
        f = empty
        g = union a b c d e f
        job g Count
        """,
        [
            job(
                0,
                6,
                ["Count"],
                nodes=[
                    node(0, "input", format="text", options={}, readers=["java", "python"], files=6),
                    node(1, "input", format="wholetext", options={}, readers=["java", "python"], files=6),
                    node(2, "slices", path="/application/driver/input_0_2", slices=SLICES),
                    node(3, "saved", directory="/checkpoints/rdd-1", parts=PARTS),
                    node(4, "range", start="0", step="-2", count=4294967296, partitions=3),
                    node(5, "empty"),
                    node(6, "union", parents=[0, 1, 2, 3, 4, 5]),
                ],
            )
        ],
    ),
    "narrow": (
        """
        a = range
        b = step a
        c = step b
        d = aligned a c
        e = coalesced d 2
        f = zipped e a
        g = product f d
        job g SaveText /out gzip
        """,
        [
            job(
                0,
                6,
                ["SaveText", "/out", "gzip"],
                nodes=[
                    RANGE,
                    pipeline(2, 0, 7),
                    node(3, "aligned", parents=[0, 2]),
                    node(4, "coalesced", parent=3, partitions=2),
                    node(5, "zipped", left=4, right=0),
                    node(6, "product", left=5, right=3),
                ],
                closures=[closure(7)],
            )
        ],
    ),
    "shuffles": (
        """
        a = range
        h = shuffle a 4 hash
        b = shuffled h plain
        i = shuffle b 3 custom
        c = shuffled i grouped
        j = shuffle c 2 hash combine
        d = shuffled j combined
        job d BlockWrite /checkpoints/rdd-6
        """,
        [
            job(
                0,
                6,
                ["BlockWrite", "/checkpoints/rdd-6"],
                nodes=[
                    RANGE,
                    node(2, "shuffled", shuffle=1, how=["plain"]),
                    node(4, "shuffled", shuffle=3, how=["grouped"]),
                    node(6, "shuffled", shuffle=5, how=["combined", 8]),
                ],
                shuffles=[
                    shuffle(1, 0, 4, ["hash"]),
                    shuffle(3, 2, 3, ["custom", 7]),
                    shuffle(5, 4, 2, ["hash"], 9),
                ],
                closures=[closure(8), closure(7), closure(9)],
            )
        ],
    ),
    "sorts": (
        """
        a = range
        k = key
        h = shuffle a 1 sort k descending
        b = samples h
        i = shuffle b 1 hash
        c = sorted h i 5 k descending
        d = sorted h - 1 k ascending
        e = union c d
        job e
        """,
        [
            job(
                0,
                6,
                nodes=[
                    RANGE,
                    node(2, "samples", shuffle=1),
                    node(4, "sorted", shuffle=1, bounds=3, partitions=5, closure=7, ascending=False),
                    node(5, "sorted", shuffle=1, bounds=None, partitions=1, closure=7, ascending=True),
                    node(6, "union", parents=[4, 5]),
                ],
                shuffles=[shuffle(1, 0, 1, ["sort", 7, False]), shuffle(3, 2, 1, ["hash"])],
                closures=[closure(7)],
            )
        ],
    ),
    "levels": (
        """
        a = range
        b = step a
        persist b MEMORY_AND_DISK
        c = step b
        job c
        persist c DISK_ONLY
        job c Count
        unpersist c
        """,
        [
            job(
                0,
                2,
                nodes=[RANGE, pipeline(1, 0, 3), pipeline(2, 1, 4)],
                closures=[closure(3), closure(4)],
                persist=[[1, LEVEL]],
            ),
            job(1, 2, ["Count"], persist=[[2, ON_DISK]]),
            {"driver": 0, "persist": [[2, None]], "release": {kind: [] for kind in KINDS}, "blocking": False},
        ],
    ),
    "unanswered": (
        """
        a = range
        b = step a
        persist b DISK_ONLY
        ask b
        ask b
        """,
        [
            job(
                number,
                1,
                nodes=[RANGE, pipeline(1, 0, 2)],
                closures=[closure(2)],
                persist=[[1, ON_DISK]],
            )
            for number in (0, 1)
        ],
    ),
    "pieces": (
        """
        a = range
        property spark.scheduler.pool größer
        first a 2 0
        next a 1
        """,
        [
            job(0, 0, nodes=[RANGE], partitions=[2, 0], properties={"spark.scheduler.pool": "größer"}),
            job(1, 0, partitions=[1], properties={"spark.scheduler.pool": "größer"}, after=0),
        ],
    ),
    "broadcasts": (
        """
        a = range
        v = broadcast
        b = step a v
        job b
        """,
        [
            job(
                0,
                1,
                nodes=[RANGE, pipeline(1, 0, 2)],
                closures=[closure(2, 0)],
                broadcasts=[[0, f"{DIRECTORY}/broadcast_0_0"]],
            )
        ],
    ),
    "cuts": (
        """
        a = range
        b = step a
        job b
        cut b
        c = step b
        job c
        """,
        [
            job(0, 1, nodes=[RANGE, pipeline(1, 0, 2)], closures=[closure(2)]),
            job(
                1,
                3,
                nodes=[pipeline(3, 1, 4)],
                closures=[closure(4)],
                release={"closures": [2]},
                cuts=[
                    {"id": 1, "site": "pipeline at app:1", "directory": "/checkpoints/rdd-1", "parts": PARTS}
                ],
            ),
        ],
    ),
    "found": (
        """
        a = found 3 40
        b = step a
        job b
        """,
        [job(0, 1, nodes=[pipeline(1, [3, 40], 2)], closures=[closure(2)])],
    ),
    "names": (
        """
        a = range
        b = step a
        persist b DISK_ONLY
        publish b größe
        c = lookup größe
        d = step c
        job d
        publish d größe
        """,
        [
            publish(
                "größe",
                1,
                nodes=[RANGE, pipeline(1, 0, 2)],
                closures=[closure(2)],
                persist=[[1, ON_DISK]],
            ),
            {"driver": 0, "name": "größe"},
            job(0, 4, nodes=[pipeline(4, [3, 40], 5)], closures=[closure(5)]),
            publish("größe", 4),
        ],
    ),
    "crossings": (
        """
        a = range
        b = crossing a java
        c = function b java
        d = crossing c python
        e = function d python
        job e
        """,
        [
            {
                "class": "com.example.Twice",
                "kind": "map",
                "site": "pipeline at app:2",
                "name": "closure_0_3",
                "path": f"{DIRECTORY}/closure_0_3",
            },
            job(
                0,
                5,
                nodes=[
                    RANGE,
                    node(1, "crossing", parent=0, to="java"),
                    pipeline(2, 1, 3, language="java"),
                    node(4, "crossing", parent=2, to="python"),
                    pipeline(5, 4, 6),
                ],
                closures=[closure(3), closure(6)],
            ),
        ],
    ),
    "barrier": (
        """
        a = range
        b = barrier a
        c = step b
        d = coalesced c 2
        e = barrier d
        f = union c e
        job f
        """,
        [
            job(
                0,
                5,
                nodes=[
                    RANGE,
                    pipeline(2, 0, 6, barrier=True),
                    node(3, "coalesced", parent=2, partitions=2),
                    pipeline(4, 3, 7, barrier=True),
                    node(5, "union", parents=[2, 4]),
                ],
                closures=[closure(6), closure(7)],
            )
        ],
    ),
}

# Where the Java driver does not ask for the same: it numbers all closures when a job needs them first.
OF_JAVA: dict[str, list[dict[str, Any]]] = {
    "crossings": [
        {
            **job(
                0,
                4,
                nodes=[
                    RANGE,
                    node(1, "crossing", parent=0, to="java"),
                    pipeline(2, 1, 5, language="java"),
                    node(3, "crossing", parent=2, to="python"),
                    pipeline(4, 3, 6, language="python"),
                ],
                closures=[closure(5), closure(6)],
            ),
            "path": [],
        }
    ],
    "barrier": [],
}


def of_java(request: dict[str, Any]) -> dict[str, Any]:
    """The same of the Java driver: with the language of pipelines, without a path and what is dropped."""
    told = {**request, "nodes": [dict(each) for each in request.get("nodes", [])]}
    told["release"] = {kind: [] for kind in KINDS}
    for each in told["nodes"]:
        if each["op"] == "pipeline":
            each["language"] = "java"
    if "path" in told:
        told["path"] = []
    return told


ERROR = {
    "type": "builtins.ZeroDivisionError",
    "message": "division by zero",
    "traceback": 'Traceback (most recent call last):\n  File "app.py", line 12, in f\nZeroDivisionError: 0\n',
    "exception": None,
    "operation": "map at app.py:12",
    "candidates": ["map at app.py:12"],
    "record": "0",
}


def failed(kind: str, message: str, error: Any = None, **fields: Any) -> dict[str, Any]:
    """The answer of a job that failed."""
    failure = {
        "kind": kind,
        "message": message,
        "job": 7,
        "stage": 4,
        "partition": 2,
        "attempt": 0,
        "attempts": 1,
        "site": "map at app.py:12",
        "error": error,
        "java": None,
    }
    return {"ok": False, "failure": {**failure, **fields}, "accumulators": [b"one", b"two"]}


NOWHERE = {"stage": -1, "partition": -1, "attempt": -1, "attempts": 0}
ANSWERS: dict[str, dict[str, Any]] = {
    "results": {
        "ok": True,
        "results": [
            [0, b"FSE1", None, 4, 12, 4294967301],
            [1, None, "/application/é/result_7_1.18", 70000, 65536, 18],
            [2, None, None, 0, 0, 19],
        ],
        "accumulators": [b"one", b""],
        "notices": ["The memory tier is full."],
    },
    "user": failed("user", "division by zero", ERROR),
    "user_again": failed("user", "division by zero", ERROR, attempt=2, attempts=3),
    "worker": failed("worker", "A worker was killed by SIGKILL", attempt=3, attempts=4),
    "corrupt": failed("corrupt", "shuffle_0_4_2 is short", {**ERROR, "type": "BlockCorrupt", "record": None}),
    "source": failed("source", "/data/a.txt has changed since it was listed"),
    "unpicklable": failed(
        "unpicklable", "cannot pickle a lock", {**ERROR, "type": "firesteel._data.errors.Unpicklable"}
    ),
    "broadcast": failed("broadcast", "broadcast_0_1 is damaged"),
    "disk": failed("disk", "No space left on /tmp/app: 4096 bytes were to be written"),
    "barrier": failed("barrier", "A task of a barrier stage ended without barrier()"),
    "indeterminate": failed("indeterminate", "A map output came out different"),
    "result_size": failed("result_size", "The results of 3 partitions have 4096 bytes together"),
    "cancelled": failed("cancelled", "cancelled job group slow", None, **NOWHERE),
    "stopped": failed("stopped", "The SparkContext was stopped", None, **NOWHERE),
    "internal": failed(
        "internal", "The engine failed: é", None, **NOWHERE, java="java.lang.AssertionError: é\n\tat a.B\n"
    ),
}


FOUND = {"ok": True, "node": [3, 40], "language": "python", "partitions": 2, "site": "map at Größe.java:12"}
NAMED: dict[str, dict[str, Any]] = {
    "lookup_python": {**FOUND, "level": LEVEL},
    "lookup_java": {**FOUND, "language": "java"},
    "refused": {
        "ok": False,
        "error": {"condition": "NAME_NOT_PUBLISHED", "message": 'no RDD is published as "größe".'},
    },
}


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    """What a driver makes of a failure, as each tells it."""
    failure = answer["failure"]
    tells = ["was stopped" if failure["kind"] == "stopped" else failure["message"]]
    if failure["partition"] >= 0:
        tells += ["partition 2", "job 7"]
    if failure["attempts"] > 1:
        tells.append(f"after {failure['attempts']} attempts")
    return {
        "kind": failure["kind"],
        "job": 7,
        "partition": failure["partition"],
        "record": (failure["error"] or {}).get("record"),
        "tells": tells,
    }


def main() -> None:
    """Write every file."""
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    for name, (program, requests) in PROGRAMS.items():
        lines = [line.strip() for line in program.strip().splitlines()]
        (HERE / f"{name}.program").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for number, request in enumerate(requests):
            (HERE / f"python_{name}_{number}.msgpack").write_bytes(msgpack.packb(request))
        told = [of_java(request) for request in requests if "release" in request]
        for number, request in enumerate(OF_JAVA.get(name, told)):
            (HERE / f"java_{name}_{number}.msgpack").write_bytes(msgpack.packb(request))
    for name, answer in NAMED.items():
        (HERE / f"answer_{name}.msgpack").write_bytes(msgpack.packb(answer))
    for name, answer in ANSWERS.items():
        (HERE / f"answer_{name}.msgpack").write_bytes(msgpack.packb(answer))
        if not answer["ok"]:
            text = json.dumps(seen(answer), ensure_ascii=False, indent=1)
            (HERE / f"seen_{name}.json").write_text(text + "\n", encoding="utf-8")
            (HERE / f"seen_{name}.msgpack").write_bytes(msgpack.packb(seen(answer)))


if __name__ == "__main__":
    main()
