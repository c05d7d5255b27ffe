"""Samples: seeded, and the same each time a partition is computed again."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel._driver import arguments
from firesteel._functions.sampling import Poisson, PoissonByKey, Shares, SharesByKey
from firesteel._rdd.actions import Actions
from firesteel._rdd.base import T_co
from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

_DOUBT = 5e-5  # how likely a sample of takeSample may be too small, and be taken again


class SamplingOperations(Actions[T_co]):
    """Samples. What is drawn depends on the seed, the partition and the record's place alone."""

    def sample(
        self: SamplingOperations[T], withReplacement: bool, fraction: float, seed: int | None = None
    ) -> RDD[T]:
        """Keep a random part of the records.

        Parameters
        ----------
        withReplacement : bool
            Whether a record can be drawn several times (their number is Poisson-distributed).
        fraction : float
            How likely each record is kept; with replacement, how often it is expected.
        seed : int, optional
            Of the random numbers; a random one by default, which is kept for recomputations.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sampled = sc.parallelize(range(100), 4).sample(False, 0.1, 81)
        >>> 2 <= sampled.count() <= 25 and sampled.collect() == sampled.collect()
        True
        """
        share = _fraction(fraction, withReplacement)
        return self._sampled("sample", withReplacement, share, _seed(seed))

    def randomSplit(
        self: SamplingOperations[T], weights: Sequence[float], seed: int | None = None
    ) -> list[RDD[T]]:
        """Split the records at random: each is in exactly one part.

        Parameters
        ----------
        weights : sequence of float
            The parts' expected shares, which need not sum up to 1.
        seed : int, optional
            Of the random numbers.

        Returns
        -------
        list of RDD

        Examples
        --------
        >>> one, two = sc.parallelize(range(500)).randomSplit([2, 3], 17)
        >>> sorted(one.collect() + two.collect()) == list(range(500))
        True
        """
        shares = [arguments.number(weight, "a weight") for weight in weights]
        total = sum(shares)
        if not all(share >= 0 for share in shares) or not 0 < total < math.inf:
            raise PySparkValueError(
                f"weights must be numbers that are not negative, and one of them positive; not {weights!r}"
            )
        edges = [edge / total for edge in accumulate(shares, initial=0)]
        edges[-1] = 1.0  # rounding must not lose a record
        shared = _seed(seed)
        return [
            self._step("randomSplit", "mapPartitionsWithIndex", Shares(low, high, shared), preserves=True)
            for low, high in pairwise(edges)
        ]

    def sampleByKey(
        self: SamplingOperations[tuple[K, V]],
        withReplacement: bool,
        fractions: dict[K, float],
        seed: int | None = None,
    ) -> RDD[tuple[K, V]]:
        """Keep a random part of the pairs, of each key another.

        Parameters
        ----------
        withReplacement : bool
            Whether a pair can be drawn several times.
        fractions : dict
            From key to how likely its pairs are kept. A pair whose key is missing fails the job.
        seed : int, optional
            Of the random numbers.

        Returns
        -------
        RDD

        Examples
        --------
        >>> pairs = sc.parallelize([(key, number) for key in "ab" for number in range(1000)])
        >>> counts = pairs.sampleByKey(False, {"a": 0.2, "b": 0.1}, 2).countByKey()
        >>> 100 < counts["a"] < 300 and 50 < counts["b"] < 150
        True
        """
        shares = {key: _fraction(fraction, withReplacement) for key, fraction in fractions.items()}
        kind = PoissonByKey if withReplacement else SharesByKey
        return self._step("sampleByKey", "mapPartitionsWithIndex", kind(shares, _seed(seed)), preserves=True)

    def takeSample(
        self: SamplingOperations[T], withReplacement: bool, num: int, seed: int | None = None
    ) -> list[T]:
        """Bring a random sample of fixed size to the driver, in random order.

        Parameters
        ----------
        withReplacement : bool
            Whether a record can be drawn several times.
        num : int
            How many; without replacement not more than there are.
        seed : int, optional
            Of the random numbers.

        Returns
        -------
        list

        Examples
        --------
        >>> numbers = sc.parallelize(range(10))
        >>> len(numbers.takeSample(True, 20, 1)), len(numbers.takeSample(False, 5, 2))
        (20, 5)
        >>> sorted(numbers.takeSample(False, 15, 3)) == list(range(10))
        True
        """
        num = arguments.whole(num, "num")
        if num < 0:
            raise PySparkValueError(f"Sample size cannot be negative; it is {num}.")
        if num > sys.maxsize >> 1:
            raise ValueError(f"Sample size cannot be greater than {sys.maxsize >> 1}; it is {num}.")
        total = self.count() if num else 0
        if not total:
            return []
        chance = random.Random(_seed(seed))
        if not withReplacement and num >= total:
            records = self.collect()
            chance.shuffle(records)
            return records
        fraction = _generous_fraction(num, total, withReplacement)
        drawn: list[T] = []
        while len(drawn) < num:
            sampled = self._sampled("takeSample", withReplacement, fraction, chance.getrandbits(63))
            drawn = list(chain.from_iterable(sampled._run("takeSample")))
            fraction = fraction * 2 if withReplacement else min(1.0, fraction * 2)
        chance.shuffle(drawn)
        return drawn[:num]

    def _sampled(self, operation: str, replace: bool, fraction: float, seed: int) -> RDD[Any]:
        function: Any = Poisson(fraction, seed) if replace else Shares(0.0, fraction, seed)
        return self._step(operation, "mapPartitionsWithIndex", function, preserves=True)


def _seed(seed: int | None) -> int:
    return random.randrange(1 << 63) if seed is None else arguments.whole(seed, "seed")


def _fraction(fraction: Any, replace: bool) -> float:
    found = arguments.number(fraction, "a fraction")
    if not found >= 0 or (found > 1 and not replace) or math.isinf(found):
        most = "" if replace else " and at most 1 without replacement"
        raise PySparkValueError(f"a fraction must be at least 0{most}, not {fraction!r}")
    return found


def _generous_fraction(number: int, total: int, replace: bool) -> float:
    """Choose a fraction so that a sample is hardly ever too small.

    With replacement the size of the sample is Poisson-distributed, and some standard deviations are added;
    without, the bound is Chernoff's for the lower tail of a binomial distribution (Mitzenmacher and Upfal,
    Probability and Computing, 2005, theorem 4.5).
    """
    share = number / total
    if replace:
        deviations = 9 if number < 12 else 5
        return share + deviations * math.sqrt(share / total)
    gamma = -math.log(_DOUBT) / total
    return min(1.0, share + gamma + math.sqrt(gamma * gamma + 2 * gamma * share))
