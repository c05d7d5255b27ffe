"""The actions that bring records, or a value computed from them, to the driver."""

from __future__ import annotations

import functools
import operator
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from firesteel._data.nan_keys import unite
from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.jobs import Series
from firesteel._functions.records import (
    Fold,
    Foreach,
    ForeachPartition,
    Largest,
    Reduce,
    count_values,
    first_item,
    sum_records,
)
from firesteel._rdd.base import T_co
from firesteel._rdd.sorting import SortOperations
from firesteel.errors import PySparkValueError

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")

_SCAN_GROWTH = 4


def _joined(parts: list[list[T]]) -> list[T]:
    """Return the records of all partitions in one list: the first one's."""
    found = parts[0] if parts else []
    for part in parts[1:]:
        found += part
    return found


class Actions(SortOperations[T_co]):
    """Actions on records."""

    def collect(self: Actions[T]) -> list[T]:
        """Bring all records to the driver, in the order of the partitions.

        Returns
        -------
        list

        Examples
        --------
        >>> sc.parallelize([3, 1, 2]).collect()
        [3, 1, 2]
        """
        return _joined(self._run("collect"))

    def collectWithJobGroup(
        self: Actions[T],
        groupId: str,
        description: str,
        interruptOnCancel: bool = False,  # noqa: ARG002
    ) -> list[T]:
        """Collect under a job group of its own (deprecated in PySpark).

        Parameters
        ----------
        groupId : str
            The group.
        description : str
            What the job is for.
        interruptOnCancel : bool, optional
            Accepted for compatibility.

        Returns
        -------
        list

        Examples
        --------
        >>> sc.parallelize([1]).collectWithJobGroup("group", "one job")
        [1]
        """
        with self.ctx._job_group(groupId, description):
            return _joined(self._run("collectWithJobGroup"))

    def count(self) -> int:
        """Count the records.

        Returns
        -------
        int

        Examples
        --------
        >>> sc.parallelize(range(10), 3).count()
        10
        """
        return sum(self._counts("count", None))

    def take(self: Actions[T], num: int) -> list[T]:
        """Bring the first records to the driver.

        One partition is computed first, then more as needed, up to four times as many each time.

        Parameters
        ----------
        num : int
            How many.

        Returns
        -------
        list
            Fewer when the RDD has fewer.

        Examples
        --------
        >>> sc.parallelize(range(100), 10).take(3)
        [0, 1, 2]
        """
        return self._take("take", arguments.whole(num, "num"))

    def first(self: Actions[T]) -> T:
        """Return the first record.

        Returns
        -------
        object

        Raises
        ------
        ValueError
            When the RDD is empty.

        Examples
        --------
        >>> sc.parallelize([5, 6]).first()
        5
        """
        found = self._take("first", 1)
        if not found:
            raise ValueError("RDD is empty")
        first: T = found[0]
        return first

    def isEmpty(self) -> bool:
        """Tell whether there is no record.

        Returns
        -------
        bool

        Examples
        --------
        >>> sc.parallelize([], 2).isEmpty()
        True
        """
        if not self.is_cached:
            return not self._take("isEmpty", 1)
        total, scanned = self.getNumPartitions(), 0
        while scanned < total:
            partitions = list(range(scanned, min(total, scanned + max(1, scanned * _SCAN_GROWTH))))
            if any(self._counts("isEmpty", partitions)):
                return False
            scanned += len(partitions)
        return True

    def _counts(self, operation: str, partitions: list[int] | None) -> list[int]:
        """Count the records of partitions; persisted ones that are there need no task."""
        ctx = self.ctx
        site = call_site(operation)
        target = self._uncrossed()  # a crossing has as many records, and may be persisted
        _, rows = ctx._driver.jobs.run(target, partitions, ctx._properties(), site, ["Count"])
        return [row[4] for row in rows]

    def reduce(self: Actions[T], f: Callable[[T, T], T]) -> T:
        """Combine all records with a function that is associative and commutative.

        Parameters
        ----------
        f : callable
            Combines two records.

        Returns
        -------
        object

        Raises
        ------
        ValueError
            When the RDD is empty.

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).reduce(lambda first, second: first + second)
        6
        """
        reduced: T = self._reduce("reduce", f)
        return reduced

    def fold(self: Actions[T], zeroValue: T, op: Callable[[T, T], T]) -> T:
        """Combine all records, starting with a zero value in each partition and once more at the end.

        Parameters
        ----------
        zeroValue : object
            Neutral for `op`.
        op : callable
            Combines two values; it may change and return its first argument.

        Returns
        -------
        object

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).fold(0, lambda first, second: first + second)
        6
        """
        values = chain.from_iterable(self._run("fold", "mapPartitions", Fold(zeroValue, op)))
        return functools.reduce(op, values, zeroValue)

    def aggregate(
        self: Actions[T], zeroValue: U, seqOp: Callable[[U, T], U], combOp: Callable[[U, U], U]
    ) -> U:
        """Combine all records into something of another type.

        Parameters
        ----------
        zeroValue : object
            What each partition, and the end, start from.
        seqOp : callable
            Adds a record.
        combOp : callable
            Merges two combined values.

        Returns
        -------
        object

        Examples
        --------
        >>> add = lambda total, number: (total[0] + number, total[1] + 1)
        >>> merge = lambda one, two: (one[0] + two[0], one[1] + two[1])
        >>> sc.parallelize([1, 2, 3]).aggregate((0, 0), add, merge)
        (6, 3)
        """
        values = chain.from_iterable(self._run("aggregate", "mapPartitions", Fold(zeroValue, seqOp)))
        return functools.reduce(combOp, values, zeroValue)

    def sum(self: Actions[Any]) -> Any:
        """Add the records.

        Returns
        -------
        number or array
            0 when the RDD is empty.

        Examples
        --------
        >>> sc.parallelize([1.0, 2.0, 3.0]).sum()
        6.0
        """
        return sum(chain.from_iterable(self._run("sum", "mapPartitions", sum_records)))

    def max(self: Actions[T], key: Callable[[T], Any] | None = None) -> T:
        """Return the largest record.

        Parameters
        ----------
        key : callable, optional
            Gives what is compared.

        Returns
        -------
        object

        Examples
        --------
        >>> sc.parallelize([2, 5, 1]).max()
        5
        """
        largest: T = self._reduce("max", functools.partial(max, key=key) if key else max)
        return largest

    def min(self: Actions[T], key: Callable[[T], Any] | None = None) -> T:
        """Return the smallest record.

        Parameters
        ----------
        key : callable, optional
            Gives what is compared.

        Returns
        -------
        object

        Examples
        --------
        >>> sc.parallelize([2, 5, 1]).min()
        1
        """
        smallest: T = self._reduce("min", functools.partial(min, key=key) if key else min)
        return smallest

    def foreach(self: Actions[T], f: Callable[[T], Any]) -> None:
        """Call a function with each record, for its effect (on an accumulator, a database…).

        Parameters
        ----------
        f : callable
            Called in the workers; what it gives is dropped.

        Examples
        --------
        >>> total = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3]).foreach(total.add)
        >>> total.value
        6
        """
        self._run("foreach", "mapPartitions", Foreach(f))

    def foreachPartition(self: Actions[T], f: Callable[[Iterable[T]], Any]) -> None:
        """Call a function with each partition, for its effect.

        Parameters
        ----------
        f : callable
            Takes an iterator of the records.

        Examples
        --------
        >>> total = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3], 2).foreachPartition(lambda records: total.add(sum(records)))
        >>> total.value
        6
        """
        self._run("foreachPartition", "mapPartitions", ForeachPartition(f))

    def collectAsMap(self: Actions[tuple[K, V]]) -> dict[K, V]:
        """Bring pairs to the driver as a dictionary; the last value of a key stays.

        Returns
        -------
        dict

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).collectAsMap()
        {'a': 1, 'b': 2}
        """
        return dict(chain.from_iterable(self._run("collectAsMap")))

    def countByKey(self: Actions[tuple[K, V]]) -> dict[K, int]:
        """Count the pairs of each key.

        Returns
        -------
        dict
            From key to count.

        Examples
        --------
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).countByKey().items())
        [('a', 2), ('b', 1)]
        """
        return self._step("countByKey", "map", first_item)._count_values("countByKey")

    def countByValue(self: Actions[K]) -> dict[K, int]:
        """Count how often each record occurs.

        Returns
        -------
        dict
            From record to count.

        Examples
        --------
        >>> sorted(sc.parallelize([1, 2, 1]).countByValue().items())
        [(1, 2), (2, 1)]
        """
        return self._count_values("countByValue")

    def top(self: Actions[T], num: int, key: Callable[[T], Any] | None = None) -> list[T]:
        """Bring the largest records to the driver, the largest first.

        Parameters
        ----------
        num : int
            How many.
        key : callable, optional
            Gives what is compared.

        Returns
        -------
        list

        Examples
        --------
        >>> sc.parallelize([10, 4, 2, 12, 3]).top(2)
        [12, 10]
        """
        return self._largest("top", num, key, smallest=False)

    def takeOrdered(self: Actions[T], num: int, key: Callable[[T], Any] | None = None) -> list[T]:
        """Bring the smallest records to the driver, the smallest first.

        Parameters
        ----------
        num : int
            How many.
        key : callable, optional
            Gives what is compared.

        Returns
        -------
        list

        Examples
        --------
        >>> sc.parallelize([10, 4, 2, 12, 3]).takeOrdered(2)
        [2, 3]
        """
        return self._largest("takeOrdered", num, key, smallest=True)

    def toLocalIterator(self: Actions[T], prefetchPartitions: bool = False) -> Iterator[T]:
        """Bring the records to the driver one partition at a time, each by a job of its own.

        Parameters
        ----------
        prefetchPartitions : bool, optional
            Whether to compute the next partition while this one is used.

        Returns
        -------
        iterator

        Examples
        --------
        >>> list(sc.parallelize(range(4), 2).toLocalIterator())
        [0, 1, 2, 3]
        """
        from firesteel._driver.local_iterator import partition_by_partition

        return partition_by_partition(self, prefetchPartitions)

    def _take(self, operation: str, number: int) -> list[Any]:
        found: list[Any] = []
        total = self.getNumPartitions() if number > 0 else 0
        scanned = 0
        series = Series()
        while len(found) < number and scanned < total:
            tries = 1
            if scanned and not found:
                tries = scanned * _SCAN_GROWTH
            elif scanned:
                estimate = int(1.5 * number * scanned / len(found)) - scanned
                tries = min(max(estimate, 1), scanned * _SCAN_GROWTH)
            partitions = list(range(scanned, min(scanned + tries, total)))
            left = min(number - len(found), sys.maxsize)  # islice takes no more
            for records in self._run(operation, "take", left, partitions, series):
                found += records[: number - len(found)]
            scanned += len(partitions)
        return found

    def _reduce(self, operation: str, f: Callable[[Any, Any], Any]) -> Any:
        values = list(chain.from_iterable(self._run(operation, "mapPartitions", Reduce(f))))
        if not values:
            raise ValueError("Can not reduce() empty RDD")
        return functools.reduce(f, values)

    def _count_values(self, operation: str) -> dict[Any, int]:
        counts: dict[Any, int] = defaultdict(int)
        for part in chain.from_iterable(self._run(operation, "mapPartitions", count_values)):
            for value, count in part.items():
                counts[value] += count
        unite(counts, operator.add)
        return counts

    def _largest(
        self, operation: str, number: int, key: Callable[[Any], Any] | None, smallest: bool
    ) -> list[Any]:
        wanted = arguments.whole(number, "num")
        if wanted < 0:
            raise PySparkValueError(f"{operation} needs a number that is not negative, not {wanted}")
        largest = Largest(min(wanted, sys.maxsize), key, smallest)
        lists = chain.from_iterable(self._run(operation, "mapPartitions", largest))
        return functools.reduce(largest.merge, lists, [])
