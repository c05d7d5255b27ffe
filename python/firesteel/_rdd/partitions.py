"""The transformations about partitions: coalesce, repartition, sorting within partitions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Coalesced
from firesteel._functions.records import Deal, SortLocally
from firesteel._rdd.base import T_co
from firesteel._rdd.pairs import PairOperations, portable_hash
from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")


class PartitionOperations(PairOperations[T_co]):
    """What changes the number of partitions, or the order within them."""

    def coalesce(self: PartitionOperations[T], numPartitions: int, shuffle: bool = False) -> RDD[T]:
        """Bring the records into fewer partitions.

        Without a shuffle, neighbouring partitions are computed one after another by one task, and their
        number can only shrink.

        Parameters
        ----------
        numPartitions : int
            Number of partitions.
        shuffle : bool, optional
            Whether to deal the records out evenly instead, as `repartition` does.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2, 3, 4, 5], 3).coalesce(1).glom().collect()
        [[1, 2, 3, 4, 5]]
        >>> sc.parallelize([1, 2, 3], 2).coalesce(9).getNumPartitions()
        2
        """
        return self._coalesced("coalesce", numPartitions, shuffle)

    def repartition(self: PartitionOperations[T], numPartitions: int) -> RDD[T]:
        """Deal the records out evenly over a number of partitions, by a shuffle.

        Each map task deals its records in turn, starting at a place that depends on its partition alone, so
        that a task that has to run again sends the same records to the same places.

        Parameters
        ----------
        numPartitions : int
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> spread = sc.parallelize(range(12), 2).repartition(4)
        >>> [len(part) for part in spread.glom().collect()]
        [3, 3, 3, 3]
        """
        return self._coalesced("repartition", numPartitions, True)

    def repartitionAndSortWithinPartitions(
        self: PartitionOperations[tuple[Any, Any]],
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
        ascending: bool = True,
        keyfunc: Callable[[Any], Any] | None = None,
    ) -> RDD[tuple[Any, Any]]:
        """Spread pairs over partitions by key, and sort each partition by key.

        Parameters
        ----------
        numPartitions : int, optional
            Number of partitions.
        partitionFunc : callable, optional
            How keys are spread.
        ascending : bool, optional
            The direction.
        keyfunc : callable, optional
            Gives what is compared, for a key; the key itself by default.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([(0, 5), (3, 8), (2, 6), (0, 8), (3, 8), (1, 3)])
        >>> pairs.repartitionAndSortWithinPartitions(2, lambda key: key % 2).glom().collect()
        [[(0, 5), (0, 8), (2, 6)], [(1, 3), (3, 8), (3, 8)]]
        """
        operation = "repartitionAndSortWithinPartitions"
        spread = self._shuffled(operation, numPartitions, partitionFunc, None, ("plain",))
        return spread._step(operation, "sortLocally", SortLocally(keyfunc, bool(ascending)), preserves=True)

    def mapPartitionsWithSplit(
        self: PartitionOperations[T],
        f: Callable[[int, Iterable[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """Apply a function to each partition and its index: the old name of `mapPartitionsWithIndex`.

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
        >>> sc.parallelize([5, 6], 2).mapPartitionsWithSplit(lambda index, records: [index]).sum()
        1
        """
        warnings.warn(
            "mapPartitionsWithSplit is deprecated; use mapPartitionsWithIndex instead",
            FutureWarning,
            stacklevel=2,
        )
        return self._step("mapPartitionsWithSplit", "mapPartitionsWithIndex", f, preservesPartitioning)

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:  # noqa: ARG002
        """Drop the shuffle files that this RDD and those it comes from have; they are made again when needed.

        Persisted RDDs keep theirs.

        Parameters
        ----------
        blocking : bool, optional
            Accepted for compatibility.

        Examples
        --------
        >>> counts = sc.parallelize("abca").map(lambda letter: (letter, 1)).reduceByKey(int.__add__)
        >>> counts.count()
        3
        >>> counts.cleanShuffleDependencies()
        >>> counts.count()
        3
        """
        driver = self.ctx._driver
        driver.require_running("cleanShuffleDependencies")
        driver.clean_shuffles(self._node)

    def _coalesced(self, operation: str, numPartitions: int, shuffle: bool) -> RDD[Any]:
        wanted = arguments.whole(numPartitions, "numPartitions", most=arguments.MOST_PARTITIONS)
        if wanted < 1:
            raise PySparkValueError(f"Number of partitions ({numPartitions}) must be positive.")
        if not shuffle:
            number = self.ctx._driver.next_number()
            return self._derive(Coalesced(number, call_site(operation), self._node, wanted))
        dealt = self._step(operation, "mapPartitionsWithIndex", Deal(wanted))
        spread = dealt._shuffled(operation, wanted, portable_hash, None, ("plain",))
        return spread._step(operation, "values", None)
