"""Sorting in bounded memory: a list, or sorted runs in files and a merge."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Any

from firesteel._data.errors import RecordError
from firesteel._data.memory import Memory
from firesteel._data.spill import Segment, SpillFile

__all__ = ["Sorting", "order_of", "partition_point"]


def order_of(function: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """Give the sort key of (key, value) records.

    Parameters
    ----------
    function
        Applied to the record's key; None for the key itself.
    """
    if function is None:
        return itemgetter(0)
    return lambda record: function(record[0])


def partition_point(values: list[Any], before: Callable[[Any], bool]) -> int:
    """Give the index of the first value for which ``before`` is false; it must be false from there on."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if before(values[middle]):
            low = middle + 1
        else:
            high = middle
    return low


class Sorting:
    """Sorts records stably.

    Parameters
    ----------
    memory
        The task's budget.
    key
        The sort key of a record.
    ascending
        The direction.
    site
        The operation, for errors.
    """

    def __init__(
        self, memory: Memory, key: Callable[[Any], Any], ascending: bool, site: str | None = None
    ) -> None:
        self._memory = memory
        self._key = key
        self._descending = not ascending
        self._site = site
        self._rows: list[Any] = []
        self._runs: list[Segment] = []
        self.records = 0

    def add(self, records: Iterable[Any]) -> None:
        """Take in records."""
        source, rows = iter(records), self._rows
        while chunk := list(islice(source, self._memory.step)):
            rows += chunk
            self.records += len(chunk)
            if self._memory.exhausted(len(chunk)):
                self._spill()

    def _spill(self) -> None:
        self._sort()
        file = SpillFile(self._memory.scratch, self._memory.compress)
        self._runs.append(file.write(self._rows))
        self._rows.clear()
        self._memory.spill_done(file.size)

    def _sort(self) -> None:
        try:
            self._rows.sort(key=self._key, reverse=self._descending)
        except TypeError as failure:
            trace = failure.__traceback__
            if trace is None or trace.tb_next is not None:
                raise  # it comes from the user's own comparison or key function
            where = f" in {self._site}" if self._site else ""
            raise RecordError(f"keys cannot be compared{where}: {failure}", self._site) from failure

    def sorted(self) -> Iterator[Any]:
        """Give the records in order; the sorting is used up."""
        self._sort()
        if not self._runs:
            return iter(self._rows)
        return heapq.merge(*self._runs, self._rows, key=self._key, reverse=self._descending)
