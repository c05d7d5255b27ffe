"""Materializes cached blocks; passes their records through when there is no room."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from firesteel._data.blocks import batches_of
from firesteel._data.codec import BatchSize, Identity, Section
from firesteel._data.reading import read_batches, read_block
from firesteel._data.stored import StoredFile
from firesteel._data.tiered import NoRoom
from firesteel._worker.state import TaskState

__all__ = ["materialized", "read_materialized"]

_FEW = 1 << 16


def read_materialized(state: TaskState, name: str) -> Iterator[Iterable[Any]]:
    """Read a block that the task has written.

    Parameters
    ----------
    state
        The task.
    name
        The block.

    Returns
    -------
    Iterator
        Batches of records.
    """
    path, size, count = state.blocks[name]
    return read_block(path, name, state.attempt, count, size)


def materialized(state: TaskState, records: Iterator[Any], name: str) -> Iterator[Iterable[Any]]:
    """Write a block now, and return an iterator that reads it back.

    When there is no room for it, the records pass through without being stored.

    Parameters
    ----------
    state
        The task.
    records
        The block's records.
    name
        The block.

    Returns
    -------
    Iterator
        Batches of records.
    """
    rest = _materialized(state, records, name)
    return read_materialized(state, name) if rest is None else rest


def _materialized(state: TaskState, records: Iterator[Any], name: str) -> Iterator[Iterable[Any]] | None:
    """Write a block; return its records if there is no room and the plan reads it only once."""
    identity = Identity(name, 0, state.attempt)
    section, size = Section(identity, "rdd" in state.compress, summed=False), BatchSize()
    must = state.is_named_twice(name)
    with state.new_file(name) as file:
        try:
            file.reserve(_FEW if state.room(name) == 0 else 0, must)
        except NoRoom:
            file.abandon()
            return batches_of(records, size)
        batches = batches_of(records, size)
        for batch in batches:
            pieces = section.batch(batch, size)
            try:
                file.reserve(sum(map(len, pieces)), must)
            except NoRoom:
                written = _written(file.abandon(), name, state.attempt, file.size)
                return chain(written, (batch,), batches)
            for piece in pieces:
                file.write(piece)
        file.write(section.trailer())
    state.blocks[name] = file.path, section.length, section.records
    if not file.kept:
        state.unkept.add(name)
    return None


def _written(descriptor: int | None, name: str, attempt: int, size: int) -> Iterator[Iterable[Any]]:
    """Read back what was written before the room ran out."""
    if descriptor is None:
        return
    try:
        yield from read_batches(
            StoredFile(descriptor, name), Identity(name, 0, attempt), 0, size, trailer=False
        )
    finally:
        os.close(descriptor)
