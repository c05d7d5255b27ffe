"""Reading and writing compressed files: gzip, bzip2, deflate (zlib's form, as Hadoop means it) and zstd.

zstd is in Python's library from 3.14 on; before it needs the package zstandard.
"""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import os
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, cast

from firesteel._data.errors import InputDamaged, LibraryMissing
from firesteel._data.interrupts import let_pass

__all__ = ["SUFFIXES", "Members", "open_archive"]

SUFFIXES = {"gzip": ".gz", "bzip2": ".bz2", "deflate": ".deflate", "zstd": ".zst"}
"""The codecs, and how the names of their files end."""

_RAW = 1 << 18
_RAW_ZSTD = 1 << 14  # zstandard unpacks all that it is given at once


class _Member(Protocol):
    """Unpacks one member of an archive; what `zlib` and `bz2` have in common."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Members:
    """Streams an archive of one or more members; at most one chunk of what it holds is in memory.

    Parameters
    ----------
    path
        The file, for errors.
    descriptor
        The open file.
    codec
        One of `SUFFIXES`.

    Raises
    ------
    LibraryMissing
        The codec is zstd, and nothing here reads it.
    """

    def __init__(self, path: str, descriptor: int, codec: str) -> None:
        self._path = path
        self._descriptor = descriptor
        self._make, self._errors = _member(codec, path)
        self._step_size = _RAW_ZSTD if codec == "zstd" else _RAW
        self._member: _Member | None = None
        self._raw = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return some decompressed bytes; none at the end.

        Raises
        ------
        InputDamaged
            It is no archive, or a damaged one.
        """
        try:
            while not self._ended:
                if data := self._step(size):
                    return data
        except self._errors as failure:
            let_pass(failure)
            raise InputDamaged(self._path, f"is no intact archive: {failure}") from failure
        return b""

    def _more(self) -> bytes:
        return os.read(self._descriptor, self._step_size)

    def _step(self, size: int) -> bytes:
        if self._member is None:
            # Members follow one another, with zero padding allowed between and after them.
            self._raw = self._raw.lstrip(b"\0")
            if not self._raw:
                self._raw = self._more()
                self._ended = not self._raw
                return b""
            self._member = self._make()
        member = self._member
        if not self._raw and getattr(member, "needs_input", True):
            self._raw = self._more()
            if not self._raw:
                raise EOFError("it ends in the middle of a member (truncated?)")
        data = member.decompress(self._raw, size)
        self._raw = getattr(member, "unconsumed_tail", b"")
        if member.eof:
            self._raw = member.unused_data
            self._member = None
        return data


class _UnboundedMember:
    """A member of zstandard, whose `decompress` takes no limit."""

    def __init__(self, member: Any) -> None:
        self._member = member

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._member.unused_data)

    def decompress(self, data: bytes, _: int, /) -> bytes:
        return bytes(self._member.decompress(data))


def _member(codec: str, path: str) -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    """Return what begins a member, and what it raises when it is damaged."""
    errors: tuple[type[Exception], ...] = (zlib.error, OSError, EOFError, ValueError)
    if codec == "gzip":
        return lambda: zlib.decompressobj(31), errors
    if codec == "deflate":
        return zlib.decompressobj, errors
    if codec == "bzip2":
        return bz2.BZ2Decompressor, errors
    if codec == "zstd":
        zstd = _zstd(path)
        made = zstd.ZstdDecompressor
        if zstd.__name__ == "zstandard":
            return lambda: _UnboundedMember(made().decompressobj()), (*errors, zstd.ZstdError)
        return made, (*errors, zstd.ZstdError)
    raise ValueError(f"unknown compression codec {codec!r}")


def _zstd(path: str) -> Any:
    for name in ("compression.zstd", "zstandard"):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    raise LibraryMissing(path, "is of zstd, which this Python has no library for")


class _DeflateFile:
    """A file of zlib's form, to write."""

    def __init__(self, path: str) -> None:
        self._file = io.BufferedWriter(io.FileIO(path, "wb"), _RAW)
        self._compress = zlib.compressobj()

    def write(self, data: bytes) -> None:
        self._file.write(self._compress.compress(data))

    def close(self) -> None:
        try:
            self._file.write(self._compress.flush())
        finally:
            self._file.close()


def open_archive(path: str, codec: str) -> BinaryIO:
    """Make a compressed file.

    Parameters
    ----------
    path
        The file.
    codec
        One of `SUFFIXES`.

    Returns
    -------
    file
        It has `write` and `close`.

    Raises
    ------
    LibraryMissing
        The codec is zstd, and nothing here writes it.
    """
    if codec == "gzip":
        return cast("BinaryIO", gzip.open(path, "wb", compresslevel=6))
    if codec == "bzip2":
        return cast("BinaryIO", bz2.open(path, "wb"))
    if codec == "deflate":
        return cast("BinaryIO", _DeflateFile(path))
    if codec == "zstd":
        return cast("BinaryIO", _zstd(path).open(path, "wb"))
    raise ValueError(f"unknown compression codec {codec!r}")
