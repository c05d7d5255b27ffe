"""Reads the results of a job: small ones from the answer, large ones from block files, unlinked once open."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel._data.errors import BlockCorrupt
    from firesteel._data.stored import Ahead

_LARGE = 10_000
_WORTH_A_THREAD = 4 << 20
_THREADS = 4  # memory is not much quicker for more

Row = list[Any]
"""[partition, bytes or None, path or None, size, records, attempt]"""


def read_result(job: int, row: Row, ahead: Ahead | None = None) -> list[Any]:
    """Read one partition's result, verified.

    Parameters
    ----------
    job : int
        The job's number.
    row : list
        The partition's row of the answer.
    ahead : dict, optional
        The result of `look_ahead` for its file.

    Returns
    -------
    list
        The records.
    """
    from firesteel._data.reading import read_block

    partition, data, path, size, records, attempt = row
    source = path if data is None else data
    name = f"result_{job}_{partition}"
    found: list[Any] = []
    for batch in read_block(source, name, attempt, records, size, unlink=data is None, ahead=ahead):
        found += batch  # not with itertools.chain: extending by a list copies it at once
    return found


def read_all(job: int, rows: list[Row]) -> tuple[dict[int, list[Any]], dict[int, BlockCorrupt]]:
    """Read the results of all partitions; pause the garbage collector if they are large.

    Parameters
    ----------
    job : int
        The job's number.
    rows : list of list
        The rows of the answer.

    Returns
    -------
    (dict, dict)
        The records by partition, and the errors of missing or damaged results by partition.
    """
    from firesteel._data.errors import BlockCorrupt

    pause = gc.isenabled() and sum(row[4] for row in rows) > _LARGE
    if pause:
        gc.disable()
    found: dict[int, list[Any]] = {}
    damaged: dict[int, BlockCorrupt] = {}
    try:
        with _looking_ahead(job, rows) as ahead:
            for row in rows:
                try:
                    found[row[0]] = read_result(job, row, ahead(row))
                except BlockCorrupt as failure:
                    damaged[row[0]] = failure
        return found, damaged
    finally:
        if pause:
            gc.enable()


@contextmanager
def _looking_ahead(job: int, rows: list[Row]) -> Iterator[Callable[[Row], Ahead | None]]:
    """Verify the large arrays of several files in threads, while this thread decodes the records.

    Most of the work with arrays is checksums, which are computed without the interpreter's lock. The
    threads unpickle nothing.
    """
    files = [row for row in rows if row[1] is None and row[3] >= _WORTH_A_THREAD]
    threads = min(len(files), len(os.sched_getaffinity(0)), _THREADS)
    if threads < 2:
        yield lambda _: None
        return
    from concurrent.futures import ThreadPoolExecutor

    from firesteel._data.reading import look_ahead

    pool = ThreadPoolExecutor(threads, thread_name_prefix="firesteel-results")
    try:
        looking = {row[0]: pool.submit(look_ahead, row[2], f"result_{job}_{row[0]}", row[5]) for row in files}
        yield lambda row: looking.pop(row[0]).result() if row[0] in looking else None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def discard(rows: list[Row]) -> None:
    """Remove the result files that will not be read.

    Parameters
    ----------
    rows : list of list
        Rows of an answer.
    """
    for row in rows:
        if row[1] is None and row[2] is not None:
            try:
                os.unlink(row[2])
            except FileNotFoundError:
                continue  # it has been read
