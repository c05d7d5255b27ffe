"""Caching as a user sees it: levels, tiers, a memory tier that is too small, counts without reading."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from application import files
from py4j.protocol import Py4JJavaError

from firesteel import RDD, SparkConf, SparkContext, StorageLevel

MEMORY_SIZE = 8 << 20
LEVELS = {name: level for name, level in vars(StorageLevel).items() if isinstance(level, StorageLevel)}


@pytest.fixture
def start() -> Iterator[Callable[..., SparkContext]]:
    """Start contexts with settings, and stop them."""
    started: list[SparkContext] = []

    def make(**settings: str) -> SparkContext:
        conf = SparkConf().setMaster("local[2]").setAppName("blocks")
        for key, value in settings.items():
            conf.set(key.replace("_", "."), value)
        started.append(SparkContext(conf=conf))
        return started[-1]

    yield make
    for sc in started:
        sc.stop()


@pytest.fixture
def small(start: Callable[..., SparkContext]) -> SparkContext:
    """A context whose memory tier holds a tenth of what the tests cache."""
    return start(firesteel_memory_size=str(MEMORY_SIZE))


def big(sc: SparkContext, calls: Path | None = None) -> RDD[Any]:
    """Make 80 MB in 20 partitions."""

    def block(index: int) -> Iterator[bytes]:
        if calls is not None:
            with calls.open("a") as out:
                out.write(f"{index}\n")
        for number in range(1000):
            yield b"%d" % (index * 1000 + number) + os.urandom(2000) + bytes(2000)

    return sc.parallelize(range(20), 20).flatMap(block)


def tiers(sc: SparkContext) -> tuple[list[Path], list[Path]]:
    """Return the files of cached blocks in memory and on disk."""
    found = files(sc.applicationId, "rdd_")
    memory = [path for path in found if path.is_relative_to("/dev/shm")]
    return memory, [path for path in found if path not in memory]


def test_memory_only_keeps_what_fits_and_computes_the_rest(small: SparkContext, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    rdd = big(small, calls).map(len).map(lambda size: (size, b"x" * 4000)).cache()
    first = rdd.keys().sum()
    for _ in range(3):
        assert rdd.keys().sum() == first
        memory, disk = tiers(small)
        assert 0 < sum(path.stat().st_size for path in memory) <= MEMORY_SIZE
        assert disk == []
    computed = calls.read_text().split()
    assert len(computed) == 20 + 3 * (20 - len(memory))


def test_of_two_blocks_that_are_written_at_once_the_one_that_fits_is_kept(
    start: Callable[..., SparkContext], tmp_path: Path
) -> None:
    sc = start(firesteel_memory_size="16m")
    meeting = str(tmp_path / "meeting")
    os.mkfifo(meeting)

    def block(part: int, _: Any) -> Iterator[bytes]:
        for number in range(12):
            if number == 7:
                with open(meeting, "wb" if part else "rb"):  # each waits for the other
                    pass
            yield os.urandom(1 << 20)

    rdd = sc.parallelize(range(2), 2).mapPartitionsWithIndex(block).persist(StorageLevel.MEMORY_ONLY)
    assert rdd.map(len).sum() == 24 << 20
    memory, disk = tiers(sc)
    assert len(memory) == 1, "either has taken almost half when they notice that there is no room for both"
    assert disk == []


def test_memory_and_disk_keeps_everything(small: SparkContext, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    rdd = big(small, calls).persist(StorageLevel.MEMORY_AND_DISK)
    first = sorted(rdd.map(hash_of).collect())
    assert sorted(rdd.map(hash_of).collect()) == first
    assert len(calls.read_text().split()) == 20
    memory, disk = tiers(small)
    assert len(memory) + len(disk) == 20
    assert memory
    assert sum(path.stat().st_size for path in memory) <= MEMORY_SIZE


def hash_of(record: bytes) -> int:
    import zlib

    return zlib.crc32(record)


@pytest.mark.parametrize("level", ["MEMORY_ONLY", "MEMORY_AND_DISK"])
def test_an_rdd_makes_room_for_another(small: SparkContext, level: str) -> None:
    first = small.parallelize(range(6), 6).map(lambda n: os.urandom(1_000_000)).persist(LEVELS[level])
    before = first.map(hash_of).collect()
    second = small.parallelize(range(6), 6).map(lambda n: bytes(1_000_000)).cache()
    assert second.map(len).sum() == 6_000_000
    memory, disk = tiers(small)
    name = f"rdd_0_{second.id()}_"
    assert len([path for path in memory if path.name.startswith(name)]) == 6
    assert len(disk) >= 4 if level == "MEMORY_AND_DISK" else not disk
    if level == "MEMORY_AND_DISK":
        assert first.map(hash_of).collect() == before


@pytest.mark.parametrize("name", sorted(set(LEVELS) - {"NONE"}))
def test_every_level_is_honoured(start: Callable[..., SparkContext], name: str) -> None:
    sc = start()
    level = LEVELS[name]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        rdd = sc.parallelize(range(100), 2).map(str).persist(level)
        sc.parallelize(range(100), 2).persist(level)
    assert rdd.collect() == rdd.collect() == [str(n) for n in range(100)]
    assert rdd.getStorageLevel() == level
    memory, disk = tiers(sc)
    assert (len(memory), len(disk)) == ((2, 0) if level.useMemory else (0, 2))
    copies = [each for each in said if "one copy is kept" in str(each.message)]
    assert [each.filename for each in copies] == [__file__] * (level.replication > 1), "the user's line"
    rdd.unpersist(blocking=True)
    assert tiers(sc) == ([], [])


def test_a_level_of_no_copies_is_refused(start: Callable[..., SparkContext]) -> None:
    with pytest.raises(ValueError, match="0 copies"):
        start().parallelize([1]).persist(StorageLevel(True, True, False, False, 0))


def test_another_level_is_refused_until_unpersist(start: Callable[..., SparkContext]) -> None:
    sc = start()
    rdd = sc.parallelize(range(10), 2).map(str)
    assert rdd.count() == 10
    rdd.cache()
    assert tiers(sc) == ([], []), "it is materialized by the next job"
    assert rdd.count() == 10
    assert len(tiers(sc)[0]) == 2
    assert rdd.persist(StorageLevel.MEMORY_ONLY) is rdd
    with pytest.raises(Py4JJavaError, match="Cannot change storage level") as caught:
        rdd.persist(StorageLevel.DISK_ONLY)
    said = caught.value.java_exception.toString()
    assert said.startswith("java.lang.UnsupportedOperationException: Cannot change storage level of an RDD")
    rdd.unpersist(True).persist(StorageLevel.DISK_ONLY)
    assert rdd.count() == 10
    memory, disk = tiers(sc)
    assert (len(memory), len(disk)) == (0, 2)


def test_disk_blocks_are_spread_over_the_local_directories(
    start: Callable[..., SparkContext], tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    sc = start(spark_local_dir=",".join(str(tmp_path / name) for name in ("one", "two", "three")))
    rdd = sc.parallelize(range(30), 30).persist(StorageLevel.DISK_ONLY)
    assert rdd.sum() == rdd.sum() == sum(range(30))
    used = {path.relative_to(tmp_path).parts[0] for path in tiers(sc)[1]}
    assert used == {"one", "two", "three"}


def test_both_tiers_may_be_in_dev_shm(start: Callable[..., SparkContext]) -> None:
    sc = start(spark_local_dir="/dev/shm,/dev/shm")
    levels = StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY
    kept = [sc.parallelize(range(10), 2).persist(level) for level in levels]
    for rdd in kept:
        assert rdd.sum() == rdd.sum() == 45
    application = sc.applicationId
    blocks = files(application, "rdd_")
    assert sorted(path.parent.name == "memory" for path in blocks) == [False, False, True, True]
    sc.stop()
    assert not list(Path("/dev/shm").glob(f"*{application}*"))


def test_counts_of_what_is_cached_read_nothing(start: Callable[..., SparkContext], tmp_path: Path) -> None:
    sc = start()
    calls = tmp_path / "calls"

    def noted(index: int, records: Iterator[int]) -> Iterator[int]:
        with calls.open("a") as out:
            out.write(f"{index}\n")
        return records

    rdd = sc.parallelize(range(100), 4).mapPartitionsWithIndex(noted).cache()
    assert rdd.take(1) == [0]
    assert calls.read_text().split() == ["0"]
    assert rdd.count() == 100
    assert sorted(calls.read_text().split()) == ["0", "1", "2", "3"]
    for path in tiers(sc)[0]:
        path.unlink()  # nothing can be read any more
    assert rdd.count() == 100
    assert not rdd.isEmpty()
    assert rdd.take(0) == []
    assert len(calls.read_text().split()) == 4
    empty = sc.parallelize(range(100), 4).filter(lambda number: number < 0).cache()
    assert empty.isEmpty()
    assert empty.count() == 0


def test_without_a_memory_tier_blocks_go_to_disk_and_it_is_said_once(
    start: Callable[..., SparkContext], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sc = start(firesteel_memory_dir=str(tmp_path / "missing"))
    rdd = sc.parallelize(range(100), 4).cache()
    assert rdd.sum() == rdd.sum() == sum(range(100))
    memory, disk = tiers(sc)
    assert (len(memory), len(disk)) == (0, 4)
    sc.stop()
    assert capfd.readouterr().err.count("cached blocks go to spark.local.dir") == 1
