"""Checkpoints: the lineage is cut, the files outlive the application, damage is named."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError

from firesteel import SparkContext
from firesteel._data.errors import SourceError
from firesteel._driver.lineage import Node
from firesteel.errors import PySparkRuntimeError


def let_go(sc: SparkContext) -> None:
    """Run the driver's garbage collector, and let the engine remove what it no longer needs."""
    gc.collect()
    release = sc._driver.requests.take_releases()
    sc._driver.gateway.call("update", {"persist": [], "release": release, "blocking": True})


def engine(sc: SparkContext) -> dict[str, int]:
    """Return what the engine holds, after the driver's collector has run."""
    let_go(sc)
    return dict(sc._driver.gateway.call("status"))


def test_a_checkpoint_cuts_the_lineage(sc: SparkContext, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path))
    before = engine(sc)["shuffles"]
    rdd = sc.parallelize(range(100), 4).map(lambda n: (n % 7, n)).reduceByKey(lambda a, b: a + b)
    rdd.checkpoint()
    assert not rdd.isCheckpointed()
    assert rdd.getCheckpointFile() is None
    expected = sorted(rdd.collect())
    assert rdd.isCheckpointed()
    assert rdd.getCheckpointFile() == f"{sc.getCheckpointDir()}/rdd-{rdd.id()}"
    assert sorted(rdd.collect()) == expected
    assert sorted(rdd.map(lambda pair: pair).collect()) == expected
    assert engine(sc)["shuffles"] == before
    assert "reduceByKey" in rdd.toDebugString().decode()
    assert "parallelize" not in rdd.toDebugString().decode()
    assert rdd.toDebugString().startswith(b"(4)")


def test_a_child_s_job_writes_its_parent_s_checkpoint(sc: SparkContext, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path))
    calls = tmp_path / "calls"

    def noted(number: int) -> int:
        with calls.open("a") as out:
            out.write(".")
        return number

    parent = sc.parallelize(range(10), 2).map(noted)
    parent.checkpoint()
    child = parent.map(lambda number: number + 1)
    assert child.sum() == 55
    assert parent.isCheckpointed()
    assert calls.stat().st_size == 20, "once for the job and once for the checkpoint, as in Spark"
    assert child.sum() == 55
    assert calls.stat().st_size == 20


@pytest.mark.parametrize("turned", [False, True])
def test_a_checkpoint_is_made_from_its_parents_checkpoint_whichever_is_met_first(
    sc: SparkContext, turned: bool
) -> None:
    parent = sc.parallelize(range(10), 2).map(lambda n: (n, random.random()))
    child = parent.mapValues(lambda drawn: drawn)
    child.localCheckpoint()
    parent.localCheckpoint()
    (child.union(parent) if turned else parent.union(child)).count()
    assert child.collect() == parent.collect()


def test_a_cached_rdd_is_not_computed_for_its_checkpoint(sc: SparkContext, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path))
    calls = tmp_path / "calls"

    def noted(number: int) -> int:
        with calls.open("a") as out:
            out.write(".")
        return number

    rdd = sc.parallelize(range(10), 2).map(noted).cache()
    rdd.checkpoint()
    assert rdd.count() == 10
    assert calls.stat().st_size == 10
    rdd.unpersist(blocking=True)
    assert rdd.sum() == 45
    assert calls.stat().st_size == 10


def test_a_checkpoint_is_read_by_another_application(sc: SparkContext, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path))
    rdd = sc.parallelize(range(1000), 3).map(lambda n: (n, str(n)))
    rdd.checkpoint()
    rdd.count()
    program = (
        "import sys; from firesteel import SparkContext\n"
        "sc = SparkContext('local[2]', 'reader')\n"
        "rdd = sc._checkpointFile(sys.argv[1])\n"
        "print(rdd.getNumPartitions(), rdd.count(), rdd.collect() == [(n, str(n)) for n in range(1000)])\n"
    )
    file = rdd.getCheckpointFile()
    assert file is not None
    answer = subprocess.run(
        [sys.executable, "-c", program, file], capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.split() == ["3", "1000", "True"]


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_checkpoint_raises_and_names_the_file(
    sc: SparkContext, tmp_path: Path, damage: str
) -> None:
    sc.setCheckpointDir(str(tmp_path))
    rdd = sc.parallelize(range(1000), 2).map(lambda n: n + 1)
    rdd.checkpoint()
    rdd.count()
    victim = next(tmp_path.rglob("part-00001*"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 4
    if damage == "remove":
        victim.unlink()
    else:
        victim.write_bytes(data if damage == "flip" else data[: len(data) // 2])
    with pytest.raises(Py4JJavaError, match=victim.name) as caught:
        rdd.collect()
    assert "A checkpoint has no lineage" in str(caught.value)
    assert "textFile" not in str(caught.value)
    assert sc.parallelize([1]).count() == 1


def test_an_incomplete_checkpoint_is_none(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no complete checkpoint"):
        sc._checkpointFile(str(tmp_path))
    (tmp_path / "_partitions").write_bytes(b"FSC1 nonsense")
    with pytest.raises(SourceError, match="damaged"):
        sc._checkpointFile(str(tmp_path))


def test_jobs_of_two_threads_write_a_checkpoint_once(
    sc: SparkContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sc.setCheckpointDir(str(tmp_path))
    older = sc.parallelize(range(4), 2).map(abs)
    older.checkpoint()
    younger = older.map(abs)
    younger.checkpoint()
    checkpoints = sc._driver.checkpoints
    write = checkpoints._write

    def let_another_job_in(node: Node, *rest: Any) -> None:
        monkeypatch.setattr(checkpoints, "_write", write)
        other = threading.Thread(target=younger.count)  # it writes the younger one, which is free
        other.start()
        other.join()
        write(node, *rest)

    monkeypatch.setattr(checkpoints, "_write", let_another_job_in)
    assert younger.collect() == [0, 1, 2, 3]
    assert older.isCheckpointed()
    assert younger.isCheckpointed()
    assert younger.collect() == [0, 1, 2, 3]


def test_a_failed_job_leaves_no_checkpoint(sc: SparkContext, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path))
    marker = tmp_path / "fail"

    def fail(number: int) -> int:
        if marker.exists():
            raise ValueError("on purpose")
        return number

    rdd = sc.parallelize(range(10), 2).map(fail)
    rdd.checkpoint()
    marker.touch()
    with pytest.raises(Py4JJavaError, match="on purpose"):
        rdd.count()
    assert not rdd.isCheckpointed()
    assert list(tmp_path.rglob("part-*")) == []
    marker.unlink()
    assert rdd.count() == 10
    assert rdd.isCheckpointed()


def test_without_a_directory_a_checkpoint_is_refused() -> None:
    program = (
        "from firesteel import SparkContext\n"
        "from firesteel.errors import PySparkRuntimeError\n"
        "sc = SparkContext('local[1]', 'refused')\n"
        "assert sc.getCheckpointDir() is None\n"
        "try:\n    sc.parallelize([1]).checkpoint()\n"
        "except PySparkRuntimeError as refused:\n    print(refused)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Checkpoint directory has not been set in the SparkContext" in answer.stdout
    assert issubclass(PySparkRuntimeError, RuntimeError)


def test_local_checkpoints_go_with_their_rdds(sc: SparkContext) -> None:
    def checkpoints() -> list[str]:
        return [name for name in os.listdir(sc._driver.directory) if name.startswith("checkpoint-")]

    before = engine(sc)["nodes"]
    rdd = sc.parallelize(range(10), 2)
    for _ in range(8):
        rdd = rdd.map(lambda number: number + 1)
        rdd.localCheckpoint()
        assert rdd.isLocallyCheckpointed()
        rdd.count()
    assert rdd.sum() == 45 + 80
    assert rdd.isCheckpointed()
    assert rdd.getCheckpointFile() is None
    assert engine(sc)["nodes"] <= before + 3, "only the last one, and what the test holds"
    sc.parallelize([1]).persist().unpersist(blocking=True)
    sc._driver.gateway.call(
        "update", {"persist": [], "release": sc._driver.requests.take_releases(), "blocking": True}
    )
    assert len(checkpoints()) == 1
    del rdd
    gc.collect()
    sc._driver.gateway.call(
        "update", {"persist": [], "release": sc._driver.requests.take_releases(), "blocking": True}
    )
    assert sc.parallelize([1]).count() == 1
    sc._driver.gateway.call(
        "update", {"persist": [], "release": sc._driver.requests.take_releases(), "blocking": True}
    )
    assert checkpoints() == []
