"""Reads and writes whole files on the workers: pickled records, bytes, records of fixed length."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

_CHUNK = 1 << 20
_SEQUENCE_FILE = b"SEQ\x06"


Listed = tuple[str, int, int]
"""A file as it was listed: path, size, modification time in nanoseconds."""


def read_bytes(listed: Listed) -> tuple[str, bytes]:
    """Return a file's URI and content."""
    path, size, _ = listed
    with _opened(listed) as file:
        data = file.read(size)
    if len(data) < size:
        raise _shorter(path)
    return f"file:{path}", data


class ReadFixed:
    """Gives the records of a part of a file: ``(file, begin, end)`` in bytes, multiples of the length."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, part: tuple[Listed, int, int]) -> Iterator[bytes]:
        listed, begin, end = part
        step = max(1, _CHUNK // self.length) * self.length
        with _opened(listed) as file:
            file.seek(begin)
            while begin < end:
                data = file.read(min(step, end - begin))
                if len(data) % self.length or not data:
                    raise _shorter(listed[0])
                begin += len(data)
                yield from (data[at : at + self.length] for at in range(0, len(data), self.length))


def read_pickled(listed: Listed) -> Iterator[Any]:
    """Yield the records of a file that `WritePickled` wrote; a damaged file is an error."""
    from firesteel._data.errors import BlockCorrupt, ForeignFile, InputDamaged
    from firesteel._data.reading import read_block

    path = listed[0]
    with _opened(listed) as file:
        if file.read(len(_SEQUENCE_FILE)) == _SEQUENCE_FILE:
            raise ForeignFile(path, "is a Hadoop sequence file, as PySpark's saveAsPickleFile writes them")
    try:
        yield from chain.from_iterable(read_block(path, os.path.basename(path)))
    except BlockCorrupt as failure:
        raise InputDamaged(
            path, f"is not what saveAsPickleFile wrote, or is damaged: {failure.what}"
        ) from failure


def _opened(listed: Listed) -> BinaryIO:
    from firesteel._data.lines import open_source

    return open(open_source(*listed), "rb", buffering=_CHUNK)


def _shorter(path: str) -> Exception:
    from firesteel._data.errors import SourceError

    return SourceError(path, "became shorter while it was read")


class WritePickled:
    """Writes a partition as a block file of batches, and moves it into a directory when it is complete."""

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[Any]:
        from firesteel._data.blocks import write_block
        from firesteel.taskcontext import TaskContext

        task = TaskContext.get()
        name = f"part-{index:05d}"
        temporary = os.path.join(self.directory, f".{name}.{0 if task is None else task.taskAttemptId()}")
        write_block(temporary, name, records)
        os.replace(temporary, os.path.join(self.directory, name))
        return iter(())
