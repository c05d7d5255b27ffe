"""Reads stored bytes: in windows, or as separate memory for records that are views of it."""

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
"""The results of `Stored.large`, by offset, length and seed."""

_STEP = 256 << 10  # fits in the cache of the processor
_USUAL = 16  # an alignment that suits every type of NumPy


class Stored(Protocol):
    """The bytes of a block."""

    def read(self, offset: int, length: int) -> bytes | memoryview:
        """Return those bytes, or fewer where they end."""
        ...

    def large(self, offset: int, length: int, seed: int, phase: int | None) -> tuple[memoryview, int]:
        """Return bytes as `map_or_copy` does, and their CRC32C."""
        ...

    def map_or_copy(self, offset: int, length: int, phase: int | None) -> memoryview:
        """Return bytes in separate writable memory, at an address that is `phase` modulo 64."""
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
        """Return those bytes, or fewer where they end."""
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
    """An open file, or its part from a given offset on.

    Parameters
    ----------
    descriptor
        The file, which the caller closes.
    name
        The block, for errors.
    base
        Where offset 0 is.
    ahead
        Results of `large` that another thread has computed.
    """

    def __init__(self, descriptor: int, name: str, base: int = 0, ahead: Ahead | None = None) -> None:
        self._descriptor = descriptor
        self._name = name
        self._base = base
        self._ahead = {} if ahead is None else ahead
        self.mappings: list[mmap.mmap] = []
        """The mappings that were returned."""

    def read(self, offset: int, length: int) -> bytes:
        """Return those bytes, or fewer where the file ends."""
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
        """Return bytes as `map_or_copy` does, and their CRC32C.

        For a file in memory, the checksum is computed from the mapping, after a check of the file's size:
        committed files are never truncated. A file on disk is read before it is mapped, because a disk error
        in a mapping would kill the process.
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
        """Map bytes copy-on-write if they are many and well aligned; otherwise copy them."""
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
