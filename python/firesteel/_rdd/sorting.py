"""Sorting: one shuffle of the records, whose map tasks also take samples, and a small one of the bounds.

The lineage runs once, when an action needs it. Map tasks write sorted runs with a sample of their keys; one
small task brings the samples together; each reduce task finds the bounds of its range in them, and reads
that range of every run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Closure, Samples, Shuffle, Sorted
from firesteel._rdd.base import T_co
from firesteel._rdd.pairs import PairOperations

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class SortOperations(PairOperations[T_co]):
    """Transformations that sort."""

    def sortByKey(
        self: SortOperations[tuple[K, V]],
        ascending: bool | None = True,
        numPartitions: int | None = None,
        keyfunc: Callable[[Any], Any] | None = None,
    ) -> RDD[tuple[K, V]]:
        """Sort pairs by key; partition 0 holds the first ones. Pairs with equal keys keep their order.

        Nothing runs until an action needs it.

        Parameters
        ----------
        ascending : bool, optional
            The direction.
        numPartitions : int, optional
            Number of partitions; the configured default, or as many as here.
        keyfunc : callable, optional
            Gives what is compared, for a key; the key itself by default. Called once for each pair.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([("b", 1), ("a", 2), ("C", 3)])
        >>> pairs.sortByKey().collect()
        [('C', 3), ('a', 2), ('b', 1)]
        >>> pairs.sortByKey(False, 1, keyfunc=str.lower).collect()
        [('C', 3), ('b', 1), ('a', 2)]
        """
        if keyfunc is None:
            return self._sorted("sortByKey", bool(ascending), numPartitions)
        keyed = self._step("sortByKey", "sortKey", keyfunc)
        return keyed._sorted("sortByKey", bool(ascending), numPartitions)._step("sortByKey", "values", None)

    def sortBy(
        self: SortOperations[T],
        keyfunc: Callable[[T], Any],
        ascending: bool = True,
        numPartitions: int | None = None,
    ) -> RDD[T]:
        """Sort the records by a key that a function gives.

        Parameters
        ----------
        keyfunc : callable
            Gives what is compared.
        ascending : bool, optional
            The direction.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["ccc", "a", "bb"]).sortBy(len).collect()
        ['a', 'bb', 'ccc']
        """
        keyed = self._step("sortBy", "keyBy", keyfunc)
        return keyed._sorted("sortBy", bool(ascending), numPartitions)._step("sortBy", "values", None)

    def _sorted(self, operation: str, ascending: bool, numPartitions: int | None) -> RDD[Any]:
        site = call_site(operation)
        partitions = self._partitions(numPartitions)
        driver = self.ctx._driver
        closure = Closure((None, site), site)
        runs = Shuffle(driver.next_number(), self._node, 2, ("sort", closure, ascending), None, site)
        bounds = None
        if partitions > 1:
            samples = Samples(driver.next_number(), site, runs)
            bounds = Shuffle(driver.next_number(), samples, 1, ("hash",), None, site)
        node = Sorted(driver.next_number(), site, runs, bounds, partitions, closure, ascending)
        return self._derive(node)
