"""Block files: written under a temporary name and committed by rename, verified batch by batch when read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from types import TracebackType
from typing import Any, BinaryIO

from crc32c import crc32c

from firesteel._data.arrays import is_array
from firesteel._data.codec import (
    HEADER_SIZE,
    BatchSize,
    Header,
    Identity,
    Section,
    decode,
    open_header,
    open_trailer,
    verify,
)
from firesteel._data.errors import SPILL, BlockCorrupt, DiskError
from firesteel._data.payloads import Columns, Piece, phase_of
from firesteel._data.private import LARGE
from firesteel._data.stored import Stored, StoredBytes, StoredFile, open_stored
from firesteel._data.tiered import TieredFile

__all__ = [
    "BlockWriter",
    "NewFile",
    "batches_of",
    "counted",
    "encoded_batches",
    "encoded_columns",
    "read_batches",
    "read_block",
    "read_slice",
    "sealed_batches",
    "write_block",
    "write_slices",
]

_WINDOW = 1 << 20
_FIRST_WINDOW = 256 << 10
_PHASE = 32  # the bytes of a payload that say where its buffers are
_HEAVY = 64 << 10
_HUGE = 8 << 20  # payloads of all codecs are mapped then, which saves a copy


class NewFile:
    """A file that appears under its name only when it is complete.

    Leaving the ``with`` block normally commits; an exception removes what was written.

    Parameters
    ----------
    path
        The final path; the bytes go to ``path + ".tmp"`` first.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._temporary = path + ".tmp"
        try:
            self.descriptor = os.open(
                self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
            )
        except OSError as failure:
            raise DiskError(self._temporary, failure) from failure
        self._file: BinaryIO = os.fdopen(self.descriptor, "wb", buffering=1 << 17)

    def write(self, data: Piece) -> None:
        """Append bytes."""
        try:
            self._file.write(data)
        except OSError as failure:
            raise DiskError(self._temporary, failure, len(data)) from failure
        self.size += len(data)

    def __enter__(self) -> NewFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._file.close()
                os.rename(self._temporary, self.path)
                return
        except OSError as failure:
            self._remove()
            raise DiskError(self._temporary, failure) from failure
        self._remove()

    def _remove(self) -> None:
        os.unlink(self._temporary)  # first: closing flushes, and that fails again on a full disk
        with contextlib.suppress(
            OSError
        ):  # the file is gone, and the error that brought us here is on its way
            self._file.close()


def encoded_batches(records: Iterable[Any], section: Section, by_value: bool = False) -> Iterator[Piece]:
    """Encode records as the batches of a section; the trailer is the caller's.

    Parameters
    ----------
    records
        The records; consumed lazily, a batch at a time.
    section
        Seals and counts the batches.
    by_value
        See `firesteel._data.payloads.encode`.

    Yields
    ------
    bytes or memoryview
        Headers and payloads by turns; a view is to be used before the next is asked for.
    """
    size = BatchSize()
    for batch in batches_of(iter(records), size):
        yield from section.batch(batch, size, by_value)


def batches_of(records: Iterator[Any], size: BatchSize) -> Iterator[list[Any]]:
    """Cut records into batches, as large as has been learnt from the batches before."""
    batch = _first_batch(records, size.records)
    while batch:
        yield batch
        batch = list(islice(records, size.records))


def _first_batch(source: Iterator[Any], most: int) -> list[Any]:
    """Take the records of a first batch: few when they are large, for nothing is known of their size yet."""
    batch: list[Any] = []
    held = 0
    for record in islice(source, most):
        batch.append(record)
        held += _weight(record)
        if held >= _HEAVY:
            break
    return batch


def _weight(record: object) -> int:
    """Give about how large a record is, when that can be told at a glance."""
    if isinstance(record, (bytes, bytearray, str)):
        return len(record)
    if type(record) is tuple:
        return sum(map(_weight, record)) if len(record) <= 4 else 0
    return int(record.nbytes) if is_array(record) else 0  # type: ignore[attr-defined]  # an array has it


def encoded_columns(columns: Sequence[list[Any]], section: Section, size: BatchSize) -> Iterator[Piece]:
    """Encode tuples that are given by column as the batches of a section.

    Parameters
    ----------
    columns
        Lists of equal length.
    section
        Seals and counts the batches.
    size
        Batch size, kept from one call to the next.

    Yields
    ------
    bytes or memoryview
        As `encoded_batches`.
    """
    at, total = 0, len(columns[0])
    while at < total:
        step = size.records
        yield from section.columns([column[at : at + step] for column in columns], size)
        at += step


class BlockWriter:
    """Writes blocks and inline results.

    Parameters
    ----------
    name
        Block name.
    attempt
        Id of the writing task attempt; 0 for the driver.
    compress
        Whether batches are compressed.
    by_value
        See `firesteel._data.payloads.encode`.
    """

    def __init__(self, name: str, attempt: int = 0, compress: bool = False, by_value: bool = False) -> None:
        self.section = Section(Identity(name, 0, attempt), compress)
        self._by_value = by_value

    def write(
        self,
        path: str,
        records: Iterable[Any],
        inline: int = -1,
        create: Callable[[str], NewFile | TieredFile] = NewFile,
    ) -> bytes | None:
        """Write a whole block.

        Parameters
        ----------
        path
            Where the file goes.
        records
            The records.
        inline
            A block of at most so many bytes is returned, and no file is made.
        create
            Makes the file.

        Returns
        -------
        bytes or None
            The block's bytes when they fit inline.
        """
        source = chain(encoded_batches(records, self.section, self._by_value), self._trailer())
        held: list[Piece] = []
        size = 0
        for piece in source:
            size += len(piece)
            if size > inline:
                held.append(piece)
                break
            held.append(bytes(piece))  # what it is a view of may change before the next
        else:
            return b"".join(held)
        with create(path) as file:
            for piece in chain(held, source):
                file.write(piece)
        return None

    def _trailer(self) -> Iterator[bytes]:
        yield self.section.trailer()  # a generator, so that it is made after the last batch was counted


def write_block(path: str, name: str, records: Iterable[Any], attempt: int = 0) -> tuple[int, int]:
    """Write a block file.

    Parameters
    ----------
    path
        Where it goes.
    name
        Block name.
    records
        The records.
    attempt
        Id of the writing task attempt; 0 for the driver.

    Returns
    -------
    tuple of int
        Bytes and records written.
    """
    writer = BlockWriter(name, attempt)
    writer.write(path, records)
    return writer.section.length, writer.section.records


def write_slices(
    path: str, name: str, slices: Iterable[Iterable[Any]], by_value: bool = True
) -> list[tuple[int, int, int, int]]:
    """Write the driver's slices of a collection to one file, without a trailer.

    Parameters
    ----------
    path
        Where it goes.
    name
        Block name, ``input_<driver>_<node>``.
    slices
        The records of each partition.
    by_value
        Pickle with cloudpickle, so that workers get the classes that are defined in ``__main__``.

    Returns
    -------
    list of tuple
        ``(from, to, records, first batch)`` of each slice.
    """
    section = Section(Identity(name))
    rows = []
    with NewFile(path) as file:
        for records in slices:
            begin, batches, before = file.size, section.batches, section.records
            for piece in encoded_batches(records, section, by_value):
                file.write(piece)
            rows.append((begin, file.size, section.records - before, batches))
    return rows


def read_batches(
    stored: Stored, identity: Identity, begin: int, end: int, first: int = 0, trailer: bool = True
) -> Iterator[list[Any] | Columns]:
    """Read, verify and decode the batches in a byte range.

    Parameters
    ----------
    stored
        Where the bytes are.
    identity
        What the section is.
    begin, end
        The range.
    first
        Number of the first batch in it.
    trailer
        Whether the range ends with the section's trailer (then it must begin with batch 0).

    Yields
    ------
    list or Columns
        The records of each batch.

    Raises
    ------
    BlockCorrupt
        At the first thing that is not as written.
    """
    batch, records = first, 0
    stop = end - HEADER_SIZE if trailer else end
    window, base, reach = memoryview(b""), begin, _FIRST_WINDOW
    at = begin
    while at < stop:
        if at - base + HEADER_SIZE > len(window):
            window, base = memoryview(stored.read(at, min(reach, end - at))), at
        header = open_header(window[at - base : at - base + HEADER_SIZE], identity, batch)
        payload = at + HEADER_SIZE
        after = payload + header.length
        if after > stop:
            raise BlockCorrupt(
                identity.name, f"batch {batch} states {header.length} bytes, more than are there"
            )
        if header.length >= (LARGE if header.viewed else _HUGE):
            data, reach = _large(stored, payload, header, identity, batch), HEADER_SIZE
        else:
            reach = _WINDOW
            if after - base > len(window):
                window, base = memoryview(stored.read(at, min(max(reach, after - at), end - at))), at
                if after - base > len(window):
                    raise BlockCorrupt(identity.name, f"ends inside batch {batch}")
            data = window[payload - base : after - base]
            verify(header, crc32c(data, header.seed), identity, batch)
            if header.viewed:
                data = StoredBytes(data).private(0, header.length, phase_of(data))
        found = decode(header, data, identity, batch)
        yield found
        del data, header
        batch += 1
        records += len(found)
        at = after
    if trailer:
        raw = window[at - base :] if end - base <= len(window) else memoryview(stored.read(at, end - at))
        open_trailer(raw[:HEADER_SIZE] if at < end else b"", identity, batch, records)


def sealed_batches(stored: Stored, identity: Identity, begin: int, end: int, first: int) -> Iterator[bytes]:
    """Read batches as they are, verified: what a task has spilled and copies into its output.

    Parameters
    ----------
    stored
        The spill file.
    identity
        The section that they were sealed for.
    begin, end
        The range.
    first
        Number of the first batch in it.

    Yields
    ------
    bytes
        Header and payload of each.

    Raises
    ------
    BlockCorrupt
        The spill file is damaged; it has the name of spill files.
    """
    at, batch = begin, first
    while at < end:
        try:
            header = open_header(stored.read(at, HEADER_SIZE), identity, batch)
            whole = bytes(stored.read(at, min(HEADER_SIZE + header.length, end - at)))
            verify(header, crc32c(whole[HEADER_SIZE:], header.seed), identity, batch)
        except BlockCorrupt as failure:
            raise BlockCorrupt(SPILL, f"{failure.name}: {failure.what}") from failure
        yield whole
        at += len(whole)
        batch += 1


def _large(stored: Stored, at: int, header: Header, identity: Identity, batch: int) -> memoryview:
    """Give a large payload as memory of its own, verified before it is mapped."""
    verify(header, stored.checksum(at, header.length, header.seed), identity, batch)
    return stored.private(at, header.length, phase_of(stored.read(at, _PHASE)) if header.viewed else None)


def read_block(
    source: str | bytes,
    name: str,
    attempt: int = 0,
    records: int | None = None,
    size: int | None = None,
    section: int = 0,
    unlink: bool = False,
) -> Iterator[list[Any] | Columns]:
    """Read a whole block, batch by batch.

    Parameters
    ----------
    source
        The file's path, or the block's bytes.
    name, section, attempt
        What the block should be.
    records, size
        Its record count and byte size, where they are known.
    unlink
        Remove the file once it is open.

    Yields
    ------
    list or Columns
        The records of each batch; flatten with `itertools.chain.from_iterable`.

    Raises
    ------
    BlockCorrupt
        The block is missing, damaged, of another identity, or not of the known size or count.

    Examples
    --------
    >>> data = BlockWriter("rdd_0_1_0").write("unused", ["a", "b"], inline=1000)
    >>> [record for batch in read_block(data, "rdd_0_1_0") for record in batch]
    ['a', 'b']
    """
    identity = Identity(name, section, attempt)
    if isinstance(source, str):
        descriptor = open_stored(source, name)
        try:
            if unlink:
                os.unlink(source)
            yield from _whole(
                StoredFile(descriptor, name), os.fstat(descriptor).st_size, identity, records, size
            )
        finally:
            os.close(descriptor)
    else:
        yield from _whole(StoredBytes(source), len(source), identity, records, size)


def _whole(
    stored: Stored, found: int, identity: Identity, records: int | None, size: int | None
) -> Iterator[list[Any] | Columns]:
    if size is not None and found != size:
        raise BlockCorrupt(identity.name, f"has {found} bytes, {size} were written")
    if found < HEADER_SIZE:
        raise BlockCorrupt(identity.name, f"has only {found} bytes")
    yield from counted(read_batches(stored, identity, 0, found), identity.name, records)


def read_slice(
    path: str, name: str, begin: int, end: int, records: int, first: int
) -> Iterator[list[Any] | Columns]:
    """Read one slice that `write_slices` wrote; the parameters are its row.

    Parameters
    ----------
    path, name
        The file, and the name it was written with.
    begin, end, records, first
        The slice's row.

    Yields
    ------
    list or Columns
        The records of each batch.
    """
    descriptor = open_stored(path, name)
    try:
        batches = read_batches(StoredFile(descriptor, name), Identity(name), begin, end, first, trailer=False)
        yield from counted(batches, name, records)
    finally:
        os.close(descriptor)


def counted(
    batches: Iterator[list[Any] | Columns], name: str, records: int | None
) -> Iterator[list[Any] | Columns]:
    """Pass batches on, and raise `BlockCorrupt` at the end when they did not hold ``records`` records."""
    found = 0
    for batch in batches:
        found += len(batch)
        yield batch
    if records is not None and found != records:
        raise BlockCorrupt(name, f"holds {found} records, {records} were written")
