"""The batch codec: records to bytes and back, each batch sealed with what it *is*.

A batch is ``header, payload``; a section of a block is batches and a trailer. The CRC32C of a batch covers
header and payload and is seeded with the block's name, section, writing attempt and the batch's number, so
that a swapped, stale or shortened block does not pass. Payload codecs:

==  =======  ==========================================================================================
0   list     pickle (protocol 5) of the list of records
1   stacked  reserved for equal-shaped arrays
2   columns  pickle of a tuple of W lists: the records are exact tuples of width W, stored by column
==  =======  ==========================================================================================

Records that are plain scalars, or tuples of them, are pickled without the pickler's memo: they cannot be
recursive and nobody can tell copies of immutable values apart. On 300,000 (word, count) pairs that is 60 ns a
record, not 420.
"""

from __future__ import annotations

import gc
import io
import pickle
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from crc32c import crc32c

from firesteel._data.errors import BlockCorrupt, RecordUnreadable, Unpicklable, shorten

__all__ = ["HEADER_SIZE", "BatchSize", "Columns", "Identity", "Section", "encode", "encode_columns"]

HEADER = struct.Struct("<4sBBHIQQI")
_HEADER_HEAD = struct.Struct("<4sBBHIQQ")
_TRAILER = struct.Struct("<4sIQQII")
_TRAILER_HEAD = struct.Struct("<4sIQQI")
HEADER_SIZE = HEADER.size
_HEAD_SIZE = _HEADER_HEAD.size
_BATCH, _END = b"FSB1", b"FSE1"
CODEC_LIST, CODEC_COLUMNS = 0, 2
PROTOCOL = 5

_SCALARS = frozenset({str, bytes, int, bool, float, type(None)})
_WIDEST = 16  # wider tuples gain little from columns


class Identity:
    """What a section is: the seed of its checksums.

    Parameters
    ----------
    name
        Block name.
    section
        Reduce partition; 0 for blocks that are not shuffle output.
    attempt
        Id of the task attempt that writes; 0 for the driver.
    """

    __slots__ = ("_prefix", "attempt", "name", "section")

    def __init__(self, name: str, section: int = 0, attempt: int = 0) -> None:
        self.name = name
        self.section = section
        self.attempt = attempt
        self._prefix = crc32c(f"{name}|{section}|{attempt}|".encode())

    def seed(self, batch: int) -> int:
        """Give the checksum seed of a batch, or of the trailer when ``batch`` is the number of batches."""
        return int(crc32c(b"%d" % batch, self._prefix))


class BatchSize:
    """Chooses how many records go into a batch, so that its payload is 64 to 640 KB.

    Parameters
    ----------
    records
        Size of the first batch.
    """

    __slots__ = ("records",)
    LOW, TARGET, HIGH, MOST = 64 << 10, 256 << 10, 640 << 10, 1 << 18

    def __init__(self, records: int = 16) -> None:
        self.records = records

    def learn(self, records: int, size: int) -> None:
        """Adapt to a batch of ``records`` records that took ``size`` bytes."""
        if size > self.HIGH:
            self.records = max(1, records * self.TARGET // size)
        elif size < self.LOW and records >= self.records:
            self.records = min(self.MOST, records * max(2, min(16, self.TARGET // max(size, 1))))


class Columns:
    """The records of one batch, stored by column; iterating gives the tuples."""

    __slots__ = ("columns",)

    def __init__(self, columns: Sequence[list[Any]]) -> None:
        self.columns = columns

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.columns)  # noqa: B905 - equal lengths are checked when a batch is decoded

    def __len__(self) -> int:
        return len(self.columns[0])


def _plain(values: list[Any]) -> bool:
    """Whether the values are scalars, or tuples of scalars, that pickle well without a memo."""
    types = set(map(type, values))
    if types <= _SCALARS:
        flat: list[Any] = values
    elif types == {tuple}:
        flat = list(chain.from_iterable(values))
        if not set(map(type, flat)) <= _SCALARS:
            return False
    else:
        return False
    # The same long string many times over is written once by the memo: keep it then.
    return not (types & {str, bytes, tuple}) or 2 * len(set(map(id, flat))) >= len(flat) or _short(flat)


def _short(flat: list[Any]) -> bool:
    return all(len(value) <= 16 for value in flat if isinstance(value, (str, bytes)))


def _fast(value: object) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, PROTOCOL)
    pickler.fast = True
    pickler.dump(value)
    return buffer.getvalue()


def _pickle(value: object, by_value: bool) -> bytes:
    """Pickle, falling back to cloudpickle, which knows functions and the classes of ``__main__``."""
    if not by_value:
        try:
            return pickle.dumps(value, PROTOCOL)
        except (pickle.PicklingError, AttributeError, TypeError):
            pass  # cloudpickle is asked next, and its complaint is the one that is told
    import cloudpickle

    return bytes(cloudpickle.dumps(value, PROTOCOL))


def _dumps(value: object, records: Sequence[Any], by_value: bool) -> bytes:
    try:
        return _pickle(value, by_value)
    except Exception as failure:
        for record in records:
            try:
                _pickle(record, by_value)
            except Exception as cause:
                raise Unpicklable(shorten(record), f"{type(cause).__qualname__}: {cause}") from cause
        raise Unpicklable(shorten(list(records[:1])), f"{type(failure).__qualname__}: {failure}") from failure


def encode(records: list[Any], by_value: bool = False) -> tuple[int, bytes]:
    """Encode records.

    Parameters
    ----------
    records
        The records of one batch.
    by_value
        Pickle with cloudpickle from the start: for the driver, whose ``__main__`` workers cannot import.

    Returns
    -------
    tuple of int and bytes
        The codec number and the payload.

    Raises
    ------
    Unpicklable
        A record cannot be pickled.
    """
    first = records[0] if records else None
    if type(first) is tuple and 0 < len(first) <= _WIDEST and set(map(type, records)) == {tuple}:
        width = len(first)
        if set(map(len, records)) == {width}:
            columns = tuple([list(map(itemgetter(i), records)) for i in range(width)])
            return encode_columns(columns, by_value)
    if _plain(records):
        return CODEC_LIST, _fast(records)
    return CODEC_LIST, _dumps(records, records, by_value)


def encode_columns(columns: Sequence[list[Any]], by_value: bool = False) -> tuple[int, bytes]:
    """Encode tuples that are given by column: see `encode`.

    Parameters
    ----------
    columns
        Lists of equal length, one for each place of the tuples.
    by_value
        As for `encode`.
    """
    if all(map(_plain, columns)):
        return CODEC_COLUMNS, _fast(tuple(columns))
    return CODEC_COLUMNS, _dumps(tuple(columns), list(Columns(columns)), by_value)


class Section:
    """Seals the batches of one section as they are written, and counts them.

    Parameters
    ----------
    identity
        What the section is.
    """

    __slots__ = ("batches", "checksum", "identity", "length", "records")

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.batches = 0
        self.records = 0
        self.length = 0
        self.checksum = 0

    def seal(self, codec: int, payload: bytes, records: int) -> bytes:
        """Give the header of the next batch."""
        head = _HEADER_HEAD.pack(_BATCH, codec, 0, 0, records, len(payload), 0)
        crc: int = crc32c(payload, crc32c(head, self.identity.seed(self.batches)))
        self.batches += 1
        self.records += records
        self.length += HEADER_SIZE + len(payload)
        self.checksum = crc32c(payload, self.checksum)
        return head + crc.to_bytes(4, "little")

    def trailer(self) -> bytes:
        """Give the bytes that end the section."""
        head = _TRAILER_HEAD.pack(_END, 0, self.batches, self.records, 0)
        self.length += HEADER_SIZE
        crc: int = crc32c(head, self.identity.seed(self.batches))
        return head + crc.to_bytes(4, "little")


def open_trailer(raw: bytes | memoryview, identity: Identity, batches: int, records: int) -> None:
    """Check the trailer that follows ``batches`` batches with ``records`` records.

    Raises
    ------
    BlockCorrupt
        It is damaged, of another block, or counts something else.
    """
    if len(raw) != HEADER_SIZE:
        raise BlockCorrupt(identity.name, "ends before its trailer")
    magic, _, said_batches, said_records, _, crc = _TRAILER.unpack(raw)
    if magic != _END or crc32c(raw[:_HEAD_SIZE], identity.seed(batches)) != crc:
        raise BlockCorrupt(identity.name, f"the trailer after batch {batches} is damaged or of another block")
    if said_batches != batches or said_records != records:
        raise BlockCorrupt(
            identity.name,
            f"holds {records} records in {batches} batches, "
            f"its trailer says {said_records} in {said_batches}",
        )


def batch_length(raw: bytes | memoryview, identity: Identity, batch: int) -> int:
    """Give the payload length that a header states; not to be trusted before `decode`."""
    if len(raw) != HEADER_SIZE or raw[:4] != _BATCH:
        raise BlockCorrupt(identity.name, f"no header where batch {batch} should begin")
    return int(HEADER.unpack(raw)[5])


def decode(
    header: bytes | memoryview, payload: bytes | memoryview, identity: Identity, batch: int
) -> list[Any] | Columns:
    """Verify a batch, then unpickle it.

    Parameters
    ----------
    header, payload
        The stored bytes.
    identity
        What they should be.
    batch
        Number of the batch in its section.

    Returns
    -------
    list or Columns
        The records.

    Raises
    ------
    BlockCorrupt
        The bytes are not what was written as this batch.
    RecordUnreadable
        They are, but unpickling raised.
    """
    _, codec, compression, _, records, _, _, crc = HEADER.unpack(header)
    if crc32c(payload, crc32c(header[:_HEAD_SIZE], identity.seed(batch))) != crc:
        raise BlockCorrupt(
            identity.name, f"batch {batch} is damaged, or of another block, section or attempt"
        )
    if compression or codec not in (CODEC_LIST, CODEC_COLUMNS):
        raise BlockCorrupt(
            identity.name, f"batch {batch} has the unknown codec {codec}, compression {compression}"
        )
    value = _without_collector(pickle.loads, payload, identity.name)
    found: list[Any] | Columns = value if codec == CODEC_LIST else Columns(value)
    if len(found) != records:
        raise BlockCorrupt(
            identity.name, f"batch {batch} holds {len(found)} records, its header says {records}"
        )
    return found


def _without_collector(loads: Callable[[Any], Any], payload: bytes | memoryview, name: str) -> Any:
    """Unpickle with the collector off: it would only look at live objects."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return loads(payload)
    except Exception as failure:
        raise RecordUnreadable(
            f"a record of {name} cannot be unpickled: {type(failure).__qualname__}: {failure}"
        ) from failure
    finally:
        if enabled:
            gc.enable()
