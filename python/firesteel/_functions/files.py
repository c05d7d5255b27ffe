"""Writes pickled records on the workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any


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
