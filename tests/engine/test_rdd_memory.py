"""Ten times as much data as ``spark.python.worker.memory``: right answers, workers that keep to it."""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firesteel import SparkConf, SparkContext

_SETTING = 64 << 20
_MOST = 1.5 * _SETTING
_WIDTH = 2000
_RECORDS = 10 * _SETTING // _WIDTH
_KEYS = _RECORDS // 16
_EVERY_S = 0.004


@pytest.fixture(scope="module")
def small() -> Iterator[SparkContext]:
    """Yield an engine with one slot, whose worker may grow by 64 MB."""
    conf = SparkConf().setMaster("local[1]").setAppName("memory").set("spark.python.worker.memory", "64m")
    with SparkContext(conf=conf) as context:
        yield context


class Growth:
    """Watches the anonymous memory (RssAnon) of the worker that runs the tasks."""

    def __init__(self, worker: int) -> None:
        self._status = Path(f"/proc/{worker}/status")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="growth")
        self.idle = self.most = self._own()

    def _own(self) -> int:
        fields = dict(line.split(":", 1) for line in self._status.read_text().splitlines())
        return int(fields["RssAnon"].split()[0]) << 10

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self.most = max(self.most, self._own())

    def __enter__(self) -> Growth:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def pairs(sc: SparkContext) -> Any:
    """Make pairs of a key and a text of its own, ten times the setting together, in two partitions."""
    return sc.range(_RECORDS, numSlices=2).map(lambda n: (n * 7919 % _KEYS, f"{n:010}" * (_WIDTH // 10)))


def of_key(key: int) -> int:
    """Count the records of a key."""
    return len(range(key * pow(7919, -1, _KEYS) % _KEYS, _RECORDS, _KEYS))


def check_groups(rdd: Any) -> None:
    found = rdd.mapValues(lambda texts: (len(texts), sum(int(text[:10]) for text in texts))).collect()
    assert len(found) == _KEYS
    assert sum(number for _, (number, _) in found) == _RECORDS
    assert sum(total for _, (_, total) in found) == _RECORDS * (_RECORDS - 1) // 2
    assert all(number == of_key(key) for key, (number, _) in found)


def group_by_key(sc: SparkContext) -> None:
    check_groups(pairs(sc).groupByKey(2))


def group_what_is_partitioned_already(sc: SparkContext) -> None:
    spread = pairs(sc).partitionBy(2)
    grouped = spread.groupByKey(2)
    assert grouped._node.shuffles() == ()
    check_groups(grouped)


def group_by(sc: SparkContext) -> None:
    grouped = pairs(sc).values().groupBy(lambda text: int(text[:10]) * 7919 % _KEYS, 2)
    check_groups(grouped)


def cogroup(sc: SparkContext) -> None:
    other = sc.range(_KEYS).map(lambda n: (n, n))
    both = pairs(sc).cogroup(other, 2)
    found = both.mapValues(lambda sides: (len(sides[0]), list(sides[1]))).collect()
    assert sorted((key, numbers) for key, (_, numbers) in found) == [(key, [key]) for key in range(_KEYS)]
    assert all(number == of_key(key) for key, (number, _) in found)


def join(sc: SparkContext) -> None:
    left = pairs(sc).partitionBy(2)
    right = sc.range(_KEYS).map(lambda n: (n, n)).partitionBy(2)
    joined = left.join(right, 2).map(lambda row: (row[0] - row[1][1], int(row[1][0][:10])))
    assert joined.reduceByKey(operator.add, 1).collect() == [(0, _RECORDS * (_RECORDS - 1) // 2)]


def distinct(sc: SparkContext) -> None:
    twice = pairs(sc).values().flatMap(lambda text: (text, text[:]))
    assert twice.distinct(2).map(lambda text: int(text[:10])).sum() == _RECORDS * (_RECORDS - 1) // 2


def add_up(sc: SparkContext) -> None:
    thrice = pairs(sc).values().flatMap(lambda text: (text, text, text))
    counts = thrice.map(lambda text: (text, 1)).reduceByKey(operator.add, 2)
    totals = counts.map(lambda pair: (pair[1], int(pair[0][:10]))).reduceByKey(operator.add, 1)
    assert totals.collect() == [(3, _RECORDS * (_RECORDS - 1) // 2)]


def aggregate_by_key(sc: SparkContext) -> None:
    lists = pairs(sc).aggregateByKey([], lambda texts, text: [*texts, text], operator.add, 2)
    check_groups(lists)


def aggregate_what_is_partitioned_already(sc: SparkContext) -> None:
    spread = pairs(sc).partitionBy(2)
    lists = spread.aggregateByKey([], lambda texts, text: [*texts, text], operator.add, 2)
    assert lists._node.shuffles() == ()
    check_groups(lists)


def sort_by_key(sc: SparkContext) -> None:
    keys = pairs(sc).sortByKey(numPartitions=2).map(lambda pair: pair[0]).collect()
    assert keys == sorted(n * 7919 % _KEYS for n in range(_RECORDS))


def sort_within_partitions(sc: SparkContext) -> None:
    parts = pairs(sc).repartitionAndSortWithinPartitions(2).keys().glom().collect()
    assert [sorted(part) for part in parts] == parts
    assert sum(map(len, parts)) == _RECORDS


def cartesian(sc: SparkContext) -> None:
    both = sc.range(2, numSlices=1).cartesian(pairs(sc).coalesce(1))
    assert both.map(lambda row: int(row[1][1][:10])).sum() == _RECORDS * (_RECORDS - 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    [
        group_by_key,
        group_what_is_partitioned_already,
        group_by,
        cogroup,
        join,
        distinct,
        add_up,
        aggregate_by_key,
        aggregate_what_is_partitioned_already,
        sort_by_key,
        sort_within_partitions,
        cartesian,
    ],
)
def test_ten_times_the_memory(small: SparkContext, work: Callable[[SparkContext], None]) -> None:
    worker = small.range(1, numSlices=1).map(lambda _: os.getpid()).first()
    with Growth(worker) as growth:
        work(small)
        assert small.range(1, numSlices=1).map(lambda _: os.getpid()).first() == worker
    grown = growth.most - growth.idle
    assert grown > _SETTING // 2, "the data was not large enough to show anything"
    assert grown <= _MOST, f"grew by {grown / (1 << 20):.0f} MB"
