"""The map side of a shuffle: writes records to the sections of one data file.

Without combining, records are distributed over columns, a pair of them for each partition; a full column
becomes a sealed batch at once. Sealed batches wait in memory, or in a spill file when they exceed the budget.
At the end they are copied into the data file, section after section, without being pickled again. With
combining, pairs go through a dictionary first; sums that do not fit in memory are distributed as they are and
left to the reduce side (docs/decisions/0017). A sort shuffle writes a sorted run as section 0, and its sample
and the index of its batches as section 1.

Each section has a checksum. From it the engine tells whether a task that runs again wrote the same records
(docs/decisions/0009). Where it is cheap, equal records must give equal checksums. So only a section's own
records decide where it is cut into batches, not the moment of a memory check. The order of an aggregation's
result depends on when it spilled, so its checksum does not depend on the order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from firesteel._data.blocks import encoded_batches, sealed_batches
from firesteel._data.codec import BatchSize, Identity, Section
from firesteel._data.combining import Combining
from firesteel._data.errors import PlanError, RecordError
from firesteel._data.hashing import Hashes, hash_and_unify, partitions_of
from firesteel._data.memory import Memory
from firesteel._data.multiset_hash import MultisetHash, are_positive_ints
from firesteel._data.nan_keys import any_nan, marked, unify
from firesteel._data.newfile import NewFile
from firesteel._data.pair_sorting import PairSorting
from firesteel._data.pairs import columns_of
from firesteel._data.payloads import encode
from firesteel._data.repeating import Repeating
from firesteel._data.spill import SpillFile
from firesteel._worker.sources import Sources
from firesteel._worker.state import TaskState

__all__ = ["write_shuffle"]

_SAMPLE = 400
_SAMPLE_BYTES = 256 << 10
_SLICE = 1 << 16
_OFTEN = 2  # pairs per key; above that, the map side merges what it spills
_FEWEST = 64  # pairs per section in a spill, so that batches do not consist mostly of headers

Partitioner = Callable[[list[Any]], list[int]]


def write_shuffle(
    state: TaskState,
    sources: Sources,
    source: list[Any],
    name: str,
    partitions: int,
    partitioner: list[Any],
    combine: list[Any] | None,
) -> dict[str, Any]:
    """Run the ``ShuffleWrite`` sink; the parameters are the plan's.

    Returns
    -------
    dict
        ``output`` and ``shuffle`` for the DONE frame, and ``records``.
    """
    path = state.path(name)
    sections = [
        Section(Identity(name, number, state.attempt), "shuffle" in state.compress)
        for number in range(partitions)
    ]
    if partitioner[0] == "sort":
        _write_sorted(state, sources.records(source), path, sections, partitioner[1], bool(partitioner[2]))
        checksums = [section.checksum for section in sections]
    else:
        functions = state.functions(combine[1]) if combine is not None else None
        site = functions.site if functions is not None else None
        custom = _partitioner(state, partitioner, partitions)
        added = functions is not None and functions.added
        multiset_hash = MultisetHash(added) if functions is not None else None
        writer = _Distribution(state.memory, sections, custom, site, multiset_hash)
        if functions is not None:
            combining = Combining(state.memory, functions, outlet=writer if added else None)
            combining.add_values(sources.records(source))
            writer.add_combined(combining)
        else:
            writer.add(sources.records(source))
        writer.finish(path)
        checksums = writer.checksums()
    lengths = [section.length for section in sections]
    records = [section.records for section in sections]
    return {
        "output": [path, sum(lengths), sum(records)],
        "records": sum(records),
        "shuffle": {
            "lengths": lengths,
            "records": records,
            "checksums": checksums,
        },
    }


def _partitioner(state: TaskState, plan: list[Any], partitions: int) -> Partitioner | None:
    """Return the custom partitioner, or None for the hash."""
    if plan[0] == "hash":
        return None
    if plan[0] != "custom":
        raise PlanError(f"unknown partitioner {plan[0]!r}")
    function, own_site = state.partitioner(plan[1])

    def custom(keys: list[Any]) -> list[int]:
        answers = [function(key) for key in keys]
        try:
            return [operator.index(answer) % partitions for answer in answers]
        except TypeError as failure:
            wrong = next(answer for answer in answers if not hasattr(answer, "__index__"))
            raise RecordError(
                f"the partition function must return an int, not {type(wrong).__qualname__}: {wrong!r}"
                + (f" ({own_site})" if own_site else ""),
                own_site,
            ) from failure

    return custom


class _Distribution:
    """Distributes pairs over sections, by hash or by a custom partitioner."""

    def __init__(
        self,
        memory: Memory,
        sections: list[Section],
        custom: Partitioner | None,
        site: str | None,
        multiset_hash: MultisetHash | None,
    ) -> None:
        self._memory = memory
        self._site = site
        self._sections = sections
        self._custom = custom
        self._columns: list[tuple[list[Any], list[Any]]] = [([], []) for _ in sections]
        self._sizes = [BatchSize(256) for _ in sections]
        self._unlooked = 0
        self._look = 256
        self._multiset_hash = multiset_hash
        self._nan = False  # whether a key holds NaN
        self._repeating: Repeating | None = None
        self._sealed: list[list[bytes]] = [[] for _ in sections]
        self._held = 0
        self._spill: SpillFile | None = None
        self._spilled: list[list[tuple[int, int]]] = [[] for _ in sections]

    def add(self, records: Iterator[Any]) -> None:
        """Add records."""
        # Not more than a batch at a time: a chunk keeps objects alive that the aggregation would free.
        while chunk := list(islice(records, min(self._memory.step, self._look))):
            self._distribute(*columns_of(chunk, self._site))
            if self._memory.exhausted(len(chunk)):
                self.flush(short=self._held < self._memory.limit // 16)  # it is in the columns, then

    def take(self, keys: list[Any], values: list[Any]) -> bool:
        """Take sums that an aggregation has no room for, unless adding them up here is better."""
        if not are_positive_ints(values):
            return False
        if self._repeating is None:
            if len(keys) < _FEWEST * len(self._sections):
                return False
            self._repeating = Repeating()
        keys, hashes = self._hashed(keys)
        self._repeating.add(hashes)
        if self._repeating.pairs > _OFTEN * self._repeating.keys():
            return False
        self._distribute_all(keys, values, hashes)
        return True

    def flush(self, short: bool = True) -> None:
        """Move full batches to the spill file; with `short`, everything."""
        if short:
            self._seal(short=True)
        self._write_out()
        self._memory.spill_done(0)  # only now is the memory of the columns free

    def add_combined(self, combining: Combining) -> None:
        """Add the result of an aggregation."""
        if combining.spilled:
            self.add(iter(combining.items()))
            return
        combined = combining.combined
        keys, values = list(combined), list(combined.values())
        hashes = None
        if self._custom is None:
            keys, hashes = self._hashed(keys)
        self._distribute_all(keys, values, hashes)
        combined.clear()

    def _hashed(self, keys: list[Any]) -> tuple[list[Any], Hashes]:
        """Give keys whose NaNs are one, and their hashes."""
        keys, hashes, nan = hash_and_unify(keys, self._site)
        self._nan |= nan
        return keys, hashes

    def _distribute_all(self, keys: list[Any], values: list[Any], hashes: Hashes | None) -> None:
        for at in range(0, len(keys), _SLICE):
            end = at + _SLICE
            self._distribute(keys[at:end], values[at:end], None if hashes is None else hashes[at:end])

    def _distribute(self, keys: list[Any], values: list[Any], hashes: Hashes | None = None) -> None:
        columns = self._columns
        if self._custom is not None:
            if any_nan(keys):
                keys, self._nan = unify(keys), True
            parts = self._custom(keys)
        else:
            if hashes is None:
                keys, hashes = self._hashed(keys)
            parts = partitions_of(hashes, len(columns))
        for part, key, value in zip(parts, keys, values):  # noqa: B905
            of_keys, of_values = columns[part]
            of_keys.append(key)
            of_values.append(value)
        if self._multiset_hash is not None:
            self._multiset_hash.add(keys, values, None if self._custom is None else parts, hashes)
        self._unlooked += len(keys)
        if self._unlooked >= max(self._look, 4 * len(columns)):
            self._unlooked = 0
            self._seal()

    def _seal(self, short: bool = False) -> None:
        """Make batches of the columns.

        Parameters
        ----------
        short
            Make batches of everything. Otherwise only full batches are made, so that the cuts depend on the
            section's own records alone.
        """
        for number, columns in enumerate(self._columns):
            size, section = self._sizes[number], self._sections[number]
            at, there = 0, len(columns[0])
            while at < there and (short or there - at >= size.records):
                end = min(at + size.records, there)
                keys = columns[0][at:end]
                for piece in section.columns([marked(keys) if self._nan else keys, columns[1][at:end]], size):
                    # A copy: the memory behind a view may change before it is written.
                    self._sealed[number].append(bytes(piece))
                    self._held += len(piece)
                at = end
                if self._held > max(self._memory.limit // 4, 1 << 20):
                    self._write_out()
            if at:
                del columns[0][:at], columns[1][:at]
                self._look = max(self._look, size.records)

    def checksums(self) -> list[int]:
        """Return the sections' checksums, once they are written."""
        if self._multiset_hash is None:
            return [section.checksum for section in self._sections]
        return [self._multiset_hash.checksum()] * len(self._sections)

    def _write_out(self) -> None:
        """Move the sealed batches to the spill file."""
        if not self._held:
            return
        if self._spill is None:
            self._spill = SpillFile(self._memory.scratch, self._memory.compress)
        for number, pieces in enumerate(self._sealed):
            if pieces:
                begin = self._spill.size
                for piece in pieces:
                    self._spill.append(piece)
                self._spilled[number].append((begin, self._spill.size))
                pieces.clear()
        self._memory.spill_done(self._held)
        self._held = 0

    def finish(self, path: str) -> None:
        """Write the data file."""
        self._seal(short=True)
        with NewFile(path) as file:
            for number, section in enumerate(self._sections):
                batch = 0
                for begin, end in self._spilled[number]:
                    assert self._spill is not None
                    for whole in sealed_batches(self._spill.stored(), section.identity, begin, end, batch):
                        file.write(whole)
                        batch += 1
                for piece in self._sealed[number]:
                    file.write(piece)
                if section.batches:
                    file.write(section.trailer())


def _write_sorted(
    state: TaskState,
    records: Iterator[Any],
    path: str,
    sections: list[Section],
    closure: str,
    ascending: bool,
) -> None:
    _, site = state.load(closure)
    sorting = PairSorting(state.memory, None, ascending, site)
    sorting.add(records)
    total = sorting.records
    if not total:
        with NewFile(path):
            return
    with NewFile(path) as file:
        sample, index = _write_run(file, sections[0], sorting, max(1, total // _SAMPLE))
        for piece in encoded_batches([(_thinned(sample), total), index], sections[1]):
            file.write(piece)
        file.write(sections[1].trailer())


def _write_run(
    file: NewFile, section: Section, sorting: PairSorting, step: int
) -> tuple[list[Any], tuple[list[Any], list[int], list[int]]]:
    """Write the sorted run; return every ``step``-th key, and the index of the batches."""
    size = BatchSize()
    sample: list[Any] = []
    firsts, offsets, counts = [], [], []
    ahead = step - 1  # how many records to skip before the next one of the sample
    for batch in sorting.batches(size):
        keys, values = columns_of(batch)
        offsets.append(section.length)
        firsts.append(keys[0])
        counts.append(len(keys))
        sample += keys[ahead::step]
        ahead = (ahead - len(keys)) % step
        for piece in section.columns([keys, values], size):
            file.write(piece)
    file.write(section.trailer())
    return sample, (firsts, offsets, counts)


def _thinned(sample: list[Any]) -> list[Any]:
    """Drop every other key until the sample is small enough to send."""
    while len(sample) > 1 and sum(map(len, encode(sample)[1])) > _SAMPLE_BYTES:
        sample = sample[1::2]
    return sample
