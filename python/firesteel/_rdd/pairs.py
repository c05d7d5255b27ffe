"""The transformations that bring equal keys together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Closure, Shuffle, Shuffled
from firesteel._functions.records import (
    CombineLocally,
    Zero,
    first_of_two,
    pair_with_none,
)
from firesteel._rdd.base import Partitioner, T_co
from firesteel._rdd.narrow import NarrowOperations

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")


def portable_hash(x: Any) -> int:
    """Hash a key so that all workers agree: the default way to choose a partition.

    Parameters
    ----------
    x : hashable
        The key.

    Returns
    -------
    int

    Examples
    --------
    >>> portable_hash(None) == portable_hash(None)
    True
    """
    from firesteel._data.hashing import hash_key

    return hash_key(x)


class PairOperations(NarrowOperations[T_co]):
    """Transformations with a shuffle by key."""

    def partitionBy(
        self: PairOperations[tuple[K, V]],
        numPartitions: int | None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, V]]:
        """Spread pairs over partitions by key; without effect when they are spread that way already.

        Parameters
        ----------
        numPartitions : int or None
            Number of partitions.
        partitionFunc : callable, optional
            Gives a whole number for a key; the partition is its remainder.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([(1, "a"), (2, "b"), (3, "c")])
        >>> pairs.partitionBy(2, lambda key: key).glom().collect()
        [[(2, 'b')], [(1, 'a'), (3, 'c')]]
        """
        return self._shuffled("partitionBy", numPartitions, partitionFunc, None, ("plain",))

    def combineByKey(
        self: PairOperations[tuple[K, V]],
        createCombiner: Callable[[V], U],
        mergeValue: Callable[[U, V], U],
        mergeCombiners: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, U]]:
        """Combine the values of each key, first where they are, then after the shuffle.

        Parameters
        ----------
        createCombiner : callable
            Makes a combined value of a first value.
        mergeValue : callable
            Adds a value to a combined value.
        mergeCombiners : callable
            Merges two combined values.
        numPartitions : int, optional
            Number of partitions; the configured default, or as many as here.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> lists = pairs.combineByKey(lambda v: [v], lambda c, v: c + [v], lambda c, d: c + d)
        >>> sorted(lists.mapValues(sorted).collect())
        [('a', [1, 2]), ('b', [1])]
        """
        return self._combined(
            "combineByKey", createCombiner, mergeValue, mergeCombiners, numPartitions, partitionFunc
        )

    def reduceByKey(
        self: PairOperations[tuple[K, V]],
        func: Callable[[V, V], V],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, V]]:
        """Combine the values of each key with a function that is associative and commutative.

        Parameters
        ----------
        func : callable
            Combines two values.
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(pairs.reduceByKey(lambda first, second: first + second).collect())
        [('a', 3), ('b', 1)]
        """
        return self._combined("reduceByKey", None, func, func, numPartitions, partitionFunc)

    def foldByKey(
        self: PairOperations[tuple[K, V]],
        zeroValue: V,
        func: Callable[[V, V], V],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, V]]:
        """Combine the values of each key, starting with a zero value.

        Parameters
        ----------
        zeroValue : object
            Neutral for `func`; each key gets its own copy.
        func : callable
            Combines two values.
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(pairs.foldByKey(0, lambda first, second: first + second).collect())
        [('a', 3), ('b', 1)]
        """
        create = Zero(zeroValue, func)
        return self._combined("foldByKey", create, func, func, numPartitions, partitionFunc)

    def aggregateByKey(
        self: PairOperations[tuple[K, V]],
        zeroValue: U,
        seqFunc: Callable[[U, V], U],
        combFunc: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, U]]:
        """Combine the values of each key into something of another type.

        Parameters
        ----------
        zeroValue : object
            What to start from; each key gets its own copy.
        seqFunc : callable
            Adds a value.
        combFunc : callable
            Merges two combined values.
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 3), ("b", 1), ("a", 2)])
        >>> counts = pairs.aggregateByKey(0, lambda count, value: count + 1, lambda a, b: a + b)
        >>> sorted(counts.collect())
        [('a', 2), ('b', 1)]
        """
        create = Zero(zeroValue, seqFunc)
        return self._combined("aggregateByKey", create, seqFunc, combFunc, numPartitions, partitionFunc)

    def groupByKey(
        self: PairOperations[tuple[K, V]],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, Iterable[V]]]:
        """Bring the values of each key together. To combine them, `reduceByKey` is much quicker.

        NaN is one key, as are tuples and frozensets that hold it; what comes out is `math.nan`.

        Parameters
        ----------
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD
            Of (key, `ResultIterable`).

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(pairs.groupByKey().mapValues(list).collect())
        [('a', [1, 2]), ('b', [1])]
        """
        return self._grouped("groupByKey", numPartitions, partitionFunc)

    def groupBy(
        self: PairOperations[T],
        f: Callable[[T], K],
        numPartitions: int | None = None,
        partitionFunc: Callable[[K], int] = portable_hash,
    ) -> RDD[tuple[K, Iterable[T]]]:
        """Group the records by a key that a function gives.

        Parameters
        ----------
        f : callable
            Gives the key.
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.

        Returns
        -------
        RDD

        Examples
        --------
        >>> groups = sc.parallelize([1, 2, 3]).groupBy(lambda number: number % 2)
        >>> sorted((key, sorted(values)) for key, values in groups.collect())
        [(0, [2]), (1, [1, 3])]
        """
        keyed = self._keyed("groupBy", f)
        return keyed._grouped("groupBy", numPartitions, partitionFunc)

    def distinct(self: PairOperations[T], numPartitions: int | None = None) -> RDD[T]:
        """Keep one of each group of equal records. NaNs are equal here, also inside tuples and frozensets.

        Parameters
        ----------
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sorted(sc.parallelize([1, 1, 2]).distinct().collect())
        [1, 2]
        """
        pairs = self._step("distinct", "map", pair_with_none)
        unique = pairs._combined("distinct", None, first_of_two, first_of_two, numPartitions, portable_hash)
        return unique._step("distinct", "keys", None)

    def _partitions(self, numPartitions: int | None) -> int:
        return self._reduce_partitions() if numPartitions is None else arguments.partitions(numPartitions)

    def _shuffled(
        self,
        operation: str,
        numPartitions: int | None,
        partitionFunc: Callable[[Any], int],
        combine: Closure | None,
        how: tuple[Any, ...],
    ) -> RDD[Any]:
        """Shuffle by key; for pairs that are spread that way already, nothing."""
        site = call_site(operation)
        partitioner = Partitioner(self._partitions(numPartitions), partitionFunc)
        if self.partitioner == partitioner:
            return cast("RDD[Any]", self)
        if not partitioner.numPartitions:  # no records, and nothing said about partitions: none again
            return self.ctx.emptyRDD()
        words: tuple[Any, ...] = ("hash",)
        if partitionFunc is not portable_hash:
            words = ("custom", Closure((partitionFunc, site), site))
        driver = self.ctx._driver
        shuffle = Shuffle(driver.next_number(), self._node, partitioner.numPartitions, words, combine, site)
        return self._derive(Shuffled(driver.next_number(), site, shuffle, how), partitioner)

    def _combined(
        self,
        operation: str,
        create: Callable[[Any], Any] | None,
        merge: Callable[[Any, Any], Any],
        merge_combiners: Callable[[Any, Any], Any],
        numPartitions: int | None,
        partitionFunc: Callable[[Any], int],
    ) -> RDD[Any]:
        site = call_site(operation)
        if self.partitioner == Partitioner(self._partitions(numPartitions), partitionFunc):
            functions = CombineLocally(create, merge, merge_combiners)
            return self._step(operation, "combineLocally", functions, preserves=True)
        closure = Closure((create, merge, merge_combiners, site), site)
        return self._shuffled(operation, numPartitions, partitionFunc, closure, ("combined", closure))

    def _grouped(
        self, operation: str, numPartitions: int | None, partitionFunc: Callable[[Any], int]
    ) -> RDD[Any]:
        if self.partitioner == Partitioner(self._partitions(numPartitions), partitionFunc):
            return self._step(operation, "groupLocally", None, preserves=True)
        return self._shuffled(operation, numPartitions, partitionFunc, None, ("grouped",))
