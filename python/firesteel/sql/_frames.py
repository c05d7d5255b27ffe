"""Frames of texts between this process and the SQL engine's JVM: a count, then each text with its length."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO

__all__ = ["read_frame", "write_frame"]

_NUMBER = struct.Struct(">i")


def write_frame(stream: BinaryIO, texts: Sequence[str]) -> None:
    """Write a frame, and flush the stream.

    Parameters
    ----------
    stream : binary file
        Where to.
    texts : sequence of str
        What it says.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> write_frame(stream, ["open", "one"])
    >>> read_frame(io.BytesIO(stream.getvalue()))
    ['open', 'one']
    """
    parts = [_NUMBER.pack(len(texts))]
    for text in texts:
        encoded = text.encode("utf-8", "surrogateescape")
        parts += (_NUMBER.pack(len(encoded)), encoded)
    stream.write(b"".join(parts))
    stream.flush()


def read_frame(stream: BinaryIO) -> list[str] | None:
    """Read a frame.

    Parameters
    ----------
    stream : binary file
        Where from.

    Returns
    -------
    list of str, or None
        None at the end of the stream, in the middle of a frame too: the other side has gone.
    """
    count = _read(stream, 4)
    if count is None:
        return None
    texts = []
    for _ in range(_NUMBER.unpack(count)[0]):
        length = _read(stream, 4)
        text = None if length is None else _read(stream, _NUMBER.unpack(length)[0])
        if text is None:
            return None
        texts.append(text.decode("utf-8", "surrogateescape"))
    return texts


def _read(stream: BinaryIO, length: int) -> bytes | None:
    found = stream.read(length)
    return found if len(found) == length else None
