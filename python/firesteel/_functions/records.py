"""Functions of records, pairs and partitions that many RDD methods run on the workers."""

from __future__ import annotations

import functools
import heapq
import operator
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count, cycle, repeat
from typing import Any

from firesteel._data.interrupts import let_pass
from firesteel._data.nan_keys import holds_nan, one_nan, unite

Function = Callable[..., Any]


def first_of_two(first: Any, _second: Any) -> Any:
    """Return the first of two equal values."""
    return first


def count_records(records: Iterable[Any]) -> Iterator[int]:
    """Count a partition's records."""
    counter = count()
    deque(zip(records, counter, strict=False), maxlen=0)  # in C: no bytecode per record
    yield next(counter)


def sum_records(records: Iterable[Any]) -> Iterator[Any]:
    """Add a partition's records to 0."""
    yield sum(records)


def count_values(records: Iterable[Any]) -> Iterator[dict[Any, int]]:
    """Count how often each record occurs in a partition."""
    counts = dict(Counter(records))
    unite(counts, operator.add)
    yield counts


def pair_with_none(record: Any) -> tuple[Any, None]:
    """Make the record a key."""
    return (record, None)


def first_item(record: Any) -> Any:
    """Return the first item of a pair."""
    return record[0]


def encode_utf8(text: str) -> bytes:
    """Encode as UTF-8 (``use_unicode=False``)."""
    return text.encode("utf-8")


def encode_pair(pair: tuple[str, str]) -> tuple[bytes, bytes]:
    """Encode both items as UTF-8 (``use_unicode=False``)."""
    return (pair[0].encode("utf-8"), pair[1].encode("utf-8"))


class _Holder:
    """Holds a user's function."""

    def __init__(self, function: Any) -> None:
        self.function = function


class Foreach(_Holder):
    """Calls the function with each record, for its effect."""

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        function = self.function
        for record in records:
            function(record)
        return iter(())


class ForeachPartition(_Holder):
    """Calls the function with the partition, for its effect; consumes its result, if iterable."""

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        result = self.function(records)
        if hasattr(result, "__iter__"):
            deque(result, maxlen=0)
        return iter(())


class Reduce(_Holder):
    """Combines a partition's records into one; an empty partition gives none."""

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        iterator = iter(records)
        for first in iterator:
            yield functools.reduce(self.function, iterator, first)


class Fold:
    """Combines a partition's records, starting with a value.

    `function` is called with (accumulated, record).
    """

    def __init__(self, zero: Any, function: Function) -> None:
        self.zero = zero
        self.function = function

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        yield functools.reduce(self.function, records, self.zero)


class Largest:
    """Keeps a partition's largest (or smallest) records, as one sorted list."""

    def __init__(self, number: int, function: Function | None, smallest: bool) -> None:
        self.number = number
        self.function = function
        self.smallest = smallest

    def __call__(self, records: Iterable[Any]) -> Iterator[list[Any]]:
        pick = heapq.nsmallest if self.smallest else heapq.nlargest
        yield pick(self.number, records, key=self.function)

    def merge(self, first: list[Any], second: list[Any]) -> list[Any]:
        """Merge the lists of two partitions."""
        pick = heapq.nsmallest if self.smallest else heapq.nlargest
        return pick(self.number, first + second, key=self.function)


class Zero:
    """Makes a fresh copy of a zero value for each key, so that a list as zero is not shared by the keys."""

    def __init__(self, zero: Any, function: Function) -> None:
        import pickle

        self.function = function
        try:
            self.data: bytes | None = pickle.dumps(zero, 5)
            self.zero = None
        except Exception as failure:  # not picklable by reference, such as an object of a class in __main__
            let_pass(failure)
            self.data = None
            self.zero = zero

    def __call__(self, value: Any) -> Any:
        import copy
        import pickle

        zero = copy.deepcopy(self.zero) if self.data is None else pickle.loads(self.data)
        return self.function(zero, value)


class GroupKey(_Holder):
    """Pairs a record with the key that the function gives."""

    def __call__(self, record: Any) -> tuple[Any, Any]:
        return (self.function(record), record)


class CombineLocally(_Holder):
    """Combines pairs in a partition that has all pairs of its keys (the operation ``combineLocally``)."""

    def __init__(self, create: Function | None, merge: Function, merge_combiners: Function) -> None:
        super().__init__(merge)
        self.create = create
        self.merge_combiners = merge_combiners


class SortLocally(_Holder):
    """Sorts the pairs of a partition by key (the operation ``sortLocally``)."""

    def __init__(self, function: Function | None, ascending: bool) -> None:
        super().__init__(function)
        self.ascending = ascending


class ReduceLocally(CombineLocally):
    """Combines the pairs of one partition with one function."""

    def __init__(self, function: Function) -> None:
        super().__init__(None, function, function)


class PairWith:
    """Pairs a record, as the key, with a constant."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, record: Any) -> tuple[Any, Any]:
        return (record, self.value)


def has_both_sides(pair: tuple[Any, int]) -> bool:
    """Tell whether a key has both marks, 1 and 2."""
    return pair[1] == 3


class Starts:
    """Pairs the records of a partition with consecutive numbers; each partition has its first number."""

    def __init__(self, starts: list[int]) -> None:
        self.starts = starts

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[tuple[Any, int]]:
        return zip(records, count(self.starts[index]), strict=False)


class Spaced:
    """Pairs the records of a partition with its index plus multiples of the number of partitions."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[tuple[Any, int]]:
        return zip(records, count(index, self.partitions), strict=False)


class Deal:
    """Pairs the records of a partition with the reduce partitions in turn (round robin).

    The start is the index multiplied by an odd constant (Fibonacci hashing, Knuth, TAOCP 6.4), so that many
    partitions of few records do not all begin at the same place.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        mixed = (index * 0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_FFFF_FFFF
        start = mixed * self.partitions >> 64
        turns = chain(range(start, self.partitions), cycle(range(self.partitions)))
        return zip(turns, records, strict=False)


class Regroup:
    """Keys the values of a partition with its index modulo a number."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions

    def __call__(self, index: int, values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        return zip(repeat(index % self.partitions), values, strict=False)


class ValuesOf:
    """Gives the values of one key."""

    def __init__(self, key: Any) -> None:
        self.key = key

    def __call__(self, pairs: Iterable[Any]) -> Iterator[Any]:
        wanted = self.key
        if holds_nan(wanted):
            wanted, pairs = one_nan(wanted), ((one_nan(key), value) for key, value in pairs)
        for key, value in pairs:
            if key is wanted or key == wanted:
                yield value
