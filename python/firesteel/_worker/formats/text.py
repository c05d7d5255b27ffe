"""Text files, a record for each line. A split is a byte range of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firesteel._data.file_splits import files_of
from firesteel._data.lines import line_batches
from firesteel._worker.formats import Reading

__all__ = ["read"]


def read(split: bytes, _options: Mapping[str, str], reading: Reading) -> Iterator[list[str]]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    for path, _, start, length, size, mtime, codec in files_of(split):
        reading.bytes_read += length
        yield from line_batches(path, start, length, size, mtime, codec)
