"""Statistics are the same whether numbers are added one by one or merged."""

from __future__ import annotations

import math

import pytest

from firesteel.statcounter import StatCounter


@pytest.mark.parametrize("numbers", [[0.1] * 3, [1e200] * 2, [1e308] * 3, [1, 2**62 + 1]])
def test_merging_with_nothing_changes_nothing(numbers: list[float]) -> None:
    counted = StatCounter(numbers)
    assert vars(StatCounter().mergeStats(counted)) == vars(counted)
    assert vars(counted.copy().mergeStats(StatCounter())) == vars(counted)


def test_large_numbers_do_not_overflow_on_the_way() -> None:
    merged = StatCounter([0.0]).mergeStats(StatCounter([1e308] * 3))
    assert merged.mean() == pytest.approx(7.5e307)


@pytest.mark.parametrize("numbers", [[math.nan, 1.0, 2.0], [1.0, math.nan, 2.0], [1.0, 2.0, math.nan]])
def test_nan_is_the_least_and_the_greatest_wherever_it_comes(numbers: list[float]) -> None:
    merged = StatCounter([0.0]).mergeStats(StatCounter(numbers)).mergeStats(StatCounter([3.0]))
    for found in (StatCounter(numbers), merged):
        assert math.isnan(found.max())
        assert math.isnan(found.min())
        assert math.isnan(found.mean())


def test_as_dict_gives_the_values_of_a_sample_unless_told_so() -> None:
    counter = StatCounter([1, 2, 3, 4])
    assert counter.asDict()["variance"] == counter.sampleVariance() == pytest.approx(5 / 3)
    assert counter.asDict()["stdev"] == counter.sampleStdev()
    assert counter.asDict(sample=True)["variance"] == counter.variance() == 1.25
    assert counter.asDict(sample=True)["stdev"] == counter.stdev()
