"""The values of one key, in memory or in spill files; they can be iterated over repeatedly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from firesteel._data.errors import shorten
from firesteel._data.spill import Segment

__all__ = ["GroupedValues", "TaggedValues"]


class GroupedValues:
    """The values of one key.

    Parameters
    ----------
    data
        The values.

    Examples
    --------
    >>> values = GroupedValues([3, 4])
    >>> len(values), sum(values), list(values)
    (2, 7, [3, 4])
    """

    __slots__ = ("pieces",)

    def __init__(self, data: list[Any]) -> None:
        self.pieces: list[list[Any] | Segment] = [data]

    @classmethod
    def of(cls, pieces: list[list[Any] | Segment]) -> GroupedValues:
        """Make it from lists and spilled segments, in the order of the values."""
        made = cls.__new__(cls)
        made.pieces = [list(chain.from_iterable(pieces))] if all(type(p) is list for p in pieces) else pieces
        return made

    @property
    def data(self) -> list[Any]:
        """All values as a list; reads spilled ones."""
        only = self.pieces[0] if len(self.pieces) == 1 else None
        return only if isinstance(only, list) else list(self)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.pieces)

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def __reduce__(self) -> tuple[type[GroupedValues], tuple[list[Any]]]:
        return GroupedValues, (self.data,)

    def __repr__(self) -> str:
        return f"GroupedValues({shorten(self.data) if len(self) < 1000 else f'{len(self)} values'})"


class TaggedValues:
    """The values of one side among tagged values ``(side, value)``, filtered lazily.

    Parameters
    ----------
    tagged
        The values of all sides.
    side
        The number of the side.
    count
        How many values the side has.
    """

    __slots__ = ("_count", "_side", "_tagged")

    def __init__(self, tagged: GroupedValues, side: int, count: int) -> None:
        self._tagged = tagged
        self._side = side
        self._count = count

    @classmethod
    def sides(cls, tagged: GroupedValues, number: int) -> Iterator[TaggedValues]:
        """Return each side's values.

        Examples
        --------
        >>> left, right = TaggedValues.sides(GroupedValues([(0, "a"), (1, "b"), (0, "c")]), 2)
        >>> list(left), len(right)
        (['a', 'c'], 1)
        """
        counts = [0] * number
        for side, _ in tagged:
            counts[side] += 1
        for side, count in enumerate(counts):
            yield cls(tagged, side, count)

    def __iter__(self) -> Iterator[Any]:
        wanted = self._side
        return (value for side, value in self._tagged if side == wanted)

    def __len__(self) -> int:
        return self._count

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, (list(self),)
