"""Block files that are cut, flipped, zeroed, swapped or removed: the answer is right all the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from operator import add
from pathlib import Path

import pytest
from application import files
from injections import DAMAGES
from py4j.protocol import Py4JJavaError

from firesteel import SparkContext, StorageLevel


@pytest.fixture(scope="module")
def sc():
    with SparkContext("local[2]", "damage") as context:
        yield context


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_shuffle_file_is_made_again(sc, damage, seed):
    dice = random.Random(seed)
    counts = sc.parallelize(range(20_000), 4).map(lambda x: (f"key {x % 501}", x)).reduceByKey(add, 3)
    reference = sorted(counts.collect())
    path = dice.choice([p for p in files(sc.applicationId, "shuffle_") if p.stat().st_size])
    damage(path, dice)
    assert sorted(counts.collect()) == reference


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_shuffle_table_is_written_again(sc, damage):
    dice = random.Random(3)
    counts = sc.parallelize(range(1000), 4).map(lambda x: (x % 7, x)).reduceByKey(add, 3)
    reference = sorted(counts.collect())
    tables = [path for path in files(sc.applicationId, "shuffle_") if ".table." in path.name]
    damage(max(tables, key=lambda path: path.stat().st_mtime_ns), dice)
    assert sorted(counts.collect()) == reference


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_sort_run_is_made_again(sc, damage):
    dice = random.Random(5)
    numbers = [dice.random() for _ in range(20_000)]
    ordered = sc.parallelize(numbers, 4).sortBy(lambda x: x, numPartitions=3)
    assert ordered.collect() == sorted(numbers)
    path = dice.choice([p for p in files(sc.applicationId, "shuffle_") if p.stat().st_size])
    damage(path, dice)
    assert ordered.collect() == sorted(numbers)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY], ids=["memory", "disk"])
def test_a_damaged_cached_block_is_dropped_and_computed_again(sc, damage, level):
    dice = random.Random(7)
    cached = sc.parallelize(range(30_000), 4).map(lambda x: (x, str(x))).persist(level)
    reference = cached.collect()
    blocks = files(sc.applicationId, "rdd_")
    assert len(blocks) == 4
    damage(dice.choice(blocks), dice)
    assert cached.collect() == reference
    cached.unpersist(blocking=True)
    assert not files(sc.applicationId, "rdd_")


@pytest.mark.parametrize("action", ["take", "toLocalIterator"])
def test_an_action_of_several_jobs_gives_no_mixture_either(sc, tmp_path, action):
    """The map outputs are lost between two jobs of one action, and the reruns write other records."""
    state = tmp_path / "generation"
    state.write_text("1")

    def lose(index: int, records: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        given = list(records)
        if index == 2 and state.read_text() == "1":
            state.write_text("2")
            for path in lost():
                path.unlink()
        return iter(given)

    application = sc.applicationId
    before = {path.name for path in files(application, "shuffle_")}

    def lost() -> list[Path]:
        return [path for path in files(application, "shuffle_") if path.name not in before]

    shuffled = sc.parallelize(range(100), 2).map(lambda x: (x, state.read_text())).partitionBy(6)
    watched = shuffled.mapPartitionsWithIndex(lose)
    with pytest.raises(Py4JJavaError, match="not deterministic"):
        watched.take(100) if action == "take" else list(watched.toLocalIterator())
    assert {value for _, value in shuffled.collect()} == {"2"}


def test_a_function_that_is_not_deterministic_never_gives_a_mixture(sc, tmp_path):
    """Every map output is lost after a job has read them, and the reruns write other records."""
    state = tmp_path / "generation"
    state.write_text("1")

    def generation(x: int) -> tuple[int, str]:
        return x, Path(state).read_text()

    shuffled = sc.parallelize(range(1000), 2).map(generation).partitionBy(2)
    first = shuffled.collect()
    assert {value for _, value in first} == {"1"}
    state.write_text("2")
    for path in files(sc.applicationId, "shuffle_"):
        if path.name.count("_") >= 3:
            path.unlink()
    again = shuffled.collect()
    assert len({value for _, value in again}) == 1
