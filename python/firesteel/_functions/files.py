"""Reading and writing whole files on the workers: pickled records, bytes, records of fixed length."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

_CHUNK = 1 << 20


def read_bytes(path: str) -> tuple[str, bytes]:
    """Give a file's URI and content."""
    with open(path, "rb") as file:
        return f"file:{path}", file.read()


class ReadFixed:
    """Gives the records of a part of a file: ``(path, begin, end)`` in bytes, multiples of the length."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, part: tuple[str, int, int]) -> Iterator[bytes]:
        path, begin, end = part
        step = max(1, _CHUNK // self.length) * self.length
        with open(path, "rb") as file:
            file.seek(begin)
            while begin < end:
                data = file.read(min(step, end - begin))
                if len(data) % self.length or not data:
                    raise OSError(
                        f"{path} ends at byte {begin + len(data)}: it was longer when it was listed"
                    )
                begin += len(data)
                yield from (data[at : at + self.length] for at in range(0, len(data), self.length))


def read_pickled(path: str) -> Iterator[Any]:
    """Give the records of a file that `WritePickled` wrote; a damaged file is an error."""
    from firesteel._data.errors import BlockCorrupt, SourceError
    from firesteel._data.reading import read_block

    try:
        yield from chain.from_iterable(read_block(path, os.path.basename(path)))
    except BlockCorrupt as failure:
        raise SourceError(
            path, f"is not what saveAsPickleFile wrote, or is damaged: {failure.what}"
        ) from failure


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
