"""The list of a checkpoint: the files of its partitions, and what they must contain.

The list is written last and appears by rename, so a directory that has one is complete: magic, CRC32C of the
rest, and a MessagePack array of ``[file, name, bytes, records, attempt]``, a row for each partition.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

import msgpack
from crc32c import crc32c

from firesteel._data.errors import SourceError
from firesteel._data.interrupts import let_pass
from firesteel._data.newfile import NewFile

__all__ = ["LIST", "Part", "read_list", "write_list"]

LIST = "_partitions"
_HEAD = struct.Struct("<4sI")
_MAGIC = b"FSC1"


class Part(NamedTuple):
    """One partition of a checkpoint: its file, and the seed of its checksums."""

    path: str
    name: str
    size: int
    records: int
    attempt: int


def write_list(directory: str, parts: list[Part]) -> None:
    """Write the list; the checkpoint exists from then on.

    Parameters
    ----------
    directory
        Where the files of the partitions are.
    parts
        The partitions, in order.
    """
    rows = [[os.path.basename(part.path), *part[1:]] for part in parts]
    data: bytes = msgpack.packb(rows, unicode_errors="surrogateescape")
    with NewFile(os.path.join(directory, LIST)) as file:
        file.write(_HEAD.pack(_MAGIC, crc32c(data)))
        file.write(data)


def read_list(directory: str) -> list[Part]:
    """Read the list of a checkpoint.

    Parameters
    ----------
    directory
        Where it is.

    Returns
    -------
    list of Part
        The partitions, in order, with absolute paths.

    Raises
    ------
    SourceError
        There is no checkpoint, or its list is damaged.
    """
    path = os.path.join(os.path.abspath(directory), LIST)
    try:
        with open(path, "rb") as file:
            head, data = file.read(_HEAD.size), file.read()
    except OSError as failure:
        let_pass(failure)
        raise SourceError(path, f"is no complete checkpoint ({failure.strerror})") from failure
    if len(head) < _HEAD.size or _HEAD.unpack(head) != (_MAGIC, crc32c(data)):
        raise SourceError(path, "is damaged: it does not match its checksum")
    rows = msgpack.unpackb(data, unicode_errors="surrogateescape")
    return [Part(os.path.join(os.path.dirname(path), row[0]), *row[1:]) for row in rows]
