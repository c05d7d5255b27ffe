"""Groups by key in a dictionary of lists; what does not fit is spilled by hash, and grouped part by part.

When memory is used up for the first time, the dictionary is spilled. Later pairs do not go through a
dictionary: they are split over sub-partitions, written, and grouped when they are read back. A sub-partition
that does not fit either is split again. That does not help with a single group that does not fit, so large
groups are stored separately: their values have segments of their own and are never all in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat
from typing import Any

from firesteel._data.combining import explain
from firesteel._data.grouped import GroupedValues
from firesteel._data.memory import Memory, anonymous
from firesteel._data.nan_keys import marked, unite
from firesteel._data.pairs import columns_of
from firesteel._data.payloads import Columns
from firesteel._data.spill import Segment, SpillFile
from firesteel._data.splitting import BITS, DEEPEST, Parts

__all__ = ["Grouping"]

_LARGE = 1 << 20
_DRAWN = 128  # sampled keys from which a large group is recognised

Group = tuple[Any, "list[Any] | GroupedValues"]


class Grouping:
    """Groups values by key in bounded memory; the values of a group stay in the order of arrival.

    Parameters
    ----------
    memory
        The task's budget.
    site
        The operation, for errors.
    large
        A spilled group of about this many bytes is read from its file.
    level
        Depth of the recursion over spilled parts.
    """

    def __init__(self, memory: Memory, site: str | None = None, large: int = _LARGE, level: int = 0) -> None:
        self._memory = memory
        self._site = site
        self._large = large
        self._level = level
        self._groups: dict[Any, list[Any]] = {}
        self._spilled: _Spilled | None = None
        self._own = False  # keys have come from the user's functions, and not from a shuffle

    def add(self, pairs: Iterable[Any]) -> None:
        """Add (key, value) records."""
        if self._spilled is not None and isinstance(pairs, Columns) and len(pairs.columns) == 2:
            self._spilled.parts.take(*pairs.columns)
            self._look(len(pairs))
            return
        self._own |= not isinstance(pairs, Columns)
        source = iter(pairs)
        for record in source:
            step = self._memory.step
            if self._spilled is None:
                self._merge((record,))
                self._merge(islice(source, step - 1))
            else:
                self._spilled.parts.take(*columns_of([record, *islice(source, step - 1)], self._site))
            self._look(step)

    def _look(self, records: int) -> None:
        if self._memory.exhausted(records) and self._level < DEEPEST:
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
        grown = anonymous() - self._memory.base
        if self._spilled is None:
            self._spilled = _Spilled(self._memory, self._site, self._level)
            self._spilled.take(self._groups)
        self._spilled.write(self._many(grown, len(self._spilled.parts)))

    def _many(self, grown: int, values: int) -> int:
        """Return how many values make a group large."""
        return int(self._large / max(1.0, grown / max(1, values)))

    def items(self) -> Iterator[Group]:
        """Return the groups, once."""
        if self._spilled is None:
            if self._own:
                unite(self._groups, list.__iadd__)
            return iter(self._groups.items())
        if not self._memory.has_room():
            self._spill()
        return chain.from_iterable(map(self._part, range(1 << BITS)))

    def _part(self, number: int) -> Iterator[Group]:
        assert self._spilled is not None
        part = Grouping(self._memory, self._site, self._large, self._level + 1)
        for batch in self._spilled.pairs(number):
            part.add(batch)
        large = self._spilled.large[number]
        return _completed(part.items(), large) if large else part.items()


def _completed(groups: Iterator[Group], large: dict[Any, list[Segment]]) -> Iterator[Group]:
    """Yield groups; those that became large continue in their segments."""
    for key, values in groups:
        more = large.pop(key, None)
        if more is None:
            yield key, values
        else:
            yield (
                key,
                GroupedValues.of(
                    [*(values.pieces if isinstance(values, GroupedValues) else [values]), *more]
                ),
            )
    for key, pieces in large.items():
        yield key, GroupedValues.of([*pieces])


class _Spilled:
    """The spill file of a grouping, and the pairs that go there next.

    Parameters
    ----------
    memory, site, level
        Those of the grouping.
    """

    def __init__(self, memory: Memory, site: str | None, level: int) -> None:
        self.parts = Parts(level, site)
        self.segments: list[list[Segment]] = [[] for _ in self.parts.columns]
        self.large: list[dict[Any, list[Segment]]] = [{} for _ in self.parts.columns]
        self._many = 0
        self._memory = memory
        self._file = SpillFile(memory.scratch, memory.compress)

    def take(self, groups: dict[Any, list[Any]]) -> None:
        """Add groups, which become pairs again."""
        sizes = map(len, groups.values())
        keys = list(chain.from_iterable(map(repeat, groups, sizes)))
        values = list(chain.from_iterable(groups.values()))
        groups.clear()
        self.parts.take(keys, values)

    def write(self, many: int) -> None:
        """Write the pairs in memory; a group of more than this many values is large."""
        self._many = many
        before = self._file.size
        for number in range(len(self.segments)):
            self._write_part(number)
        if self._file.size > before:
            self._memory.spill_done(self._file.size - before)

    def pairs(self, number: int) -> Iterator[list[Any] | Columns]:
        """Return the pairs of a part without those of large groups, and release them."""
        if self.large[number]:  # later values must go to the segments of their group
            self._write_part(number)
        segments, columns = self.segments[number], self.parts.columns[number]
        for segment in segments:
            yield from segment.batches()
        segments.clear()
        if columns[0]:
            yield Columns([column[:] for column in columns])
            for column in columns:
                column.clear()

    def _write_part(self, number: int) -> None:
        keys, values = self.parts.columns[number]
        large = self.large[number]
        if len(keys) > self._many:
            every = max(1, self._many // _DRAWN)
            drawn = Counter(keys[::every])
            for key, count in drawn.items():
                if count * every > self._many:
                    large.setdefault(key, [])
        # A group that was large once stays separate, so that its values stay in order.
        others = self._without(large, keys, values) if large else (keys, values)
        if others[0]:
            written = marked(others[0]) if self.parts.nan else others[0]
            self.segments[number].append(self._file.write_columns((written, others[1])))
        keys.clear()
        values.clear()

    def _without(
        self, large: dict[Any, list[Segment]], keys: list[Any], values: list[Any]
    ) -> tuple[list[Any], list[Any]]:
        """Write the large groups, and return the rest."""
        apart: dict[Any, list[Any]] = {key: [] for key in large}
        others: tuple[list[Any], list[Any]] = ([], [])
        look = apart.get
        for key, value in zip(keys, values, strict=True):
            group = look(key)
            if group is None:
                others[0].append(key)
                others[1].append(value)
            else:
                group.append(value)
        for key, group in apart.items():
            if group:
                large[key].append(self._file.write(group))
        return others
