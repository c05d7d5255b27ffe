"""What programs find under ``rdd._jrdd``: the RDD, by the names that it has in Spark's JVM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firesteel.storagelevel import StorageLevel

if TYPE_CHECKING:
    from firesteel.rdd import RDD

__all__ = ["JavaRddView"]


class JavaRddView:
    """An RDD, under the names of Java.

    Parameters
    ----------
    rdd : RDD
        The RDD.

    Examples
    --------
    >>> sc.parallelize([1, 2], 2)._jrdd.partitions().size()
    2
    """

    def __init__(self, rdd: RDD[Any]) -> None:
        self._rdd = rdd

    def rdd(self) -> JavaRddView:
        """Return this: the RDD below a JavaRDD."""
        return self

    toJavaRDD = rdd

    def id(self) -> int:
        """Return the RDD's number."""
        return self._rdd.id()

    def name(self) -> str | None:
        """Return its name."""
        return self._rdd.name()

    def setName(self, name: str) -> JavaRddView:
        """Name it."""
        self._rdd.setName(name)
        return self

    def getNumPartitions(self) -> int:
        """Return the number of partitions."""
        return self._rdd.getNumPartitions()

    def partitions(self) -> Partitions:
        """Return the partitions, of which only the number is known."""
        return Partitions(range(self._rdd.getNumPartitions()))

    def count(self) -> int:
        """Count the records."""
        return self._rdd.count()

    def isCheckpointed(self) -> bool:
        """Tell whether it has been checkpointed."""
        return self._rdd.isCheckpointed()

    def getStorageLevel(self) -> StorageLevel:
        """Return the storage level."""
        return self._rdd.getStorageLevel()

    def cache(self) -> JavaRddView:
        """Persist it in memory."""
        self._rdd.cache()
        return self

    def unpersist(self, blocking: bool = False) -> JavaRddView:
        """Drop its blocks."""
        self._rdd.unpersist(blocking)
        return self

    def toDebugString(self) -> str:
        """Describe what it is made from."""
        return self._rdd.toDebugString().decode()


class Partitions(list[int]):
    """The numbers of partitions, as a list of Java."""

    __slots__ = ()

    def size(self) -> int:
        """Return how many there are."""
        return len(self)
