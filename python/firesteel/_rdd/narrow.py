"""The transformations that work within a partition, and union."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._functions.records import GroupKey
from firesteel._rdd.base import RDDBase, T_co
from firesteel._rdd.checkpoints import Checkpoints

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")


class NarrowOperations(Checkpoints[T_co]):
    """Transformations without a shuffle."""

    def map(self: NarrowOperations[T], f: Callable[[T], U], preservesPartitioning: bool = False) -> RDD[U]:
        """Apply a function to each record.

        Parameters
        ----------
        f : callable
            Gives the new record.
        preservesPartitioning : bool, optional
            Whether the keys stay as they are, so that the partitioner does too.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).map(lambda number: number * 10).collect()
        [10, 20, 30]
        """
        return self._step("map", "map", f, preservesPartitioning)

    def flatMap(
        self: NarrowOperations[T], f: Callable[[T], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Apply a function that gives any number of records for each.

        Parameters
        ----------
        f : callable
            Gives an iterable of new records.
        preservesPartitioning : bool, optional
            Whether the keys stay as they are.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["a b", "c"]).flatMap(str.split).collect()
        ['a', 'b', 'c']
        """
        return self._step("flatMap", "flatMap", f, preservesPartitioning)

    def filter(self: NarrowOperations[T], f: Callable[[T], Any]) -> RDD[T]:
        """Keep the records for which a function is true.

        Parameters
        ----------
        f : callable
            The condition.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(range(5)).filter(lambda number: number % 2).collect()
        [1, 3]
        """
        return self._step("filter", "filter", f, True)

    def mapPartitions(
        self: NarrowOperations[T],
        f: Callable[[Iterable[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """Apply a function to each partition.

        Parameters
        ----------
        f : callable
            Takes an iterator of the partition's records, gives an iterable of new ones.
        preservesPartitioning : bool, optional
            Whether the keys stay as they are.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4], 2).mapPartitions(lambda records: [sum(records)]).collect()
        [3, 7]
        """
        return self._step("mapPartitions", "mapPartitions", f, preservesPartitioning)

    def mapPartitionsWithIndex(
        self: NarrowOperations[T],
        f: Callable[[int, Iterable[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """Apply a function to each partition and its index.

        Parameters
        ----------
        f : callable
            Takes the index and an iterator of the records, gives an iterable of new ones.
        preservesPartitioning : bool, optional
            Whether the keys stay as they are.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([5, 6], 2).mapPartitionsWithIndex(lambda index, records: [index]).collect()
        [0, 1]
        """
        return self._step("mapPartitionsWithIndex", "mapPartitionsWithIndex", f, preservesPartitioning)

    def mapValues(self: NarrowOperations[tuple[K, V]], f: Callable[[V], U]) -> RDD[tuple[K, U]]:
        """Apply a function to the value of each pair; keys and partitioner stay.

        Parameters
        ----------
        f : callable
            Gives the new value.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).mapValues(lambda value: value + 1).collect()
        [('a', 2), ('b', 3)]
        """
        return self._step("mapValues", "mapValues", f, True)

    def flatMapValues(self: NarrowOperations[tuple[K, V]], f: Callable[[V], Iterable[U]]) -> RDD[tuple[K, U]]:
        """Apply a function that gives any number of values for that of each pair; keys and partitioner stay.

        Parameters
        ----------
        f : callable
            Gives an iterable of new values.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([("a", [1, 2])]).flatMapValues(lambda value: value).collect()
        [('a', 1), ('a', 2)]
        """
        return self._step("flatMapValues", "flatMapValues", f, True)

    def keys(self: NarrowOperations[tuple[K, V]]) -> RDD[K]:
        """Return the key of each pair.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).keys().collect()
        ['a', 'b']
        """
        return self._step("keys", "keys", None)

    def values(self: NarrowOperations[tuple[K, V]]) -> RDD[V]:
        """Return the value of each pair.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([("a", 1), ("b", 2)]).values().collect()
        [1, 2]
        """
        return self._step("values", "values", None)

    def keyBy(self: NarrowOperations[T], f: Callable[[T], K]) -> RDD[tuple[K, T]]:
        """Pair each record with the key that a function gives.

        Parameters
        ----------
        f : callable
            Gives the key.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["a", "bc"]).keyBy(len).collect()
        [(1, 'a'), (2, 'bc')]
        """
        return self._step("keyBy", "keyBy", f)

    def glom(self: NarrowOperations[T]) -> RDD[list[T]]:
        """Make one list of each partition.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4], 2).glom().collect()
        [[1, 2], [3, 4]]
        """
        return self._step("glom", "glom", None)

    def union(self: NarrowOperations[T], other: RDD[U]) -> RDD[T | U]:
        """Return the records of this RDD, then those of another; equal records stay.

        Two RDDs with the same partitioner are joined partition by partition, and keep it.

        Parameters
        ----------
        other : RDD
            The other.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).collect()
        [1, 2, 2, 3]
        """
        return self.ctx._union([self, other], "union")

    def __add__(self: NarrowOperations[T], other: RDD[U]) -> RDD[T | U]:
        if not isinstance(other, RDDBase):
            return NotImplemented
        return self.union(other)

    def _keyed(self, operation: str, f: Callable[[Any], Any]) -> RDD[Any]:
        return self._step(operation, "map", GroupKey(f))
