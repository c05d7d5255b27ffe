"""The functions that RDD methods run on the workers, as small picklable objects.

They are pickled by reference to this module plus what they hold, so a worker imports this and nothing of
the driver. A class whose attribute is the user's function calls it `function`: error messages look through
to it.
"""

from __future__ import annotations

import functools
import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

Function = Callable[..., Any]


def first_of_two(first: Any, _second: Any) -> Any:
    """Give the first of two equal values back."""
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
    yield dict(Counter(records))


def pair_with_none(record: Any) -> tuple[Any, None]:
    """Make the record a key."""
    return (record, None)


def first_item(record: Any) -> Any:
    """Give the first item of a pair."""
    return record[0]


def encode_utf8(text: str) -> bytes:
    """Encode as UTF-8 (``use_unicode=False``)."""
    return text.encode("utf-8")


def encode_pair(pair: tuple[str, str]) -> tuple[bytes, bytes]:
    """Encode both items as UTF-8 (``use_unicode=False``)."""
    return (pair[0].encode("utf-8"), pair[1].encode("utf-8"))


class _Holder:
    """Holds a user's function."""

    def __init__(self, function: Function) -> None:
        self.function = function


class Foreach(_Holder):
    """Calls the function with each record, for its effect."""

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        function = self.function
        for record in records:
            function(record)
        return iter(())


class ForeachPartition(_Holder):
    """Calls the function with the partition, for its effect; what it gives, if iterable, is consumed."""

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
        except Exception:  # not picklable by reference, a class of __main__ say: copied instead
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


class Tag:
    """Marks a value with the side of the join that it comes from."""

    def __init__(self, side: int) -> None:
        self.side = side

    def __call__(self, value: Any) -> tuple[int, Any]:
        return (self.side, value)


class JoinValues:
    """Pairs the tagged values of one key: each left one with each right one.

    With `left` (or `right`), a left (right) value without partner is paired with None.
    """

    def __init__(self, left: bool = False, right: bool = False) -> None:
        self.left = left
        self.right = right

    def __call__(self, values: Iterable[tuple[int, Any]]) -> Iterable[tuple[Any, Any]]:
        sides: tuple[list[Any], list[Any]] = ([], [])
        for side, value in values:
            sides[side].append(value)
        lefts, rights = sides
        if self.left and not rights:
            rights = [None]
        if self.right and not lefts:
            lefts = [None]
        return [(left, right) for left in lefts for right in rights]


class CombineLocally:
    """Combines the pairs of a partition whose keys are all here: no shuffle is needed."""

    def __init__(self, create: Function | None, merge: Function, site: str) -> None:
        self.create = create
        self.function = merge
        self.site = site

    def __call__(self, pairs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        combined: dict[Any, Any] = {}
        create, merge, missing = self.create, self.function, object()
        for key, value in pairs:
            before = combined.get(key, missing)
            if before is not missing:
                combined[key] = merge(before, value)
            else:
                combined[key] = value if create is None else create(value)
        return iter(combined.items())


class GroupLocally:
    """Groups the pairs of a partition whose keys are all here: no shuffle is needed."""

    def __call__(self, pairs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        from firesteel.resultiterable import ResultIterable

        groups: dict[Any, list[Any]] = {}
        for key, value in pairs:
            groups.setdefault(key, []).append(value)
        for key, values in groups.items():
            yield key, ResultIterable(values)
