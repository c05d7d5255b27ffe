"""A few of RDD's operations on lists: what they mean, without an engine, to compare answers with."""

from __future__ import annotations

import functools
import heapq
import itertools
import pickle
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class PlainBroadcast:
    """A value, as it is."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def unpersist(self) -> None:
        """Do nothing."""


class PlainContext:
    """Makes lists instead of RDDs; the number of partitions has no effect."""

    def parallelize(self, records: Iterable[Any], parts: int = 1) -> PlainRDD:
        return PlainRDD(records)

    def range(self, start: int, end: int, step: int = 1, parts: int = 1) -> PlainRDD:
        return PlainRDD(range(start, end, step))

    def textFile(self, path: str, parts: int = 1) -> PlainRDD:
        return PlainRDD(Path(path).read_bytes().decode().removesuffix("\n").split("\n"))

    def pickleFile(self, path: str) -> PlainRDD:
        return PlainRDD(pickle.loads((Path(path) / "part-00000").read_bytes()))

    def broadcast(self, value: Any) -> PlainBroadcast:
        return PlainBroadcast(value)


class PlainRDD:
    """Records in a list."""

    def __init__(self, records: Iterable[Any]) -> None:
        self._records = list(records)

    def _by_key(self) -> dict[Any, list[Any]]:
        groups: dict[Any, list[Any]] = {}
        for key, value in self._records:
            groups.setdefault(key, []).append(value)
        return groups

    def cache(self) -> PlainRDD:
        return self

    def map(self, function: Callable[[Any], Any]) -> PlainRDD:
        return PlainRDD(map(function, self._records))

    def filter(self, function: Callable[[Any], Any]) -> PlainRDD:
        return PlainRDD(filter(function, self._records))

    def flatMap(self, function: Callable[[Any], Any]) -> PlainRDD:
        return PlainRDD(itertools.chain.from_iterable(map(function, self._records)))

    def mapPartitions(self, function: Callable[[Any], Any]) -> PlainRDD:
        """Call it for each record, as many partitions as those are here."""
        return PlainRDD(itertools.chain.from_iterable(function(iter([record])) for record in self._records))

    def mapValues(self, function: Callable[[Any], Any]) -> PlainRDD:
        return PlainRDD((key, function(value)) for key, value in self._records)

    def values(self) -> PlainRDD:
        return PlainRDD(value for _, value in self._records)

    def reduceByKey(self, function: Callable[[Any, Any], Any], parts: int = 1) -> PlainRDD:
        return PlainRDD((key, functools.reduce(function, values)) for key, values in self._by_key().items())

    def groupByKey(self, parts: int = 1) -> PlainRDD:
        return PlainRDD(self._by_key().items())

    def aggregateByKey(self, zero: Any, sequence: Any, combine: Any, parts: int = 1) -> PlainRDD:
        return PlainRDD(
            (key, functools.reduce(sequence, [pickle.loads(pickle.dumps(zero)), *values]))
            for key, values in self._by_key().items()
        )

    def join(self, other: PlainRDD, parts: int = 1) -> PlainRDD:
        right = other._by_key()
        return PlainRDD((key, (one, two)) for key, one in self._records for two in right.get(key, ()))

    def sortByKey(self, numPartitions: int = 1) -> PlainRDD:
        return PlainRDD(sorted(self._records, key=lambda pair: pair[0]))

    def distinct(self, parts: int = 1) -> PlainRDD:
        return PlainRDD(dict.fromkeys(self._records))

    def zipWithIndex(self) -> PlainRDD:
        return PlainRDD((record, at) for at, record in enumerate(self._records))

    def cartesian(self, other: PlainRDD) -> PlainRDD:
        return PlainRDD(itertools.product(self._records, other._records))

    def sample(self, replaced: bool, share: float, seed: int) -> PlainRDD:
        """Take every n-th record."""
        return PlainRDD(self._records[:: round(1 / share)])

    def pipe(self, command: str) -> PlainRDD:
        """Know one program only."""
        assert command == "cat"
        return self

    def saveAsTextFile(self, path: str) -> None:
        Path(path).mkdir()
        (Path(path) / "part-00000").write_bytes("".join(f"{line}\n" for line in self._records).encode())

    def saveAsPickleFile(self, path: str) -> None:
        Path(path).mkdir()
        (Path(path) / "part-00000").write_bytes(pickle.dumps(self._records))

    def collect(self) -> list[Any]:
        return list(self._records)

    def count(self) -> int:
        return len(self._records)

    def countByValue(self) -> Counter[Any]:
        return Counter(self._records)

    def sum(self) -> Any:
        return sum(self._records)

    def max(self) -> Any:
        return max(self._records)

    def reduce(self, function: Callable[[Any, Any], Any]) -> Any:
        return functools.reduce(function, self._records)

    def takeOrdered(self, number: int, key: Callable[[Any], Any] | None = None) -> list[Any]:
        return heapq.nsmallest(number, self._records, key)

    def aggregate(self, zero: Any, sequence: Any, combine: Any) -> Any:
        return functools.reduce(sequence, [zero, *self._records])

    def treeAggregate(self, zero: Any, sequence: Any, combine: Any) -> Any:
        return self.aggregate(zero, sequence, combine)
