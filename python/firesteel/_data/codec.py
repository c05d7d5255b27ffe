"""The batch codec: batches of records, each sealed with a checksum of its identity.

A batch is ``header, payload``; a section of a block is batches and a trailer. The CRC32C of a batch covers
header and payload and is seeded with the block's name, section, writing attempt and the batch's number, so
that a swapped, stale or shortened block does not pass. `firesteel._data.payloads` makes the payloads.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

from crc32c import crc32c

from firesteel._data.compression import LZ4, NONE, compressed, decompressed
from firesteel._data.errors import BlockCorrupt, PlanError, RecordUnreadable
from firesteel._data.interrupts import let_pass
from firesteel._data.payloads import (
    CODEC_JAVA,
    CODEC_LIST,
    CODECS,
    VIEWED,
    Columns,
    Piece,
    decode_payload,
    encode,
    encode_columns,
)

__all__ = ["HEADER_SIZE", "BatchSize", "Header", "Identity", "Section"]

HEADER = struct.Struct("<4sBBHIQQI")
_HEADER_HEAD = struct.Struct("<4sBBHIQQ")
_TRAILER = struct.Struct("<4sIQQII")
_TRAILER_HEAD = struct.Struct("<4sIQQI")
HEADER_SIZE = HEADER.size
_HEAD_SIZE = _HEADER_HEAD.size
_BATCH, _END = b"FSB1", b"FSE1"


class Identity:
    """The identity of a section, which seeds its checksums.

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
        """Return the checksum seed of a batch; of the trailer if ``batch`` is the number of batches."""
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


class Section:
    """Encodes and seals the batches of one section as they are written, and counts them.

    Parameters
    ----------
    identity
        The identity of the section.
    compress
        Whether payloads are compressed, where that makes them smaller.
    summed
        Whether to compute `checksum`, that of all payloads; needed for map outputs.
    """

    __slots__ = ("_summed", "batches", "checksum", "compress", "identity", "length", "records")

    def __init__(self, identity: Identity, compress: bool = False, summed: bool = True) -> None:
        self.identity = identity
        self.compress = compress
        self._summed = summed
        self.batches = 0
        self.records = 0
        self.length = 0
        self.checksum = 0

    def batch(self, records: list[Any], size: BatchSize | None = None, by_value: bool = False) -> list[Piece]:
        """Encode the next batch.

        Parameters
        ----------
        records
            Its records.
        size
            Adapts to the batch, if given.
        by_value
            See `firesteel._data.payloads.encode`.

        Returns
        -------
        list
            Header and payload, in pieces. A piece may be a view of a record's array, so it must be
            written or copied before user code runs again.
        """
        return self._next(*encode(records, by_value, self._position()), len(records), size)

    def columns(self, columns: Sequence[list[Any]], size: BatchSize | None = None) -> list[Piece]:
        """Encode tuples, given by column, as the next batch; otherwise like `batch`."""
        return self._next(*encode_columns(columns, False, self._position()), len(columns[0]), size)

    def pickled(self, pickle: bytes, records: int, size: BatchSize) -> list[Piece]:
        """Seal a list of records that is pickled already as the next batch; otherwise like `batch`."""
        return self._next(CODEC_LIST, [pickle], records, size)

    def _position(self) -> int:
        return 0 if self.compress else self.length + HEADER_SIZE

    def _next(self, codec: int, pieces: list[Piece], records: int, size: BatchSize | None) -> list[Piece]:
        length, compression = sum(map(len, pieces)), NONE
        if size is not None:
            size.learn(records, length)
        if self.compress:
            whole = b"".join(pieces)
            smaller = compressed(whole)
            pieces = [whole]
            if len(smaller) < length:
                pieces, length, compression = [smaller], len(smaller), LZ4
        head = _HEADER_HEAD.pack(_BATCH, codec, compression, 0, records, length, 0)
        crc: int = crc32c(head, self.identity.seed(self.batches))
        for piece in pieces:
            crc = crc32c(piece, crc)
            if self._summed:
                self.checksum = crc32c(piece, self.checksum)
        self.batches += 1
        self.records += records
        self.length += HEADER_SIZE + length
        return [head + crc.to_bytes(4, "little"), *pieces]

    def trailer(self) -> bytes:
        """Return the bytes that end the section."""
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


class Header(NamedTuple):
    """The fields of a header; not to be trusted before the checksum was verified."""

    codec: int
    compression: int
    records: int
    length: int
    checksum: int
    seed: int  # the checksum of what comes before the payload

    @property
    def viewed(self) -> bool:
        """Whether records may be views of the payload."""
        return self.codec in VIEWED and self.compression == NONE


def open_header(raw: bytes | memoryview, identity: Identity, batch: int) -> Header:
    """Read the header of a batch.

    Raises
    ------
    BlockCorrupt
        There is none.
    """
    if len(raw) != HEADER_SIZE or raw[:4] != _BATCH:
        raise BlockCorrupt(identity.name, f"no header where batch {batch} should begin")
    _, codec, compression, _, records, length, _, crc = HEADER.unpack(raw)
    return Header(codec, compression, records, length, crc, crc32c(raw[:_HEAD_SIZE], identity.seed(batch)))


def verify(header: Header, checksum: int, identity: Identity, batch: int) -> None:
    """Verify the checksum that was computed for a batch.

    Raises
    ------
    BlockCorrupt
        The bytes are not those written for this batch.
    PlanError
        They are Java records, which Python reads only through a crossing.
    """
    if checksum != header.checksum:
        raise BlockCorrupt(
            identity.name, f"batch {batch} is damaged, or of another block, section or attempt"
        )
    if header.codec == CODEC_JAVA:
        raise PlanError(f"the block {identity.name} holds records of Java, which Python cannot read")
    if header.codec not in CODECS or header.compression not in (NONE, LZ4):
        raise BlockCorrupt(
            identity.name,
            f"batch {batch} has the unknown codec {header.codec}, compression {header.compression}",
        )


def decode(
    header: Header, payload: bytes | memoryview, identity: Identity, batch: int
) -> list[Any] | Columns:
    """Decode a verified batch.

    Parameters
    ----------
    header
        Its header.
    payload
        The stored bytes: in private, writable memory when records may be views of them.
    identity, batch
        The identity of the batch.

    Returns
    -------
    list or Columns
        The records.

    Raises
    ------
    BlockCorrupt
        It does not hold as many records as its header says.
    RecordUnreadable
        Unpickling raised.
    """
    data: bytes | memoryview | bytearray = payload
    if header.compression == LZ4:
        data = decompressed(payload, identity.name)
    found = _without_collector(header, data, identity.name)
    if len(found) != header.records:
        raise BlockCorrupt(
            identity.name, f"batch {batch} holds {len(found)} records, its header says {header.records}"
        )
    return found


def _without_collector(
    header: Header, payload: bytes | memoryview | bytearray, name: str
) -> list[Any] | Columns:
    """Unpickle with the garbage collector off: all new objects are alive."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return decode_payload(header.codec, payload, header.records)
    except Exception as failure:
        let_pass(failure)
        raise RecordUnreadable(
            f"a record of {name} cannot be unpickled: {type(failure).__qualname__}: {failure}"
        ) from failure
    finally:
        if enabled:
            gc.enable()
