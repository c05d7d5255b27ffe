"""Sampling on the workers: random numbers that depend on seed and partition alone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import chain, compress, repeat
from typing import Any

_CHUNK = 1024


def generator(seed: int, partition: int) -> random.Random:
    """Return the random generator of a partition.

    The text is hashed (SHA-512, by Random's own seeding), so that the streams of neighbouring seeds and
    partitions are independent.

    Parameters
    ----------
    seed, partition : int
        Any whole numbers.

    Returns
    -------
    random.Random

    Examples
    --------
    >>> generator(1, 2).random() == generator(1, 2).random() != generator(2, 1).random()
    True
    """
    return random.Random(f"{seed}/{partition}")


def numbers_of(uniform: random.Random, mean: float) -> Iterator[int]:
    """Yield Poisson-distributed numbers without end."""
    import numpy as np

    drawn = np.random.Generator(np.random.PCG64(uniform.getrandbits(128)))
    return chain.from_iterable(iter(lambda: drawn.poisson(mean, _CHUNK).tolist(), None))


class Shares:
    """Keeps the records whose random number is in a range."""

    def __init__(self, low: float, high: float, seed: int) -> None:
        self.low = low
        self.high = high
        self.seed = seed

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[Any]:
        drawn = iter(generator(self.seed, index).random, None)
        if self.low == 0.0:
            return compress(records, map(float(self.high).__gt__, drawn))
        low, high = self.low, self.high
        return compress(records, (low <= number < high for number in drawn))


class Poisson:
    """Repeats each record a Poisson-distributed number of times."""

    def __init__(self, mean: float, seed: int) -> None:
        self.mean = mean
        self.seed = seed

    def __call__(self, index: int, records: Iterable[Any]) -> Iterator[Any]:
        times = numbers_of(generator(self.seed, index), self.mean)
        return chain.from_iterable(map(repeat, records, times))


class SharesByKey:
    """Keeps pairs, each with the probability of its key."""

    def __init__(self, fractions: dict[Any, float], seed: int) -> None:
        self.fractions = fractions
        self.seed = seed

    def __call__(self, index: int, pairs: Iterable[Any]) -> Iterator[Any]:
        draw, fractions = generator(self.seed, index).random, self.fractions
        for key, value in pairs:
            if draw() < fractions[key]:
                yield key, value


class PoissonByKey(SharesByKey):
    """Repeats each pair a Poisson-distributed number of times, with the mean of its key."""

    def __call__(self, index: int, pairs: Iterable[Any]) -> Iterator[Any]:
        chance = generator(self.seed, index)
        times = {key: numbers_of(chance, mean) for key, mean in self.fractions.items()}
        for key, value in pairs:
            yield from repeat((key, value), next(times[key]))
