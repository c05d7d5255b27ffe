"""Merges sorted runs, many records at a time: cuts the runs, and merges the pieces with `list.sort`, in C."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from firesteel._data.comparing import comparing, partition_point

__all__ = ["merge_runs"]

Key = Callable[[Any], Any]


class _Run:
    """The records of a run that were read and not merged yet, from ``at`` on, with their sort keys."""

    __slots__ = ("_batches", "_key", "at", "keys", "records")

    def __init__(self, batches: Iterator[Iterable[Any]], key: Key) -> None:
        self._batches = batches
        self._key = key
        self.records: list[Any] = []
        self.keys: list[Any] = []
        self.at = 0

    def filled(self) -> bool:
        """Read more if no records are left; tell whether there are any."""
        while self.at == len(self.records):
            batch = next(self._batches, None)
            if batch is None:
                return False
            self.records = list(batch)
            self.keys = [self._key(record) for record in self.records]
            self.at = 0
        return True

    def take(self, end: int) -> tuple[list[Any], list[Any]]:
        """Take the records before a position, and their keys."""
        begin, self.at = self.at, end
        return self.keys[begin:end], self.records[begin:end]


def merge_runs(
    runs: Iterable[Iterator[Iterable[Any]]], key: Key, descending: bool, site: str | None = None
) -> Iterator[list[Any]]:
    """Merge sorted runs stably: among equal records those of earlier runs come first.

    All records up to the least of the last keys read are complete and can be merged.

    Parameters
    ----------
    runs
        The batches of each run.
    key
        The sort key of a record; called once for each.
    descending
        Whether the runs and the result are in descending order.
    site
        The operation, for errors.

    Yields
    ------
    list
        Records in order.

    Raises
    ------
    RecordError
        Keys of different runs cannot be compared.

    Examples
    --------
    >>> runs = [iter([[1, 4], [4, 9]]), iter([[2, 3], [5]])]
    >>> list(merge_runs(runs, lambda number: number, False))
    [[1, 2, 3], [4], [4, 5], [9]]
    """
    left = [_Run(batches, key) for batches in runs]
    while left := [run for run in left if run.filled()]:
        if len(left) == 1:
            yield left[0].take(len(left[0].keys))[1]
        else:
            with comparing(site):
                piece = _next_piece(left, descending)
            yield piece
            del piece


def _next_piece(runs: list[_Run], descending: bool) -> list[Any]:
    """Merge the complete records of the runs; each run has records."""

    def precedes(left: Any, right: Any) -> bool:
        return bool(right < left if descending else left < right)

    last = 0
    for number, run in enumerate(runs):
        if precedes(run.keys[-1], runs[last].keys[-1]):
            last = number
    bound = runs[last].keys[-1]
    keys: list[Any] = []
    records: list[Any] = []
    for number, run in enumerate(runs):
        if number < last:  # records equal to the bound come before those of the run that ends with it
            end = partition_point(run.keys, lambda value: not precedes(bound, value), run.at)
        elif number == last:
            end = len(run.keys)
        else:  # records equal to the bound wait: the run that ends with it may have more
            end = partition_point(run.keys, lambda value: precedes(value, bound), run.at)
        more_keys, more = run.take(end)
        keys += more_keys
        records += more
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
    return list(map(records.__getitem__, order))
