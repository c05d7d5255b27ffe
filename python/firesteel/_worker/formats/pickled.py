"""What `RDD.saveAsPickleFile` wrote: block files. A split is a file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from firesteel._data.errors import BlockCorrupt, ForeignFile, InputDamaged
from firesteel._data.file_splits import files_of, open_part
from firesteel._data.payloads import Columns
from firesteel._data.reading import read_block
from firesteel._worker.formats import Reading

__all__ = ["read"]

_SEQUENCE_FILE = b"SEQ\x06"


def read(split: bytes, _options: Mapping[str, str], reading: Reading) -> Iterator[list[Any] | Columns]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    for part in files_of(split):
        path, _, _, _, size, _, _ = part
        reading.bytes_read += size
        with open_part(part) as file:
            if file.read(len(_SEQUENCE_FILE)) == _SEQUENCE_FILE:
                raise ForeignFile(
                    path, "is a Hadoop sequence file, as PySpark's saveAsPickleFile writes them"
                )
        try:
            yield from read_block(path, os.path.basename(path))
        except BlockCorrupt as failure:
            raise InputDamaged(
                path, f"is not what saveAsPickleFile wrote, or is damaged: {failure.what}"
            ) from failure
