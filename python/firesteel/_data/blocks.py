"""Writes block files under a temporary name, and commits them by rename; `reading` reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from crc32c import crc32c

from firesteel._data.arrays import is_array
from firesteel._data.codec import HEADER_SIZE, BatchSize, Identity, Section, open_header, verify
from firesteel._data.errors import SPILL, BlockCorrupt
from firesteel._data.newfile import NewFile
from firesteel._data.payloads import Piece
from firesteel._data.stored import Stored

__all__ = [
    "BlockWriter",
    "batches_of",
    "encoded_batches",
    "encoded_columns",
    "sealed_batches",
    "write_block",
    "write_slices",
]

_HEAVY = 64 << 10


def encoded_batches(records: Iterable[Any], section: Section, by_value: bool = False) -> Iterator[Piece]:
    """Encode records as the batches of a section; the caller adds the trailer.

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
        Headers and payloads in turn; use a view before asking for the next.
    """
    size = BatchSize()
    for batch in _slices_of(records, size) if type(records) is list else batches_of(iter(records), size):
        yield from section.batch(batch, size, by_value)


def batches_of(records: Iterator[Any], size: BatchSize) -> Iterator[list[Any]]:
    """Cut records into batches, with a size learnt from earlier batches."""
    batch = _first_batch(records, size.records)
    while batch:
        yield batch
        batch = list(islice(records, size.records))


def _slices_of(records: list[Any], size: BatchSize) -> Iterator[list[Any]]:
    """Cut a list into batches like `batches_of`, but faster."""
    at, batch = 0, _first_batch(iter(records), size.records)
    while batch:
        yield batch
        at += len(batch)
        batch = records[at : at + size.records]


def _first_batch(source: Iterator[Any], most: int) -> list[Any]:
    """Take the records of a first batch: few if they are large, since their size is not known yet."""
    batch: list[Any] = []
    held = 0
    for record in islice(source, most):
        batch.append(record)
        held += _weight(record)
        if held >= _HEAVY:
            break
    return batch


def _weight(record: object) -> int:
    """Estimate the size of a record, where that is quick."""
    if isinstance(record, (bytes, bytearray, str)):
        return len(record)
    if type(record) is tuple:
        return sum(map(_weight, record)) if len(record) <= 4 else 0
    return int(record.nbytes) if is_array(record) else 0  # type: ignore[attr-defined]  # an array has it


def encoded_columns(columns: Sequence[list[Any]], section: Section, size: BatchSize) -> Iterator[Piece]:
    """Encode tuples, given by column, as the batches of a section.

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
        self.section = Section(Identity(name, 0, attempt), compress, summed=False)
        self._by_value = by_value

    def write(
        self,
        path: str,
        records: Iterable[Any],
        inline: int = -1,
        create: Callable[[str], NewFile] = NewFile,
    ) -> bytes | None:
        """Write a whole block.

        Parameters
        ----------
        path
            Where the file goes.
        records
            The records.
        inline
            A block of at most this many bytes is returned and not written to a file.
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
            held.append(bytes(piece))  # a copy, as the memory behind a view may change
        else:
            return b"".join(held)
        with create(path) as file:
            file.reserve(sum(map(len, held)))
            for piece in chain(held, source):
                file.write(piece)
        return None

    def _trailer(self) -> Iterator[bytes]:
        yield self.section.trailer()  # in a generator, to be made after the last batch was counted


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
    section = Section(Identity(name), summed=False)
    rows = []
    with NewFile(path) as file:
        for records in slices:
            begin, batches, before = file.size, section.batches, section.records
            for piece in encoded_batches(records, section, by_value):
                file.write(piece)
            rows.append((begin, file.size, section.records - before, batches))
    return rows


def sealed_batches(stored: Stored, identity: Identity, begin: int, end: int, first: int) -> Iterator[bytes]:
    """Read batches without decoding them, verified: a task copies them from a spill file to its output.

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
        The spill file is damaged.
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
