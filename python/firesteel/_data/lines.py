r"""Lines of text files, split as Hadoop's LineRecordReader splits them.

A line ends with ``\n``, ``\r\n`` or ``\r``. A split that does not begin at 0 leaves out everything up to and
including the first line end at or after its start, and a split owns every line that begins at or before its
end. So what a split owns is the bytes from ``edge(start)`` to ``edge(end)``, where ``edge(x)`` is the end of
the first line terminator that has a byte at or after ``x``. (Hadoop 3, LineRecordReader.initialize and
nextKeyValue.)

Chunks are split with ``str.split``: a chunk with ``\r`` in it has its line ends made alike first, as bytes.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator

from firesteel._data.archives import Members
from firesteel._data.errors import SourceError
from firesteel._data.interrupts import let_pass

__all__ = ["AS_JAVA", "BOM", "CHUNK", "line_batches", "open_source", "range_reader", "read_text", "unpacked"]

CHUNK = 1 << 20
BOM = b"\xef\xbb\xbf"
Read = Callable[[int], bytes]


def _replace_as_java(failure: UnicodeError) -> tuple[str, int]:
    """Replace malformed bytes as Java does, where an encoded surrogate is one error, not three."""
    assert isinstance(failure, UnicodeDecodeError)
    data, at = failure.object, failure.start
    if data[at] == 0xED and 0xA0 <= data[at + 1 : at + 2].ljust(1)[0] <= 0xBF:
        continued = 0x80 <= data[at + 2 : at + 3].ljust(1)[0] <= 0xBF
        return "\ufffd", at + (3 if continued else 2)
    return "\ufffd", failure.end


AS_JAVA = "firesteel.replace"
codecs.register_error(AS_JAVA, _replace_as_java)


def open_source(path: str, size: int, mtime_ns: int) -> int:
    """Open an input file that was planned with this size and time.

    Returns
    -------
    int
        The descriptor.

    Raises
    ------
    SourceError
        It is gone, not readable, or was changed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as failure:
        let_pass(failure)
        raise SourceError(path, f"cannot be opened: {failure.strerror}") from failure
    found = os.fstat(descriptor)
    if found.st_size != size:
        os.close(descriptor)
        raise SourceError(
            path, f"was changed since the job was planned: it had {size} bytes, now {found.st_size}"
        )
    # The JVM may know times to the microsecond, or to the millisecond, only.
    if mtime_ns and abs(found.st_mtime_ns - mtime_ns) >= 1_000_000:
        os.close(descriptor)
        raise SourceError(path, "was changed since the job was planned: its modification time is another one")
    return descriptor


def _edge(descriptor: int, at: int, chunk: int) -> int:
    """Return the end of the first line terminator with a byte at or after ``at``, or the end of the file."""
    step = min(chunk, 1 << 16)
    while data := os.pread(descriptor, step, at):
        new, ret = data.find(b"\n"), data.find(b"\r")
        if ret >= 0 and (new < 0 or ret < new):
            after = data[ret + 1 : ret + 2] or os.pread(descriptor, 1, at + ret + 1)
            return at + ret + (2 if after == b"\n" else 1)
        if new >= 0:
            return at + new + 1
        at += len(data)
    return at


def range_reader(path: str, descriptor: int, at: int, stop: int, chunk: int) -> Read:
    """Read the bytes from one place of a file up to another, which must be there."""

    def read(_: int) -> bytes:
        nonlocal at
        if at >= stop:
            return b""
        data = os.pread(descriptor, min(chunk, stop - at), at)
        if not data:
            raise SourceError(path, "became shorter while it was read")
        at += len(data)
        return data

    return read


def unpacked(path: str, descriptor: int, codec: str) -> Read:
    """Read what an archive holds."""
    return Members(path, descriptor, codec).read


def _pieces(read: Read, chunk: int) -> Iterator[bytes]:
    r"""Cut a byte stream into pieces of whole lines, each ended by ``\n`` (but perhaps the last)."""
    held: list[bytes] = []
    while data := read(chunk):
        cut = data.rfind(b"\n") + 1
        if b"\r" in data or (held and held[-1].endswith(b"\r")):
            data = b"".join(held) + data
            held = []
            # A '\r' at the very end may be half of '\r\n': it waits for the next chunk.
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
            if cut:
                rest = data[cut:]
                yield data[:cut].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                if rest:
                    held.append(rest)
                continue
            held.append(data)
        elif cut:
            held.append(data[:cut])
            yield b"".join(held)
            held = [data[cut:]] if cut < len(data) else []
        else:
            held.append(data)
    if held:
        yield b"".join(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def line_batches(
    path: str, start: int, length: int, size: int, mtime_ns: int, codec: str | None = None, chunk: int = CHUNK
) -> Iterator[list[str]]:
    r"""Read the lines of a split.

    Parameters
    ----------
    path
        The file.
    start, length
        The split, in bytes; an archive is always read whole.
    size, mtime_ns
        What the file was when the job was planned.
    codec
        None, or how the file is compressed.
    chunk
        Bytes read at once.

    Yields
    ------
    list of str
        Lines without their ends; invalid UTF-8 becomes U+FFFD, a byte-order mark at the file's start is left
        out.

    Raises
    ------
    SourceError
        The file is gone, changed, or an archive that is damaged.
    """
    descriptor = open_source(path, size, mtime_ns)
    try:
        if codec:
            read, first = unpacked(path, descriptor, codec), True
        else:
            at, end = _edge(descriptor, start, chunk) if start else 0, start + length
            stop = _edge(descriptor, end, chunk) if at <= end else at
            read, first = range_reader(path, descriptor, at, stop, chunk), start == 0
        for piece in _pieces(read, chunk):
            if first:
                first = False
                piece = piece.removeprefix(BOM)
                if not piece:
                    continue
            lines = piece.decode("utf-8", AS_JAVA).split("\n")
            if not lines[-1]:
                lines.pop()
            yield lines
    except OSError as failure:
        let_pass(failure)
        raise SourceError(path, f"cannot be read: {failure.strerror}") from failure
    finally:
        os.close(descriptor)


def read_text(path: str, size: int, mtime_ns: int, codec: str | None = None) -> str:
    """Read a whole file as text; parameters and errors as for `line_batches`."""
    descriptor = open_source(path, size, mtime_ns)
    try:
        read: Read = unpacked(path, descriptor, codec) if codec else lambda n: os.read(descriptor, n)
        return b"".join(iter(lambda: read(CHUNK), b"")).decode("utf-8", AS_JAVA)
    except OSError as failure:
        let_pass(failure)
        raise SourceError(path, f"cannot be read: {failure.strerror}") from failure
    finally:
        os.close(descriptor)
