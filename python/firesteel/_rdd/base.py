"""The base of RDD: lineage node, context, identity and storage level."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.debug_string import describe
from firesteel._driver.lineage import Crossing, Node, Step
from firesteel.errors import PySparkRuntimeError, PySparkValueError
from firesteel.storagelevel import StorageLevel

if TYPE_CHECKING:
    from firesteel._driver.jobs import Series
    from firesteel.context import SparkContext
    from firesteel.rdd import RDD

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Partitioner:
    """How the records of an RDD of pairs are spread over its partitions.

    Parameters
    ----------
    numPartitions : int
        Number of partitions.
    partitionFunc : callable
        Gives a whole number for a key; the partition is its remainder.

    Examples
    --------
    >>> Partitioner(2, abs) == Partitioner(2, abs)
    True
    """

    def __init__(self, numPartitions: int, partitionFunc: Callable[[Any], int]) -> None:
        self.numPartitions = numPartitions
        self.partitionFunc = partitionFunc

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Partitioner)
            and self.numPartitions == other.numPartitions
            and self.partitionFunc == other.partitionFunc
        )

    def __hash__(self) -> int:
        return hash((self.numPartitions, self.partitionFunc))

    def __call__(self, key: Any) -> int:
        """Return the partition of a key.

        Examples
        --------
        >>> Partitioner(2, abs)(3)
        1
        """
        return self.partitionFunc(key) % self.numPartitions


class RDDBase(Generic[T_co]):
    """The part of RDD that all other parts use."""

    def __init__(self, node: Node, ctx: SparkContext, partitioner: Partitioner | None = None) -> None:
        self._node = node
        self.ctx = ctx
        self.partitioner = partitioner
        self.is_checkpointed = False

    def _derive(self, node: Node, partitioner: Partitioner | None = None) -> RDD[Any]:
        return cast("RDD[Any]", type(self)(node, self.ctx, partitioner))

    def _step(self, operation: str, kind: str, function: Any, preserves: bool = False) -> RDD[Any]:
        """Make the RDD of a narrow Python operation."""
        node = Step(self.ctx._driver.next_number(), call_site(operation), self._node, kind, function)
        return self._derive(node, self.partitioner if preserves else None)

    def _run(
        self,
        operation: str,
        kind: str | None = None,
        function: Any = None,
        partitions: list[int] | None = None,
        series: Series | None = None,
    ) -> list[list[Any]]:
        """Run an action: a last operation, whose results are returned partition by partition."""
        target = self._node if kind is None else self._step(operation, kind, function)._node
        return self.ctx._driver.jobs.collect(
            target, partitions, self.ctx._properties(), call_site(operation), series
        )

    def _uncrossed(self) -> Node:
        """Return the node, or the node below a crossing, which has the same records in Java's form."""
        node = self._node
        crossed = isinstance(node, Crossing) and node.level is None and node.saved is None
        return node.parents[0] if crossed and node.mark is None else node

    @property
    def is_cached(self) -> bool:
        """Whether the RDD is persisted.

        Examples
        --------
        >>> sc.parallelize([1]).cache().is_cached
        True
        """
        return self._node.level is not None

    @property
    def context(self) -> SparkContext:
        """The context that made the RDD.

        Examples
        --------
        >>> sc.parallelize([1]).context is sc
        True
        """
        return self.ctx

    def id(self) -> int:
        """Return the RDD's number, unique in its context.

        Returns
        -------
        int

        Examples
        --------
        >>> rdd = sc.parallelize([1])
        >>> rdd.id() == rdd.id()
        True
        """
        return self._node.number

    def name(self) -> str | None:
        """Return the name that `setName` gave, or None.

        Returns
        -------
        str or None

        Examples
        --------
        >>> sc.parallelize([1]).setName("ones").name()
        'ones'
        """
        return self._node.name

    def setName(self, name: str) -> RDD[T_co]:
        """Name the RDD, for error messages and status pages.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        RDD
            This RDD.

        Examples
        --------
        >>> sc.parallelize([1]).setName("ones").name()
        'ones'
        """
        self._node.name = name
        return cast("RDD[T_co]", self)

    def getNumPartitions(self) -> int:
        """Return the number of partitions. No job is run; the files of a `textFile` are listed.

        Returns
        -------
        int

        Examples
        --------
        >>> sc.parallelize(range(4), 2).getNumPartitions()
        2
        """
        return self._node.partitions

    def cache(self) -> RDD[T_co]:
        """Keep the partitions in memory once they are computed.

        Returns
        -------
        RDD
            This RDD.

        Examples
        --------
        >>> numbers = sc.parallelize(range(3)).map(lambda number: number * 2).cache()
        >>> numbers.count(), numbers.sum()
        (3, 6)
        """
        return self.persist(StorageLevel.MEMORY_ONLY)

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> RDD[T_co]:
        """Keep the partitions once they are computed, where the storage level says.

        Parameters
        ----------
        storageLevel : StorageLevel, optional
            Memory by default.

        Returns
        -------
        RDD
            This RDD.

        Raises
        ------
        JobError
            When it is persisted at another level already.
        PySparkValueError
            When the level asks for less than one copy.

        Examples
        --------
        >>> rdd = sc.parallelize([1]).persist(StorageLevel.DISK_ONLY)
        >>> rdd.getStorageLevel() == StorageLevel.DISK_ONLY
        True
        """
        if not isinstance(storageLevel, StorageLevel):
            raise TypeError(f"storageLevel must be a StorageLevel, not {type(storageLevel).__name__}")
        copies = arguments.whole(storageLevel.replication, "replication", most=arguments.MOST_COPIES)
        if copies < 1:
            raise PySparkValueError(
                f"{storageLevel!r} asks for {copies} copies of a block; there has to be 1"
            )
        before = self._node.level
        if before is not None and before != storageLevel:
            from firesteel._driver.errors import unsupported

            raise unsupported(
                "Cannot change storage level of an RDD after it was already assigned a level: it is "
                f"persisted at {before!r}, and was to be {storageLevel!r}. Call unpersist() first."
            )
        if copies > 1:
            self.ctx._driver.notices.warn_once(
                f"{copies} copies of each block were asked for, and there is one executor: "
                "one copy is kept. What is lost is computed again."
            )
        self._node.level = None if storageLevel == StorageLevel.NONE else storageLevel
        self.ctx._driver.level_changed(self._node)
        return cast("RDD[T_co]", self)

    def unpersist(self, blocking: bool = False) -> RDD[T_co]:
        """Drop the kept partitions; they are computed again when needed.

        Parameters
        ----------
        blocking : bool, optional
            Whether to wait until their files are removed.

        Returns
        -------
        RDD
            This RDD.

        Examples
        --------
        >>> sc.parallelize([1]).cache().unpersist().is_cached
        False
        """
        self._node.level = None
        self.ctx._driver.level_changed(self._node, bool(blocking))
        return cast("RDD[T_co]", self)

    def getStorageLevel(self) -> StorageLevel:
        """Return the storage level; `StorageLevel.NONE` when the RDD is not persisted.

        Returns
        -------
        StorageLevel

        Examples
        --------
        >>> print(sc.parallelize([1]).getStorageLevel())
        Serialized 1x Replicated
        """
        return self._node.level or StorageLevel.NONE

    def toDebugString(self) -> bytes:
        """Describe the RDD and what it is made from, one on a line, as Spark does; a shuffle indents.

        Returns
        -------
        bytes
            UTF-8 text, as in PySpark.

        Examples
        --------
        >>> pairs = sc.parallelize([(1, 2)], 2).partitionBy(3).mapValues(abs)
        >>> print(pairs.toDebugString().decode())
        (3) PythonRDD[...] at mapValues at ... []
         |  ShuffledRDD[...] at partitionBy at ... []
         +-(2) ParallelCollectionRDD[...] at parallelize at ... []
        """
        return describe(self._node).encode(errors="backslashreplace")  # the user may have named it anything

    def _reduce_partitions(self) -> int:
        """Return the default number of partitions of a shuffle: as configured, else that of this RDD."""
        if self.ctx._conf.contains("spark.default.parallelism"):
            return self.ctx.defaultParallelism
        return self.getNumPartitions()

    def __repr__(self) -> str:
        return f"{self._node.name or 'RDD'}[{self._node.number}] {self._node.site}"

    def __reduce__(self) -> tuple[Any, ...]:
        raise PySparkRuntimeError(errorClass="RDD_TRANSFORM_ONLY_VALID_ON_DRIVER", messageParameters={})
