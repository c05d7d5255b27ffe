"""Merges sorted runs of pairs whose keys are numbers: NumPy cuts and merges their columns."""

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
    """Return numbers in the opposite order; inverts bits, as the least 64-bit int has no negative."""
    return -numbers if numbers.dtype == np.float64 else ~numbers


class _Run:
    """The pairs of a run that were read and not merged yet: those from ``at`` on."""

    __slots__ = ("_batches", "_descending", "_kind", "_values", "at", "keys")

    def __init__(self, batches: Iterator[Columns], kind: np.dtype[Any], descending: bool) -> None:
        self._batches = batches
        self._kind = kind
        self._descending = descending
        self.keys: Numbers = np.empty(0, kind)
        self._values: NDArray[np.object_] = np.empty(0, object)
        self.at = 0

    def filled(self) -> bool:
        """Read more if no pairs are left; tell whether there are any."""
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
        """Return the position of a key, before its equals (left) or after them (right)."""
        return self.at + int(np.searchsorted(self.keys[self.at :], bound, side))

    def take(self, end: int) -> Piece:
        """Take the pairs before a position."""
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
        The type of all keys: float64, without NaN, or int64.
    descending
        Whether the runs and the result are in descending order.

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
    """Merge all pairs up to the least of the last keys; each run has pairs."""
    last = min(range(len(runs)), key=lambda number: runs[number].keys[-1])
    bound = runs[last].keys[-1]
    # Pairs equal to the bound are taken from earlier runs and wait in later ones, as that run may have more.
    pieces = [
        run.take(run.place(bound, "right" if number <= last else "left")) for number, run in enumerate(runs)
    ]
    keys = np.concatenate([piece[0] for piece in pieces])
    order = np.argsort(keys, kind="stable")
    return keys[order], np.concatenate([piece[1] for piece in pieces])[order]
