"""Grouping by key: lists in a dictionary, spilled as runs sorted by hash; large groups stay in the files."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from firesteel._data.combining import explain
from firesteel._data.grouped import GroupedValues
from firesteel._data.hashing import hash_keys
from firesteel._data.memory import Memory, anonymous
from firesteel._data.spill import Segment, SpillFile

__all__ = ["Grouping"]

_LARGE = 1 << 20

# hash, key, values held in the entry, segments that hold values before them
_Entry = tuple[int, Any, list[Any], list[Segment]]


class Grouping:
    """Groups values by key in bounded memory; the order of the values in a group is that of their arrival.

    Parameters
    ----------
    memory
        The task's budget.
    site
        The operation, for errors.
    large
        A group of about so many bytes stays in its file when spilled.
    """

    def __init__(self, memory: Memory, site: str | None = None, large: int = _LARGE) -> None:
        self._memory = memory
        self._site = site
        self._large = large
        self._groups: dict[Any, list[Any]] = {}
        self._runs: list[_Run] = []

    def add(self, pairs: Iterable[Any]) -> None:
        """Take in (key, value) records."""
        source = iter(pairs)
        for record in source:
            step = self._memory.step
            self._merge((record,))
            self._merge(islice(source, step - 1))
            if self._memory.exhausted(step):
                self._spill()

    def _merge(self, pairs: Iterable[Any]) -> None:
        groups = self._groups
        look = groups.get
        record = key = None
        try:
            for record in pairs:
                key, value = record
                group = look(key)
                if group is None:
                    groups[key] = [value]
                else:
                    group.append(value)
        except Exception as failure:
            better = explain(failure, record, key, self._site)
            if better is not failure:
                raise better from failure
            raise

    def _spill(self) -> None:
        if not self._groups:
            return
        values = sum(map(len, self._groups.values()))
        mean = max(1.0, (anonymous() - self._memory.base) / values)
        run = _Run(SpillFile(self._memory.scratch, self._memory.compress))
        run.write(self._groups, int(self._large / mean), self._site)
        self._groups.clear()
        self._runs.append(run)
        self._memory.spill_done(run.file.size)

    def items(self) -> Iterator[tuple[Any, list[Any] | GroupedValues]]:
        """Give the groups; the grouping is used up."""
        if not self._runs:
            return iter(self._groups.items())
        self._spill()
        return self._merged()

    def _merged(self) -> Iterator[tuple[Any, GroupedValues]]:
        by_hash = itemgetter(0)
        for _, entries in groupby(heapq.merge(*self._runs, key=by_hash), by_hash):
            alike: dict[Any, list[list[Any] | Segment]] = {}  # keys of equal hash are few
            for _, key, values, segments in entries:
                pieces = alike.setdefault(key, [])
                pieces.extend(segments)
                if values:
                    pieces.append(values)
            for key, pieces in alike.items():
                yield key, GroupedValues.of(pieces)


class _Run:
    """One spilled dictionary: entries sorted by hash; merging is stable, so values keep their order."""

    def __init__(self, file: SpillFile) -> None:
        self.file = file
        self._segment: Segment | None = None
        self._stored: list[Segment] = []

    def write(self, groups: dict[Any, list[Any]], many: int, site: str | None) -> None:
        """Write the groups; those of more than ``many`` values in segments of their own."""
        keys = list(groups)
        hashes = hash_keys(keys, site)
        order = hashes.argsort(kind="stable").tolist()
        numbers = hashes.tolist()
        entries: list[tuple[int, Any, list[Any], int]] = []
        for i in order:
            values, stored = groups[keys[i]], -1
            if len(values) > many:
                self._stored.append(self.file.write(values))
                values, stored = [], len(self._stored) - 1
            entries.append((numbers[i], keys[i], values, stored))
        self._segment = self.file.write(entries)

    def __iter__(self) -> Iterator[_Entry]:
        assert self._segment is not None
        for number, key, values, stored in self._segment:
            yield number, key, values, [self._stored[stored]] if stored >= 0 else []
