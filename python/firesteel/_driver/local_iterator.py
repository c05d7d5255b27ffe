"""`toLocalIterator`: runs one job for each partition, when the iterator reaches it or one partition ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from firesteel._driver.callsite import call_site
from firesteel._driver.jobs import Series

_AGAIN_S = 0.02


def partition_by_partition(rdd: Any, prefetch: bool) -> Iterator[Any]:
    """Yield the records of an RDD; compute a partition when the iterator reaches it.

    Parameters
    ----------
    rdd : RDD
        The RDD.
    prefetch : bool
        Whether the next partition is computed while this one is used.

    Returns
    -------
    iterator
    """
    site = call_site("toLocalIterator")
    session, node, properties = rdd.ctx._driver, rdd._node, rdd.ctx._properties()
    total = rdd.getNumPartitions()
    series = Series()

    def compute(partition: int) -> list[Any]:
        records: list[Any] = session.jobs.collect(node, [partition], properties, site, series)[0]
        return records

    def cancel() -> None:
        if series.last is not None:
            session.jobs.cancel(series.last, "the iterator that it was for is not read any further")

    return _ahead(compute, total, cancel) if prefetch else _in_turn(compute, total)


def _in_turn(compute: Any, total: int) -> Iterator[Any]:
    for partition in range(total):
        yield from compute(partition)


def _ahead(compute: Any, total: int, cancel: Callable[[], None]) -> Iterator[Any]:
    with ThreadPoolExecutor(1, thread_name_prefix="firesteel-prefetch") as pool:
        following: Future[list[Any]] | None = pool.submit(compute, 0) if total else None
        try:
            for partition in range(total):
                assert following is not None
                records = following.result()
                following = pool.submit(compute, partition + 1) if partition + 1 < total else None
                yield from records
        finally:
            while following is not None and not (following.cancel() or following.done()):
                cancel()  # again, because the thread may not have started the job before
                wait([following], _AGAIN_S)
