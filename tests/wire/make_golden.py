"""Make the golden frames and files of this directory, which the Java and the Python tests both read.

Each frame is ``NAME.msgpack`` (length, type, MessagePack map, as on the wire) with ``NAME.json``, which says
in words what is in it: bytes as ``{"$hex": "…"}``. ``shuffle_table.bin`` is a shuffle's table file,
``shuffle_table.json`` what it says, ``block.bin`` a block and
``block.json`` its batches, ``closure_of_java.bin`` a closure file of a Java program.
docs/worker-protocol.md describes the formats. Run this only when the protocol changes, and review the
difference: needs msgpack, nothing of Firesteel's, so that neither side's mistakes get in.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
from pathlib import Path
from typing import Any

import msgpack

HERE = Path(__file__).parent
CODES = {
    "HELLO": 1,
    "TASK": 2,
    "DONE": 3,
    "FAILED": 4,
    "FORK": 5,
    "KILL": 6,
    "DIED": 7,
    "READY": 8,
    "SPACE": 9,
    "GRANT": 10,
    "MEET": 11,
    "MET": 12,
    "NEED": 13,
    "BATCH": 14,
}
SECRET = bytes(range(32))
LEVEL = {"disk": False, "memory": True, "off_heap": False, "deserialized": False, "replication": 1}

SPLIT = msgpack.packb([["/data/é.txt", "file:/data/é.txt", 10, 20, 64, 1700000000123456789, None]])

TASK = {
    "task": {"id": 4294967301, "job": 3, "stage": 7, "stage_attempt": 1, "partition": 2, "attempt": 0},
    "plan": [
        ["Input", "text", {}, SPLIT],
        ["Pipeline", 0, "closure_0_5", 1],
        ["Cached", 1, "rdd_0_11_2", LEVEL],
        ["ShuffleWrite", 2, "shuffle_0_4_2", 3, ["hash"], ["combine", "closure_0_6"]],
    ],
    "files": {
        "closure_0_5": "/tmp/app/driver/closure_0_5",
        "closure_0_6": "/tmp/app/driver/closure_0_6",
        "broadcast_0_1": "/tmp/app/driver/broadcast_0_1",
        "rdd_0_11_2": "/dev/shm/app/rdd_0_11_2.4294967301",
        "shuffle_0_4_2": "/tmp/app/shuffle_0_4_2.4294967301",
    },
    "space": {"rdd_0_11_2": 1048576},
    "path": ["/home/user/program", "/usr/lib/python3/dist-packages"],
    "properties": {"spark.job.description": "zähle"},
    "inline": 16384,
    "memory": 536870912,
    "scratch": "/tmp/app/scratch-0",
    "cpus": 1,
    "compress": ["shuffle"],
}

BARRIER_TASK = {
    **TASK,
    "plan": [["Empty"], ["Result", 0, "result_3_2"]],
    "files": {"result_3_2": "/tmp/app/result_3_2.4294967301"},
    "space": {},
    "properties": {},
    "barrier": {"tasks": 4, "timeout_ms": 60000},
}

ERROR = {
    "type": "builtins.ZeroDivisionError",
    "message": "division by zero",
    "traceback": (
        "Traceback (most recent call last):\n"
        '  File "app.py", line 12, in f\n'
        "ZeroDivisionError: division by zero\n"
    ),
    "exception": b"\x80\x05N.",
    "operation": "map at app.py:12",
    "candidates": ["map at app.py:12"],
    "record": "0",
}

FRAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "hello_daemon": ("HELLO", {"role": "daemon", "secret": SECRET, "pid": 100, "python": "3.11.7"}),
    "hello_worker": ("HELLO", {"role": "worker", "secret": SECRET, "pid": 101}),
    "task_shuffle_write": ("TASK", TASK),
    "task_barrier": ("TASK", BARRIER_TASK),
    "done_result": (
        "DONE",
        {
            "result": b"FSE1",
            "output": None,
            "shuffle": None,
            "blocks": [],
            "records": 12,
            "accumulators": None,
            "metrics": {"run_ns": 1500000, "records_read": 20, "bytes_read": 300, "spilled": 0},
        },
    ),
    "done_shuffle": (
        "DONE",
        {
            "result": None,
            "output": ["/tmp/app/shuffle_0_4_2.4294967301", 160, 9],
            "shuffle": {"lengths": [96, 0, 64], "records": [5, 0, 4], "checksums": [4026531840, 0, 7]},
            "blocks": [["rdd_0_11_2", "/dev/shm/app/rdd_0_11_2.4294967301", 128, 9]],
            "records": 9,
            "accumulators": b"\x80\x05]\x94.",
            "metrics": {},
        },
    ),
    "failed_user": (
        "FAILED",
        {"kind": "user", "error": ERROR, "block": None, "shuffle": None, "accumulators": None},
    ),
    "failed_corrupt_shuffle": (
        "FAILED",
        {
            "kind": "corrupt",
            "error": {
                **ERROR,
                "type": "BlockCorrupt",
                "message": "shuffle_0_4_2 is short",
                "exception": None,
            },
            "block": None,
            "shuffle": [0, 4, 2],
            "accumulators": None,
        },
    ),
    "failed_corrupt_block": (
        "FAILED",
        {
            "kind": "corrupt",
            "error": {**ERROR, "type": "BlockCorrupt", "message": "rdd_0_11_2 is missing", "exception": None},
            "block": "rdd_0_11_2",
            "shuffle": None,
            "accumulators": None,
        },
    ),
    "fork": ("FORK", {"count": 2}),
    "kill": ("KILL", {"pid": 101}),
    "died_signal": ("DIED", {"pid": 101, "signal": 9, "status": None}),
    "died_crash": (
        "DIED",
        {"pid": 103, "signal": 11, "status": None, "stack": '  File "app.py", line 3 in crash\n'},
    ),
    "died_status": ("DIED", {"pid": 102, "signal": None, "status": 3}),
    "ready": ("READY", {}),
    "space": ("SPACE", {"block": "rdd_0_11_2", "bytes": 16777216, "least": 300032}),
    "grant": ("GRANT", {"bytes": 16777216, "path": None}),
    "meet": ("MEET", {"call": "allGather", "round": 2, "message": "rank 1 é"}),
    "met": ("MET", {"round": 2, "messages": ["rank 0", "rank 1 é"]}),
    "need": ("NEED", {"crossing": 1, "more": True}),
    "need_no_more": ("NEED", {"crossing": 0, "more": False}),
    "batch": (
        "BATCH",
        {"crossing": 1, "path": "/tmp/app/scratch-0/1/batch-7", "bytes": 262176, "records": 9000},
    ),
    "batch_end": ("BATCH", {"crossing": 1, "path": None, "bytes": 0, "records": 70000}),
    "grant_elsewhere": ("GRANT", {"bytes": 0, "path": "/tmp/app/rdd_0_11_2.4294967301"}),
}

TABLE = {
    "partitions": 3,
    "maps": [
        {"attempt": 17, "path": "/tmp/a/shuffle_0_4_0.17", "lengths": [96, 0, 64], "records": [5, 0, 4]},
        {
            "attempt": 4294967301,
            "path": "/var/tmp/é/shuffle_0_4_1.4294967301",
            "lengths": [0, 64, 32],
            "records": [0, 2, 1],
        },
    ],
}


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli), bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def frame(kind: str, body: dict[str, Any]) -> bytes:
    """A frame as it is on the wire."""
    packed: bytes = msgpack.packb(body)
    return struct.pack(">IB", 1 + len(packed), CODES[kind]) + packed


def table(maps: list[dict[str, Any]], partitions: int) -> bytes:
    """A shuffle's table file."""
    paths = [entry["path"].encode() for entry in maps]
    head = struct.pack("<4sIII", b"FST1", len(maps), partitions, sum(map(len, paths)))
    head += b"".join(
        struct.pack("<QI", entry["attempt"], len(path)) for entry, path in zip(maps, paths, strict=True)
    )
    head += b"".join(paths)
    whole = head + struct.pack("<I", crc32c(head))
    for partition in range(partitions):
        row = b"".join(
            struct.pack(
                "<QQQ",
                sum(entry["lengths"][:partition]),
                entry["lengths"][partition],
                entry["records"][partition],
            )
            for entry in maps
        )
        whole += row + struct.pack("<I", crc32c(row))
    return whole


def pickled(value: Any) -> bytes:
    """A pickle without a memo, as batches of plain records have it."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, 5)
    pickler.fast = True
    pickler.dump(value)
    return buffer.getvalue()


def block() -> tuple[bytes, dict[str, Any]]:
    """A block of three batches (a list, columns, stacked arrays), and what it says."""
    name, section, attempt = "rdd_0_11_2", 0, TASK["task"]["id"]
    first, second = pickled([1, "é", None]), pickled(([1, 2], ["a", "b"]))
    # (array([0, 1, 2]), "a"), (array([3, 4, 5]), "b")
    rest = pickled((True, [("<f8", (3,), False, True), None], (["a", "b"],)))
    position = 3 * 32 + len(first) + len(second)
    end = 16 + 16 + len(rest)
    gap = -(position + end) % 64
    third = (
        struct.pack("<QIIQQ", len(rest), 1, 0, end + gap, 48)
        + rest
        + bytes(gap)
        + struct.pack("<6d", *range(6))
    )
    batches = [(0, 3, first), (2, 2, second), (1, 2, third)]
    whole = b""
    for number, (codec, records, payload) in enumerate(batches):
        head = struct.pack("<4sBBHIQQ", b"FSB1", codec, 0, 0, records, len(payload), 0)
        whole += head + struct.pack(
            "<I", crc32c(b"%b|%d|%d|%d" % (name.encode(), section, attempt, number) + head + payload)
        )
        whole += payload
    head = struct.pack("<4sIQQI", b"FSE1", 0, len(batches), 7, 0)
    whole += head + struct.pack(
        "<I", crc32c(b"%b|%d|%d|%d" % (name.encode(), section, attempt, len(batches)) + head)
    )
    said = [
        {"codec": codec, "compression": 0, "records": records, "payload": payload}
        for codec, records, payload in batches
    ]
    return whole, {"name": name, "section": section, "attempt": attempt, "batches": said}


def closure_of_java() -> bytes:
    """The file ``closure_1_7`` as a Java program writes it: two steps with functions that are named."""

    def text(value: str) -> bytes:
        data = value.encode()
        short = value.isascii() and len(value) <= 255  # other text has the long form, always
        return (
            struct.pack("<cB", b"\x8c", len(data)) if short else struct.pack("<cI", b"X", len(data))
        ) + data

    def texts(*values: str) -> bytes:
        return b"](" + b"".join(map(text, values)) + b"e"

    def step(kind: str, site: str, reference: str, *rest: bytes) -> bytes:
        resolve = text("firesteel._worker.function_references") + text("resolve") + b"\x93"
        call = resolve + b"(" + text(reference) + b"".join(rest) + b"tR"
        return b"(" + text(kind) + call + text(site) + b"t"

    source = "def keep(é): return é > 1\n"
    body = b"\x80\x05]("
    body += step("map", "mapPython at App.java:3", "math:sqrt", b"N", texts(), texts())
    body += step(
        "filter", "filterPython at App.java:4", "keep", text(source), texts("/opt/é"), texts("numpy>=1.0")
    )
    body += b"e."
    return b"FSC1" + struct.pack("<I", crc32c(b"closure_1_7" + body)) + body


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def write_json(name: str, value: Any) -> None:
    """Write a description."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write every file."""
    for name, (kind, body) in FRAMES.items():
        (HERE / f"{name}.msgpack").write_bytes(frame(kind, body))
        write_json(name, {"type": kind, "code": CODES[kind], "body": plain(body)})
    (HERE / "shuffle_table.bin").write_bytes(table(TABLE["maps"], TABLE["partitions"]))  # type: ignore[arg-type]
    write_json("shuffle_table", TABLE)
    (HERE / "closure_of_java.bin").write_bytes(closure_of_java())
    data, said = block()
    (HERE / "block.bin").write_bytes(data)
    write_json("block", plain(said))


if __name__ == "__main__":
    main()
