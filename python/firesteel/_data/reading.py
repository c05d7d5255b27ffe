"""Reads block files, and verifies each batch before decoding it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from crc32c import crc32c

from firesteel._data.codec import HEADER_SIZE, Header, Identity, decode, open_header, open_trailer, verify
from firesteel._data.deferred_close import close_after
from firesteel._data.errors import BlockCorrupt
from firesteel._data.mapping import LARGE
from firesteel._data.newfile import remove
from firesteel._data.payloads import Columns, phase_of
from firesteel._data.stored import Ahead, Stored, StoredBytes, StoredFile, open_stored

__all__ = ["counted", "look_ahead", "read_batches", "read_block", "read_slice"]

_WINDOW = 1 << 20
_FIRST_WINDOW = 256 << 10
_PHASE = 32  # the bytes of a payload that say where its buffers are
_NOTHING = memoryview(b"")
_HUGE = 8 << 20  # payloads of all codecs are mapped then, which saves a copy


def read_batches(
    stored: Stored, identity: Identity, begin: int, end: int, first: int = 0, trailer: bool = True
) -> Iterator[list[Any] | Columns]:
    """Read, verify and decode the batches in a byte range.

    Parameters
    ----------
    stored
        The stored bytes.
    identity
        The identity of the section.
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
        The data is not what was written.
    """
    batch, records = first, 0
    stop = end - HEADER_SIZE if trailer else end
    window, base, reach = _NOTHING, begin, _FIRST_WINDOW
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
        elif header.viewed and after - base > len(window):  # read into its final memory
            phase = _phase(stored, payload, header, identity, window[payload - base :])
            data, reach = stored.map_or_copy(payload, header.length, phase), HEADER_SIZE + _PHASE
            verify(header, crc32c(data, header.seed), identity, batch)
        else:
            reach = _WINDOW
            if after - base > len(window):
                window, base = memoryview(stored.read(at, min(max(reach, after - at), end - at))), at
                if after - base > len(window):
                    raise BlockCorrupt(identity.name, f"ends inside batch {batch}")
            data = window[payload - base : after - base]
            verify(header, crc32c(data, header.seed), identity, batch)
            if header.viewed:
                data = StoredBytes(data).map_or_copy(0, header.length, phase_of(data))
        found = decode(header, data, identity, batch)
        yield found
        del data, header
        batch += 1
        records += len(found)
        at = after
    if trailer:
        raw = window[at - base :] if end - base <= len(window) else memoryview(stored.read(at, end - at))
        open_trailer(raw[:HEADER_SIZE] if at < end else b"", identity, batch, records)


def _large(stored: Stored, at: int, header: Header, identity: Identity, batch: int) -> memoryview:
    """Return a large payload in separate memory, verified."""
    data, checksum = stored.large(at, header.length, header.seed, _phase(stored, at, header, identity))
    verify(header, checksum, identity, batch)
    return data


def _phase(
    stored: Stored, at: int, header: Header, identity: Identity, beginning: memoryview = _NOTHING
) -> int | None:
    """Return the alignment of a payload in memory; wrong, if the payload turns out to be damaged.

    The part of it that was read already is not read again.
    """
    if not header.viewed:
        return None
    head = beginning[:_PHASE] if len(beginning) >= _PHASE else stored.read(at, _PHASE)
    if len(head) < _PHASE:
        raise BlockCorrupt(identity.name, f"ends at byte {at + len(head)}, inside a batch")
    return phase_of(head)


def look_ahead(path: str, name: str, attempt: int) -> Ahead:
    """Map the large batches at the beginning of a block and compute their checksums, for `read_block`.

    It can run in another thread, because it unpickles nothing and runs no code of the user. It does not
    report damage: the reader will find it.

    Parameters
    ----------
    path
        The file.
    name, attempt
        What the block should be.

    Returns
    -------
    dict
        What `read_block` takes.
    """
    ahead: Ahead = {}
    identity = Identity(name, 0, attempt)
    try:
        descriptor = open_stored(path, name)
        try:
            stored, size = StoredFile(descriptor, name), os.fstat(descriptor).st_size
            at = 0
            while at + HEADER_SIZE <= size - HEADER_SIZE:
                header = open_header(stored.read(at, HEADER_SIZE), identity, len(ahead))
                at += HEADER_SIZE
                if not header.viewed or header.length < LARGE or at + header.length > size:
                    break
                phase = _phase(stored, at, header, identity)
                ahead[at, header.length, header.seed] = stored.large(at, header.length, header.seed, phase)
                at += header.length
        finally:
            os.close(descriptor)
    except BlockCorrupt:
        return ahead  # the reader finds the same damage, and reports it
    return ahead


def read_block(
    source: str | bytes,
    name: str,
    attempt: int = 0,
    records: int | None = None,
    size: int | None = None,
    section: int = 0,
    unlink: bool = False,
    ahead: Ahead | None = None,
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
    ahead
        What `look_ahead` has found in the file.

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
    >>> from firesteel._data.blocks import BlockWriter
    >>> data = BlockWriter("rdd_0_1_0").write("unused", ["a", "b"], inline=1000)
    >>> [record for batch in read_block(data, "rdd_0_1_0") for record in batch]
    ['a', 'b']
    """
    identity = Identity(name, section, attempt)
    if isinstance(source, str):
        descriptor = open_stored(source, name)
        stored = StoredFile(descriptor, name, ahead=ahead)
        try:
            if unlink:
                remove(source)
            yield from _whole(stored, os.fstat(descriptor).st_size, identity, records, size)
        finally:
            if unlink:
                close_after(descriptor, stored.mappings)
            else:
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
