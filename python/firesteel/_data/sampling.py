"""Bounds of a sort: from the samples of the map tasks' sorted runs to the key ranges of the reducers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["bounds_of"]


def bounds_of(samples: Iterable[tuple[list[Any], int]], partitions: int, ascending: bool) -> list[Any]:
    """Choose the keys that separate the partitions of a sort.

    Every sampled key stands for ``records / len(keys)`` records of its run. The bounds are distinct and ascending,
    whatever the direction of the sort; records equal to a bound belong to the range that it closes.

    Parameters
    ----------
    samples
        Of each map: keys taken at even distances from its sorted run, and the run's record count.
    partitions
        How many partitions are wanted.
    ascending
        The direction of the sort. It does not change the bounds; partition numbers are turned when they are used.

    Returns
    -------
    list
        At most ``partitions - 1`` keys.

    Examples
    --------
    >>> bounds_of([([1, 2, 3, 4], 4), ([5, 6, 7, 8], 4)], 2, True)
    [4]
    """
    weighted = [(key, records / len(keys)) for keys, records in samples for key in keys]
    weighted.sort(key=_key)
    total = sum(weight for _, weight in weighted)
    step = total / max(partitions, 1)
    bounds: list[Any] = []
    seen, target = 0.0, step * (1 - 1e-9)
    for key, weight in weighted:
        seen += weight
        if seen >= target and len(bounds) < partitions - 1 and seen < total * (1 - 1e-9):
            if not bounds or bounds[-1] < key:
                bounds.append(key)
            target = (int(seen / step + 1e-9) + 1) * step * (1 - 1e-9)  # a heavy key uses up several steps
    return bounds


def _key(pair: tuple[Any, float]) -> Any:
    return pair[0]
