"""Aggregates by key in a dictionary; what does not fit is spilled by hash, and aggregated part by part.

If a spill shows that the dictionary has hardly fewer entries than pairs were added, the pairs that follow do
not go through a dictionary: they are split over the parts, written, and aggregated when they are read back.
On the map side, an outlet can take what does not fit, because the reduce side merges it anyway.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Protocol

from firesteel._data.hashing import unhashable
from firesteel._data.memory import Memory
from firesteel._data.nan_keys import marked, unite
from firesteel._data.pairs import columns_of, not_a_pair
from firesteel._data.payloads import Columns
from firesteel._data.spill import Segment, SpillFile
from firesteel._data.splitting import BITS, DEEPEST, Parts

__all__ = ["Combining", "Functions"]

_ABSENT = object()
_FEWER = 1.5  # pairs per entry of the dictionary; with fewer, it saves too little memory for its time


class Functions:
    """The functions of a combineByKey.

    Parameters
    ----------
    create
        Makes a combiner from the first value; None for the identity.
    merge_value
        ``(combiner, value)`` → combiner.
    merge_combiners
        ``(combiner, combiner)`` → combiner.
    site
        The operation and line that called it.
    """

    __slots__ = ("create", "merge_combiners", "merge_value", "site")

    def __init__(
        self,
        create: Callable[[Any], Any] | None,
        merge_value: Callable[[Any, Any], Any],
        merge_combiners: Callable[[Any, Any], Any],
        site: str | None = None,
    ) -> None:
        self.create = create
        self.merge_value = merge_value
        self.merge_combiners = merge_combiners
        self.site = site

    @property
    def added(self) -> bool:
        """Whether they only add values up."""
        return self.create is None and self.merge_value is self.merge_combiners is operator.add


def explain(failure: Exception, record: Any, key: Any, site: str | None) -> Exception:
    """Explain an error of a loop over pairs that comes from a record, and not from user code."""
    trace = failure.__traceback__
    if trace is None or trace.tb_next is not None:
        return failure
    text = str(failure)
    if isinstance(failure, (TypeError, ValueError)) and "unpack" in text:
        return not_a_pair(record, site)
    if isinstance(failure, TypeError) and "unhashable type" in text:
        return unhashable(key, site)
    return failure


def merge(
    combined: dict[Any, Any],
    pairs: Iterable[Any],
    create: Callable[[Any], Any] | None,
    function: Callable[[Any, Any], Any],
    site: str | None,
) -> None:
    """Merge pairs into a dictionary: the innermost loop of every aggregation.

    Parameters
    ----------
    combined
        Changed in place.
    pairs
        The (key, value) records.
    create
        Makes the first combiner of a key; None for the identity.
    function
        Merges a combiner and a value. `operator.add` itself is not called: ``+`` is the same.
    site
        The operation, for errors.
    """
    look, absent = combined.get, _ABSENT
    plus = create is None and function is operator.add
    record: Any = None
    key: Any = None
    old: Any = None
    value: Any = None
    try:
        if plus:
            for record in pairs:
                key, value = record
                old = look(key, absent)
                combined[key] = value if old is absent else old + value
        elif create is None:
            for record in pairs:
                key, value = record
                old = look(key, absent)
                combined[key] = value if old is absent else function(old, value)
        else:
            for record in pairs:
                key, value = record
                old = look(key, absent)
                combined[key] = create(value) if old is absent else function(old, value)
    except StopIteration as failure:
        raise RuntimeError(f"a function of {site or 'the aggregation'} raised StopIteration") from failure
    except Exception as failure:
        better = explain(failure, record, key, site)
        if better is not failure:
            raise better from failure
        raise


class Outlet(Protocol):
    """Takes combiners that do not fit in memory, where they are merged later anyway."""

    def take(self, keys: list[Any], values: list[Any]) -> bool:
        """Take combiners and return True, or take none and refuse from then on."""
        ...

    def flush(self) -> None:
        """Free the memory of the combiners that were taken."""
        ...


class Combining:
    """Aggregates pairs by key in bounded memory.

    Parameters
    ----------
    memory
        The task's budget.
    functions
        How to combine.
    level
        Depth of the recursion over spilled parts.
    outlet
        Gets combiners that would be spilled, until it refuses.
    """

    def __init__(
        self, memory: Memory, functions: Functions, level: int = 0, outlet: Outlet | None = None
    ) -> None:
        self.combined: dict[Any, Any] = {}
        self._memory = memory
        self._functions = functions
        self._level = level
        self._file: SpillFile | None = None
        self._parts: list[list[Segment]] = [[] for _ in range(1 << BITS)]
        self._taken = 0  # pairs since the last spill
        self._own = False  # keys have come from the user's functions, and not from a shuffle
        self._uncombined: Parts | None = None  # pairs that go to the file uncombined
        self._outlet = outlet
        self._passing = False  # pairs go to the outlet uncombined

    def add_values(self, pairs: Iterable[Any]) -> None:
        """Add (key, value) records."""
        self._own = True
        self._add(iter(pairs), self._functions.create, self._functions.merge_value)

    def add_combiners(self, batch: Iterable[Any]) -> None:
        """Add (key, combiner) records."""
        if isinstance(batch, Columns) and len(batch.columns) == 2:
            if self._uncombined is not None:
                self._uncombined.take(*batch.columns)
                self._look(len(batch))
                return
            if not self.combined and self._file is None:
                first: dict[Any, Any] = dict(batch)
                if len(first) == len(batch):  # all keys differ, as in the output of one map: nothing to merge
                    self.combined.update(first)
                    self._taken += len(batch)
                    return
        self._own |= not isinstance(batch, Columns)
        left = len(batch) if isinstance(batch, (Columns, list)) else None
        self._add(iter(batch), None, self._functions.merge_combiners, left)

    def _add(
        self,
        pairs: Iterator[Any],
        create: Callable[[Any], Any] | None,
        function: Callable[[Any, Any], Any],
        left: int | None = None,
    ) -> None:
        """Add pairs; ``left`` is their number, if known."""
        memory, combined, site = self._memory, self.combined, self._functions.site
        if create is not None and self._uncombined is not None:
            self._spill()
            self._uncombined = None
        for record in pairs:
            step = memory.step
            if left is not None:
                step = min(step, left)
                left -= step
            if self._passing:
                self._pass(list(chain((record,), islice(pairs, step - 1))), function)
                continue
            if self._uncombined is not None:
                self._uncombined.take(*columns_of([record, *islice(pairs, step - 1)], site))
            else:
                merge(combined, (record,), create, function, site)
                merge(combined, islice(pairs, step - 1), create, function, site)
            self._look(step, create is None)

    def _look(self, records: int, as_they_are: bool = True) -> None:
        """Spill when memory is used up.

        Parameters
        ----------
        records
            How many pairs have been added.
        as_they_are
            Whether they are combiners already, so that further ones may be spilled uncombined.
        """
        self._taken += records
        if not self._memory.exhausted(records) or self._level >= DEEPEST:
            return
        few = as_they_are and self._taken < _FEWER * len(self.combined)
        if self._outlet is not None:
            keys, values = list(self.combined), list(self.combined.values())
            self.combined.clear()
            if self._outlet.take(keys, values):
                del keys, values
                self._outlet.flush()
                self._passing, self._taken = few, 0
                return
            self._outlet = None
            self.combined.update(zip(keys, values, strict=True))
        self._spill()
        if few:
            self._uncombined = Parts(self._level, self._functions.site)

    def _pass(self, chunk: list[Any], function: Callable[[Any, Any], Any]) -> None:
        """Pass combiners to the outlet."""
        assert self._outlet is not None
        if self._outlet.take(*columns_of(chunk, self._functions.site)):
            if self._memory.exhausted(len(chunk)):
                self._outlet.flush()
        else:
            self._outlet, self._passing = None, False
            merge(self.combined, chunk, None, function, self._functions.site)
            self._look(len(chunk))

    def _split(self) -> Parts:
        """Yield the combiners in memory, part by part."""
        if self._uncombined is not None:
            return self._uncombined
        parts = Parts(self._level, self._functions.site)
        parts.take(list(self.combined), list(self.combined.values()))
        self.combined.clear()
        return parts

    def _spill(self) -> None:
        parts = self._split()
        if self._file is None:
            self._file = SpillFile(self._memory.scratch, self._memory.compress)
        before = self._file.size
        for segments, (keys, values) in zip(self._parts, parts.columns, strict=True):
            if keys:
                written = marked(keys) if parts.nan else keys
                segments.append(self._file.write_columns((written, values)))
                keys.clear()
                values.clear()
        self._taken = 0
        if self._file.size > before:
            self._memory.spill_done(self._file.size - before)

    @property
    def spilled(self) -> bool:
        """Whether part of the data is in files."""
        return self._file is not None

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return the (key, combiner) pairs, once. If nothing was spilled, they have a length."""
        if self._file is None:
            if self._own:
                unite(self.combined, self._functions.merge_combiners)
            return self.combined.items()
        if not self._memory.has_room():
            self._spill()
        return chain.from_iterable(map(self._part, self._parts, self._split().columns))

    def _part(self, segments: list[Segment], rest: tuple[list[Any], list[Any]]) -> Iterable[tuple[Any, Any]]:
        part = Combining(self._memory, self._functions, self._level + 1)
        for segment in segments:
            for batch in segment.batches():
                part.add_combiners(batch)
        segments.clear()
        if rest[0]:
            part.add_combiners(Columns([column[:] for column in rest]))
            for column in rest:
                column.clear()
        return part.items()
