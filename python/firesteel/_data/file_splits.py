"""Splits of files, as the engine's lister makes them: which parts of which files a partition reads."""

from __future__ import annotations

from typing import Any

import msgpack

__all__ = ["FilePart", "files_of"]

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
