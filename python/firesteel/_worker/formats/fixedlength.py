"""Files of records that have the same length, the option ``length``.

A split is a range of a file that holds whole records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firesteel._data.file_splits import files_of, open_part, shorter
from firesteel._worker.formats import Reading

__all__ = ["read"]

_CHUNK = 1 << 20


def read(split: bytes, options: Mapping[str, str], reading: Reading) -> Iterator[list[bytes]]:
    """Open a split; see `firesteel._worker.formats.Read`."""
    width = int(options["length"])
    step = max(1, _CHUNK // width) * width
    for part in files_of(split):
        path, _, start, length, _, _, _ = part
        reading.bytes_read += length
        with open_part(part) as file:
            file.seek(start)
            while length:
                data = file.read(min(step, length))
                if len(data) % width or not data:
                    raise shorter(path)
                length -= len(data)
                yield [data[at : at + width] for at in range(0, len(data), width)]
