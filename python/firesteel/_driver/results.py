"""Reads the results of a job: small ones from the answer, large ones from block files, unlinked once open."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel._data.errors import BlockCorrupt

_LARGE = 10_000

Row = list[Any]
"""[partition, bytes or None, path or None, size, records, attempt]"""


def read_result(job: int, row: Row) -> Iterator[Any]:
    """Read one partition's result, verified.

    Parameters
    ----------
    job : int
        The job's number.
    row : list
        The partition's row of the answer.

    Returns
    -------
    iterator
        The records.
    """
    from firesteel._data.reading import read_block

    partition, data, path, size, records, attempt = row
    source = path if data is None else data
    batches = read_block(source, f"result_{job}_{partition}", attempt, records, size, unlink=data is None)
    return chain.from_iterable(batches)


def read_all(job: int, rows: list[Row]) -> tuple[dict[int, list[Any]], dict[int, BlockCorrupt]]:
    """Read the results of all partitions, with the collector paused while there is much to make.

    Parameters
    ----------
    job : int
        The job's number.
    rows : list of list
        The rows of the answer.

    Returns
    -------
    (dict, dict)
        By partition: the records, and what is wrong with the results that are missing or damaged.
    """
    from firesteel._data.errors import BlockCorrupt

    pause = gc.isenabled() and sum(row[4] for row in rows) > _LARGE
    if pause:
        gc.disable()
    found: dict[int, list[Any]] = {}
    damaged: dict[int, BlockCorrupt] = {}
    try:
        for row in rows:
            try:
                found[row[0]] = list(read_result(job, row))
            except BlockCorrupt as failure:
                damaged[row[0]] = failure
        return found, damaged
    finally:
        if pause:
            gc.enable()


def discard(rows: list[Row]) -> None:
    """Remove the result files that will not be read.

    Parameters
    ----------
    rows : list of list
        Rows of an answer.
    """
    import os

    for row in rows:
        if row[1] is None and row[2] is not None:
            try:
                os.unlink(row[2])
            except FileNotFoundError:
                continue  # it was read already
