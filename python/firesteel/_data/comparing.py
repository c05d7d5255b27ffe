"""Compares sort keys: binary search, and the error for keys that cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from firesteel._data.errors import RecordError

__all__ = ["comparing", "partition_point"]


def partition_point(values: list[Any], before: Callable[[Any], bool], low: int = 0) -> int:
    """Return the index of the first value, from ``low`` on, for which ``before`` is false.

    It must be false for all later values.
    """
    high = len(values)
    while low < high:
        middle = (low + high) // 2
        if before(values[middle]):
            low = middle + 1
        else:
            high = middle
    return low


@contextmanager
def comparing(site: str | None) -> Iterator[None]:
    """Explain a TypeError of keys that are compared inside, by our own code.

    A TypeError with a frame outside Firesteel comes from the user's own comparison, and stays unchanged.
    Inside the block, no function of the user may be called except comparisons.

    Raises
    ------
    RecordError
        The keys cannot be compared.
    """
    try:
        yield
    except TypeError as failure:
        trace = failure.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is None or not trace.tb_frame.f_globals.get("__name__", "").startswith(_OURS):
            raise
        where = f" in {site}" if site else ""
        raise RecordError(f"keys cannot be compared{where}: {failure}. {_ADVICE}", site) from failure


_ADVICE = (
    "Give a keyfunc whose results can be compared with one another, such as str, or "
    "lambda key: (key is not None, key) where some keys are None"
)

_OURS = __name__.rsplit(".", 1)[0] + "."
