"""Splits of files, as the engine's lister makes them: which parts of which files a partition reads."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgpack

from firesteel._data.errors import SourceError
from firesteel._data.lines import open_source

__all__ = ["FilePart", "files_of", "open_part", "shorter"]

_BUFFER = 1 << 20

FilePart = tuple[str, str, int, int, int, int, str | None]
"""Path, URI, first byte, number of bytes, size of the file, its modification time in ns, codec."""


def files_of(split: bytes) -> list[FilePart]:
    """Decode a split.

    Parameters
    ----------
    split
        An array of `FilePart`, in MessagePack.

    Returns
    -------
    list of FilePart
    """
    parts: list[Any] = msgpack.unpackb(split, raw=False, use_list=False, unicode_errors="surrogateescape")
    return parts


def open_part(part: FilePart) -> BinaryIO:
    """Open the file of a part, which must be what it was when it was listed.

    Parameters
    ----------
    part
        The part.

    Returns
    -------
    file
        It stands at the beginning of the file.

    Raises
    ------
    SourceError
        It is gone, not readable, or was changed.
    """
    path, _, _, _, size, mtime, _ = part
    return open(open_source(path, size, mtime), "rb", buffering=_BUFFER)


def shorter(path: str) -> SourceError:
    """Return the error of a file that has fewer bytes than when it was opened.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    SourceError
    """
    return SourceError(path, "became shorter while it was read")
