"""PySpark's sampler classes, for programs that import them; `RDD.sample` does not use them."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

__all__ = ["RDDRangeSampler", "RDDSampler", "RDDSamplerBase", "RDDStratifiedSampler"]


class RDDSamplerBase:
    """A sampler with a generator of random numbers that depends on seed and partition.

    Parameters
    ----------
    withReplacement : bool
        Whether a record may be drawn several times.
    seed : int, optional
        Drawn when missing.

    Examples
    --------
    >>> first, second = RDDSamplerBase(False, 7), RDDSamplerBase(False, 7)
    >>> first.initRandomGenerator(3); second.initRandomGenerator(3)
    >>> first.getUniformSample() == second.getUniformSample()
    True
    """

    def __init__(self, withReplacement: bool, seed: int | None = None) -> None:
        self._seed = random.randint(0, sys.maxsize) if seed is None else seed
        self._withReplacement = withReplacement
        self._random = random.Random(self._seed)

    def initRandomGenerator(self, split: int) -> None:
        """Begin the random numbers of a partition.

        Parameters
        ----------
        split : int
            The partition.
        """
        self._random = random.Random(f"{self._seed}/{split}")

    def getUniformSample(self) -> float:
        """Draw a number from 0 to 1.

        Returns
        -------
        float
        """
        return self._random.random()

    def getPoissonSample(self, mean: float) -> int:
        """Draw a Poisson-distributed number: products of uniform ones (Knuth), normal above a mean of 20.

        Parameters
        ----------
        mean : float

        Returns
        -------
        int
        """
        if mean >= 20.0:
            return max(0, round(self._random.normalvariate(mean, math.sqrt(mean))))
        limit, product, number = math.exp(-mean), self._random.random(), 0
        while product > limit:
            product *= self._random.random()
            number += 1
        return number

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Return the sample of a partition; subclasses define it."""
        raise NotImplementedError(f"{type(self).__name__} must define func(split, iterator)")


class RDDSampler(RDDSamplerBase):
    """Draws a fraction of the records.

    Parameters
    ----------
    withReplacement : bool
        Whether a record may be drawn several times.
    fraction : float
        The probability of each record, or the mean of how often it is drawn.
    seed : int, optional
        Drawn when missing.

    Examples
    --------
    >>> drawn = list(RDDSampler(False, 0.5, 1).func(0, range(1000)))
    >>> 400 < len(drawn) < 600
    True
    """

    def __init__(self, withReplacement: bool, fraction: float, seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fraction = fraction

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the sample of a partition.

        Parameters
        ----------
        split : int
            The partition.
        iterator : iterable
            Its records.

        Returns
        -------
        iterator
        """
        self.initRandomGenerator(split)
        for record in iterator:
            if self._withReplacement:
                yield from repeat(record, self.getPoissonSample(self._fraction))
            elif self.getUniformSample() < self._fraction:
                yield record


class RDDRangeSampler(RDDSamplerBase):
    """Draws the records whose random number is in a range: ranges that part 0 to 1 part the records.

    Parameters
    ----------
    lowerBound, upperBound : float
        The range.
    seed : int, optional
        Drawn when missing.

    Examples
    --------
    >>> low = list(RDDRangeSampler(0.0, 0.3, 1).func(0, range(9)))
    >>> high = list(RDDRangeSampler(0.3, 1.0, 1).func(0, range(9)))
    >>> sorted(low + high) == list(range(9))
    True
    """

    def __init__(self, lowerBound: float, upperBound: float, seed: int | None = None) -> None:
        super().__init__(False, seed)
        self._lowerBound = lowerBound
        self._upperBound = upperBound

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the sample of a partition.

        Parameters
        ----------
        split : int
            The partition.
        iterator : iterable
            Its records.

        Returns
        -------
        iterator
        """
        self.initRandomGenerator(split)
        for record in iterator:
            if self._lowerBound <= self.getUniformSample() < self._upperBound:
                yield record


class RDDStratifiedSampler(RDDSamplerBase):
    """Draws pairs, each with the fraction of its key.

    Parameters
    ----------
    withReplacement : bool
        Whether a pair may be drawn several times.
    fractions : dict
        The fraction of each key.
    seed : int, optional
        Drawn when missing.

    Examples
    --------
    >>> sampler = RDDStratifiedSampler(False, {"a": 0.0, "b": 1.0}, 1)
    >>> list(sampler.func(0, [("a", 1), ("b", 2)]))
    [('b', 2)]
    """

    def __init__(self, withReplacement: bool, fractions: dict[Any, float], seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fractions = fractions

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the sample of a partition.

        Parameters
        ----------
        split : int
            The partition.
        iterator : iterable of (key, value)
            Its pairs.

        Returns
        -------
        iterator of (key, value)
        """
        self.initRandomGenerator(split)
        for pair in iterator:
            fraction = self._fractions[pair[0]]
            if self._withReplacement:
                yield from repeat(pair, self.getPoissonSample(fraction))
            elif self.getUniformSample() < fraction:
                yield pair
