"""The actions that describe numbers: stats, mean, variance, histogram."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any, TypeVar

from firesteel._functions.statistics import CountBuckets, count_statistics, is_comparable, least_and_most
from firesteel._rdd.actions import Actions
from firesteel._rdd.base import T_co
from firesteel.errors import PySparkTypeError, PySparkValueError
from firesteel.statcounter import StatCounter

S = TypeVar("S")

_MOST_BUCKETS = 1 << 24  # each task makes a list of as many counts


class Statistics(Actions[T_co]):
    """Actions on numbers."""

    def stats(self: Statistics[Any]) -> StatCounter:
        """Return count, mean, variance, minimum and maximum of the numbers, computed in one job.

        Returns
        -------
        StatCounter

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).stats()
        (count: 3, mean: 2.0, stdev: 0.816..., max: 3.0, min: 1.0)
        """
        return self._statistics("stats")

    def mean(self: Statistics[Any]) -> Any:
        """Return the mean of the numbers.

        Returns
        -------
        float

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).mean()
        2.0
        """
        return self._statistics("mean").mean()

    def variance(self: Statistics[Any]) -> Any:
        """Return the variance of the numbers.

        Returns
        -------
        float

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).variance()
        0.666...
        """
        return self._statistics("variance").variance()

    def stdev(self: Statistics[Any]) -> Any:
        """Return the standard deviation of the numbers.

        Returns
        -------
        float

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).stdev()
        0.816...
        """
        return self._statistics("stdev").stdev()

    def sampleVariance(self: Statistics[Any]) -> Any:
        """Return the variance that the numbers, as a sample, let expect: divided by n - 1.

        Returns
        -------
        float

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sampleVariance()
        1.0
        """
        return self._statistics("sampleVariance").sampleVariance()

    def sampleStdev(self: Statistics[Any]) -> Any:
        """Return the root of `sampleVariance`.

        Returns
        -------
        float

        Examples
        --------
        >>> sc.parallelize([1, 2, 3]).sampleStdev()
        1.0
        """
        return self._statistics("sampleStdev").sampleStdev()

    def histogram(
        self: Statistics[S], buckets: int | list[S] | tuple[S, ...]
    ) -> tuple[Sequence[S], list[int]]:
        """Count the records by ranges. None and NaN are not counted.

        Parameters
        ----------
        buckets : int or sequence
            How many evenly wide ranges between the least and the greatest record; or their borders,
            ascending. A record at a border belongs to the range that begins there, at the last border to
            the last range.

        Returns
        -------
        (sequence, list of int)
            The borders, and the counts, one less.

        Examples
        --------
        >>> numbers = sc.parallelize(range(51))
        >>> numbers.histogram(2)
        ([0, 25, 50], [25, 26])
        >>> numbers.histogram([0, 5, 25, 50])
        ([0, 5, 25, 50], [5, 20, 26])
        >>> sc.parallelize(["ab", "ac", "b", "bd", "ef"]).histogram(("a", "b", "c"))
        (('a', 'b', 'c'), [2, 2])
        """
        borders: Any = buckets
        if isinstance(buckets, int):
            borders = self._even_borders(buckets)
            if len(borders) == 2:
                return borders, [self._step("histogram", "filter", is_comparable).count()]
        elif isinstance(buckets, (list, tuple)):
            _check_borders(buckets)
        else:
            raise PySparkTypeError(
                f"buckets should be a list, a tuple or a whole number, not {type(buckets).__name__}"
            )
        parts = self._run("histogram", "mapPartitions", CountBuckets(list(borders)))
        counts = functools.reduce(_added, chain.from_iterable(parts), [0] * (len(borders) - 1))
        return borders, counts

    def _even_borders(self, number: int) -> list[Any]:
        """Return the borders of evenly wide ranges; of one range, when all values are equal."""
        if not 1 <= number <= _MOST_BUCKETS:
            raise PySparkValueError(f"number of buckets must be >= 1 and <= {_MOST_BUCKETS}, not {number}")
        found = list(chain.from_iterable(self._run("histogram", "mapPartitions", least_and_most)))
        if not found:
            raise PySparkValueError("can not generate buckets from empty RDD")
        least, most = min(pair[0] for pair in found), max(pair[1] for pair in found)
        if least == most or number == 1:
            return [least, most]
        try:
            width = (most - least) / number
        except TypeError as failure:
            raise PySparkTypeError("Can not generate buckets with non-number in RDD") from failure
        if math.isinf(width):
            raise PySparkValueError("Can not generate buckets with infinite value")
        if int(width) * number == most - least:
            width = int(width)
        return [*(least + place * width for place in range(number)), most]

    def _statistics(self, operation: str) -> StatCounter:
        parts = chain.from_iterable(self._run(operation, "mapPartitions", count_statistics))
        return functools.reduce(StatCounter.mergeStats, parts, StatCounter())


def _check_borders(borders: Sequence[Any]) -> None:
    """Refuse borders that are not at least two, comparable and ascending."""
    if len(borders) < 2:
        raise PySparkValueError("buckets should have more than one value")
    if not all(map(is_comparable, borders)):
        raise PySparkValueError("can not have None or NaN in buckets")
    if sorted(borders) != list(borders):
        raise PySparkValueError("buckets should be sorted")
    if any(low == high for low, high in pairwise(borders)):
        raise PySparkValueError("buckets should not contain duplicated values")


def _added(first: list[int], second: list[int]) -> list[int]:
    return [one + two for one, two in zip(first, second, strict=True)]
