"""Barrier stages, and what an RDD asks of executors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from firesteel._driver.lineage import Step
from firesteel._rdd.base import T_co
from firesteel._rdd.narrow import NarrowOperations

if TYPE_CHECKING:
    from firesteel.rdd import RDD
    from firesteel.resource import ResourceProfile

__all__ = ["RDDBarrier"]

T = TypeVar("T")
U = TypeVar("U")


class RDDBarrier(Generic[T]):
    """An RDD in a barrier stage: all its tasks are launched together, and fail together.

    Parameters
    ----------
    rdd : RDD
        What `RDD.barrier` was called on.

    Examples
    --------
    >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(lambda records: [sum(records)]).collect()
    [1, 2]
    """

    def __init__(self, rdd: RDD[T]) -> None:
        self.rdd = rdd

    def mapPartitions(
        self, f: Callable[[Iterable[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Apply a function to each partition; it may synchronise by `BarrierTaskContext`.

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
        >>> from firesteel import BarrierTaskContext
        >>> def meet(records):
        ...     return [BarrierTaskContext.get().allGather(str(sum(records)))]
        >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(meet).collect()
        [['1', '2'], ['1', '2']]
        """
        return self._step("mapPartitions", f, preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterable[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Apply a function to each partition and its index; it may synchronise by `BarrierTaskContext`.

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
        >>> numbered = sc.parallelize([5, 6], 2).barrier().mapPartitionsWithIndex
        >>> numbered(lambda index, records: [(index, list(records))]).collect()
        [(0, [5]), (1, [6])]
        """
        return self._step("mapPartitionsWithIndex", f, preservesPartitioning)

    def _step(self, kind: str, function: Any, preserves: bool) -> RDD[Any]:
        made = self.rdd._step("barrier", kind, function, preserves)
        assert isinstance(made._node, Step)
        made._node.barrier = True
        return made


class BarrierOperations(NarrowOperations[T_co]):
    """Barrier stages and resources."""

    def barrier(self: BarrierOperations[T]) -> RDDBarrier[T]:
        """Say that the tasks of the next `mapPartitions` are to be launched together.

        They can wait for one another and exchange messages (`BarrierTaskContext`), for example to train a
        model. When one fails, all run again. There must be a slot for each partition.

        Returns
        -------
        RDDBarrier

        Examples
        --------
        >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(lambda records: [sum(records)]).collect()
        [1, 2]
        """
        return RDDBarrier(cast("RDD[T]", self))

    def withResources(self: BarrierOperations[T], profile: ResourceProfile) -> RDD[T]:
        """Say what executors and tasks that compute this RDD are to have.

        On one machine tasks are scheduled by slots: the profile is kept and changes nothing.

        Parameters
        ----------
        profile : ResourceProfile
            What they are to have.

        Returns
        -------
        RDD
            This RDD.

        Examples
        --------
        >>> from firesteel.resource import ResourceProfileBuilder
        >>> profile = ResourceProfileBuilder().build
        >>> sc.parallelize([1]).withResources(profile).getResourceProfile() is profile
        True
        """
        self._resource_profile = profile
        return cast("RDD[T]", self)

    def getResourceProfile(self) -> ResourceProfile | None:
        """Return what `withResources` was given.

        Returns
        -------
        ResourceProfile or None

        Examples
        --------
        >>> sc.parallelize([1]).getResourceProfile() is None
        True
        """
        profile: Any = getattr(self, "_resource_profile", None)
        return cast("ResourceProfile | None", profile)
