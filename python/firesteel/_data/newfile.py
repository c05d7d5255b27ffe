"""Writes files that appear under their name only when they are complete; errors of a full disk."""

from __future__ import annotations

import contextlib
import os
from types import TracebackType
from typing import TypeVar

from firesteel._data.errors import DiskError
from firesteel._data.interrupts import let_pass
from firesteel._data.payloads import Piece

__all__ = ["NewFile", "create", "put", "remove"]

_BUFFER = 1 << 17

File = TypeVar("File", bound="NewFile")


def create(path: str, wanted: int) -> int:
    """Create a file that must not exist.

    Parameters
    ----------
    path
        Its path.
    wanted
        How many bytes are to be written, for the error.

    Returns
    -------
    int
        The descriptor.

    Raises
    ------
    DiskError
        It cannot be made.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        let_pass(failure)
        raise DiskError(path, failure, wanted) from failure


def put(descriptor: int, data: memoryview, path: str) -> None:
    """Write all the bytes at the file's end.

    Parameters
    ----------
    descriptor
        The file.
    data
        The bytes.
    path
        Its path, for the error.

    Raises
    ------
    DiskError
        The disk is full, or fails.
    """
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except OSError as failure:
            let_pass(failure)
            raise DiskError(path, failure, len(data)) from failure


def remove(path: str) -> None:
    """Remove a file; without effect if it is gone.

    It is called while another error is handled, which must not be replaced by one of its own.

    Parameters
    ----------
    path
        Its path.
    """
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


class NewFile:
    """A file that appears under its name only when it is complete.

    Leaving the ``with`` block normally commits; an exception removes what was written. The file is created
    with the first bytes, so that an error can say how many they are.

    Parameters
    ----------
    path
        The final path; the bytes go to ``path + ".tmp"`` first.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._temporary = path + ".tmp"
        self._descriptor: int | None = None
        self._buffer = bytearray()

    def reserve(self, length: int) -> None:
        """Do nothing: a file on disk needs no allowance."""

    def write(self, data: Piece) -> None:
        """Append bytes."""
        if len(self._buffer) + len(data) > _BUFFER:
            self._flush()
        if len(data) > _BUFFER:
            self._put(memoryview(data).cast("B"))
        else:
            self._buffer += data
        self.size += len(data)

    def _flush(self) -> None:
        if self._buffer:
            data, self._buffer = self._buffer, bytearray()
            self._put(memoryview(data))

    def _put(self, data: memoryview) -> None:
        if self._descriptor is None:
            self._descriptor = create(self._temporary, len(data))
        put(self._descriptor, data, self._temporary)

    def __enter__(self: File) -> File:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
                if self._descriptor is None:
                    self._descriptor = create(self._temporary, 0)
                self._commit()
                return
        except BaseException:
            self._remove()
            raise
        self._remove()

    def _commit(self) -> None:
        assert self._descriptor is not None
        descriptor, self._descriptor = self._descriptor, None
        try:
            os.close(descriptor)
            os.rename(self._temporary, self.path)
        except OSError as failure:
            let_pass(failure)
            remove(self._temporary)
            raise DiskError(self._temporary, failure, self.size) from failure

    def _remove(self) -> None:
        if self._descriptor is not None:
            remove(self._temporary)
            os.close(self._descriptor)
            self._descriptor = None
