"""Records that are NaN or hold it are one key, over however many partitions they are spread."""

from __future__ import annotations

import math
import operator
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firesteel import RDD, SparkContext

SHAPES: list[Any] = [
    lambda value: value,
    lambda value: (value, "a"),
    lambda value: (1, (value, value)),
    lambda value: frozenset([value, 1]),
    lambda value: frozenset([(value, frozenset([value]))]),
]
KINDS = [float, np.float64, np.float32]
VALUES = st.tuples(st.sampled_from(KINDS), st.sampled_from(["nan", "1.5"])).map(lambda pair: pair[0](pair[1]))
KEYS = st.lists(st.tuples(st.integers(0, len(SHAPES) - 1), VALUES), max_size=20).map(
    lambda drawn: [SHAPES[number](value) for number, value in drawn]
)

few = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def written(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(written, key))
    if isinstance(key, frozenset):
        return frozenset(map(written, key))
    return "NaN" if key != key else key


def counted(pairs: Any) -> dict[Any, Any]:
    """Give pairs by key; each key has to come once."""
    found = [(written(key), value) for key, value in pairs]
    assert len(dict(found)) == len(found), f"a key came twice: {found}"
    return dict(found)


@few
@given(KEYS, KEYS, st.integers(1, 8), st.integers(1, 8), st.booleans())
def test_grouping_sets_and_joins(
    sc: SparkContext, left: list[Any], right: list[Any], m: int, n: int, known: bool
) -> None:
    here, there = Counter(map(written, left)), Counter(map(written, right))
    ones = sc.parallelize([(key, 1) for key in left], m)
    others = sc.parallelize([(key, 1) for key in right], n)
    if known:  # spread by key already, read from blocks: grouped without a shuffle
        ones, others = ones.partitionBy(n).cache(), others.partitionBy(n).cache()
    assert counted(ones.reduceByKey(operator.add, n).collect()) == here
    assert counted(ones.foldByKey(0, operator.add, n).collect()) == here
    assert counted(ones.groupByKey(n).mapValues(len).collect()) == here
    assert counted(ones.reduceByKeyLocally(operator.add).items()) == here
    assert counted(ones.countByKey().items()) == here
    assert counted(ones.keys().countByValue().items()) == here
    assert Counter(map(written, ones.keys().distinct(n).collect())) == Counter(here.keys())
    both = Counter(map(written, ones.keys().intersection(others.keys()).collect()))
    assert both == Counter(here.keys() & there.keys())
    rest = Counter(written(key) for key in ones.keys().subtract(others.keys()).collect())
    assert rest == Counter({key: count for key, count in here.items() if key not in there})
    only = Counter(written(key) for key, _ in ones.subtractByKey(others).collect())
    assert only == rest
    joined = Counter(written(key) for key, _ in ones.join(others).collect())
    assert joined == Counter({key: here[key] * there[key] for key in here.keys() & there.keys()})
    outer = Counter(written(key) for key, _ in ones.fullOuterJoin(others).collect())
    assert outer == Counter(
        {key: max(1, here[key]) * max(1, there[key]) for key in here.keys() | there.keys()}
    )
    sizes = counted(ones.cogroup(others).mapValues(lambda sides: tuple(map(len, sides))).collect())
    assert sizes == {key: (here[key], there[key]) for key in here.keys() | there.keys()}
    ones.unpersist()
    others.unpersist()


@pytest.mark.parametrize("partitions", [1, 8])
@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_the_values_of_a_key_with_nan_are_looked_up(sc: SparkContext, partitions: int, shape: int) -> None:
    pairs = sc.parallelize([(SHAPES[shape](float("nan")), number) for number in range(5)], partitions)
    wanted = SHAPES[shape](np.float64("nan"))
    assert sorted(pairs.lookup(wanted)) == [0, 1, 2, 3, 4]
    assert sorted(pairs.partitionBy(3).lookup(wanted)) == [0, 1, 2, 3, 4]
    assert pairs.lookup(SHAPES[shape](2.0)) == []


@pytest.mark.parametrize("partitions", [1, 8])
def test_a_partition_function_of_the_users(sc: SparkContext, partitions: int) -> None:
    pairs: RDD[Any] = sc.parallelize([((float("nan"), number % 2), 1) for number in range(8)], partitions)
    found = pairs.reduceByKey(operator.add, 3, lambda key: key[1]).collect()
    assert counted(found) == {("NaN", 0): 4, ("NaN", 1): 4}


def test_the_key_is_the_nan_of_math(sc: SparkContext) -> None:
    counts = sc.parallelize([float("nan"), np.float32("nan")], 2).countByValue()
    assert counts[math.nan] == 2
