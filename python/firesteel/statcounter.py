"""StatCounter: count, mean, variance, minimum and maximum of numbers, mergeable."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from typing import Any

__all__ = ["StatCounter"]


class StatCounter:
    """Statistics of numbers (or equal-shaped arrays) that are added one by one or merged.

    Mean and variance are updated as by Welford (Technometrics 4(3), 1962), and merged as by Chan, Golub and
    LeVeque (Updating formulae and a pairwise algorithm for computing sample variances, 1979): no large sums
    are subtracted.

    Parameters
    ----------
    values : iterable of number or ndarray, optional
        To begin with.

    Examples
    --------
    >>> StatCounter([1, 2, 3])
    (count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        self.n = 0
        self.mu: Any = 0.0
        self.m2: Any = 0.0
        self.maxValue: Any = float("-inf")
        self.minValue: Any = float("inf")
        for value in values or ():
            self.merge(value)

    def merge(self, value: Any) -> StatCounter:
        """Add a value.

        Parameters
        ----------
        value : number or ndarray
            The value.

        Returns
        -------
        StatCounter
            This one.

        Examples
        --------
        >>> StatCounter([1]).merge(3).mean()
        2.0
        """
        delta = value - self.mu
        self.n += 1
        self.mu = self.mu + delta / self.n
        self.m2 = self.m2 + delta * (value - self.mu)
        self.maxValue = _larger(self.maxValue, value)
        self.minValue = _smaller(self.minValue, value)
        return self

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Add the values of another one.

        Parameters
        ----------
        other : StatCounter
            The other; it is not changed.

        Returns
        -------
        StatCounter
            This one.

        Raises
        ------
        TypeError
            When it is something else.

        Examples
        --------
        >>> StatCounter([1, 2]).mergeStats(StatCounter([3])).sum()
        6.0
        """
        if not isinstance(other, StatCounter):
            raise TypeError(f"Can only merge StatCounter but got {type(other).__name__}")
        if not other.n:
            return self
        if not self.n:  # merged with nothing, not even the last digit changes
            self.__dict__.update(copy.deepcopy(vars(other)))
            return self
        total = self.n + other.n
        delta = other.mu - self.mu
        self.mu = self.mu + delta * (other.n / total)
        self.m2 = self.m2 + other.m2 + delta * (delta * (self.n * other.n / total))
        self.maxValue = _larger(self.maxValue, other.maxValue)
        self.minValue = _smaller(self.minValue, other.minValue)
        self.n = total
        return self

    def copy(self) -> StatCounter:
        """Return a copy.

        Returns
        -------
        StatCounter

        Examples
        --------
        >>> StatCounter([1, 2]).copy().count()
        2
        """
        return copy.deepcopy(self)

    def count(self) -> int:
        """Return how many values there are.

        Returns
        -------
        int

        Examples
        --------
        >>> StatCounter([1, 2]).count()
        2
        """
        return self.n

    def mean(self) -> Any:
        """Return the mean; 0.0 of nothing.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 2]).mean()
        1.5
        """
        return self.mu

    def sum(self) -> Any:
        """Return the sum.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 2]).sum()
        3.0
        """
        return self.n * self.mu

    def min(self) -> Any:
        """Return the smallest value; of arrays, element by element. Infinity of nothing.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 2]).min()
        1.0
        """
        return _plain(self.minValue)

    def max(self) -> Any:
        """Return the largest value; of arrays, element by element. Minus infinity of nothing.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 2]).max()
        2.0
        """
        return _plain(self.maxValue)

    def variance(self) -> Any:
        """Return the variance of the values; NaN of nothing.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 3]).variance()
        1.0
        """
        return self.m2 / self.n if self.n else float("nan")

    def sampleVariance(self) -> Any:
        """Return the variance that the values, as a sample, let expect: divided by n - 1.

        NaN of less than two values.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 3]).sampleVariance()
        2.0
        """
        return self.m2 / (self.n - 1) if self.n > 1 else float("nan")

    def stdev(self) -> Any:
        """Return the standard deviation: the root of `variance`.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 3]).stdev()
        1.0
        """
        return _root(self.variance())

    def sampleStdev(self) -> Any:
        """Return the root of `sampleVariance`.

        Returns
        -------
        float or ndarray

        Examples
        --------
        >>> StatCounter([1, 3, 5]).sampleStdev()
        2.0
        """
        return _root(self.sampleVariance())

    def asDict(self, sample: bool = False) -> dict[str, Any]:
        """Return all of it as a dictionary.

        As in PySpark, standard deviation and variance are those of a sample unless `sample` says so: odd, but
        programs have the numbers.

        Parameters
        ----------
        sample : bool, optional
            True for those of the numbers themselves; False, the default, for those of a sample.

        Returns
        -------
        dict

        Examples
        --------
        >>> StatCounter([1, 3]).asDict()["variance"], StatCounter([1, 3]).asDict(sample=True)["variance"]
        (2.0, 1.0)
        """
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.stdev() if sample else self.sampleStdev(),
            "variance": self.variance() if sample else self.sampleVariance(),
        }

    def __repr__(self) -> str:
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, "
            f"max: {self.max()}, min: {self.min()})"
        )


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and value.shape != ()


def _larger(first: Any, second: Any) -> Any:
    if _is_array(first) or _is_array(second):
        import numpy as np

        return np.maximum(first, second)
    return first if first >= second or first != first else second  # NaN stays, as in arrays


def _smaller(first: Any, second: Any) -> Any:
    if _is_array(first) or _is_array(second):
        import numpy as np

        return np.minimum(first, second)
    return first if first <= second or first != first else second


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float)) else value


def _root(value: Any) -> Any:
    if _is_array(value):
        import numpy as np

        return np.sqrt(value)
    return math.sqrt(value)
