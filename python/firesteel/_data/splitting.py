"""Splits pairs, by column, into sub-partitions by the hashes of their keys, to be spilled."""

from __future__ import annotations

from typing import Any

import numpy as np

from firesteel._data.hashing import hash_and_unify, sub_partitions

__all__ = ["BITS", "DEEPEST", "Parts"]

BITS = 5
"""Each level has ``2 ** BITS`` sub-partitions."""
DEEPEST = 6
"""At this level nothing is spilled: the hashes are equal, and splitting again would not help."""

_AT_ONCE = 1 << 16


class Parts:
    """Keys and values in memory, by sub-partition; in each, in the order of their arrival.

    Parameters
    ----------
    level
        How often the pairs have been split before.
    site
        The operation, for errors.
    """

    def __init__(self, level: int, site: str | None) -> None:
        self.columns: list[tuple[list[Any], list[Any]]] = [([], []) for _ in range(1 << BITS)]
        self.nan = False
        """Whether a key may hold NaN; the keys have to be written as `marked` then."""
        self._level = level
        self._site = site

    def take(self, keys: list[Any], values: list[Any]) -> None:
        """Add pairs, a slice at a time, because ordering them takes memory."""
        for at in range(0, len(keys), _AT_ONCE):
            end = at + _AT_ONCE
            self._split(keys[at:end], values[at:end])

    def _split(self, keys: list[Any], values: list[Any]) -> None:
        keys, hashes, nan = hash_and_unify(keys, self._site)
        self.nan |= nan
        parts = sub_partitions(hashes, self._level, BITS)
        order = parts.argsort(kind="stable").tolist()  # of bytes, which NumPy sorts by counting
        ends = np.bincount(parts, minlength=1 << BITS).cumsum().tolist()
        keys, values = list(map(keys.__getitem__, order)), list(map(values.__getitem__, order))
        at = 0
        for (of_keys, of_values), end in zip(self.columns, ends, strict=True):
            if end > at:
                of_keys += keys[at:end]
                of_values += values[at:end]
                at = end

    def __len__(self) -> int:
        return sum(len(keys) for keys, _ in self.columns)
