"""Estimates from part of the data, for countApprox, sumApprox and meanApprox."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

from firesteel.statcounter import StatCounter

__all__ = ["BoundedFloat", "count_estimate", "mean_estimate", "sum_estimate"]

_MANY = 100  # with this many records, Student's distribution is nearly normal


class BoundedFloat(float):
    """An estimated number, with its confidence bounds.

    Parameters
    ----------
    mean : float
        The estimate; the number itself.
    confidence : float
        How likely it is within the bounds: 1.0 when it is exact, 0.0 when nothing is known.
    low, high : float
        The bounds.

    Examples
    --------
    >>> number = BoundedFloat(100.0, 0.95, 95.0, 105.0)
    >>> number + 1, number.confidence, number.low, number.high
    (101.0, 0.95, 95.0, 105.0)
    """

    confidence: float
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        made = float.__new__(cls, mean)
        made.confidence = confidence
        made.low = low
        made.high = high
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (BoundedFloat, (float(self), self.confidence, self.low, self.high))


def mean_estimate(seen: StatCounter, done: int, partitions: int, confidence: float) -> BoundedFloat:
    """Estimate the mean of all records from those of the finished partitions.

    Parameters
    ----------
    seen : StatCounter
        The records of the finished partitions.
    done, partitions : int
        How many partitions are finished, of how many.
    confidence : float
        How likely the bounds are to hold.

    Returns
    -------
    BoundedFloat

    Examples
    --------
    >>> estimate = mean_estimate(StatCounter([1, 2, 3]), 3, 3, 0.95)
    >>> estimate, estimate.confidence
    (2.0, 1.0)
    """
    if done == partitions:
        return BoundedFloat(seen.mean(), 1.0, seen.mean(), seen.mean())
    if not seen.n:
        return _unknown()
    if seen.n == 1:
        return BoundedFloat(seen.mean(), confidence, -math.inf, math.inf)
    margin = _quantile(confidence, seen.n - 1) * math.sqrt(seen.sampleVariance() / seen.n)
    return BoundedFloat(seen.mean(), confidence, seen.mean() - margin, seen.mean() + margin)


def sum_estimate(seen: StatCounter, done: int, partitions: int, confidence: float) -> BoundedFloat:
    """Estimate the sum of all records: the sum of those seen, plus their mean for each of the others.

    With a share p of the partitions finished, the number of the records to come has a negative binomial
    distribution; the variance is that of a product of independent numbers (Goodman, "On the exact variance
    of products", JASA 55, 1960).

    Parameters
    ----------
    seen : StatCounter
        The records of the finished partitions.
    done, partitions : int
        How many partitions are finished, of how many.
    confidence : float
        How likely the bounds are to hold.

    Returns
    -------
    BoundedFloat

    Examples
    --------
    >>> estimate = sum_estimate(StatCounter([1.0, 2.0]), 1, 2, 0.9)
    >>> estimate.low < 6 < estimate.high
    True
    """
    if done == partitions:
        return BoundedFloat(seen.sum(), 1.0, seen.sum(), seen.sum())
    if not seen.n:
        return _unknown()
    share = done / partitions
    number = seen.n * (1 - share) / share
    total = seen.sum() + seen.mean() * number
    if seen.n == 1:
        return BoundedFloat(total, confidence, -math.inf, math.inf)
    of_mean = seen.sampleVariance() / seen.n
    of_number = number / share
    variance = seen.mean() ** 2 * of_number + number**2 * of_mean + of_mean * of_number
    margin = _quantile(confidence, seen.n - 1) * math.sqrt(variance)
    return BoundedFloat(total, confidence, total - margin, total + margin)


def count_estimate(seen: StatCounter, done: int, partitions: int, confidence: float) -> BoundedFloat:
    """Estimate the number of records: the mean of the finished partitions, times the partitions.

    Parameters
    ----------
    seen : StatCounter
        The numbers of records.
    done, partitions : int
        How many partitions are finished, of how many.
    confidence : float
        How likely the bounds are to hold.

    Returns
    -------
    BoundedFloat

    Examples
    --------
    >>> count_estimate(StatCounter([10, 20]), 2, 10, 0.9)
    150.0
    """
    if not done:
        return _unknown()
    mean = mean_estimate(seen, done, partitions, confidence)
    return BoundedFloat(mean * partitions, mean.confidence, mean.low * partitions, mean.high * partitions)


def _unknown() -> BoundedFloat:
    return BoundedFloat(0.0, 0.0, -math.inf, math.inf)


def _quantile(confidence: float, freedom: int) -> float:
    """Return how many standard deviations on both sides cover a share of Student's distribution."""
    if confidence >= 1:
        return math.inf
    if freedom >= _MANY:
        return NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = 0.0, 1.0
    while _within(high, freedom) < confidence:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return high


def _within(deviations: float, freedom: int) -> float:
    """Return the share of Student's distribution within a number of standard deviations.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan(deviations / math.sqrt(freedom))
    square = math.cos(angle) ** 2
    odd = freedom % 2
    if freedom == 1:
        return 2 * angle / math.pi
    term = math.cos(angle) if odd else 1.0
    total = term
    for number in range(3 if odd else 2, freedom - 1, 2):
        term *= square * (number - 1) / number
        total += term
    total *= math.sin(angle)
    return 2 * (angle + total) / math.pi if odd else total
