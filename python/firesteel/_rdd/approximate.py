"""The actions that estimate: in a given time, or without keeping what is counted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import chain
from typing import Any

from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._functions.records import count_records
from firesteel._functions.statistics import CountDistinct, count_statistics
from firesteel._rdd.actions import Actions
from firesteel._rdd.base import T_co
from firesteel._rdd.estimates import BoundedFloat, count_estimate, mean_estimate, sum_estimate
from firesteel.errors import PySparkValueError
from firesteel.statcounter import StatCounter

Estimate = Callable[[StatCounter, int, int, float], BoundedFloat]


class ApproximateActions(Actions[T_co]):
    """Estimates."""

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """Count the records, or estimate their number when the time is over.

        Parameters
        ----------
        timeout : int
            Milliseconds to wait. What is not finished by then is cancelled.
        confidence : float, optional
            How likely the number is to be within the bounds that lead to the estimate.

        Returns
        -------
        int

        Examples
        --------
        >>> sc.parallelize(range(1000), 10).countApprox(10_000)
        1000
        """
        counted = self._step("countApprox", "mapPartitions", count_records)
        return int(counted._estimated("countApprox", timeout, confidence, count_estimate))

    def sumApprox(self: ApproximateActions[Any], timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Add the records, or estimate their sum when the time is over.

        Parameters
        ----------
        timeout : int
            Milliseconds to wait. What is not finished by then is cancelled.
        confidence : float, optional
            How likely the sum is to be within the bounds.

        Returns
        -------
        BoundedFloat
            A float with `confidence`, `low` and `high`.

        Examples
        --------
        >>> total = sc.parallelize(range(1000), 10).sumApprox(10_000)
        >>> total, total.low, total.high, total.confidence
        (499500.0, 499500.0, 499500.0, 1.0)
        """
        return self._estimated("sumApprox", timeout, confidence, sum_estimate)

    def meanApprox(self: ApproximateActions[Any], timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Return the mean of the records, or estimate it when the time is over.

        Parameters
        ----------
        timeout : int
            Milliseconds to wait. What is not finished by then is cancelled.
        confidence : float, optional
            How likely the mean is to be within the bounds.

        Returns
        -------
        BoundedFloat
            A float with `confidence`, `low` and `high`.

        Examples
        --------
        >>> sc.parallelize(range(1000), 10).meanApprox(10_000)
        499.5
        """
        return self._estimated("meanApprox", timeout, confidence, mean_estimate)

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """Estimate how many different records there are, in little memory.

        HyperLogLog++ (Heule, Nunkesser and Hall, "HyperLogLog in Practice: Algorithmic Engineering of a
        State of The Art Cardinality Estimation Algorithm", EDBT 2013), with Ertl's estimator in place of
        its tables.

        Parameters
        ----------
        relativeSD : float, optional
            The relative standard error, at least 0.00026: the smaller, the more memory.

        Returns
        -------
        int

        Raises
        ------
        PySparkValueError
            When `relativeSD` is too small. `distinct().count()` is exact.

        Examples
        --------
        >>> 950 < sc.parallelize(range(1000)).map(str).countApproxDistinct() < 1050
        True
        """
        from firesteel._data.cardinality import Distinct, precision_for

        relativeSD = arguments.number(relativeSD, "relativeSD")
        if not relativeSD > 0.00026:
            raise PySparkValueError(
                f"relativeSD should be greater than 0.00026, not {relativeSD}; distinct().count() is exact"
            )
        precision = precision_for(relativeSD)
        parts = self._run("countApproxDistinct", "mapPartitions", CountDistinct(precision))
        merged = Distinct(precision)
        for part in chain.from_iterable(parts):
            merged.merge(part)
        return round(merged.estimate())

    def _estimated(self, operation: str, timeout: int, confidence: float, estimate: Estimate) -> BoundedFloat:
        seconds = arguments.number(timeout, "timeout") / 1000
        confidence = arguments.number(confidence, "confidence")
        if not seconds >= 0:
            raise PySparkValueError(f"timeout must not be negative; it is {timeout}")
        if not 0 <= confidence <= 1:
            raise PySparkValueError(f"confidence must be between 0 and 1, not {confidence}")
        node = self._step(operation, "mapPartitions", count_statistics)._node
        found = self.ctx._driver.jobs.collect_within(
            node, self.ctx._properties(), call_site(operation), seconds
        )
        seen: StatCounter = functools.reduce(
            StatCounter.mergeStats, chain.from_iterable(found), StatCounter()
        )
        return estimate(seen, len(found), self.getNumPartitions(), confidence)
