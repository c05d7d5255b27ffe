"""The table of map outputs, and readers for the sections of one reduce partition.

The table file (written by the engine, read here) is the header ``<4sIII`` (``FST1``, maps M, partitions R,
length L of the paths), M rows ``<QI`` (attempt, path length), L bytes of paths, a CRC32C of all that; then
for each reduce partition M entries ``<QQQ`` (offset, length, records) and their CRC32C. A reader reads the
front and its own row.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from crc32c import crc32c

from firesteel._data.codec import HEADER_SIZE, Identity
from firesteel._data.comparing import partition_point
from firesteel._data.errors import BlockCorrupt, RecordError
from firesteel._data.pairs import columns_of
from firesteel._data.payloads import Columns
from firesteel._data.reading import counted, read_batches
from firesteel._data.stored import StoredFile, open_stored

__all__ = ["MapSection", "ShuffleTable", "read_range", "read_section"]

_HEAD = struct.Struct("<4sIII")
_ROW = struct.Struct("<QI")
_ENTRY = struct.Struct("<QQQ")
_CRC = struct.Struct("<I")

SORTED_RUN, SORTED_INDEX = 0, 1


class MapSection(NamedTuple):
    """The place of one map's output for one reduce partition."""

    name: str
    shuffle: tuple[int, int, int]
    path: str
    attempt: int
    section: int
    offset: int
    length: int
    records: int


class ShuffleTable:
    """The table of one shuffle.

    Parameters
    ----------
    path
        The table file.
    name
        ``shuffle_<driver>_<number>``.

    Raises
    ------
    BlockCorrupt
        It is missing or damaged.
    """

    def __init__(self, path: str, name: str) -> None:
        self.name = name
        _, driver, number = name.rsplit("_", 2)
        self._id = int(driver), int(number)
        self._descriptor = open_stored(path, name)
        self._stored = StoredFile(self._descriptor, name)
        self._read_front()

    def _read_front(self) -> None:
        size = os.fstat(self._descriptor).st_size
        head = self._stored.read(0, _HEAD.size)
        if len(head) != _HEAD.size or head[:4] != b"FST1":
            raise BlockCorrupt(self.name, "is no shuffle table")
        _, self.maps, self.partitions, length = _HEAD.unpack(head)
        self._matrix = _HEAD.size + _ROW.size * self.maps + length + _CRC.size
        self._stride = _ENTRY.size * self.maps + _CRC.size
        if size != self._matrix + self._stride * self.partitions:
            raise BlockCorrupt(
                self.name, f"the shuffle table has {size} bytes, which its header does not explain"
            )
        front = self._checked(0, self._matrix, "front")
        at = _HEAD.size + _ROW.size * self.maps
        self._files: list[tuple[int, str]] = []
        for attempt, width in _ROW.iter_unpack(front[_HEAD.size : at]):
            self._files.append((attempt, os.fsdecode(bytes(front[at : at + width]))))
            at += width

    def _checked(self, offset: int, length: int, what: str) -> memoryview:
        data = memoryview(self._stored.read(offset, length))
        if len(data) != length or crc32c(data[:-4]) != _CRC.unpack(data[-4:])[0]:
            raise BlockCorrupt(self.name, f"the {what} of the shuffle table is damaged")
        return data[:-4]

    def sections(self, partition: int) -> list[MapSection]:
        """Return the nonempty sections of a reduce partition, in the order of the maps."""
        if not 0 <= partition < self.partitions:
            raise BlockCorrupt(
                self.name, f"has {self.partitions} partitions, number {partition} was asked for"
            )
        row = self._checked(
            self._matrix + self._stride * partition, self._stride, f"row of partition {partition}"
        )
        found = []
        for number, (offset, length, records) in enumerate(_ENTRY.iter_unpack(row)):
            attempt, path = self._files[number]
            if length:
                found.append(
                    MapSection(
                        f"{self.name}_{number}",
                        (*self._id, number),
                        path,
                        attempt,
                        partition,
                        offset,
                        length,
                        records,
                    )
                )
            elif records:
                raise BlockCorrupt(self.name, f"says that map {number} wrote {records} records in no bytes")
        return found

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def read_section(section: MapSection) -> Iterator[list[Any] | Columns]:
    """Read one map's section, batch by batch; `BlockCorrupt` names the map output."""
    try:
        descriptor = open_stored(section.path, section.name)
        try:
            identity = Identity(section.name, section.section, section.attempt)
            batches = read_batches(
                StoredFile(descriptor, section.name, section.offset), identity, 0, section.length
            )
            yield from counted(batches, section.name, section.records)
        finally:
            os.close(descriptor)
    except BlockCorrupt as failure:
        raise BlockCorrupt(failure.name, failure.what, section.shuffle) from failure


def read_index(section: MapSection) -> tuple[tuple[list[Any], int], tuple[list[Any], list[int], list[int]]]:
    """Read section 1 of a sorted map output.

    Returns
    -------
    tuple
        The sample ``(keys, records)`` and the index ``(first keys, offsets, record counts)`` of the run's
        batches.
    """
    sample, index = chain.from_iterable(read_section(section))
    return sample, index


def read_range(
    run: MapSection,
    index: tuple[list[Any], list[int], list[int]],
    low: list[Any],
    high: list[Any],
    ascending: bool,
    site: str | None = None,
) -> Iterator[list[Any] | Columns]:
    """Read the pairs of a sorted run with ``low < key <= high``.

    Only batches that may hold such pairs are read. A run is cut at a bound by binary search, so the cut
    depends only on the run and the bound. Therefore the ranges of all readers add up to the whole run, even
    if the keys have no total order (NaN, sets).

    Parameters
    ----------
    run
        Section 0 of the map output.
    index
        First key, offset and record count of each of its batches.
    low, high
        The bound in a list, or an empty list for none.
    ascending
        The direction of the run.
    site
        The operation, for errors.

    Yields
    ------
    list or Columns
        Pairs in the order of the run.

    Raises
    ------
    RecordError
        The upper cut is before the lower one: the comparison of the keys is inconsistent.
    """
    firsts, offsets, counts = index
    begins, ends = (low, high) if ascending else (high, low)

    def before(bound: list[Any]) -> Callable[[Any], bool]:
        return (lambda value: not bound[0] < value) if ascending else (lambda value: bool(bound[0] < value))

    def position(bound: list[Any], keys: list[Any]) -> int:
        return partition_point(keys, before(bound))

    # A cut is in the last batch whose first key is before it, or at the very start.
    begun = position(begins, firsts) if begins else 0
    last = position(ends, firsts) if ends else len(firsts)
    first = max(0, begun - 1)
    if begun > last:
        raise _contradiction(site)
    if first >= last:
        return
    end = (
        offsets[last] if last < len(offsets) else run.length - HEADER_SIZE
    )  # the trailer counts from batch 0
    try:
        descriptor = open_stored(run.path, run.name)
        try:
            identity = Identity(run.name, run.section, run.attempt)
            batches = read_batches(
                StoredFile(descriptor, run.name, run.offset),
                identity,
                offsets[first],
                end,
                first,
                trailer=False,
            )
            for number, batch in enumerate(batches, first):
                if len(batch) != counts[number]:
                    raise BlockCorrupt(
                        run.name, f"batch {number} holds {len(batch)} records, not {counts[number]}"
                    )
                cut_low, cut_high = bool(begun) and number == first, bool(ends) and number == last - 1
                if cut_low or cut_high:
                    keys, values = columns_of(batch)
                    begin = position(begins, keys) if cut_low else 0
                    stop = position(ends, keys) if cut_high else len(keys)
                    if begin > stop:
                        raise _contradiction(site)
                    batch = Columns([keys[begin:stop], values[begin:stop]])
                yield batch
        finally:
            os.close(descriptor)
    except BlockCorrupt as failure:
        raise BlockCorrupt(failure.name, failure.what, run.shuffle) from failure


def _contradiction(site: str | None) -> RecordError:
    return RecordError(
        "the keys cannot be sorted over several partitions: their comparison contradicts itself "
        "(a < b and b < c, but not a < c). Sort into one partition (numPartitions=1), or by a key whose "
        f"order is consistent{f' ({site})' if site else ''}",
        site,
    )
