"""Computes the bounds of a sort: the key ranges of the reducers, from samples of the sorted runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

__all__ = ["Sample", "bounds_of", "merged"]

Sample = tuple[list[Any], int]
"""Keys taken at even distances from a sorted run, and the run's record count."""

_MOST = 4096
_SLACK = 1e-9  # of the total weight, for sums of floats


def _quantiles(samples: Iterable[Sample], parts: int) -> Iterator[tuple[Any, int]]:
    """Return the keys where the first ``parts - 1`` equal shares of records end, and how many end there.

    Every sampled key stands for ``records / len(keys)`` records of its run.
    """
    weighted = [(key, records / len(keys)) for keys, records in samples for key in keys]
    weighted.sort(key=itemgetter(0))
    total = sum(map(itemgetter(1), weighted))
    seen, done = 0.0, 0
    for key, weight in weighted:
        seen += weight
        reached = min(parts - 1, int(parts * (seen / total + _SLACK)))
        if reached > done:
            yield key, reached - done
            done = reached


def merged(samples: Iterable[Sample]) -> Sample:
    """Merge samples into one of the same total weight.

    Parameters
    ----------
    samples
        Of each map.

    Returns
    -------
    tuple
        One sample; of no records when there are none.
    """
    given = list(samples)
    total = sum(records for _, records in given)
    return [key for key, times in _quantiles(given, _MOST) for _ in range(times)], total


def bounds_of(samples: Iterable[Sample], partitions: int) -> list[Any]:
    """Choose the keys that separate the partitions of a sort.

    The bounds are distinct and ascending in either direction of the sort: for a descending sort, the numbers
    of the partitions are reversed when they are used. Records equal to a bound belong to the range
    that it closes.

    Parameters
    ----------
    samples
        Of each map.
    partitions
        How many partitions are wanted.

    Returns
    -------
    list
        At most ``partitions - 1`` keys; fewer if there are few different keys.

    Examples
    --------
    >>> bounds_of([([1, 2, 3, 4], 4), ([5, 6, 7, 8], 4)], 2)
    [4]
    """
    bounds: list[Any] = []
    for key, _ in _quantiles(samples, partitions):
        if not bounds or bounds[-1] < key:
            bounds.append(key)
    return bounds
