"""Files in the memory tier, within an allowance; when it is full they continue on disk.

The memory tier is a tmpfs, so its files are memory. A writer has an allowance and asks for more before it
exceeds it. The answer is a grant, a path on disk where the file continues, or neither; then the file must not
be kept.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from types import TracebackType

from firesteel._data.errors import DiskError
from firesteel._data.interrupts import let_pass
from firesteel._data.newfile import NewFile, create, put, remove
from firesteel._data.payloads import Piece

__all__ = ["Ask", "NoRoom", "TieredFile"]

Ask = Callable[[str, int, int], "tuple[int, str | None]"]
"""``ask(name, wish, least)`` returns the granted bytes, or 0 and the path to continue at."""

_STEP = 1 << 20
_LARGEST_STEP = 64 << 20
_CHUNK = 1 << 20
_FULL = 1 << 62
"""The request when the file system itself is full: it cannot be granted, so the answer is a path."""

_ELSEWHERE = (errno.ENOSPC, errno.EDQUOT, errno.ENOENT)
"""The errors of a full or removed memory tier: the file continues where the engine says."""


class NoRoom(Exception):
    """There is no room in memory for a file that must not be on disk; its first part is there."""


class TieredFile(NewFile):
    """A new file in the memory tier, which may continue on disk.

    Parameters
    ----------
    path
        The final path, if there is room; the attribute `path` is where the file is.
    name
        The name in the plan, for requests.
    allowed
        Bytes that may be written before asking; None for no limit.
    ask
        Asks for more.
    spare
        A path on disk for the rest of a file that must not be kept, if the file system is full.
    """

    def __init__(self, path: str, name: str, allowed: int | None, ask: Ask, spare: str) -> None:
        super().__init__(path)
        self.kept = True
        self._name = name
        self._allowed = allowed
        self._ask = ask
        self._spare = spare
        self._step = _STEP
        self._abandoned = False

    def reserve(self, length: int, must: bool = True) -> None:
        """Reserve room for more bytes.

        Parameters
        ----------
        length
            How many.
        must
            If there is neither memory nor another path, continue in the spare file, which is not kept.

        Raises
        ------
        NoRoom
            There is no room, nor another path, and ``must`` is false.
        """
        if self._allowed is None or self.size + length <= self._allowed:
            return
        least = self.size + length - self._allowed
        granted, path = self._ask(self._name, max(2 * least, self._step), least)
        if granted:
            self._allowed += granted
            self._step = min(2 * max(granted, self._step), _LARGEST_STEP)
        elif path is None and not must:
            raise NoRoom(self._name)
        else:
            self._flush()
            self._move(path)

    def write(self, data: Piece) -> None:
        """Append bytes."""
        self.reserve(len(data))
        super().write(data)

    def _put(self, data: memoryview) -> None:
        while data:
            try:
                if self._descriptor is None:
                    self._descriptor = create(self._temporary, len(data))
                data = data[os.write(self._descriptor, data) :]
            except OSError as failure:
                let_pass(failure)
                if failure.errno in _ELSEWHERE and self._allowed is not None:
                    self._move(self._ask(self._name, _FULL, _FULL)[1])
                elif isinstance(failure, DiskError):
                    raise
                else:
                    raise DiskError(self._temporary, failure, len(data)) from failure

    def _move(self, path: str | None) -> None:
        """Continue in another file, without a limit."""
        if path is None:
            self.kept = False
            path = self._spare
        temporary = path + ".tmp"
        if self._descriptor is not None:
            target = create(temporary, os.fstat(self._descriptor).st_size)
            try:
                _copy(self._descriptor, target, temporary)
            except BaseException:
                remove(temporary)
                os.close(target)
                raise
            remove(self._temporary)
            os.close(self._descriptor)
            self._descriptor = target
        self.path, self._temporary, self._allowed = path, temporary, None

    def abandon(self) -> int | None:
        """Abandon the file.

        Returns
        -------
        int or None
            A descriptor, owned by the caller, to read what was written; None if nothing was.
        """
        self._flush()
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            remove(self._temporary)
        self._abandoned = True
        return descriptor

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._abandoned:
            super().__exit__(kind, value, trace)


def _copy(source: int, target: int, path: str) -> None:
    size = os.fstat(source).st_size
    at = 0
    while at < size:
        view = memoryview(os.pread(source, min(_CHUNK, size - at), at))
        put(target, view, path)
        at += len(view)
