"""Crossings: records that pass between the Python and the Java half of a plan, in files of one batch.

::

    worker ── NEED ──▶ engine        the worker reads what Java made: source "Crossing"
           ◀─ BATCH ──               (a file; the reader removes it)

    worker ── BATCH ─▶ engine        Java reads what the worker made: sink "Exchange"
           ◀─ NEED ──                (another one, or no more)

A side makes a batch only when the other asks for it, so a reader that stops early stops the writer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from firesteel._data.blocks import batches_of
from firesteel._data.codec import BatchSize, Identity, Section
from firesteel._data.errors import SPILL, BlockCorrupt, DiskError, PlanError
from firesteel._data.exchange import encode_for_java
from firesteel._data.newfile import remove
from firesteel._data.reading import read_batches
from firesteel._data.stored import StoredFile, open_stored
from firesteel._worker.state import Exchange, TaskState

__all__ = ["from_java", "send_to_java"]


def _identity(state: TaskState, number: int) -> Identity:
    return Identity(f"crossing_{number}", 0, state.attempt)


def _exchange(state: TaskState) -> Exchange:
    if state.exchange is None:
        raise PlanError("a plan with a crossing came to a worker that has no engine")
    return state.exchange


def from_java(state: TaskState, number: int) -> Iterator[Iterable[Any]]:
    """Read the records that the Java half of the plan sends.

    Parameters
    ----------
    state
        The task.
    number
        The crossing.

    Yields
    ------
    iterable
        The records of each batch.
    """
    exchange, identity = _exchange(state), _identity(state, number)
    records = batch = 0
    while True:
        body = exchange.need(number)
        if body["path"] is None:
            break
        try:
            found = _read(body["path"], body["bytes"], identity, batch)
        except BlockCorrupt as damage:  # one of the task's own files: the task is retried
            raise BlockCorrupt(SPILL, f"{identity.name}: {damage.what}") from damage
        records += len(found)
        batch += 1
        yield found
        del found
    if body["records"] != records:
        raise BlockCorrupt(SPILL, f"{identity.name} gave {records} records, and Java sent {body['records']}")


def _read(path: str, size: int, identity: Identity, batch: int) -> Any:
    descriptor = open_stored(path, identity.name)
    try:
        remove(path)
        (found,) = read_batches(
            StoredFile(descriptor, identity.name), identity, 0, size, batch, trailer=False
        )
        return found
    finally:
        os.close(descriptor)


def send_to_java(state: TaskState, records: Iterator[Any], number: int) -> int:
    """Send records to the Java half of the plan, until it has enough.

    Parameters
    ----------
    state
        The task.
    records
        The records.
    number
        The crossing.

    Returns
    -------
    int
        How many records were sent.
    """
    exchange, size = _exchange(state), BatchSize()
    section = Section(_identity(state, number))
    site = state.operations[-1].site if state.operations else None
    for batch in batches_of(records, size):
        path = os.path.join(state.scratch, f"batch-{section.batches}")
        pieces = section.pickled(encode_for_java(batch, site), len(batch), size)
        if not exchange.give(number, path, _write(path, pieces), len(batch)):
            return section.records
    exchange.give(number, None, 0, section.records)
    return section.records


def _write(path: str, pieces: list[Any]) -> int:
    data = memoryview(b"".join(pieces))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            rest = data
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)
    except OSError as failure:
        raise DiskError(path, failure, len(data)) from failure
    return len(data)
