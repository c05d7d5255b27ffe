"""Crossings, as a worker sees them: batches that are asked for, given, refused, damaged or not wanted."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path
from typing import Any

import pytest

from firesteel._data.codec import BatchSize, Identity, Section
from firesteel._data.reading import read_batches
from firesteel._data.stored import StoredBytes
from firesteel._worker.frames import Frame

_SPEC = importlib.util.spec_from_file_location(
    "worker_support", Path(__file__).with_name("worker_support.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
support = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(support)


class Java:
    """The other half: gives batches that it holds, and keeps those that it gets."""

    def __init__(self, root: Path, batches: list[list[Any]], wanted: int = 1 << 30) -> None:
        self.root = root
        self.batches = batches
        self.wanted = wanted
        self.asked: list[int] = []
        self.got: list[tuple[int, list[Any]]] = []
        self.total: int | None = None
        self.attempt = 0
        self.said: int | None = None

    def room(self, name: str, wish: int, least: int) -> tuple[int, str | None]:
        raise AssertionError("nothing is in the memory tier")

    def patience(self, milliseconds: int) -> None:
        raise AssertionError("no barrier")

    def need(self, crossing: int) -> dict[str, Any]:
        self.asked.append(crossing)
        if len(self.asked) > len(self.batches):
            total = sum(map(len, self.batches)) if self.said is None else self.said
            return {"crossing": crossing, "path": None, "bytes": 0, "records": total}
        section = Section(Identity(f"crossing_{crossing}", 0, self.attempt))
        section.batches = len(self.asked) - 1
        records = self.batches[section.batches]
        data = b"".join(section.pickled(pickle.dumps(records, 5), len(records), BatchSize()))
        path = self.root / f"java-{section.batches}"
        path.write_bytes(data)
        return {"crossing": crossing, "path": str(path), "bytes": len(data), "records": len(records)}

    def give(self, crossing: int, path: str | None, size: int, records: int) -> bool:
        if path is None:
            self.total = records
            return False
        data = Path(path).read_bytes()
        assert len(data) == size
        identity = Identity(f"crossing_{crossing}", 0, self.attempt)
        (batch,) = read_batches(StoredBytes(data), identity, 0, size, len(self.got), trailer=False)
        assert len(batch) == records
        Path(path).unlink()
        self.got.append((crossing, list(batch)))
        self.wanted -= 1
        return self.wanted > 0


@pytest.fixture
def rig(tmp_path: Path) -> Any:
    made = support.Rig(tmp_path)
    (tmp_path / "scratch").mkdir()
    yield made
    made.close()


def run(rig: Any, java: Java, plan: list[Any]) -> tuple[Frame, dict[str, Any]]:
    body = rig.body(plan)
    java.attempt = body["task"]["id"]
    kind, answer = rig.worker.task(body, java)  # type: ignore[arg-type]
    return kind, answer


def test_what_java_gives_is_read_as_it_is_asked_for(rig: Any) -> None:
    java = Java(rig.root, [[1, 2], [(3, "x")]])
    source = rig.pipeline(["Crossing", ["Empty"], "java", 4], ("map", lambda record: [record]))
    kind, done = run(rig, java, ["Result", source, "result_0_0"])
    assert kind == Frame.DONE
    assert done["records"] == 3
    assert java.asked == [4, 4, 4]
    assert not list(rig.root.glob("java-*"))


def test_take_asks_for_no_more_than_it_needs(rig: Any) -> None:
    java = Java(rig.root, [[1, 2], [3], [4]])
    kind, done = run(
        rig, java, ["Result", rig.pipeline(["Crossing", ["Empty"], "java", 0], ("take", 2)), "result_0_0"]
    )
    assert (kind, done["records"]) == (Frame.DONE, 2)
    assert len(java.asked) == 1


def test_what_the_worker_makes_is_given_in_batches(rig: Any) -> None:
    java = Java(rig.root, [])
    records = [(str(number), number) for number in range(50_000)]
    source = rig.pipeline(rig.slice(records), ("map", lambda record: record))
    kind, done = run(rig, java, ["Exchange", source, 2])
    assert (kind, done["records"], java.total) == (Frame.DONE, 50_000, 50_000)
    assert [record for _, batch in java.got for record in batch] == records
    assert len(java.got) > 3
    assert len(java.got[0][1]) <= 16


def test_a_reader_that_has_enough_ends_the_writer(rig: Any) -> None:
    java = Java(rig.root, [], wanted=2)
    made = rig.root / "made"

    def counted(record: int) -> int:
        with made.open("a") as file:
            file.write("x")
        return record

    kind, done = run(rig, java, ["Exchange", rig.pipeline(["Range", "0", "1", 1 << 20], ("map", counted)), 0])
    assert kind == Frame.DONE
    assert done["records"] == sum(len(batch) for _, batch in java.got) == len(made.read_text())
    assert java.total is None


def test_a_crossing_may_read_another(rig: Any) -> None:
    java = Java(rig.root, [[1, 2, 3]])
    kind, _ = run(rig, java, ["Exchange", rig.pipeline(["Crossing", ["Empty"], "java", 1], ("map", str)), 0])
    assert kind == Frame.DONE
    assert java.got == [(0, ["1", "2", "3"])]


def test_a_record_that_java_cannot_have_is_the_users_error(rig: Any) -> None:
    source = rig.pipeline(["Range", "0", "1", 3], ("map", lambda number: (number, 1j)))
    kind, failed = run(rig, Java(rig.root, []), ["Exchange", source, 0])
    assert (kind, failed["kind"]) == (Frame.FAILED, "user")
    assert failed["error"]["operation"] == "map at app.py:1"
    assert (
        failed["error"]["message"]
        == "a record of map at app.py:1 cannot go to Java: it holds a complex: (0, 1j)"
    )


@pytest.mark.parametrize("damage", ["bytes", "count", "gone"])
def test_a_damaged_batch_is_a_failure_that_is_tried_again(rig: Any, damage: str) -> None:
    java = Java(rig.root, [[1, 2], [3, 4]])
    need = java.need

    def damaged(crossing: int) -> dict[str, Any]:
        body = need(crossing)
        if damage == "count" and body["path"] is None:
            body["records"] += 1
        elif damage == "bytes" and body["path"]:
            data = bytearray(Path(body["path"]).read_bytes())
            data[-1] ^= 1
            Path(body["path"]).write_bytes(data)
        elif damage == "gone" and body["path"]:
            Path(body["path"]).unlink()
        return body

    java.need = damaged  # type: ignore[method-assign]
    kind, failed = run(rig, java, ["Result", ["Crossing", ["Empty"], "java", 0], "result_0_0"])
    assert (kind, failed["kind"], failed["block"]) == (Frame.FAILED, "corrupt", None)
