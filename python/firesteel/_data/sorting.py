"""Sorts records in bounded memory: in a list, or as sorted runs in files that are merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from firesteel._data.comparing import comparing
from firesteel._data.memory import Memory
from firesteel._data.merging import merge_runs
from firesteel._data.spill import Segment, SpillFile

__all__ = ["Sorting", "order_of"]

_PIECE = 8192  # records in memory that are merged at a time with those in files


def order_of(function: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """Return a function for the sort key of (key, value) records.

    Parameters
    ----------
    function
        Applied to the record's key; None for the key itself.
    """
    if function is None:
        return itemgetter(0)
    return lambda record: function(record[0])


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

    def add(self, records: Iterable[Any]) -> None:
        """Add records."""
        source = iter(records)
        while chunk := list(islice(source, self._memory.step)):
            self._rows += chunk
            if self._memory.exhausted(len(chunk)):
                self._spill()

    def add_run(self, run: Segment) -> None:
        """Add a sorted run in a file; among equal records, it comes after earlier ones."""
        if self._rows:
            self._spill()
        self._runs.append(run)

    def _spill(self) -> None:
        self._sort()
        file = SpillFile(self._memory.scratch, self._memory.compress)
        self._runs.append(file.write(self._rows))
        self._rows.clear()
        self._memory.spill_done(file.size)

    def _sort(self) -> None:
        rows, key = self._rows, self._key
        with comparing(self._site):
            rows.sort(key=key, reverse=self._descending)

    def sorted(self) -> Iterator[Any]:
        """Return the records in order, once."""
        self._sort()
        rows = self._rows
        if not self._runs:
            return iter(rows)
        here = (rows[at : at + _PIECE] for at in range(0, len(rows), _PIECE))
        runs = [*(run.batches() for run in self._runs), here]
        return chain.from_iterable(merge_runs(runs, self._key, self._descending, self._site))
