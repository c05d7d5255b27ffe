"""Cached blocks in a worker whose memory tier is short of room: every record, and never a partial block."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firesteel._worker.frames import Frame

_SPEC = importlib.util.spec_from_file_location(
    "worker_support", Path(__file__).with_name("worker_support.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
_SUPPORT = sys.modules.setdefault("worker_support", importlib.util.module_from_spec(_SPEC))
_SPEC.loader.exec_module(_SUPPORT)
Rig, records_of = _SUPPORT.Rig, _SUPPORT.records_of

RECORDS = [f"{number:07d}" * 10 for number in range(40_000)]
LEVEL = {"disk": False, "memory": True, "off_heap": False, "deserialized": False, "replication": 1}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    (tmp_path / "scratch").mkdir()
    made = Rig(tmp_path)
    yield made
    made.close()


class Engine:
    """Grants a number of bytes in all, then says where to go on."""

    def __init__(self, left: int, otherwise: str | None = None) -> None:
        self.left = left
        self.otherwise = otherwise

    def room(self, _: str, wish: int, least: int) -> tuple[int, str | None]:
        granted = wish if wish <= self.left else least if least <= self.left else 0
        self.left -= granted
        return granted, None if granted else self.otherwise


def run(rig: Rig, source: list[Any], space: int, engine: Engine) -> tuple[list[Any], list[Any]]:
    """Run a task; give the records, and the blocks that it reported."""
    body = rig.body(["Result", source, "result_0_0"], rdd_0_5_0=str(rig.root / "rdd_0_5_0"))
    body["space"] = {"rdd_0_5_0": space}
    kind, done = rig.worker.task(body, engine)
    assert kind == Frame.DONE, done["error"]["traceback"]
    return records_of(done["result"], "result_0_0", body["task"]["id"]), done["blocks"]


def cached(rig: Rig) -> list[Any]:
    return ["Cached", rig.slice(RECORDS), "rdd_0_5_0", LEVEL]


def blocks(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("rdd_*"))


def test_with_room_the_block_is_kept(rig: Rig, tmp_path: Path) -> None:
    records, made = run(rig, cached(rig), 1 << 20, Engine(100 << 20))
    assert records == RECORDS
    path = tmp_path / "rdd_0_5_0"
    assert made == [["rdd_0_5_0", str(path), path.stat().st_size, len(RECORDS)]]


@pytest.mark.parametrize("room", [0, 1 << 16, 1 << 20, 3 << 19])
@pytest.mark.parametrize("space", [0, 1 << 20])
def test_without_room_the_records_pass_through(rig: Rig, tmp_path: Path, space: int, room: int) -> None:
    records, made = run(rig, cached(rig), space, Engine(room))
    assert records == RECORDS
    assert made == []
    assert blocks(tmp_path) == []


@pytest.mark.parametrize("space", [0, 1 << 20])
def test_a_block_that_may_be_on_disk_goes_on_there(rig: Rig, tmp_path: Path, space: int) -> None:
    (tmp_path / "disk").mkdir()
    path = tmp_path / "disk" / "rdd_0_5_0"
    records, made = run(rig, cached(rig), space, Engine(1 << 20, str(path)))
    assert records == RECORDS
    assert made == [["rdd_0_5_0", str(path), path.stat().st_size, len(RECORDS)]]
    assert blocks(tmp_path) == ["disk/rdd_0_5_0"]


def test_a_block_named_twice_is_computed_once_even_without_room(rig: Rig, tmp_path: Path) -> None:
    calls = tmp_path / "calls"

    def noted(record: str) -> tuple[str, bytes]:
        with calls.open("ab") as file:
            file.write(b".")
        return record, os.urandom(4)

    source = ["Cached", rig.pipeline(rig.slice(RECORDS[:5000]), ("map", noted)), "rdd_0_5_0", LEVEL]
    records, made = run(rig, ["Chain", [source, source]], 0, Engine(0))
    assert records[:5000] == records[5000:]
    assert calls.stat().st_size == 5000
    assert made == []
    assert blocks(tmp_path) == []


def test_a_user_error_half_way_leaves_no_block(rig: Rig, tmp_path: Path) -> None:
    def fail(record: str) -> str:
        if record == RECORDS[30_000]:
            raise ValueError("thirty thousand")
        return record

    source = ["Cached", rig.pipeline(rig.slice(RECORDS), ("map", fail)), "rdd_0_5_0", LEVEL]
    body = rig.body(["Result", source, "result_0_0"], rdd_0_5_0=str(tmp_path / "rdd_0_5_0"))
    body["space"] = {"rdd_0_5_0": 1 << 20}
    kind, failed = rig.worker.task(body, Engine(0))
    assert kind == Frame.FAILED
    assert failed["error"]["message"] == "thirty thousand"
    assert blocks(tmp_path) == []
