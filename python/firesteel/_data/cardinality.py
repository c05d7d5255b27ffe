"""Estimates the number of different records: HyperLogLog++.

From HyperLogLog++ (Heule, Nunkesser and Hall, "HyperLogLog in Practice", EDBT 2013) come hashes of 64 bits,
which need no correction for large counts, and a sparse form that counts small numbers almost exactly. In
place of the paper's tables of corrections there is the estimator of Ertl ("New cardinality estimation
algorithms for HyperLogLog sketches", 2017, algorithm 6), which has no bias anywhere and needs no tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firesteel._data.hashing import hash_keys

__all__ = ["Distinct", "precision_for"]

_CHUNK = 8192
_LEAST, _MOST = 4, 24


def precision_for(relative_error: float) -> int:
    """Return the precision for a standard error.

    The error of HyperLogLog is ``1.04 / sqrt(2 ** precision)``.

    Parameters
    ----------
    relative_error
        Greater than 0.

    Returns
    -------
    int
        At least 4.

    Raises
    ------
    ValueError
        It would take more than 24 bits, which are 16 MiB in each task.

    Examples
    --------
    >>> precision_for(0.05)
    9
    """
    precision = max(_LEAST, math.ceil(2 * math.log2(1.04 / relative_error)))
    if precision > _MOST:
        raise ValueError(f"a relative error of {relative_error} needs a precision of {precision} bits")
    return precision


class Distinct:
    """A mergeable estimate of how many different records were added.

    Parameters
    ----------
    precision
        The number of registers is two to the power of it.

    Examples
    --------
    >>> counted = Distinct(9)
    >>> counted.add(["a", "b", "a"])
    >>> counted.estimate()
    2.0
    """

    __slots__ = ("_hashes", "_precision", "_registers")

    def __init__(self, precision: int) -> None:
        self._precision = precision
        self._hashes: NDArray[np.uint64] | None = np.empty(0, np.uint64)
        self._registers: NDArray[np.uint8] | None = None

    def add(self, records: Iterable[Any]) -> None:
        """Add records."""
        source = iter(records)
        while chunk := list(islice(source, _CHUNK)):
            self._take(_mixed(_hashes(chunk).view(np.uint64)))

    def merge(self, other: Distinct) -> None:
        """Merge another estimate of the same precision."""
        if other._hashes is not None:
            self._take(other._hashes)
            return
        self._grow()
        assert self._registers is not None
        assert other._registers is not None
        np.maximum(self._registers, other._registers, out=self._registers)

    def _take(self, hashes: NDArray[np.uint64]) -> None:
        if self._hashes is not None:
            self._hashes = np.union1d(self._hashes, hashes)
            if len(self._hashes) > (1 << self._precision) // 8:  # from here on as large as the registers
                self._grow()
            return
        assert self._registers is not None
        places = (hashes >> np.uint64(64 - self._precision)).astype(np.int64)
        np.maximum.at(self._registers, places, _leading(hashes, self._precision))

    def _grow(self) -> None:
        if self._hashes is not None:
            hashes, self._hashes = self._hashes, None
            self._registers = np.zeros(1 << self._precision, np.uint8)
            self._take(hashes)

    def estimate(self) -> float:
        """Return the estimate.

        Returns
        -------
        float
        """
        if self._hashes is not None:
            return float(len(self._hashes))  # two hashes of 64 bits hardly ever agree
        assert self._registers is not None
        size, longest = 1 << self._precision, 64 - self._precision
        counts = np.bincount(self._registers, minlength=longest + 2).tolist()
        total = size * _tau(1 - counts[longest + 1] / size)
        for length in range(longest, 0, -1):
            total = 0.5 * (total + counts[length])
        total += size * _sigma(counts[0] / size)
        return float(size * size / (2 * math.log(2) * total))


def _hashes(records: list[Any]) -> NDArray[np.int64]:
    """Hash records; Python has one hash for -1 and -2, so -1 gets -1, which is no hash of anything."""
    hashes = hash_keys(records)
    for place in np.flatnonzero(hashes == -2).tolist():
        if records[place] == -1:
            hashes[place] = -1
    return hashes


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix hashes over all bits: Python hashes a small number to itself.

    The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
    2014).
    """
    mixed = hashes + np.uint64(0x9E37_79B9_7F4A_7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return mixed ^ (mixed >> np.uint64(31))


def _leading(hashes: NDArray[np.uint64], precision: int) -> NDArray[np.uint8]:
    """Return the position of the first 1 bit after ``precision`` bits; one past the end if there is none."""
    rest = hashes << np.uint64(precision)
    high, low = (rest >> np.uint64(32)).astype(np.float64), (rest & np.uint64(0xFFFF_FFFF)).astype(np.float64)
    bits = np.where(high > 0, np.frexp(high)[1] + 32, np.frexp(low)[1])  # the number of bits; exact
    ranks: NDArray[np.uint8] = np.minimum(65 - bits, 65 - precision).astype(np.uint8)
    return ranks


def _sigma(share: float) -> float:
    if share == 1.0:
        return math.inf
    weight, total, before = 1.0, share, -1.0
    while total != before:
        share *= share
        before = total
        total += share * weight
        weight += weight
    return total


def _tau(share: float) -> float:
    if share in (0.0, 1.0):
        return 0.0
    weight, total, before = 1.0, 1 - share, -1.0
    while total != before:
        share = math.sqrt(share)
        before = total
        weight *= 0.5
        total -= (1 - share) ** 2 * weight
    return total / 3
