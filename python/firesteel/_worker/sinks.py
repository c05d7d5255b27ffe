"""Sinks of plans: where a task's records go, and what the DONE frame says about it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import Any, BinaryIO

from firesteel._data.archives import SUFFIXES, open_archive
from firesteel._data.blocks import BlockWriter, write_block
from firesteel._data.errors import DiskError, PlanError
from firesteel._data.tiered import TieredFile
from firesteel._worker.crossing import send_to_java
from firesteel._worker.shuffle_write import write_shuffle
from firesteel._worker.sources import Sources
from firesteel._worker.state import TaskState

__all__ = ["run_plan"]


def run_plan(plan: list[Any], state: TaskState) -> dict[str, Any]:
    """Run a whole plan.

    Parameters
    ----------
    plan
        The sink.
    state
        The task.

    Returns
    -------
    dict
        The DONE frame: ``result``, ``output``, ``shuffle``, ``blocks``, ``records``, ``metrics``.
    """
    name, source, *arguments = plan
    sources = Sources(state)
    if name == "Result":
        done = _result(state, sources.records(source), *arguments)
    elif name == "ShuffleWrite":
        done = write_shuffle(state, sources, source, *arguments)
    elif name == "Count":
        done = {"records": sources.count(source)}
    elif name == "BlockWrite":
        done = _block_write(state, sources.records(source), *arguments)
    elif name == "SaveText":
        done = _save_text(state, sources.records(source), *arguments)
    elif name == "Exchange":
        done = {"records": send_to_java(state, sources.records(source), *arguments)}
    else:
        raise PlanError(f"unknown sink {name!r} in the plan")
    blocks = [[block, *found] for block, found in state.blocks.items() if block not in state.unkept]
    state.close()
    metrics = {
        "records_read": state.records_read,
        "bytes_read": state.bytes_read,
        "spilled": state.memory.spilled,
    }
    return {"result": None, "output": None, "shuffle": None, **done, "blocks": blocks, "metrics": metrics}


def _result(state: TaskState, records: Iterator[Any], name: str) -> dict[str, Any]:
    files: list[TieredFile] = []

    def create(_: str) -> TieredFile:
        file = state.new_file(name)
        files.append(file)
        return file

    writer = BlockWriter(name, state.attempt)
    data = writer.write(state.files.get(name, ""), records, state.inline, create)
    section = writer.section
    output = None if data is not None else [files[0].path, section.length, section.records]
    return {"result": data, "output": output, "records": section.records}


def _block_write(
    state: TaskState, records: Iterator[Any], directory: str, partition: int, name: str
) -> dict[str, Any]:
    """Write a partition of a checkpoint; the attempt is part of the name, so attempts do not share a file."""
    path = os.path.join(directory, f"part-{partition:05d}-{state.attempt}")
    size, count = write_block(path, name, records, state.attempt)
    return {"output": [path, size, count], "records": count}


def _as_bytes(record: Any) -> bytes:
    if isinstance(record, bytes):
        return record
    return (record if isinstance(record, str) else str(record)).encode("utf-8")


def _save_text(
    state: TaskState, records: Iterator[Any], directory: str, partition: int, codec: str | None
) -> dict[str, Any]:
    """Write one part file under a temporary directory of this attempt, and rename it into place."""
    name = f"part-{partition:05d}" + (SUFFIXES[codec] if codec is not None else "")
    attempt = os.path.join(directory, "_temporary", str(state.attempt))
    temporary, path = os.path.join(attempt, name), os.path.join(directory, name)
    texts = _texts(records)
    first = next(texts, (b"", 0))  # before the file exists, so that an error can say its size
    try:
        with _on_disk(temporary, len(first[0])):
            os.makedirs(attempt, exist_ok=True)
        try:
            written = _write_lines(temporary, chain((first,), texts), codec)
            with _on_disk(temporary, len(first[0])):
                size = os.stat(temporary).st_size
                os.replace(temporary, path)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
    finally:
        if os.path.isdir(attempt):
            os.rmdir(attempt)
    return {"output": [path, size, written], "records": written}


@contextmanager
def _on_disk(path: str, wanted: int) -> Iterator[None]:
    """Make errors of the disk `DiskError`, as user code may raise errors of the same class."""
    try:
        yield
    except OSError as failure:
        raise DiskError(path, failure, wanted) from failure


def _write_lines(path: str, texts: Iterator[tuple[bytes, int]], codec: str | None) -> int:
    written = wanted = 0
    file: BinaryIO | None = None
    try:
        for data, count in texts:
            wanted = len(data)
            with _on_disk(path, wanted):
                file = file or _opened(path, codec)
                file.write(data)
            written += count
    except BaseException:
        if file is not None:
            with suppress(OSError):  # closing flushes, and that fails again on a full disk
                file.close()
        raise
    assert file is not None, "there is a first text, be it empty"
    with _on_disk(path, wanted):
        file.close()
    return written


def _opened(path: str, codec: str | None) -> BinaryIO:
    return open(path, "wb", buffering=1 << 18) if codec is None else open_archive(path, codec)


def _texts(records: Iterator[Any]) -> Iterator[tuple[bytes, int]]:
    """Yield the lines of a few records at a time, and the number of records."""
    while chunk := list(islice(records, 1024)):
        yield _text_of(chunk), len(chunk)


def _text_of(records: Iterable[Any]) -> bytes:
    if set(map(type, records)) == {str}:
        return ("\n".join(records) + "\n").encode("utf-8")
    return b"".join(_as_bytes(record) + b"\n" for record in records)
