"""Sorts (key, value) pairs: by column while the keys are plain numbers, otherwise as records.

Sorted records are scattered in memory, and each is fetched and freed separately. A column of numbers is an
array of 8 bytes a key, which NumPy sorts. Its stable sort and that
of `list.sort` give the same order for floats without NaN, and for ints of 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from firesteel._data.codec import BatchSize
from firesteel._data.column_merging import Numbers, merge_columns, turned
from firesteel._data.memory import Memory
from firesteel._data.pairs import columns_of, pairs_of
from firesteel._data.payloads import Columns
from firesteel._data.sorting import Sorting, order_of
from firesteel._data.spill import Segment, SpillFile

__all__ = ["PairSorting"]

_PIECE = 4096
_WHILE_SORTED = 24
"""Temporary bytes per pair of a sort: the order, the array of the sort, and one of the values."""


def numbers_of(keys: list[Any]) -> Numbers | None:
    """Return keys as an array if all are floats other than NaN, or all are 64-bit ints; else None."""
    kinds = set(map(type, keys))
    if kinds == {float}:
        floats = np.fromiter(keys, np.float64, len(keys))
        return None if np.isnan(floats).any() else floats
    if kinds == {int}:
        try:
            return np.fromiter(keys, np.int64, len(keys))
        except OverflowError:
            return None
    return None


class PairSorting:
    """Sorts pairs stably by key.

    Parameters
    ----------
    memory
        The task's budget.
    function
        Returns the sort key of a key; None for the key itself.
    ascending
        The direction.
    site
        The operation, for errors.
    """

    def __init__(
        self, memory: Memory, function: Callable[[Any], Any] | None, ascending: bool, site: str | None
    ) -> None:
        self.records = 0
        self._memory = memory
        self._site = site
        self._descending = not ascending
        self._rows = Sorting(memory, order_of(function), ascending, site)
        self._by_column = function is None
        self._keys: list[Numbers] = []
        self._values: list[Any] = []
        self._kind: np.dtype[Any] | None = None  # of all keys
        self._runs: list[Segment] = []

    def add(self, records: Iterable[Any]) -> None:
        """Add pairs."""
        source = iter(records)
        while chunk := list(islice(source, self._memory.step)):
            self.add_batch(chunk)

    def add_batch(self, batch: list[Any] | Columns) -> None:
        """Add a batch of pairs."""
        self.records += len(batch)
        if self._by_column and not self._in_columns(batch):
            self._as_records()
        if not self._by_column:
            self._rows.add(pairs_of(batch, self._site))

    def _in_columns(self, batch: list[Any] | Columns) -> bool:
        """Add a batch by column, if its keys are numbers of the same type as before."""
        keys, values = columns_of(batch, self._site)
        numbers = numbers_of(keys)
        if numbers is None or self._kind not in (None, numbers.dtype):
            return False
        self._kind = numbers.dtype
        self._keys.append(numbers)
        self._values += values
        if self._memory.exhausted(len(values), len(self._values) * _WHILE_SORTED):
            self._spill()
        return True

    def _spill(self) -> None:
        file = SpillFile(self._memory.scratch, self._memory.compress)
        self._runs.append(file.write_batches(self._sorted_columns(BatchSize(_PIECE))))
        self._memory.spill_done(file.size)

    def _as_records(self) -> None:
        """Pass on the pairs that were added by column."""
        self._by_column = False
        for run in self._runs:
            self._rows.add_run(run)
        self._runs.clear()
        keys, self._keys = self._keys, []
        values, self._values = self._values, []
        self._rows.add(zip(chain.from_iterable(map(_listed, keys)), values, strict=True))

    def batches(self, size: BatchSize | None = None) -> Iterator[list[Any] | Columns]:
        """Yield the pairs in order, once, in batches of the size that ``size`` currently has."""
        size = size or BatchSize(_PIECE)
        if not self._by_column:
            records = self._rows.sorted()
            while batch := list(islice(records, size.records)):
                yield batch
        elif self._runs:
            yield from self._merged_columns(size)
        else:
            yield from self._sorted_columns(size)

    def _merged_columns(self, size: BatchSize) -> Iterator[Columns]:
        """Merge the runs with the pairs in memory; cut batches where they would be cut without a spill."""
        assert self._kind is not None
        here = self._sorted_columns(BatchSize(_PIECE))
        runs = [*(_columns(run) for run in self._runs), here]
        self._runs.clear()
        keys: list[Any] = []
        values: list[Any] = []
        for more_keys, more_values in merge_columns(runs, self._kind, self._descending):
            keys += more_keys
            values += more_values
            at = 0
            while len(keys) - at >= size.records:
                end = at + size.records
                yield Columns([keys[at:end], values[at:end]])
                at = end
            del keys[:at], values[:at]
        if keys:
            yield Columns([keys, values])

    def _sorted_columns(self, size: BatchSize) -> Iterator[Columns]:
        if not self._keys:
            return
        keys = np.concatenate(self._keys)
        self._keys.clear()
        order = np.argsort(turned(keys) if self._descending else keys, kind="stable")
        keys = keys[order]
        values = np.fromiter(self._values, object, len(keys))
        self._values.clear()
        at = 0
        while at < len(keys):
            end = at + size.records
            yield Columns([keys[at:end].tolist(), values[order[at:end]].tolist()])
            at = end


def _listed(numbers: Numbers) -> list[Any]:
    found: list[Any] = numbers.tolist()
    return found


def _columns(run: Segment) -> Iterator[Columns]:
    """Read a run that was written by column."""
    return (batch if isinstance(batch, Columns) else Columns(columns_of(batch)) for batch in run.batches())
