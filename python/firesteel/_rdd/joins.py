"""Transformations that join or group several RDDs by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._functions.joins import JoinValues, Sides, Unmatched
from firesteel._rdd.base import Partitioner, T_co
from firesteel._rdd.pairs import PairOperations, portable_hash
from firesteel.resultiterable import ResultIterable

if TYPE_CHECKING:
    from firesteel.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")


class JoinOperations(PairOperations[T_co]):
    """Joins of RDDs of pairs. Those with the same partitioner are joined without a shuffle."""

    def join(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V, W]]]:
        """Pair the values of keys that both RDDs have.

        Two RDDs with the same partitioner are joined without a shuffle.

        Parameters
        ----------
        other : RDD
            The right side.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD
            Of (key, (left value, right value)).

        Examples
        --------
        >>> left = sc.parallelize([("a", 1), ("b", 4)])
        >>> right = sc.parallelize([("a", 2), ("a", 3)])
        >>> sorted(left.join(right).collect())
        [('a', (1, 2)), ('a', (1, 3))]
        """
        return self._joined("join", other, numPartitions, JoinValues())

    def leftOuterJoin(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V, W | None]]]:
        """Join, and keep the left values without a partner.

        Parameters
        ----------
        other : RDD
            The right side.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> left = sc.parallelize([("a", 1), ("b", 4)])
        >>> sorted(left.leftOuterJoin(sc.parallelize([("a", 2)])).collect())
        [('a', (1, 2)), ('b', (4, None))]
        """
        return self._joined("leftOuterJoin", other, numPartitions, JoinValues(left=True))

    def rightOuterJoin(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V | None, W]]]:
        """Join, and keep the right values without a partner.

        Parameters
        ----------
        other : RDD
            The right side.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> left = sc.parallelize([("a", 2)])
        >>> sorted(left.rightOuterJoin(sc.parallelize([("a", 1), ("b", 4)])).collect())
        [('a', (2, 1)), ('b', (None, 4))]
        """
        return self._joined("rightOuterJoin", other, numPartitions, JoinValues(right=True))

    def fullOuterJoin(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V | None, W | None]]]:
        """Join, and keep the values without a partner of both sides.

        Parameters
        ----------
        other : RDD
            The right side.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> left = sc.parallelize([("a", 2), ("c", 3)])
        >>> sorted(left.fullOuterJoin(sc.parallelize([("a", 1), ("b", 4)])).collect())
        [('a', (2, 1)), ('b', (None, 4)), ('c', (3, None))]
        """
        return self._joined("fullOuterJoin", other, numPartitions, JoinValues(left=True, right=True))

    def cogroup(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[ResultIterable[V], ResultIterable[W]]]]:
        """Give, for each key of either RDD, the values that each of them has.

        Parameters
        ----------
        other : RDD
            The other.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD
            Of (key, (`ResultIterable`, `ResultIterable`)).

        Examples
        --------
        >>> both = sc.parallelize([("a", 1), ("b", 4)]).cogroup(sc.parallelize([("a", 2)]))
        >>> sorted((key, list(left), list(right)) for key, (left, right) in both.collect())
        [('a', [1], [2]), ('b', [4], [])]
        """
        return self._cogrouped("cogroup", (other,), numPartitions)

    def groupWith(
        self: JoinOperations[tuple[Any, Any]], other: RDD[tuple[Any, Any]], *others: RDD[tuple[Any, Any]]
    ) -> RDD[tuple[Any, tuple[ResultIterable[Any], ...]]]:
        """Give, for each key, the values that each of several RDDs has: `cogroup` of any number.

        Parameters
        ----------
        other, *others : RDD
            The others.

        Returns
        -------
        RDD

        Examples
        --------
        >>> one, two, three = (sc.parallelize([("a", number)]) for number in (1, 2, 3))
        >>> [(key, [list(side) for side in sides]) for key, sides in one.groupWith(two, three).collect()]
        [('a', [[1], [2], [3]])]
        """
        return self._cogrouped("groupWith", (other, *others), None)

    def subtractByKey(
        self: JoinOperations[tuple[K, V]], other: RDD[tuple[K, Any]], numPartitions: int | None = None
    ) -> RDD[tuple[K, V]]:
        """Keep the pairs whose key the other RDD does not have.

        Parameters
        ----------
        other : RDD
            The other, of pairs.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 4), ("b", 5), ("a", 3)])
        >>> sorted(pairs.subtractByKey(sc.parallelize([("a", 2), ("c", None)])).collect())
        [('b', 4), ('b', 5)]
        """
        return self._subtracted("subtractByKey", other, numPartitions)

    def _subtracted(
        self, operation: str, other: JoinOperations[Any], numPartitions: int | None
    ) -> RDD[tuple[Any, Any]]:
        grouped = self._brought_together(operation, (other,), numPartitions)
        return grouped._step(operation, "flatMapValues", Unmatched(), preserves=True)

    def _cogrouped(
        self, operation: str, others: tuple[JoinOperations[Any], ...], numPartitions: int | None
    ) -> RDD[Any]:
        grouped = self._brought_together(operation, others, numPartitions)
        return grouped._step(operation, "mapValues", Sides(1 + len(others)), preserves=True)

    def _joined(
        self, operation: str, other: JoinOperations[Any], numPartitions: int | None, join: JoinValues
    ) -> RDD[Any]:
        grouped = self._brought_together(operation, (other,), numPartitions)
        return grouped._step(operation, "join", join, preserves=True)

    def _brought_together(
        self, operation: str, others: tuple[JoinOperations[Any], ...], numPartitions: int | None
    ) -> RDD[Any]:
        """Tag the values of each RDD and group them all by key; co-partitioned RDDs are not shuffled."""
        rdds = (self, *others)
        self.ctx._check_rdds(rdds, operation)
        tagged = [rdd._step(operation, "tag", i, preserves=True) for i, rdd in enumerate(rdds)]
        partitioners = {rdd.partitioner for rdd in rdds}
        if numPartitions is None and not self.ctx._conf.contains("spark.default.parallelism"):
            aligned = len(partitioners) == 1 and None not in partitioners
            numPartitions = (
                self.getNumPartitions() if aligned else sum(rdd.getNumPartitions() for rdd in rdds)
            )
            if not numPartitions:  # no partitions here, and no number given: none in the result
                return self.ctx.emptyRDD()
        wanted = Partitioner(self._partitions(numPartitions), portable_hash)
        partitions = wanted.numPartitions
        if wanted in partitioners:
            tagged = [
                rdd._shuffled(operation, partitions, wanted.partitionFunc, None, ("plain",)) for rdd in tagged
            ]
        both = self.ctx._union(tagged, operation)
        return both._grouped(operation, partitions, wanted.partitionFunc)
