"""Accumulators through the engine: each successful task once, whatever was retried or computed again."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import Counter
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import files

from firesteel import AccumulatorParam, SparkContext, accumulators


class Counts(AccumulatorParam):
    def zero(self, value: Counter) -> Counter:
        return Counter()

    def addInPlace(self, value1: Counter, value2: Counter) -> Counter:
        value1.update(value2)
        return value1


class Vector(AccumulatorParam):
    def zero(self, value: np.ndarray) -> np.ndarray:
        return np.zeros_like(value)

    def addInPlace(self, value1: np.ndarray, value2: np.ndarray) -> np.ndarray:
        value1 += value2
        return value1


def once(marker: Path) -> bool:
    """Return True the first time, in whichever process."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def test_an_update_in_an_action_and_in_a_transformation(sc: SparkContext) -> None:
    seen = sc.accumulator(0)
    sc.parallelize(range(100), 4).foreach(lambda x: seen.add(x))
    assert seen.value == 4950
    mapped = sc.parallelize(range(10), 2).map(lambda x: seen.add(1) or x)
    assert seen.value == 4950, "a transformation alone adds nothing"
    mapped.count()
    assert seen.value == 4960
    mapped.count()
    assert seen.value == 4970, "each action computes it again, as in PySpark"


def test_cached_records_are_counted_when_they_are_computed(sc: SparkContext) -> None:
    seen = sc.accumulator(0)
    cached = sc.parallelize(range(10), 2).map(lambda x: seen.add(1) or x).cache()
    assert cached.sum() == cached.sum() == 45
    assert seen.value == 10


def test_params_of_ones_own(sc: SparkContext) -> None:
    counts = sc.accumulator(Counter(), Counts())
    sc.parallelize("abcab", 3).foreach(lambda letter: counts.add(Counter(letter)))
    assert counts.value == Counter("abcab")
    vector = sc.accumulator(np.array([1.0, 0.0]), Vector())
    sc.parallelize(range(4), 2).foreach(lambda x: vector.add(np.array([x, 1.0])))
    assert vector.value.tolist() == [7.0, 4.0]


def test_large_updates_travel_as_files_which_go(sc: SparkContext) -> None:
    big = sc.accumulator(np.zeros(300_000), Vector())
    sc.parallelize(range(4), 4).foreach(lambda x: big.add(np.full(300_000, float(x))))
    assert big.value.tolist() == [6.0] * 300_000
    assert files(sc.applicationId, "accumulators_") == []


def test_a_killed_worker_counts_nothing(sc: SparkContext, tmp_path: Path) -> None:
    seen, marker = sc.accumulator(0), tmp_path / "marker"

    def work(x: int) -> int:
        seen.add(1)
        if x % 25 == 24 and once(marker):
            os.kill(os.getpid(), signal.SIGKILL)
        return x

    assert sc.parallelize(range(100), 4).map(work).sum() == 4950
    assert seen.value == 100


def test_a_map_task_that_runs_again_is_not_counted_again(sc: SparkContext) -> None:
    seen = sc.accumulator(0)
    counts = sc.parallelize(range(1000), 4).map(lambda x: (seen.add(1) or x % 7, 1)).reduceByKey(add, 3)
    reference = sorted(counts.collect())
    assert seen.value == 1000
    for path in files(sc.applicationId, "shuffle_"):
        if path.name.count("_") == 3:
            path.unlink()
    assert sorted(counts.collect()) == reference
    assert seen.value == 1000


def test_the_tasks_that_succeeded_count_when_the_job_fails(sc: SparkContext) -> None:
    seen = sc.accumulator(0)

    def work(x: int) -> Any:
        seen.add(1)
        return 1 // (x - 2)

    rdd = sc.parallelize(range(3), 3)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        rdd.foreachPartition(lambda rows: [work(x) for x in rows])
    assert seen.value <= 2, "the failed task is not counted"
    pairs = sc.parallelize(range(10), 2).map(lambda x: (seen.add(100) or x, x)).reduceByKey(add, 1)
    before = seen.value
    with pytest.raises(Exception, match="ZeroDivisionError"):
        pairs.map(lambda pair: 1 // 0).collect()
    assert seen.value == before + 1000, "the map tasks had succeeded"


def test_reading_the_value_in_a_task_is_refused(sc: SparkContext) -> None:
    seen = sc.accumulator(0)
    with pytest.raises(Exception, match=r"Accumulator\.value"):
        sc.parallelize([1], 1).map(lambda _: seen.value).collect()

    def write(_: int) -> None:
        seen.value = 3

    with pytest.raises(Exception, match=r"Accumulator\.value"):
        sc.parallelize([1], 1).foreach(write)


def test_sums_of_floats_do_not_depend_on_which_task_was_quicker(sc: SparkContext) -> None:
    sums = set()
    for _ in range(5):
        total = sc.accumulator(0.0)
        sc.parallelize(range(64), 16).foreach(lambda x: total.add(0.1 * x))  # noqa: B023
        sums.add(total.value)
    assert len(sums) == 1


def test_an_update_that_cannot_be_pickled_is_told_from_a_record(sc: SparkContext) -> None:
    locks = sc.accumulator(Counter(), Counts())
    with pytest.raises(Exception, match="cannot pickle an accumulator's number") as caught:
        sc.parallelize([1], 1).foreach(lambda _: locks.add({threading.Lock(): 1}))
    assert "test_accumulators.py" in str(caught.value)
    assert sc.parallelize([1], 1).count() == 1


def test_an_accumulator_that_is_dropped_takes_its_value_along(sc: SparkContext) -> None:
    def once() -> int:
        seen = sc.accumulator(0)
        sc.parallelize(range(10), 2).foreach(seen.add)
        assert seen.value == 45
        return seen.aid

    number = once()
    gc.collect()
    assert number not in accumulators._driver_registry
