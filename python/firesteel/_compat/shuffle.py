"""Aggregates, groups and sorts more than memory holds: the engine's own code under PySpark's names.

Programs use these classes inside a task, or in the driver, on iterators of their own. What does not fit goes
to files in the engine's block format, which are unlinked as soon as they are open.
"""

from __future__ import annotations

import resource as _limits
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Generic, TypeVar

from firesteel._data.combining import Combining, Functions
from firesteel._data.grouping import Grouping
from firesteel._data.memory import Memory
from firesteel._data.sorting import Sorting
from firesteel._data.spill import Segment, SpillFile

__all__ = [
    "Aggregator",
    "ExternalGroupBy",
    "ExternalList",
    "ExternalListOfList",
    "ExternalMerger",
    "ExternalSorter",
    "GroupByKey",
    "Merger",
    "SimpleAggregator",
    "get_used_memory",
]

K = TypeVar("K")
V = TypeVar("V")
C = TypeVar("C")
T = TypeVar("T")

_PAGE = _limits.getpagesize()


def get_used_memory() -> int:
    """Return how much memory this process has in use.

    Returns
    -------
    int
        Its resident set, in MB.

    Examples
    --------
    >>> get_used_memory() > 0
    True
    """
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * _PAGE >> 20


def _scratch(directories: list[str] | None) -> str:
    return directories[0] if directories else tempfile.gettempdir()


class _Budget(Memory):
    """A budget of the whole process, in MB, as PySpark counts; it tells how often there was a spill."""

    __slots__ = ("spills",)

    def __init__(self, megabytes: float, directories: list[str] | None = None) -> None:
        super().__init__(int(megabytes * (1 << 20)), _scratch(directories), base=0)
        self.spills = 0

    def spill_done(self, written: int) -> None:
        """Note a spill."""
        super().spill_done(written)
        self.spills += 1


class Aggregator(Generic[V, C]):
    """The three functions of an aggregation by key.

    Parameters
    ----------
    createCombiner : callable
        Makes a combiner of the first value of a key.
    mergeValue : callable
        Gives the combiner of a combiner and one more value.
    mergeCombiners : callable
        Gives the combiner of two.

    Examples
    --------
    >>> words = Aggregator(lambda value: [value], lambda found, value: [*found, value], lambda a, b: a + b)
    >>> words.mergeValue(words.createCombiner("a"), "b")
    ['a', 'b']
    """

    def __init__(
        self,
        createCombiner: Callable[[V], C],
        mergeValue: Callable[[C, V], C],
        mergeCombiners: Callable[[C, C], C],
    ) -> None:
        self.createCombiner = createCombiner
        self.mergeValue = mergeValue
        self.mergeCombiners = mergeCombiners


class SimpleAggregator(Aggregator[Any, Any]):
    """An aggregation whose combiners are like the values, such as a sum.

    Parameters
    ----------
    combiner : callable
        Gives the combination of two.

    Examples
    --------
    >>> SimpleAggregator(max).mergeValue(3, 5)
    5
    """

    def __init__(self, combiner: Callable[[Any, Any], Any]) -> None:
        super().__init__(lambda value: value, combiner, combiner)


class Merger(Generic[K, V, C]):
    """What aggregates pairs by key.

    Parameters
    ----------
    aggregator : Aggregator
        The functions.

    Examples
    --------
    >>> merger = ExternalMerger(SimpleAggregator(max))
    >>> isinstance(merger, Merger)
    True
    """

    def __init__(self, aggregator: Aggregator[V, C]) -> None:
        self.agg = aggregator

    def mergeValues(self, iterator: Iterable[tuple[K, V]]) -> None:
        """Take in (key, value) pairs."""
        raise NotImplementedError(f"{type(self).__name__} must define mergeValues")

    def mergeCombiners(self, iterator: Iterable[tuple[K, C]]) -> None:
        """Take in (key, combiner) pairs."""
        raise NotImplementedError(f"{type(self).__name__} must define mergeCombiners")

    def items(self) -> Iterator[Any]:
        """Return the (key, combiner) pairs."""
        raise NotImplementedError(f"{type(self).__name__} must define items")


class ExternalMerger(Merger[K, V, C]):
    """Aggregates pairs by key; what does not fit in memory is aggregated part by part.

    Parameters
    ----------
    aggregator : Aggregator
        The functions.
    memory_limit : float, optional
        Spills when the process uses more, in MB.
    serializer : Serializer, optional
        Accepted for compatibility: spills are in the engine's format.
    localdirs : list of str, optional
        The directory of spills is the first; a temporary one by default.
    scale, partitions, batch : int, optional
        Accepted for compatibility: they follow from the data.

    Examples
    --------
    >>> merger = ExternalMerger(SimpleAggregator(lambda a, b: a + b), 10)
    >>> merger.mergeValues((number % 3, 1) for number in range(30_000))
    >>> sorted(merger.items())
    [(0, 10000), (1, 10000), (2, 10000)]
    """

    MAX_TOTAL_PARTITIONS = 4096

    def __init__(
        self,
        aggregator: Aggregator[V, C],
        memory_limit: float = 512,
        serializer: Any = None,
        localdirs: list[str] | None = None,
        scale: int = 1,
        partitions: int = 59,
        batch: int = 1000,
    ) -> None:
        super().__init__(aggregator)
        self.memory_limit = memory_limit
        self.serializer = serializer
        self.localdirs = localdirs
        self.scale = scale
        self.partitions = partitions
        self.batch = batch
        self._memory = _Budget(memory_limit, localdirs)
        functions = Functions(aggregator.createCombiner, aggregator.mergeValue, aggregator.mergeCombiners)
        self._combining = Combining(self._memory, functions)

    @property
    def spills(self) -> int:
        """How often data went to files."""
        return self._memory.spills

    @property
    def data(self) -> dict[Any, Any]:
        """The combiners in memory, by key."""
        return self._combining.combined

    def mergeValues(self, iterator: Iterable[tuple[K, V]]) -> None:
        """Take in (key, value) pairs.

        Parameters
        ----------
        iterator : iterable of (key, value)
        """
        self._combining.add_values(iterator)

    def mergeCombiners(self, iterator: Iterable[tuple[K, C]], limit: float | None = None) -> None:
        """Take in (key, combiner) pairs.

        Parameters
        ----------
        iterator : iterable of (key, combiner)
        limit : float, optional
            Another limit for this call, in MB; 0 for none.
        """
        before = self._memory.limit
        if limit is not None:
            self._memory.limit = int(limit * (1 << 20)) or 1 << 62
        try:
            self._combining.add_combiners(iterator)
        finally:
            self._memory.limit = before

    def items(self) -> Iterator[Any]:
        """Return the (key, combiner) pairs; the merger is used up.

        Returns
        -------
        iterator of (key, combiner)
        """
        return iter(self._combining.items())


class ExternalGroupBy(ExternalMerger[K, V, Any]):
    """Groups values by key; a group larger than memory is read from its file.

    Parameters
    ----------
    aggregator : Aggregator
        Accepted for compatibility: the combiner of a group is the list of its values.
    memory_limit, serializer, localdirs, scale, partitions, batch : optional
        As for `ExternalMerger`.

    Examples
    --------
    >>> lists = Aggregator(lambda value: [value], lambda group, value: [*group, value], lambda a, b: a + b)
    >>> groups = ExternalGroupBy(lists, 10)
    >>> groups.mergeValues([("a", 1), ("b", 2), ("a", 3)])
    >>> sorted((key, list(values)) for key, values in groups.items())
    [('a', [1, 3]), ('b', [2])]
    """

    SORT_KEY_LIMIT = 1000

    def __init__(
        self,
        aggregator: Aggregator[V, Any],
        memory_limit: float = 512,
        serializer: Any = None,
        localdirs: list[str] | None = None,
        scale: int = 1,
        partitions: int = 59,
        batch: int = 1000,
    ) -> None:
        super().__init__(aggregator, memory_limit, serializer, localdirs, scale, partitions, batch)
        self._grouping = Grouping(self._memory)

    def flattened_serializer(self) -> Any:
        """Return a serializer that writes a group in several pieces.

        Returns
        -------
        FlattenedValuesSerializer
        """
        from firesteel._compat.serializers import FlattenedValuesSerializer, PickleSerializer

        return FlattenedValuesSerializer(self.serializer or PickleSerializer(), 20)

    def mergeValues(self, iterator: Iterable[tuple[K, V]]) -> None:
        """Take in (key, value) pairs."""
        self._grouping.add(iterator)

    def mergeCombiners(self, iterator: Iterable[tuple[K, Any]], limit: float | None = None) -> None:  # noqa: ARG002
        """Take in (key, values) pairs."""
        self._grouping.add((key, value) for key, values in iterator for value in values)

    def items(self) -> Iterator[Any]:
        """Return the (key, values) pairs; values are iterable and know their number."""
        return self._grouping.items()


def _itself(value: Any) -> Any:
    return value


class ExternalSorter(Generic[V]):
    """Sorts; what does not fit in memory is sorted in runs, which are merged.

    Parameters
    ----------
    memory_limit : float
        Spills when the process uses more, in MB.
    serializer : Serializer, optional
        Accepted for compatibility: spills are in the engine's format.

    Examples
    --------
    >>> list(ExternalSorter(100).sorted([3, 1, 2], reverse=True))
    [3, 2, 1]
    """

    def __init__(self, memory_limit: float, serializer: Any = None) -> None:
        self.memory_limit = memory_limit
        self.local_dirs: list[str] | None = None
        self.serializer = serializer

    def sorted(
        self, iterator: Iterable[V], key: Callable[[V], Any] | None = None, reverse: bool = False
    ) -> Iterable[V]:
        """Return the values in order; equal ones in the order in which they came.

        Parameters
        ----------
        iterator : iterable
            The values.
        key : callable, optional
            Gives what is compared.
        reverse : bool, optional
            Largest first.

        Returns
        -------
        iterator
        """
        sorting = Sorting(_Budget(self.memory_limit, self.local_dirs), key or _itself, not reverse)
        sorting.add(iterator)
        return sorting.sorted()


class ExternalList(Iterable[T], Generic[T]):
    """A list that grows into a file: only the latest values are in memory.

    Parameters
    ----------
    values : list
        The first values; the list becomes this object's.

    Examples
    --------
    >>> values = ExternalList([])
    >>> for number in range(20_000):
    ...     values.append(number)
    >>> len(values), sum(values)
    (20000, 199990000)
    """

    LIMIT = 10240

    def __init__(self, values: list[T]) -> None:
        self.values = values
        self.count = len(values)
        self._file: SpillFile | None = None
        self._segments: list[Segment] = []

    def __iter__(self) -> Iterator[T]:
        return chain(chain.from_iterable(self._segments), self.values)

    def __len__(self) -> int:
        return self.count

    def __getstate__(self) -> list[T]:
        return list(ExternalList.__iter__(self))

    def __setstate__(self, values: list[T]) -> None:
        self.values, self._file, self._segments = values, None, []
        self.count = self._measured(values)

    @staticmethod
    def _measured(values: list[Any]) -> int:
        return len(values)

    def append(self, value: T) -> None:
        """Add a value.

        Parameters
        ----------
        value : object
        """
        self.values.append(value)
        self.count += 1
        if len(self.values) >= self.LIMIT:
            self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file = SpillFile(_scratch(None))
        self._segments.append(self._file.write(self.values))
        self.values = []


class ExternalListOfList(ExternalList[Any]):
    """Lists one after another, seen as one.

    Parameters
    ----------
    values : list of list
        The first lists.

    Examples
    --------
    >>> values = ExternalListOfList([[1, 2]])
    >>> values.append([3])
    >>> len(values), list(values)
    (3, [1, 2, 3])
    """

    def __init__(self, values: list[list[Any]]) -> None:
        super().__init__(values)
        self.count = self._measured(values)

    @staticmethod
    def _measured(values: list[Any]) -> int:
        return sum(map(len, values))

    def append(self, value: Any) -> None:
        """Add a list.

        Parameters
        ----------
        value : sized iterable
        """
        super().append(value)
        self.count += len(value) - 1

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(super().__iter__())


class GroupByKey(Iterable[Any], Generic[K, V]):
    """Joins the lists of equal keys that follow one another.

    Parameters
    ----------
    iterator : iterable of (key, list)
        Sorted, or grouped, by key.

    Examples
    --------
    >>> [(key, list(values)) for key, values in GroupByKey([("a", [1]), ("a", [2]), ("b", [3])])]
    [('a', [1, 2]), ('b', [3])]
    """

    def __init__(self, iterator: Iterable[tuple[K, list[V]]]) -> None:
        self.iterator = iterator

    def __iter__(self) -> Iterator[tuple[K, ExternalListOfList]]:
        key, values = None, None
        for following, more in self.iterator:
            if values is not None and following == key:
                values.append(more)
                continue
            if values is not None:
                yield key, values  # type: ignore[misc]  # the key of values that are there
            key, values = following, ExternalListOfList([more])
        if values is not None:
            yield key, values  # type: ignore[misc]  # as above
