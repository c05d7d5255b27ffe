"""Stored bytes, read through a descriptor: in windows, or as private memory for records that are views."""

from __future__ import annotations

import mmap
import os
from typing import Protocol

from crc32c import crc32c

from firesteel._data.errors import BlockCorrupt
from firesteel._data.interrupts import let_pass
from firesteel._data.mapping import LARGE, aligned, is_in_memory, map_privately

__all__ = ["Ahead", "Stored", "StoredBytes", "StoredFile", "open_stored"]

Ahead = dict[tuple[int, int, int], tuple[memoryview, int]]
"""By offset, length and seed: what `Stored.large` gives."""

_STEP = 256 << 10  # fits in the processor's cache: the checksum reads it there
_USUAL = 16  # the alignment that every type of NumPy is content with


class Stored(Protocol):
    """Bytes that batches are read from."""

    def read(self, offset: int, length: int) -> bytes | memoryview:
        """Give those bytes, or fewer where they end."""
        ...

    def large(self, offset: int, length: int, seed: int, phase: int | None) -> tuple[memoryview, int]:
        """Give many bytes as `map_or_copy` does, and their CRC32C."""
        ...

    def map_or_copy(self, offset: int, length: int, phase: int | None) -> memoryview:
        """Give those bytes in writable memory of the caller's own, at an address of that phase, modulo 64."""
        ...


class StoredBytes:
    """A block that is held as bytes.

    Parameters
    ----------
    data
        The bytes.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)

    def read(self, offset: int, length: int) -> memoryview:
        """Give those bytes, or fewer where they end."""
        return self._data[offset : offset + length]

    def large(self, offset: int, length: int, seed: int, phase: int | None) -> tuple[memoryview, int]:
        """Copy those bytes, and compute their CRC32C."""
        copy = self.map_or_copy(offset, length, phase)
        return copy, int(crc32c(copy, seed))

    def map_or_copy(self, offset: int, length: int, phase: int | None) -> memoryview:
        """Copy those bytes."""
        copy = aligned(length, phase or 0)
        copy[:] = self._data[offset : offset + length]
        return copy


class StoredFile:
    """An open file, or the part of it that begins at a given place.

    Parameters
    ----------
    descriptor
        The file, which the caller closes.
    name
        The block, for errors.
    base
        Where offset 0 is.
    ahead
        What `large` has given before, in another thread, and gives again now.
    """

    def __init__(self, descriptor: int, name: str, base: int = 0, ahead: Ahead | None = None) -> None:
        self._descriptor = descriptor
        self._name = name
        self._base = base
        self._ahead = {} if ahead is None else ahead
        self.mappings: list[mmap.mmap] = []
        """Those that were given, while this is in use."""

    def read(self, offset: int, length: int) -> bytes:
        """Give those bytes, or fewer where the file ends."""
        offset += self._base
        try:
            data = os.pread(self._descriptor, length, offset)
            while len(data) < length and (
                more := os.pread(self._descriptor, length - len(data), offset + len(data))
            ):
                data += more
        except OSError as failure:
            let_pass(failure)
            raise self._unreadable(failure) from failure
        return data

    def large(self, offset: int, length: int, seed: int, phase: int | None) -> tuple[memoryview, int]:
        """Give those bytes as `map_or_copy` does, and their CRC32C.

        Of a file in memory the mapping itself is looked at, after a look at the file's size: nobody cuts a
        committed file. What is on a disk is read before it is mapped, for a disk error that comes upon
        a mapping is the end of the process.
        """
        found = self._ahead.pop((offset, length, seed), None)
        if found is not None:
            self._note(found[0])
            return found
        if not is_in_memory(self._descriptor):
            crc = self._checksum(offset, length, seed)
            return self.map_or_copy(offset, length, phase), crc
        if os.fstat(self._descriptor).st_size < self._base + offset + length:
            raise self._short(offset)
        data = self.map_or_copy(offset, length, phase)
        return data, int(crc32c(data, seed))

    def _checksum(self, offset: int, length: int, seed: int) -> int:
        step = memoryview(bytearray(min(length, _STEP)))
        done, crc = 0, seed
        while done < length:
            found = self._read_into(step[: length - done], offset + done)
            if not found:
                raise self._short(offset + done)
            crc = crc32c(step[:found], crc)
            done += found
        return int(crc)

    def map_or_copy(self, offset: int, length: int, phase: int | None) -> memoryview:
        """Map those bytes copy-on-write where they are many and stand well, else copy them."""
        if length >= LARGE and (phase is None or (self._base + offset - phase) % _USUAL == 0):
            try:
                return self._note(map_privately(self._descriptor, self._base + offset, length))
            except OSError:
                pass  # too many mappings, or a file system without them: a copy is as good
        copy = aligned(length, phase or 0)
        done = 0
        while done < length:
            found = self._read_into(copy[done:], offset + done)
            if not found:
                raise self._short(offset + done)
            done += found
        return copy

    def _note(self, data: memoryview) -> memoryview:
        if isinstance(data.obj, mmap.mmap):
            self.mappings.append(data.obj)
        return data

    def _read_into(self, buffer: memoryview, offset: int) -> int:
        try:
            return os.preadv(self._descriptor, [buffer], self._base + offset)
        except OSError as failure:
            let_pass(failure)
            raise self._unreadable(failure) from failure

    def _short(self, offset: int) -> BlockCorrupt:
        return BlockCorrupt(self._name, f"ends at byte {offset}, inside a batch")

    def _unreadable(self, failure: OSError) -> BlockCorrupt:
        return BlockCorrupt(self._name, f"cannot be read: {failure.strerror}")


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
        let_pass(failure)
        raise BlockCorrupt(name, f"cannot open {path}: {failure.strerror}") from failure
