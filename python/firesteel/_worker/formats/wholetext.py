"""Text files, a record ``(URI, text)`` for each. A split is one or more files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firesteel._data.file_splits import files_of
from firesteel._data.lines import read_text
from firesteel._worker.formats import Reading

__all__ = ["read"]


def read(split: bytes, _options: Mapping[str, str], reading: Reading) -> Iterator[list[tuple[str, str]]]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    for path, uri, _, _, size, mtime, codec in files_of(split):
        reading.bytes_read += size
        yield [(uri, read_text(path, size, mtime, codec))]
