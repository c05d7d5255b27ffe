"""Describes the numbers of a partition on the workers."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from typing import Any

from firesteel.statcounter import StatCounter


def count_statistics(numbers: Iterable[Any]) -> Iterator[StatCounter]:
    """Describe a partition's numbers."""
    yield StatCounter(numbers)


def is_comparable(value: Any) -> bool:
    """Tell whether a value is neither None nor NaN."""
    return value is not None and bool(value == value)


def least_and_most(values: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the least and the greatest comparable value of a partition; nothing for an empty one."""
    comparable = filter(is_comparable, values)
    for first in comparable:
        least = most = first
        for value in comparable:
            if value < least:
                least = value
            elif value > most:
                most = value
        yield least, most


class CountBuckets:
    """Counts a partition's values by ranges.

    Ranges are searched for: computing them from their width would misplace values at the borders.

    Parameters
    ----------
    borders : list
        Ascending.
    """

    def __init__(self, borders: list[Any]) -> None:
        self.borders = borders

    def __call__(self, values: Iterable[Any]) -> Iterator[list[int]]:
        borders, find = self.borders, bisect.bisect_right
        low, high, last = borders[0], borders[-1], len(borders) - 2
        counts = [0] * (last + 1)
        for value in values:
            if value is not None and low <= value <= high:  # false for NaN
                counts[min(find(borders, value) - 1, last)] += 1
        yield counts


class CountDistinct:
    """Counts a partition's different records, approximately."""

    def __init__(self, precision: int) -> None:
        self.precision = precision

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        from firesteel._data.cardinality import Distinct

        counted = Distinct(self.precision)
        counted.add(records)
        yield counted
