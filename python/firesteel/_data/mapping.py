"""Memory for data that is read: large data is mapped copy-on-write, small data is copied to aligned memory.

Each read has separate memory, so a task may modify it in place without effect on others.
"""

from __future__ import annotations

import ctypes
import mmap
import os

__all__ = ["ALIGNMENT", "LARGE", "aligned", "is_in_memory", "map_privately"]

ALIGNMENT = 64
"""Arrays begin at a multiple of this, in files and in memory."""

LARGE = 1 << 20
"""Batches of at least this many bytes are mapped; smaller ones are copied."""

_MAP_FIXED = 0x10
_MEMORY = frozenset({0x01021994, 0x858458F6})  # TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h
_STATFS_SIZE = 256  # more than any struct statfs; the type comes first
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = [
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_longlong,
]


def _address(buffer: mmap.mmap | bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def aligned(length: int, phase: int) -> memoryview:
    """Allocate writable memory.

    Parameters
    ----------
    length
        Its size in bytes.
    phase
        Its address, modulo 64.

    Returns
    -------
    memoryview
        The memory; its content is undefined.
    """
    import numpy

    room = numpy.empty(length + ALIGNMENT, numpy.uint8)
    start = (phase - room.ctypes.data) % ALIGNMENT
    return room[start : start + length].data


def map_privately(descriptor: int, offset: int, length: int) -> memoryview:
    """Map part of a file copy-on-write.

    The file is mapped over an anonymous mapping, which keeps no descriptor open (a process has few), unlike a
    mapping that Python makes from a descriptor. It is unmapped when its last view is gone.

    Parameters
    ----------
    descriptor
        The file.
    offset, length
        Which part.

    Returns
    -------
    memoryview
        Writable; changes stay in this mapping.

    Raises
    ------
    OSError
        The file cannot be mapped.
    """
    start = offset % mmap.ALLOCATIONGRANULARITY
    room = mmap.mmap(-1, start + length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    address = _address(room)
    placed = _LIBC.mmap(
        address,
        start + length,
        mmap.PROT_READ | mmap.PROT_WRITE,
        mmap.MAP_PRIVATE | _MAP_FIXED,
        descriptor,
        offset - start,
    )
    if placed != address:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot map {length} bytes: {os.strerror(number)}")
    return memoryview(room)[start:]


def is_in_memory(descriptor: int) -> bool:
    """Tell whether a file is in a file system without a disk, where reading a mapped page cannot fail."""
    found = (ctypes.c_char * _STATFS_SIZE)()
    if _LIBC.fstatfs(descriptor, found):
        return False
    return ctypes.c_long.from_buffer(found).value in _MEMORY
