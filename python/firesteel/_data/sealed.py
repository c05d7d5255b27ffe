"""Small files sealed with a checksum of their name and content: closures.

The layout is ``<4sI`` (``FSC1``, CRC32C of name and content), then the content.
"""

from __future__ import annotations

import struct

from crc32c import crc32c

__all__ = ["open_seal", "sealed"]

_HEAD = struct.Struct("<4sI")
_MAGIC = b"FSC1"


def sealed(name: str, content: bytes) -> bytes:
    """Return the bytes of the file.

    Parameters
    ----------
    name
        Its name in plans.
    content
        Its content.

    Examples
    --------
    >>> open_seal("closure_0_1", sealed("closure_0_1", b"functions"))
    b'functions'
    >>> open_seal("closure_0_2", sealed("closure_0_1", b"functions"))
    """
    return _HEAD.pack(_MAGIC, crc32c(content, crc32c(name.encode()))) + content


def open_seal(name: str, data: bytes) -> bytes | None:
    """Return the content, or None when the file is damaged or another.

    Parameters
    ----------
    name
        Its expected name.
    data
        The file's bytes.
    """
    content = data[_HEAD.size :]
    if len(data) < _HEAD.size or data[: _HEAD.size] != sealed(name, content)[: _HEAD.size]:
        return None
    return content
