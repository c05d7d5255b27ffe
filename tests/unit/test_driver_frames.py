"""The Python driver writes and reads the golden frames between drivers and the engine, tests/wire/driver."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgpack
import pytest
from py4j.protocol import Py4JJavaError

from firesteel import SparkConf, StorageLevel
from firesteel._context.names import _require
from firesteel._driver.errors import JobCancelledError, job_error
from firesteel._driver.java_functions import java_closure
from firesteel._driver.jobs import Series
from firesteel._driver.lineage import (
    Closure,
    Coalesced,
    Crossing,
    Input,
    JavaStep,
    Node,
    Paired,
    Published,
    Samples,
    Saved,
    Shuffle,
    Shuffled,
    Sorted,
    Source,
    Step,
    Union,
)
from firesteel._driver.progress import ProgressBar
from firesteel._driver.session import Session
from firesteel._driver.workers_python import WorkersPython
from firesteel.broadcast import Broadcast
from firesteel.errors import PySparkValueError

WIRE = Path(__file__).parents[1] / "wire" / "driver"
PROGRAMS = sorted(path.stem for path in WIRE.glob("*.program"))
FAILURES = sorted(path.stem.removeprefix("seen_") for path in WIRE.glob("seen_*.json"))
DIRECTORY = "/application/driver"
PARTS = [["/checkpoints/rdd-1/part-00000-7", "rdd_0_1_0", 4096, 70, 4294967301]]
SLICES = [[0, 96, 2, 0], [96, 70000, 65536, 1]]


class Recorder:
    """Stands for the link to the engine: keeps the bytes that it would send."""

    def __init__(self, directory: Path) -> None:
        self.hello = {"driver_directory": str(directory), "directories": {"disk": ["/"], "memory": None}}
        self.real = str(directory)
        self.sent: list[bytes] = []
        self.asked: Any = None

    def call(self, method: str, *arguments: Any) -> dict[str, Any]:
        for request in arguments:
            packed = msgpack.packb(self.spelled(request))
            self.sent.append(packed)
        if method == "lookup":
            found: dict[str, Any] = msgpack.unpackb((WIRE / "answer_lookup_python.msgpack").read_bytes())
            return found
        if self.asked is not None:
            self.asked()
        return {"ok": True, "results": [], "accumulators": [], "notices": []}

    def spelled(self, value: Any) -> Any:
        """Have the driver's directory be the one of the golden frames."""
        if isinstance(value, str):
            return value.replace(self.real, DIRECTORY)
        if isinstance(value, dict):
            return {key: self.spelled(item) for key, item in value.items()}
        return [self.spelled(item) for item in value] if isinstance(value, list | tuple) else value

    def require_owner(self) -> None:
        return None

    def require_files(self, directory: str) -> None:
        return None

    def drain_output(self) -> None:
        return None


class Program:
    """Says the lines of a program with the driver's own classes."""

    def __init__(self, session: Session, recorder: Recorder) -> None:
        self.session = session
        self.recorder = recorder
        self.things: dict[str, Any] = {}
        self.properties: dict[str, str] = {}
        self.series = Series()
        self.jobs = 0

    def say(self, lines: list[str]) -> None:
        for at, line in enumerate(lines):
            words = line.split()
            if words[0] == "ask":  # what follows is said before the answer comes
                self.recorder.asked = lambda rest=lines[at + 1 :]: self.rest(rest)
                self.job(words[1])
                return
            if words[1:2] == ["="]:
                self.things[words[0]] = self.make(words[2], *words[3:])
            else:
                getattr(self, words[0])(*words[1:])

    def rest(self, lines: list[str]) -> None:
        self.recorder.asked = None
        self.say(lines)

    def make(self, word: str, *given: str) -> Any:
        if word == "key":
            return Closure(abs, "key")
        if word == "broadcast":
            return self.broadcast()
        if word == "lookup":
            return self.session.found(self.session.lookup(*given))
        number = self.session.next_number()
        return getattr(self, f"make_{word}")(number, *given)

    def nodes(self, names: tuple[str, ...]) -> tuple[Node, ...]:
        return tuple(self.things[name] for name in names)

    def source(self, number: int, op: str, fields: dict[str, Any], partitions: int) -> Source:
        return Source(number, op, f"{op} at app:{number}", lambda: (fields, partitions))

    def make_input(self, number: int, name: str) -> Node:
        site = f"input at app:{number}"
        return Input(number, site, name, {}, ("java", "python"), lambda: ({"files": 6}, 1))

    def make_slices(self, number: int) -> Node:
        path = f"{DIRECTORY}/input_0_{number}"
        return self.source(number, "slices", {"path": path, "slices": SLICES}, 2)

    def make_saved(self, number: int) -> Node:
        return self.source(number, "saved", {"directory": "/checkpoints/rdd-1", "parts": PARTS}, 1)

    def make_range(self, number: int) -> Node:
        fields = {"start": "0", "step": "-2", "count": 1 << 32, "partitions": 3}
        return self.source(number, "range", fields, 3)

    def make_empty(self, number: int) -> Node:
        return self.source(number, "empty", {}, 0)

    def make_found(self, number: int, driver: str, node: str) -> Node:
        found = {"node": [int(driver), int(node)], "site": "found", "language": "python", "partitions": 1}
        return Published(number, found, self.session.requests.compiler.held(found["node"]))

    def make_union(self, number: int, *parents: str) -> Node:
        return Union(number, f"union at app:{number}", self.nodes(parents), aligned=False)

    def make_aligned(self, number: int, *parents: str) -> Node:
        return Union(number, f"aligned at app:{number}", self.nodes(parents), aligned=True)

    def make_coalesced(self, number: int, parent: str, partitions: str) -> Node:
        return Coalesced(number, f"coalesced at app:{number}", self.things[parent], int(partitions))

    def make_zipped(self, number: int, left: str, right: str) -> Node:
        return Paired(number, "zipped", f"zipped at app:{number}", self.things[left], self.things[right])

    def make_product(self, number: int, left: str, right: str) -> Node:
        return Paired(number, "product", f"product at app:{number}", self.things[left], self.things[right])

    def make_step(self, number: int, parent: str, *broadcasts: str) -> Node:
        used = [self.things[name] for name in broadcasts]
        function = (lambda value: (value, used)) if used else abs
        return Step(number, f"pipeline at app:{number}", self.things[parent], "map", function)

    def make_barrier(self, number: int, parent: str) -> Node:
        step = Step(number, f"pipeline at app:{number}", self.things[parent], "mapPartitions", iter)
        step.barrier = True
        return step

    def make_crossing(self, number: int, parent: str, to: str) -> Node:
        return Crossing(number, f"crossing at app:{number}", self.things[parent], to)

    def make_function(self, number: int, parent: str, language: str) -> Node:
        site = f"pipeline at app:{number}"
        if language == "python":
            return Step(number, site, self.things[parent], "map", abs)
        function = java_closure(self.session, "com.example.Twice", "map", site)
        return JavaStep(number, site, self.things[parent], function)

    def make_shuffle(self, number: int, parent: str, partitions: str, how: str, *given: str) -> Shuffle:
        site = f"shuffle at app:{number}"
        partitioner: tuple[Any, ...] = ("hash",)
        if how == "custom":
            partitioner = ("custom", Closure(abs, site))
        elif how == "sort":
            partitioner = ("sort", self.things[given[0]], given[1] == "ascending")
        combine = Closure(abs, site) if given == ("combine",) else None
        return Shuffle(number, self.things[parent], int(partitions), partitioner, combine, site)

    def make_shuffled(self, number: int, shuffle: str, how: str) -> Node:
        site = f"shuffled at app:{number}"
        words = (how, Closure(abs, site)) if how == "combined" else (how,)
        return Shuffled(number, site, self.things[shuffle], words)

    def make_samples(self, number: int, shuffle: str) -> Node:
        return Samples(number, f"samples at app:{number}", self.things[shuffle])

    def make_sorted(self, number: int, *given: str) -> Node:
        shuffle, bounds, partitions, key, order = given
        return Sorted(
            number,
            f"sorted at app:{number}",
            self.things[shuffle],
            None if bounds == "-" else self.things[bounds],
            int(partitions),
            self.things[key],
            order == "ascending",
        )

    def broadcast(self) -> Any:
        context: Any = SimpleNamespace(_driver=self.session)
        return Broadcast(context, 1)

    def run(
        self, node: str, partitions: list[int] | None = None, sink: Any = None, series: Any = None
    ) -> None:
        number, self.jobs = self.jobs, self.jobs + 1
        site = f"job at app:{number}"
        self.session.jobs.run(self.things[node], partitions, self.properties, site, sink, series)

    def job(self, node: str, *sink: str) -> None:
        self.run(node, sink=list(sink) or None)

    def first(self, node: str, *partitions: str) -> None:
        self.run(node, [int(each) for each in partitions], series=self.series)

    def next(self, node: str, *partitions: str) -> None:
        self.first(node, *partitions)

    def property(self, key: str, value: str) -> None:
        self.properties[key] = value

    def persist(self, node: str, level: str) -> None:
        self.things[node].level = getattr(StorageLevel, level)
        self.session.level_changed(self.things[node])

    def unpersist(self, node: str) -> None:
        self.things[node].level = None
        self.session.level_changed(self.things[node])

    def publish(self, node: str, name: str) -> None:
        assert self.session.publish(name, self.things[node])["ok"]

    def cut(self, node: str) -> None:
        saved = Saved("/checkpoints/rdd-1", True, PARTS)
        self.session.checkpoints.cut(self.things[node], saved)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_driver_says_what_was_agreed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkersPython, "path", lambda self: ["/program"])
    recorder = Recorder(tmp_path)
    session = Session(recorder, SparkConf(), ProgressBar())  # type: ignore[arg-type]
    Program(session, recorder).say((WIRE / f"{name}.program").read_text(encoding="utf-8").splitlines())
    golden = sorted(WIRE.glob(f"python_{name}_?.msgpack"))
    assert [msgpack.unpackb(sent) for sent in recorder.sent] == [
        msgpack.unpackb(path.read_bytes()) for path in golden
    ]
    assert recorder.sent == [path.read_bytes() for path in golden]
    session._releases.stop()


@pytest.mark.parametrize("name", FAILURES)
def test_the_driver_tells_of_a_failure_what_was_agreed(name: str) -> None:
    answer = msgpack.unpackb((WIRE / f"answer_{name}.msgpack").read_bytes())
    seen = json.loads((WIRE / f"seen_{name}.json").read_text(encoding="utf-8"))
    error = job_error(answer["failure"], "collect at app.py:20", show_java=False)
    assert isinstance(error, Py4JJavaError)
    assert isinstance(error, JobCancelledError) == (seen["kind"] == "cancelled")
    assert error.kind == seen["kind"]
    assert (error.failure["job"], error.failure["partition"]) == (seen["job"], seen["partition"])
    for fragment in seen["tells"]:
        assert fragment in str(error)
    assert (f"record: {seen['record']}" in str(error)) == (seen["record"] is not None)


@pytest.mark.parametrize(("language", "level"), [("python", StorageLevel.MEMORY_AND_DISK), ("java", None)])
def test_the_driver_knows_of_a_name_what_was_agreed(
    language: str, level: StorageLevel | None, tmp_path: Path
) -> None:
    session = Session(Recorder(tmp_path), SparkConf(), ProgressBar())  # type: ignore[arg-type]
    answer = msgpack.unpackb((WIRE / f"answer_lookup_{language}.msgpack").read_bytes())
    found = session.found(answer)
    assert (found.language, found.partitions, found.site) == (language, 2, "map at Größe.java:12")
    assert found.level == level
    session._releases.stop()


def test_a_name_that_is_refused_is_an_error_with_the_engines_words() -> None:
    answer = msgpack.unpackb((WIRE / "answer_refused.msgpack").read_bytes())
    with pytest.raises(PySparkValueError, match='lookup: no RDD is published as "größe"'):
        _require(answer, "lookup")


def test_the_driver_reads_the_rows_of_results() -> None:
    answer = msgpack.unpackb((WIRE / "answer_results.msgpack").read_bytes())
    assert answer["results"] == [
        [0, b"FSE1", None, 4, 12, 4294967301],
        [1, None, "/application/é/result_7_1.18", 70000, 65536, 18],
        [2, None, None, 0, 0, 19],
    ]
    assert answer["accumulators"] == [b"one", b""]
    assert answer["notices"] == ["The memory tier is full."]


def test_there_are_golden_frames() -> None:
    assert len(PROGRAMS) >= 10
    assert len(FAILURES) >= 13
