"""A full disk, a memory tier that is full or gone: a clear error or another place, and the context goes on.

The directories are on small file systems of their own, for which the tests must be allowed to mount.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from application import files

from firesteel import SparkConf, SparkContext, StorageLevel

SIZE = 16 << 20
TOO_MUCH = 40


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def start(small: Path) -> Iterator[Callable[..., SparkContext]]:
    """Start contexts with settings, and stop them."""
    started: list[SparkContext] = []

    def make(**settings: Any) -> SparkContext:
        conf = SparkConf().setMaster("local[2]").setAppName("full")
        for key, value in settings.items():
            conf.set(key.replace("_", "."), str(value))
        started.append(SparkContext(conf=conf))
        return started[-1]

    yield make
    for sc in started:
        sc.stop()


def megabytes(sc: SparkContext, partitions: int = 4) -> Any:
    """Make 40 MB that do not compress."""
    return sc.parallelize(range(TOO_MUCH), partitions).map(lambda number: (number, os.urandom(1 << 20)))


def size_of(pair: tuple[int, bytes]) -> int:
    return len(pair[1])


def refused(sc: SparkContext, small: Path, action: Callable[[], Any]) -> None:
    """Check that an action fails with the directory and the bytes, and that the context goes on."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of several classes: the driver's own writes, and jobs
        action()
    text = str(caught.value)
    assert "No space left on device" in text
    assert str(small) in text
    assert re.search(r"writing \d+ bytes? to \S+ in \S+ failed, where \d+ bytes are free", text)
    own = sc.getConf().get("spark.local.dir") == str(small)
    assert ("set spark.local.dir" in text) == own, "the advice is about the directory that is full"
    assert ".," not in text
    assert sorted(sc.parallelize(range(10), 2).map(lambda n: (n % 2, n)).reduceByKey(max).collect()) == [
        (0, 8),
        (1, 9),
    ]


def test_a_cached_block_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small)
    rdd = megabytes(sc).persist(StorageLevel.DISK_ONLY)
    refused(sc, small, rdd.count)
    for path in files(sc.applicationId, "rdd_"):
        assert not path.name.endswith(".tmp"), "no partial block is left"
    rdd.unpersist(blocking=True)
    assert rdd.map(size_of).sum() == TOO_MUCH << 20


@pytest.mark.parametrize("level", ["MEMORY_ONLY", "MEMORY_AND_DISK"])
@pytest.mark.parametrize("stated", [SIZE, 1 << 30], ids=["as it is", "larger than it is"])
def test_a_full_memory_tier_is_no_error(
    start: Callable[..., SparkContext], small: Path, level: str, stated: int
) -> None:
    sc = start(firesteel_memory_dir=small, firesteel_memory_size=stated)
    rdd = megabytes(sc, 8).persist(
        getattr(StorageLevel, level)
    )  # there is room for two that are written at once
    for _ in range(3):
        assert rdd.map(size_of).sum() == TOO_MUCH << 20
    kept = files(sc.applicationId, "rdd_")
    assert len(kept) == (8 if level == "MEMORY_AND_DISK" else len([p for p in kept if small in p.parents]))
    assert any(small in path.parents for path in kept)


def test_results_go_to_disk_when_the_memory_tier_is_full(
    start: Callable[..., SparkContext], small: Path
) -> None:
    sc = start(firesteel_memory_dir=small, firesteel_memory_size=1 << 30)
    assert sum(map(size_of, megabytes(sc).collect())) == TOO_MUCH << 20
    assert files(sc.applicationId, "result_") == []


def test_a_shuffle_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small)
    refused(sc, small, lambda: megabytes(sc).partitionBy(4).count())


def test_saved_text_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start()
    lines = sc.parallelize(range(TOO_MUCH), 4).map(lambda _: os.urandom(1 << 19).hex())
    refused(sc, small, lambda: lines.saveAsTextFile(str(small / "saved")))
    assert list(small.iterdir()) == [], "nothing of it is left"


def test_a_checkpoint_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start()
    sc.setCheckpointDir(str(small))
    rdd = megabytes(sc)
    rdd.checkpoint()
    refused(sc, small, rdd.count)
    assert [path for path in small.rglob("*") if path.is_file()] == [], "nothing of it is left"


def test_functions_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small)
    table = os.urandom(TOO_MUCH << 20)
    refused(sc, small, lambda: sc.parallelize([1], 1).map(lambda x: table[x]).collect())


def test_a_spill_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small, spark_python_worker_memory="4m")
    rdd = sc.parallelize(range(400_000), 2).map(lambda number: (number, bytes(100) + b"%d" % number))
    grouped = rdd.groupByKey(2)
    refused(sc, small, grouped.count)


def test_a_broadcast_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small, firesteel_memory_share=0)
    value = os.urandom(TOO_MUCH << 20)
    refused(sc, small, lambda: sc.broadcast(value).value)


def test_a_collection_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small)
    records = [os.urandom(1 << 20) for _ in range(TOO_MUCH)]
    refused(sc, small, lambda: sc.parallelize(records, 4).count())


def test_results_on_a_full_disk(start: Callable[..., SparkContext], small: Path) -> None:
    sc = start(spark_local_dir=small, firesteel_memory_share=0)
    refused(sc, small, lambda: megabytes(sc).collect())
    assert files(sc.applicationId, "result_") == []


def test_a_memory_tier_that_somebody_removes_is_done_without(capfd: pytest.CaptureFixture[str]) -> None:
    with SparkContext("local[2]", "removed") as sc:
        cached = sc.parallelize(range(4), 4).map(lambda number: bytes([number]) * 2_000_000).cache()
        kept = sc.parallelize(range(100), 4).persist(StorageLevel.MEMORY_AND_DISK)
        assert cached.count() == 4
        assert kept.sum() == 4950
        (memory,) = Path("/dev/shm").glob(f"*{sc.applicationId}")
        shutil.rmtree(memory)
        assert kept.sum() == kept.sum() == 4950
        assert cached.map(len).sum() == cached.map(len).sum() == 8_000_000
        assert [record[0] for record in cached.collect()] == [0, 1, 2, 3]
        shared = sc.broadcast(bytes(3_000_000))
        assert sc.parallelize([0], 1).map(lambda _: len(shared.value)).collect() == [3_000_000]
    assert capfd.readouterr().err.count("has gone, so everything goes to disk") == 1
