"""The actions that combine records in other ways than one after another: trees, by key, by one key."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, cast

from firesteel._data.nan_keys import unite
from firesteel._driver import arguments
from firesteel._functions.records import Fold, Reduce, ReduceLocally, Regroup, ValuesOf
from firesteel._rdd.actions import Actions
from firesteel._rdd.base import T_co
from firesteel._rdd.pairs import portable_hash
from firesteel.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")


class Reductions(Actions[T_co]):
    """Actions that combine."""

    def treeReduce(self: Reductions[T], f: Callable[[T, T], T], depth: int = 2) -> T:
        """Combine all records with a function, in several levels: the last one on the driver is short.

        Parameters
        ----------
        f : callable
            Combines two records; associative and commutative.
        depth : int, optional
            How many levels to aim at.

        Returns
        -------
        object

        Raises
        ------
        ValueError
            When the RDD is empty, or `depth` is less than 1.

        Examples
        --------
        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeReduce(lambda a, b: a + b)
        -5
        """
        found = self._step("treeReduce", "mapPartitions", Reduce(f))._tree("treeReduce", f, depth)
        if not found:
            raise PySparkValueError("Cannot reduce empty RDD.")
        return cast("T", functools.reduce(f, found))

    def treeAggregate(
        self: Reductions[T],
        zeroValue: U,
        seqOp: Callable[[U, T], U],
        combOp: Callable[[U, U], U],
        depth: int = 2,
    ) -> U:
        """Combine all records into something of another type, in several levels.

        Parameters
        ----------
        zeroValue : object
            What each partition starts from.
        seqOp : callable
            Adds a record.
        combOp : callable
            Merges two combined values.
        depth : int, optional
            How many levels to aim at.

        Returns
        -------
        object

        Examples
        --------
        >>> add = lambda first, second: first + second
        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeAggregate(0, add, add)
        -5
        """
        folded = self._step("treeAggregate", "mapPartitions", Fold(zeroValue, seqOp))
        found = folded._tree("treeAggregate", combOp, depth)
        return cast("U", functools.reduce(combOp, found)) if found else zeroValue

    def reduceByKeyLocally(self: Reductions[tuple[K, V]], func: Callable[[V, V], V]) -> dict[K, V]:
        """Combine the values of each key, and bring the result here as a dictionary.

        Parameters
        ----------
        func : callable
            Combines two values; associative and commutative.

        Returns
        -------
        dict

        Examples
        --------
        >>> pairs = sc.parallelize([("a", 1), ("b", 1), ("a", 1)])
        >>> sorted(pairs.reduceByKeyLocally(lambda first, second: first + second).items())
        [('a', 2), ('b', 1)]
        """
        parts = self._run("reduceByKeyLocally", "combineLocally", ReduceLocally(func))
        merged: dict[K, V] = {}
        for key, value in chain.from_iterable(parts):
            merged[key] = func(merged[key], value) if key in merged else value
        unite(merged, func)
        return merged

    def lookup(self: Reductions[tuple[K, V]], key: K) -> list[V]:
        """Return the values of a key. When the partitioner is known, one partition is searched.

        Parameters
        ----------
        key : object
            The key.

        Returns
        -------
        list

        Examples
        --------
        >>> pairs = sc.parallelize(zip(range(100), range(100)), 10)
        >>> pairs.lookup(42)
        [42]
        >>> pairs.partitionBy(5).lookup(42)
        [42]
        """
        partitions = None if self.partitioner is None else [self._partition_of(key)]
        return list(chain.from_iterable(self._run("lookup", "mapPartitions", ValuesOf(key), partitions)))

    def _partition_of(self, key: Any) -> int:
        """Ask a worker: hashes are its business, the driver's differ."""
        partitioner = self.partitioner
        assert partitioner is not None
        try:
            hash(key)
        except TypeError as failure:
            raise PySparkTypeError(
                f"lookup: {key!r:.100} cannot be a key: it is not hashable ({type(key).__name__})"
            ) from failure
        asked = self.ctx.parallelize([key], 1)._run("lookup", "map", partitioner.partitionFunc)
        answer = asked[0][0]
        try:
            return int(answer) % partitioner.numPartitions
        except (TypeError, ValueError) as failure:
            raise PySparkTypeError(
                f"the partition function must return an int, not {type(answer).__name__}"
            ) from failure

    def _tree(self, operation: str, combine: Callable[[Any, Any], Any], depth: int) -> list[Any]:
        """Merge the partitions' values by shuffles until few are left, and bring those here."""
        depth = arguments.whole(depth, "depth")
        if depth < 1:
            raise PySparkValueError(f"Depth cannot be smaller than 1 but got {depth}.")
        level: Reductions[Any] = self
        partitions: float = self.getNumPartitions()
        scale = max(math.ceil(partitions ** (1.0 / depth)), 2)
        while partitions > scale + partitions / scale:
            partitions /= scale
            keyed: RDD[Any] = level._step(operation, "mapPartitionsWithIndex", Regroup(int(partitions)))
            merged = keyed._combined(operation, None, combine, combine, int(partitions), portable_hash)
            level = merged._step(operation, "values", None)
        return list(chain.from_iterable(level._run(operation)))
