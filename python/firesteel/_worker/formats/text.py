"""Text files, a record for each line. A split is a byte range of a file.

The option ``delimiter`` is what is between records in place of line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firesteel._data.delimited import record_batches
from firesteel._data.file_splits import files_of
from firesteel._data.lines import line_batches
from firesteel._worker.formats import Reading

__all__ = ["read"]


def read(split: bytes, options: Mapping[str, str], reading: Reading) -> Iterator[list[str]]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    delimiter = options.get("delimiter")
    for path, _, start, length, size, mtime, codec in files_of(split):
        reading.bytes_read += length
        if delimiter is None:
            yield from line_batches(path, start, length, size, mtime, codec)
        else:
            yield from record_batches(path, start, length, size, mtime, codec, delimiter.encode())
