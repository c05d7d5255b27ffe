"""Estimates how often keys repeat, from the keys with small hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Repeating"]

_MOST = 8192  # hashes that are kept; the standard error is one part in the root of half of that, or less
_MULTIPLIER = np.uint64(0xD6E8_FEB8_6659_FD93)  # of Evensen's mixer "rrmxmx"
_HALF = np.uint64(32)


class Repeating:
    """Counts pairs, and estimates the number of different keys.

    That is Wegman's adaptive sampling (Flajolet, "On adaptive sampling", 1990): hashes below a bound are
    kept, and whenever these are too many, the bound is halved. Until then the estimate is exact.

    Examples
    --------
    >>> repeating = Repeating()
    >>> repeating.add(np.array([1, 2, 3]))
    >>> repeating.add(np.array([2, 3, 4]))
    >>> repeating.pairs / repeating.keys()
    1.5
    """

    __slots__ = ("_bound", "_kept", "pairs")

    def __init__(self) -> None:
        self.pairs = 0
        self._bound = 64  # hashes have fewer bits than this, of 64
        self._kept: set[int] = set()

    def add(self, hashes: NDArray[np.int64]) -> None:
        """Add the hashes of the keys of pairs."""
        self.pairs += len(hashes)
        some = self._below(_mixed(hashes.view(np.uint64)))
        while len(some) > _MOST and len(unique := np.unique(some)) > _MOST:
            self._bound -= 1
            some = self._below(unique)
        self._kept.update(some.tolist())
        while len(self._kept) > _MOST:
            self._bound -= 1
            end = 1 << self._bound
            self._kept = {hashed for hashed in self._kept if hashed < end}

    def _below(self, mixed: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return mixed if self._bound == 64 else mixed[mixed < np.uint64(1 << self._bound)]

    def keys(self) -> int:
        """Estimate how many different keys there were."""
        return len(self._kept) << (64 - self._bound)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> _HALF)) * _MULTIPLIER
    bits = (bits ^ (bits >> _HALF)) * _MULTIPLIER
    return bits ^ (bits >> _HALF)
