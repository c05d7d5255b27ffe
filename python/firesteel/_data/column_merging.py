"""Merging sorted runs of pairs whose keys are numbers: NumPy cuts and merges the columns that were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firesteel._data.payloads import Columns

__all__ = ["Numbers", "merge_columns", "turned"]

Numbers = NDArray[Any]
Piece = tuple[Numbers, NDArray[np.object_]]


def turned(numbers: Numbers) -> Numbers:
    """Give numbers of the opposite order; inverted bits, as the least int of 64 bits has no negative."""
    return -numbers if numbers.dtype == np.float64 else ~numbers


class _Run:
    """What has been read of a run, and not been given on: the pairs from ``at`` on."""

    __slots__ = ("_batches", "_descending", "_kind", "_values", "at", "keys")

    def __init__(self, batches: Iterator[Columns], kind: np.dtype[Any], descending: bool) -> None:
        self._batches = batches
        self._kind = kind
        self._descending = descending
        self.keys: Numbers = np.empty(0, kind)
        self._values: NDArray[np.object_] = np.empty(0, object)
        self.at = 0

    def filled(self) -> bool:
        """Read on when nothing is left; tell whether there is something."""
        while self.at == len(self.keys):
            batch = next(self._batches, None)
            if batch is None:
                return False
            keys, values = batch.columns
            numbers = np.fromiter(keys, self._kind, len(keys))
            self.keys = turned(numbers) if self._descending else numbers
            self._values = np.fromiter(values, object, len(values))
            self.at = 0
        return True

    def place(self, bound: Any, side: Any) -> int:
        """Give where a key would be put, before its equals (left) or after them (right)."""
        return self.at + int(np.searchsorted(self.keys[self.at :], bound, side))

    def take(self, end: int) -> Piece:
        """Give the pairs before a place on."""
        begin, self.at = self.at, end
        return self.keys[begin:end], self._values[begin:end]


def merge_columns(
    runs: Iterable[Iterator[Columns]], kind: np.dtype[Any], descending: bool
) -> Iterator[tuple[list[Any], list[Any]]]:
    """Merge sorted runs stably, as `merge_runs` does: among equal keys those of earlier runs come first.

    Parameters
    ----------
    runs
        The batches of each run, as columns of keys and values.
    kind
        What all keys are: float64, without NaN, or int64.
    descending
        Whether the runs, and the outcome, are from large to small.

    Yields
    ------
    tuple of list
        Keys and values, in order.

    Examples
    --------
    >>> runs = [iter([Columns([[1, 4], [6, 7]]), Columns([[9], [8]])]), iter([Columns([[2, 4], [5, 3]])])]
    >>> list(merge_columns(runs, np.dtype(np.int64), False))
    [([1, 2, 4], [6, 5, 7]), ([4], [3]), ([9], [8])]
    """
    left = [_Run(batches, kind, descending) for batches in runs]
    while left := [run for run in left if run.filled()]:
        keys, values = left[0].take(len(left[0].keys)) if len(left) == 1 else _next_piece(left)
        yield (turned(keys) if descending else keys).tolist(), values.tolist()


def _next_piece(runs: list[_Run]) -> Piece:
    """Merge all that is not after the least last key; each run has something."""
    last = min(range(len(runs)), key=lambda number: runs[number].keys[-1])
    bound = runs[last].keys[-1]
    # What equals the bound goes before that run's in earlier ones, and waits in later ones: it may have more.
    pieces = [
        run.take(run.place(bound, "right" if number <= last else "left")) for number, run in enumerate(runs)
    ]
    keys = np.concatenate([piece[0] for piece in pieces])
    order = np.argsort(keys, kind="stable")
    return keys[order], np.concatenate([piece[1] for piece in pieces])[order]
