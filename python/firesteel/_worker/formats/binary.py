"""Files as they are, a record ``(URI, bytes)`` for each. A split is files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firesteel._data.file_splits import files_of, open_part, shorter
from firesteel._worker.formats import Reading

__all__ = ["read"]


def read(split: bytes, _options: Mapping[str, str], reading: Reading) -> Iterator[list[tuple[str, bytes]]]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    for part in files_of(split):
        path, uri, _, _, size, _, _ = part
        reading.bytes_read += size
        with open_part(part) as file:
            data = file.read(size)
        if len(data) < size:
            raise shorter(path)
        yield [(uri, data)]
