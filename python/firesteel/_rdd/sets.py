"""RDDs as sets or as sequences of records: intersection, subtract, zip, cartesian and their like."""

from __future__ import annotations

import operator
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Paired
from firesteel._functions.records import (
    PairWith,
    Spaced,
    Starts,
    count_records,
    has_both_sides,
    pair_with_none,
)
from firesteel._rdd.base import T_co
from firesteel._rdd.joins import JoinOperations
from firesteel._rdd.pairs import portable_hash
from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")


class SetOperations(JoinOperations[T_co]):
    """Sets, and pairs by position."""

    def intersection(self: SetOperations[T], other: RDD[T]) -> RDD[T]:
        """Return the records that both RDDs have, each once.

        Parameters
        ----------
        other : RDD
            The other.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sorted(sc.parallelize([1, 10, 2, 3, 2]).intersection(sc.parallelize([2, 3, 3, 8])).collect())
        [2, 3]
        """
        self.ctx._check_rdds((other,), "intersection")
        left = self._step("intersection", "map", PairWith(1))
        right = other._step("intersection", "map", PairWith(2))
        both = self.ctx._union([left, right], "intersection")
        merged = both._combined("intersection", None, operator.or_, operator.or_, None, portable_hash)
        return merged._step("intersection", "filter", has_both_sides)._step("intersection", "keys", None)

    def subtract(self: SetOperations[T], other: RDD[T], numPartitions: int | None = None) -> RDD[T]:
        """Return the records that the other RDD does not have; equal ones stay.

        Parameters
        ----------
        other : RDD
            The other.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sorted(sc.parallelize([1, 1, 2, 3]).subtract(sc.parallelize([2, 8])).collect())
        [1, 1, 3]
        """
        self.ctx._check_rdds((other,), "subtract")
        left = self._step("subtract", "map", pair_with_none)
        right = other._step("subtract", "map", pair_with_none)
        return left._subtracted("subtract", right, numPartitions)._step("subtract", "keys", None)

    def cartesian(self: SetOperations[T], other: RDD[U]) -> RDD[tuple[T, U]]:
        """Pair each record with each record of another RDD.

        Parameters
        ----------
        other : RDD
            The other.

        Returns
        -------
        RDD
            Of as many partitions as both numbers multiplied.

        Examples
        --------
        >>> numbers = sc.parallelize([1, 2])
        >>> sorted(numbers.cartesian(numbers).collect())
        [(1, 1), (1, 2), (2, 1), (2, 2)]
        """
        return self._paired("cartesian", "product", other)

    def zip(self: SetOperations[T], other: RDD[U]) -> RDD[tuple[T, U]]:
        """Pair the records that stand at the same place in both RDDs.

        Parameters
        ----------
        other : RDD
            The other, of as many partitions, each with as many records.

        Returns
        -------
        RDD

        Raises
        ------
        PySparkValueError
            When the numbers of partitions differ. A difference in the records fails the job.

        Examples
        --------
        >>> sc.parallelize(range(3), 2).zip(sc.parallelize("abc", 2)).collect()
        [(0, 'a'), (1, 'b'), (2, 'c')]
        """
        self.ctx._check_rdds((other,), "zip")
        here, there = self.getNumPartitions(), other.getNumPartitions()
        if here != there:
            raise PySparkValueError(
                f"Can only zip with RDD which has the same number of partitions: this one has {here}, "
                f"the other {there}. Use repartition() on neither, as it reorders records; join "
                "zipWithIndex() of both to pair by position."
            )
        return self._paired("zip", "zipped", other)

    def zipWithIndex(self: SetOperations[T]) -> RDD[tuple[T, int]]:
        """Pair each record with its position, counted over all partitions.

        With several partitions, a job counts the records of all but the last one now.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["a", "b", "c"], 2).zipWithIndex().collect()
        [('a', 0), ('b', 1), ('c', 2)]
        """
        total = self.getNumPartitions()
        starts = [0]
        if total > 1:
            wanted = list(range(total - 1))
            counts = self._run("zipWithIndex", "mapPartitions", count_records, wanted)
            starts = list(accumulate(chain.from_iterable(counts), initial=0))
        return self._step("zipWithIndex", "mapPartitionsWithIndex", Starts(starts))

    def zipWithUniqueId(self: SetOperations[T]) -> RDD[tuple[T, int]]:
        """Pair each record with a number of its own, without a job; the numbers have gaps.

        Record i of partition k of n has the number ``i * n + k``.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["a", "b", "c"], 2).zipWithUniqueId().collect()
        [('a', 0), ('b', 1), ('c', 3)]
        """
        return self._step("zipWithUniqueId", "mapPartitionsWithIndex", Spaced(self.getNumPartitions()))

    def _paired(self, operation: str, op: str, other: SetOperations[Any]) -> RDD[Any]:
        self.ctx._check_rdds((other,), operation)
        number = self.ctx._driver.next_number()
        return self._derive(Paired(number, op, call_site(operation), self._node, other._node))
