"""The values of one key, as `groupByKey` gives them; programs have it from `firesteel.resultiterable`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

__all__ = ["ResultIterable"]

T = TypeVar("T")


class ResultIterable(Iterable[T]):
    """The values of one key: an iterable that knows its length, and can be read more than once.

    Parameters
    ----------
    data : sized iterable
        The values. A group larger than memory is an iterable that reads its spill files.

    Examples
    --------
    >>> values = ResultIterable([1, 2])
    >>> len(values), list(values)
    (2, [1, 2])
    """

    __module__ = "firesteel.resultiterable"

    def __init__(self, data: Any) -> None:
        self.data = data
        self.index = 0
        self.maxindex = len(data)

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)
