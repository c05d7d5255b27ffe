"""Pairs the values of one key on the workers, for joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from firesteel._data.grouped import TaggedValues
from firesteel.resultiterable import ResultIterable

Tagged = tuple[int, Any]


def _sides(values: ResultIterable[Tagged], number: int) -> list[list[Any] | TaggedValues]:
    """Separate the values of one key by side; a spilled group stays in its files."""
    if not isinstance(values.data, list):
        return list(TaggedValues.sides(values.data, number))
    if number == 2:
        return [
            [value for side, value in values.data if not side],
            [value for side, value in values.data if side],
        ]
    sides: list[list[Any] | TaggedValues] = [[] for _ in range(number)]
    appends = [side.append for side in sides if isinstance(side, list)]
    for side, value in values.data:
        appends[side](value)
    return sides


class Sides:
    """Gives the values of one key, one iterable for each side."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, values: ResultIterable[Tagged]) -> tuple[ResultIterable[Any], ...]:
        return tuple(map(ResultIterable, _sides(values, self.number)))


class Unmatched:
    """Gives the left values of a key that the right side does not have."""

    def __call__(self, values: ResultIterable[Tagged]) -> Iterable[Any]:
        left, right = _sides(values, 2)
        return () if len(right) else left


class JoinValues:
    """Pairs the values of one key: each left one with each right one.

    With `left` (or `right`), a left (right) value without partner is paired with None.
    """

    def __init__(self, left: bool = False, right: bool = False) -> None:
        self.left = left
        self.right = right

    def __call__(self, values: ResultIterable[Tagged]) -> Iterator[tuple[Any, Any]]:
        lefts, rights = _sides(values, 2)
        if self.left and not len(rights):
            rights = [None]
        if self.right and not len(lefts):
            lefts = [None]
        if isinstance(lefts, list) and isinstance(rights, list):
            return product(lefts, rights)
        if len(lefts) < len(rights):  # values may be in files: hold the smaller side in memory
            lefts = list(lefts)
        else:
            rights = list(rights)
        return ((left, right) for left in lefts for right in rights)
