"""The operations of a pipeline, run as iterators in C wherever Python allows.

``map``, ``filter`` and ``chain.from_iterable`` call the user's function from C. There is one
trap: a StopIteration that the function raises looks like the end of the data, and the result would be too
short. A `Guard` detects that: it marks the end of the input, and checks the mark when the output ends.
(Generators turn such a StopIteration into a RuntimeError by themselves, PEP 479.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from firesteel._data.combining import Combining, Functions
from firesteel._data.errors import PlanError, RecordError
from firesteel._data.grouping import Grouping
from firesteel._data.memory import Memory
from firesteel._data.pair_sorting import PairSorting
from firesteel._data.pairs import not_a_pair
from firesteel.resultiterable import ResultIterable

__all__ = ["Operation", "StoppedEarly", "run_operations"]

_FROM_C = frozenset({"map", "filter", "flatMap"})
_PROFILED = 8192
_EARLY = frozenset({"mapPartitions", "mapPartitionsWithIndex", "take"})


class Operation(NamedTuple):
    """One step of a pipeline."""

    kind: str
    function: Any
    site: str | None


class StoppedEarly(RuntimeError):
    """A user's function raised StopIteration.

    Parameters
    ----------
    sites
        The operations it may have been.
    """

    def __init__(self, sites: list[str]) -> None:
        super().__init__(
            "a function raised StopIteration (next() on an iterator that had ended?), which would have "
            f"cut the data short; in {' or '.join(sites) or 'an operation'}"
        )
        self.sites = sites


class Guard:
    """Notices a StopIteration that escaped from a function between its mark and its check."""

    __slots__ = ("_ended", "sites")

    def __init__(self) -> None:
        self.sites: list[str] = []
        self._ended = False

    def mark(self) -> Iterator[Any]:
        """Goes after the input and yields nothing; notes that the input has ended."""
        self._ended = True
        yield from ()

    def check(self) -> Iterator[Any]:
        """Goes after the output and yields nothing; raises `StoppedEarly` if the input has not ended."""
        if not self._ended:
            raise StoppedEarly(self.sites)
        yield from ()


def run_operations(
    operations: list[Operation], batches: Iterator[Iterable[Any]], index: int, memory: Memory
) -> Iterator[Any]:
    """Apply operations to the records of some batches.

    Parameters
    ----------
    operations
        The steps, first to last.
    batches
        The input.
    index
        The partition number that mapPartitionsWithIndex gets.
    memory
        The task's budget, for the operations that combine, group or sort a partition.

    Returns
    -------
    Iterator
        The output records.
    """
    if operations and operations[0].kind == "profile":
        profiler, rest = operations[0].function, operations[1:]
        return _profiled(profiler, lambda: run_operations(rest, batches, index, memory))
    guard: Guard | None = None
    records: Iterator[Any] | None = None
    for operation in operations:
        if operation.kind in _FROM_C:
            if guard is None:
                guard = Guard()
                records = (
                    chain.from_iterable(chain(batches, guard.mark()))
                    if records is None
                    else chain(records, guard.mark())
                )
            guard.sites.append(operation.site or operation.kind)
        elif operation.kind in _EARLY and guard is not None:
            assert records is not None
            records, guard = chain(records, guard.check()), None
        records = _apply(
            operation, chain.from_iterable(batches) if records is None else records, index, memory
        )
    if records is None:
        return chain.from_iterable(batches)
    # The chain goes to the check at the first StopIteration: asked again, a `map` would skip the record.
    return records if guard is None else chain(records, guard.check())


def _profiled(profiler: Any, start: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Run a pipeline under a profiler, a few records at a time, so that it stays lazy."""
    number = 16
    running: list[Iterator[Any]] = []

    def some() -> list[Any]:
        if not running:
            running.append(start())
        return list(islice(running[0], number))

    while records := profiler.profile(some):
        yield from records
        number = min(_PROFILED, number * 4)


def _apply(operation: Operation, records: Iterator[Any], index: int, memory: Memory) -> Iterator[Any]:
    kind, function, site = operation
    if kind == "map":
        return map(function, records)
    if kind == "filter":
        return filter(function, records)
    if kind == "flatMap":
        return chain.from_iterable(map(function, records))
    # An iterator that would go on after its end, as a `map` whose function raised StopIteration, has ended:
    # the chain does not ask it again.
    if kind == "mapPartitions":
        return chain(_iterate(function(records), kind, site))
    if kind == "mapPartitionsWithIndex":
        return chain(_iterate(function(index, records), kind, site))
    if kind == "keys":
        return map(itemgetter(0), records)
    if kind == "values":
        return map(itemgetter(1), records)
    if kind == "take":
        return islice(records, function)
    if kind in _GENERATORS:
        return _GENERATORS[kind](records, function, site)
    if kind in _WHOLE:
        return _WHOLE[kind](records, function, site, memory)
    raise PlanError(f"unknown operation {kind!r} in a pipeline")


def _iterate(answer: Any, kind: str, site: str | None) -> Iterator[Any]:
    try:
        return iter(answer)
    except TypeError as failure:
        raise not_iterable(type(answer).__name__, kind, site) from failure


def not_iterable(found: str, kind: str, site: str | None) -> RecordError:
    """Return the error for a function that must return an iterable and does not."""
    where = f" ({site})" if site else ""
    return RecordError(f"{kind} function returned {found}, which is not iterable{where}", site)


# In these generators `record` and `site` are read from the frame when something fails.


def _map_values(records: Iterator[Any], function: Callable[[Any], Any], site: str | None) -> Iterator[Any]:
    for record in records:
        try:
            key, value = record
        except (TypeError, ValueError) as failure:
            raise not_a_pair(record, site) from failure
        yield key, function(value)


def _flat_map_values(
    records: Iterator[Any], function: Callable[[Any], Any], site: str | None
) -> Iterator[Any]:
    for record in records:
        try:
            key, value = record
        except (TypeError, ValueError) as failure:
            raise not_a_pair(record, site) from failure
        for each in _iterate(function(value), "flatMapValues", site):
            yield key, each


def _tag(records: Iterator[Any], side: int, site: str | None) -> Iterator[Any]:
    for record in records:
        try:
            key, value = record
        except (TypeError, ValueError) as failure:
            raise not_a_pair(record, site) from failure
        yield key, (side, value)


def _join(records: Iterator[Any], pairs: Callable[[Any], Iterable[Any]], _site: str | None) -> Iterator[Any]:
    """Pair the tagged values of each key; usually there are two, one from each side."""
    for key, values in records:
        tagged = values.data
        if type(tagged) is list and len(tagged) == 2:
            (side, one), (other, two) = tagged
            if side != other:
                yield key, ((two, one) if side else (one, two))
                continue
        yield from zip(repeat(key), pairs(values), strict=False)


def _key_by(records: Iterator[Any], function: Callable[[Any], Any], _site: str | None) -> Iterator[Any]:
    for record in records:
        yield function(record), record


def _sort_key(records: Iterator[Any], function: Callable[[Any], Any], site: str | None) -> Iterator[Any]:
    """Put the sort key before each pair, as a second call of the key function may return another one."""
    for record in records:
        try:
            key, value = record
        except (TypeError, ValueError) as failure:
            raise not_a_pair(record, site) from failure
        yield function(key), (key, value)


def _glom(records: Iterator[Any], _function: None, _site: str | None) -> Iterator[Any]:
    yield list(records)


_GENERATORS: dict[str, Callable[[Iterator[Any], Any, str | None], Iterator[Any]]] = {
    "mapValues": _map_values,
    "flatMapValues": _flat_map_values,
    "tag": _tag,
    "join": _join,
    "keyBy": _key_by,
    "sortKey": _sort_key,
    "glom": _glom,
}


# Operations on a partition of pairs that has all pairs of each of its keys. They spill as a shuffle does.


def _combine_locally(
    records: Iterator[Any], functions: Any, site: str | None, memory: Memory
) -> Iterator[tuple[Any, Any]]:
    merging = Functions(functions.create, functions.function, functions.merge_combiners, site)
    combining = Combining(memory, merging)
    combining.add_values(records)
    yield from combining.items()


def _group_locally(
    records: Iterator[Any], _function: None, site: str | None, memory: Memory
) -> Iterator[tuple[Any, ResultIterable[Any]]]:
    grouping = Grouping(memory, site)
    grouping.add(records)
    for key, values in grouping.items():
        yield key, ResultIterable(values)


def _sort_locally(records: Iterator[Any], order: Any, site: str | None, memory: Memory) -> Iterator[Any]:
    sorting = PairSorting(memory, order.function, order.ascending, site)
    sorting.add(records)
    yield from chain.from_iterable(sorting.batches())


_WHOLE: dict[str, Callable[[Iterator[Any], Any, str | None, Memory], Iterator[Any]]] = {
    "combineLocally": _combine_locally,
    "groupLocally": _group_locally,
    "sortLocally": _sort_locally,
}
