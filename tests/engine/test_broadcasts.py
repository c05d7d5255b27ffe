"""Broadcasts through the engine: written once, mapped by the workers, gone when they are dropped."""

from __future__ import annotations

import gc
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import eventually

from firesteel import SparkContext
from firesteel.errors import PySparkRuntimeError


class Counted:
    """Counts how often it is unpickled, in a file."""

    def __init__(self, log: str) -> None:
        self.log = log

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        with open(self.log, "a") as file:
            file.write(f"{os.getpid()}\n")


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "text",
        b"x" * 3_000_000,
        {"a": [1, {2}]},
        [np.arange(400_000), "b"],
        np.zeros((0, 3)),
        lambda x: x,
    ],
    ids=["None", "int", "str", "bytes", "dict", "arrays", "empty", "function"],
)
def test_any_value_that_can_be_pickled(sc: SparkContext, value: Any) -> None:
    shared = sc.broadcast(value)
    (found,) = sc.parallelize([0], 1).map(lambda _: shared.value).collect()
    if callable(value):
        assert found(3) == 3
    elif isinstance(value, list):
        assert (found[0] == value[0]).all()
        assert found[1] == "b"
    elif isinstance(value, np.ndarray):
        assert found.shape == value.shape
    else:
        assert found == value


def test_a_value_is_unpickled_once_per_worker(sc: SparkContext, tmp_path: Path) -> None:
    log = tmp_path / "log"
    shared = sc.broadcast(Counted(str(log)))
    rdd = sc.parallelize(range(32), 16).map(lambda _: (shared.value.log, os.getpid())[1])
    pids = set(rdd.collect()) | set(rdd.collect())
    lines = log.read_text().split()
    assert sorted(lines) == sorted(map(str, pids))


def test_a_value_changed_by_a_task_is_changed_in_no_other_process(sc: SparkContext) -> None:
    shared = sc.broadcast(np.zeros(500_000))

    def change(_: int) -> int:
        shared.value[:] = os.getpid()
        return int((shared.value == os.getpid()).sum())

    assert sc.parallelize(range(4), 4).map(change).collect() == [500_000] * 4
    assert shared.value[0] == 0
    locked = np.arange(3)
    locked.flags.writeable = False
    fixed = sc.broadcast(locked)
    assert sc.parallelize([0], 1).map(lambda _: bool(fixed.value.flags.writeable)).collect() == [False]


def test_large_arrays_are_mapped_not_copied(sc: SparkContext) -> None:
    shared = sc.broadcast({"table": np.ones(8_000_000)})
    name = Path(shared._path).name

    def resident(_: int) -> tuple[int, int]:
        assert shared.value["table"].sum() == 8_000_000
        own = mapped = 0
        inside = False
        with open("/proc/self/smaps") as smaps:
            for line in smaps:
                words = line.split()
                if not words[0].endswith(":"):
                    inside = name in line
                elif inside and words[0] == "Rss:":
                    mapped += int(words[1]) << 10
                elif inside and words[0] == "Anonymous:":
                    own += int(words[1]) << 10
        return mapped, own

    for mapped, own in sc.parallelize(range(4), 4).map(resident).collect():
        assert mapped >= 60_000_000
        assert own < 1_000_000


def test_the_value_cannot_be_set_here_or_in_a_task(sc: SparkContext) -> None:
    shared = sc.broadcast([1])

    def refused(_: int) -> bool:
        try:
            shared.value = [2]  # type: ignore[misc]
        except AttributeError as refusal:
            return "make a new one" in str(refusal) and shared.value == [1]
        return False

    assert refused(0)
    assert sc.parallelize(range(4), 2).map(refused).collect() == [True] * 4


def test_unpersist_keeps_the_value_and_destroy_does_not(sc: SparkContext) -> None:
    shared = sc.broadcast([1, 2])
    use = sc.parallelize([0, 1], 2).map(lambda index: shared.value[index])
    assert use.collect() == [1, 2]
    shared.unpersist(blocking=True)
    assert use.collect() == [1, 2]
    path = shared._path
    shared.destroy(blocking=True)
    with pytest.raises(PySparkRuntimeError, match=r"used after destroy\(\)"):
        shared.value  # noqa: B018
    with pytest.raises(Exception, match=r"used after destroy\(\)"):
        sc.parallelize([0], 1).map(lambda index: shared.value[index]).collect()
    with pytest.raises(Exception, match=r"(?i)destroy") as caught:
        use.collect()
    assert shared._name in str(caught.value)
    with pytest.raises(PySparkRuntimeError, match="destroy"):
        shared.unpersist()
    assert sc.parallelize([1], 1).count() == 1
    eventually(lambda: not os.path.exists(path), "the file of a destroyed broadcast goes")


def test_tasks_can_read_broadcasts_only(sc: SparkContext) -> None:
    shared = sc.broadcast(1)
    for operation in ("unpersist", "destroy"):
        with pytest.raises(Exception, match=r"(?i)broadcast can only be|driver"):
            sc.parallelize([0], 1).map(lambda _: getattr(shared, operation)()).collect()  # noqa: B023


def test_a_broadcast_pickles_as_its_name(sc: SparkContext) -> None:
    shared = sc.broadcast(list(range(100_000)))
    assert len(pickle.dumps(shared)) < 200
    assert pickle.loads(pickle.dumps(shared)) is shared
    outer = sc.broadcast({"inner": shared})
    assert outer.value["inner"] is shared
    found = sc.parallelize([7], 1).map(lambda index: outer.value["inner"].value[index])
    assert found.collect() == [7], "a broadcast inside a broadcast reaches the workers too"


def test_the_file_outlives_the_last_reference_while_a_job_needs_it(sc: SparkContext, tmp_path: Path) -> None:
    def mapped() -> tuple[Any, str]:
        shared = sc.broadcast(list(range(1000)))
        return sc.parallelize(range(4), 4).map(lambda index: shared.value[index]), shared._path

    rdd, path = mapped()
    gc.collect()
    assert rdd.collect() == [0, 1, 2, 3]
    sc.parallelize([1]).count()
    assert rdd.map(lambda x: x + 1).collect() == [1, 2, 3, 4], "the lineage keeps the broadcast"
    del rdd
    gc.collect()
    sc.parallelize([1]).count()
    eventually(lambda: not os.path.exists(path), "without a lineage that uses it the file goes")


def test_a_damaged_broadcast_is_an_error_that_names_its_file(sc: SparkContext) -> None:
    shared = sc.broadcast(list(range(1000)))
    data = bytearray(Path(shared._path).read_bytes())
    data[500] ^= 1
    Path(shared._path).write_bytes(data)
    with pytest.raises(Exception, match="damaged") as caught:
        sc.parallelize([0], 1).map(lambda index: shared.value[index]).collect()
    assert shared._path in str(caught.value)
    assert "make it again with sc.broadcast" in str(caught.value)
    assert sc.parallelize(range(3), 1).sum() == 3
