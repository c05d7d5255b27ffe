"""Records of text files between delimiters of the user's, such as a blank line, in place of line ends.

The records of a file are those of ``data.split(delimiter)``, however the file is cut. A split owns the bytes
from ``edge(start)`` to ``edge(end)``, as it does of lines: ``edge(x)`` is the end of the first delimiter that
has a byte at or after ``x``. Which bytes are delimiters depends on what precedes them where one may overlap
another (``aa`` in ``aaa``), so the search begins where none can reach across.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from firesteel._data.errors import SourceError
from firesteel._data.interrupts import let_pass
from firesteel._data.lines import AS_JAVA, BOM, CHUNK, open_source, range_reader, unpacked

__all__ = ["record_batches"]

Read = Callable[[int], bytes]


def record_batches(
    path: str,
    start: int,
    length: int,
    size: int,
    mtime_ns: int,
    codec: str | None,
    delimiter: bytes,
    chunk: int = CHUNK,
) -> Iterator[list[str]]:
    """Read the records of a split; parameters and errors as for `firesteel._data.lines.line_batches`.

    Parameters
    ----------
    path, start, length, size, mtime_ns, codec, chunk
        As for lines.
    delimiter
        At least one byte.

    Yields
    ------
    list of str
        Records without their delimiters.
    """
    descriptor = open_source(path, size, mtime_ns)
    try:
        if codec:
            read, first = unpacked(path, descriptor, codec), True
        else:
            at = _edge(descriptor, start, delimiter, chunk) if start else 0
            end = start + length
            stop = _edge(descriptor, end, delimiter, chunk) if at <= end else at
            read, first = range_reader(path, descriptor, at, stop, chunk), start == 0
        for records in _records(read, delimiter, chunk):
            if first:
                first = False
                records[0] = records[0].removeprefix(BOM)
            yield [record.decode("utf-8", AS_JAVA) for record in records]
    except OSError as failure:
        let_pass(failure)
        raise SourceError(path, f"cannot be read: {failure.strerror}") from failure
    finally:
        os.close(descriptor)


def _records(read: Read, delimiter: bytes, chunk: int) -> Iterator[list[bytes]]:
    held: list[bytes] = []  # of a record whose delimiter has not come
    reach = len(delimiter) - 1
    while data := read(chunk):
        before = _last(held, reach)
        held.append(data)
        if delimiter in before + data:
            *records, rest = b"".join(held).split(delimiter)
            held = [rest] if rest else []
            yield records
    if held:
        yield [b"".join(held)]


def _last(pieces: list[bytes], count: int) -> bytes:
    """Return the last bytes of some pieces, as many or fewer."""
    last = b""
    for piece in reversed(pieces):
        if len(last) >= count:
            break
        last = piece[-count:] + last if count else last
    return last[-count:] if count else b""


def _edge(descriptor: int, at: int, delimiter: bytes, chunk: int) -> int:
    """Return the end of the first delimiter with a byte at or after ``at``, or the end of the file."""
    step = max(min(chunk, 1 << 16), len(delimiter))
    position = _clear(descriptor, at, delimiter, step)
    held = b""
    while data := os.pread(descriptor, step, position + len(held)):
        held += data
        taken = 0
        while (found := held.find(delimiter, taken)) >= 0:
            taken = found + len(delimiter)
            if position + taken > at:
                return position + taken
        kept = max(taken, len(held) - len(delimiter) + 1)
        position, held = position + kept, held[kept:]
    return position + len(held)


def _clear(descriptor: int, at: int, delimiter: bytes, step: int) -> int:
    """Return the last place up to ``at`` that no occurrence of the delimiter reaches across."""
    reach = len(delimiter) - 1
    place, begin, data = at, at, b""
    while place > 0 and reach:
        if begin > max(0, place - reach):  # what begins before the window may reach across
            end = begin + len(data) if data else at + reach
            begin = max(0, place - reach - step)
            data = os.pread(descriptor, end - begin, begin)
        first = max(0, place - reach)
        found = data.find(delimiter, first - begin, place - 1 + len(delimiter) - begin)
        if found < 0:
            return place
        place = begin + found
    return place
