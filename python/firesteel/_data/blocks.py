"""Block files: written under a temporary name and committed by rename, verified batch by batch when read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from types import TracebackType
from typing import Any, BinaryIO

from firesteel._data.codec import (
    HEADER_SIZE,
    BatchSize,
    Columns,
    Identity,
    Section,
    batch_length,
    decode,
    encode,
    encode_columns,
    open_trailer,
)
from firesteel._data.errors import BlockCorrupt, DiskError

__all__ = [
    "BlockWriter",
    "NewFile",
    "counted",
    "encoded_batches",
    "encoded_columns",
    "fetcher",
    "open_stored",
    "read_batches",
    "read_block",
    "read_slice",
    "write_block",
    "write_slices",
]

_WINDOW = 1 << 20

Fetch = Callable[[int, int], "bytes | memoryview"]


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

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        try:
            self._file.write(data)
        except OSError as failure:
            raise DiskError(self._temporary, failure) from failure
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


def encoded_batches(records: Iterable[Any], section: Section, by_value: bool = False) -> Iterator[bytes]:
    """Encode records as the batches of a section; the trailer is the caller's.

    Parameters
    ----------
    records
        The records; consumed lazily, a batch at a time.
    section
        Seals and counts the batches.
    by_value
        See `firesteel._data.codec.encode`.

    Yields
    ------
    bytes
        Headers and payloads by turns.
    """
    source, size = iter(records), BatchSize()
    while batch := list(islice(source, size.records)):
        codec, payload = encode(batch, by_value)
        size.learn(len(batch), len(payload))
        yield section.seal(codec, payload, len(batch))
        yield payload


def encoded_columns(columns: Sequence[list[Any]], section: Section, size: BatchSize) -> Iterator[bytes]:
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
    bytes
        Headers and payloads by turns.
    """
    at, total = 0, len(columns[0])
    while at < total:
        step = size.records
        batch = [column[at : at + step] for column in columns]
        codec, payload = encode_columns(batch)
        size.learn(len(batch[0]), len(payload))
        yield section.seal(codec, payload, len(batch[0]))
        yield payload
        at += step


class BlockWriter:
    """Writes blocks and inline results.

    Parameters
    ----------
    name
        Block name.
    attempt
        Id of the writing task attempt; 0 for the driver.
    """

    def __init__(self, name: str, attempt: int = 0) -> None:
        self.section = Section(Identity(name, 0, attempt))

    def write(self, path: str, records: Iterable[Any], inline: int = -1) -> bytes | None:
        """Write a whole block.

        Parameters
        ----------
        path
            Where the file goes.
        records
            The records.
        inline
            A block of at most so many bytes is returned, and no file is made.

        Returns
        -------
        bytes or None
            The block's bytes when they fit inline.
        """
        source = chain(encoded_batches(records, self.section), self._trailer())
        held: list[bytes] = []
        size = 0
        for piece in source:
            held.append(piece)
            size += len(piece)
            if size > inline:
                break
        else:
            return b"".join(held)
        with NewFile(path) as file:
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
    fetch: Fetch, identity: Identity, begin: int, end: int, first: int = 0, trailer: bool = True
) -> Iterator[list[Any] | Columns]:
    """Read, verify and decode the batches in a byte range.

    Parameters
    ----------
    fetch
        ``fetch(offset, length)`` gives those bytes, or fewer where the data ends.
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
    window, base = memoryview(b""), begin
    at = begin
    while at < stop:
        if at - base + HEADER_SIZE > len(window):
            window, base = memoryview(fetch(at, min(_WINDOW, end - at))), at
        header = window[at - base : at - base + HEADER_SIZE]
        length = batch_length(header, identity, batch)
        after = at + HEADER_SIZE + length
        if after > stop:
            raise BlockCorrupt(identity.name, f"batch {batch} states {length} bytes, more than are there")
        if after - base > len(window):
            window, base = memoryview(fetch(at, min(max(_WINDOW, after - at), end - at))), at
            header = window[:HEADER_SIZE]
            if after - base > len(window):
                raise BlockCorrupt(identity.name, f"ends inside batch {batch}")
        found = decode(header, window[at - base + HEADER_SIZE : after - base], identity, batch)
        yield found
        batch += 1
        records += len(found)
        at = after
    if trailer:
        raw = window[at - base :] if end - base <= len(window) else memoryview(fetch(at, end - at))
        open_trailer(raw[:HEADER_SIZE] if at < end else b"", identity, batch, records)


def open_stored(path: str, name: str) -> int:
    """Open a stored file for reading.

    Returns
    -------
    int
        The descriptor.

    Raises
    ------
    BlockCorrupt
        It is missing or cannot be opened.
    """
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as failure:
        raise BlockCorrupt(name, f"cannot open {path}: {failure.strerror}") from failure


def fetcher(descriptor: int, name: str) -> Fetch:
    """Give a fetch function for `read_batches` over an open file."""

    def fetch(offset: int, length: int) -> bytes:
        try:
            data = os.pread(descriptor, length, offset)
            while len(data) < length and (
                more := os.pread(descriptor, length - len(data), offset + len(data))
            ):
                data += more
        except OSError as failure:
            raise BlockCorrupt(name, f"cannot be read: {failure.strerror}") from failure
        return data

    return fetch


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
                fetcher(descriptor, name), os.fstat(descriptor).st_size, identity, records, size
            )
        finally:
            os.close(descriptor)
    else:
        data = memoryview(source)
        yield from _whole(lambda at, length: data[at : at + length], len(data), identity, records, size)


def _whole(
    fetch: Fetch, found: int, identity: Identity, records: int | None, size: int | None
) -> Iterator[list[Any] | Columns]:
    if size is not None and found != size:
        raise BlockCorrupt(identity.name, f"has {found} bytes, {size} were written")
    if found < HEADER_SIZE:
        raise BlockCorrupt(identity.name, f"has only {found} bytes")
    yield from counted(read_batches(fetch, identity, 0, found), identity.name, records)


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
        batches = read_batches(fetcher(descriptor, name), Identity(name), begin, end, first, trailer=False)
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
