"""Each operation against a few lines of plain Python, over random data, partition counts and chains."""

from __future__ import annotations

import bisect
import operator
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import chain, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firesteel import SparkContext

KEYS = st.one_of(
    st.integers(-3, 3), st.sampled_from(["a", "b", None, True, 1.0, (1, None), frozenset({2, None}), b"x"])
)
PAIRS = st.lists(st.tuples(KEYS, st.integers(-5, 5)), max_size=25)
NUMBERS = st.lists(st.integers(-9, 9), max_size=40)
PARTITIONS = st.integers(1, 5)

few = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def grouped(pairs: list[Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def same(found: Any, wanted: Any) -> None:
    """Compare as bags; 1, 1.0 and True are one key, and any of them may stand for it."""
    assert Counter(found) == Counter(wanted)


def flat(parts: list[list[Any]]) -> list[Any]:
    return list(chain.from_iterable(parts))


def by_key(rdd: Any) -> dict[Any, Any]:
    found = rdd.collect()
    result = dict(found)
    assert len(result) == len(found), "a key came twice"
    return result


def joined(left: list[Any], right: list[Any], keep_left: bool, keep_right: bool) -> list[Any]:
    lefts, rights = grouped(left), grouped(right)
    rows = []
    for key in {**lefts, **rights}:
        ours = lefts.get(key, [None] if keep_right else [])
        theirs = rights.get(key, [None] if keep_left else [])
        rows += [(key, pair) for pair in product(ours, theirs)]
    return rows


@few
@given(PAIRS, PAIRS, PARTITIONS, PARTITIONS, st.one_of(st.none(), PARTITIONS), st.booleans())
def test_joins(sc: SparkContext, left: Any, right: Any, m: int, n: int, k: int | None, known: bool) -> None:
    a, b = sc.parallelize(left, m), sc.parallelize(right, n)
    if known:  # partitioned alike: joined without a shuffle
        a, b = a.partitionBy(k or m), b.partitionBy(k or m)
    same(a.join(b, k).collect(), joined(left, right, False, False))
    same(a.leftOuterJoin(b, k).collect(), joined(left, right, True, False))
    same(a.rightOuterJoin(b, k).collect(), joined(left, right, False, True))
    same(a.fullOuterJoin(b, k).collect(), joined(left, right, True, True))
    ours, theirs = grouped(left), grouped(right)
    cogrouped = by_key(a.cogroup(b, k).mapValues(lambda sides: [sorted(side) for side in sides]))
    assert cogrouped == {
        key: [sorted(ours.get(key, [])), sorted(theirs.get(key, []))] for key in {**ours, **theirs}
    }
    three = by_key(a.groupWith(b, a).mapValues(lambda sides: [len(side) for side in sides]))
    assert three == {
        key: [len(each.get(key, [])) for each in (ours, theirs, ours)] for key in {**ours, **theirs}
    }
    same(a.subtractByKey(b, k).collect(), [(key, value) for key, value in left if key not in theirs])


@few
@given(PAIRS, PARTITIONS, PARTITIONS, st.booleans())
def test_by_key(sc: SparkContext, pairs: Any, m: int, k: int, known: bool) -> None:
    rdd = sc.parallelize(pairs, m)
    if known:
        rdd = rdd.partitionBy(k)
    groups = grouped(pairs)
    sums = {key: sum(values) for key, values in groups.items()}
    assert by_key(rdd.reduceByKey(operator.add, k)) == sums
    assert by_key(rdd.foldByKey(0, operator.add, k)) == sums
    assert rdd.reduceByKeyLocally(operator.add) == sums
    counts = {key: len(values) for key, values in groups.items()}
    assert by_key(rdd.aggregateByKey(0, lambda n, _: n + 1, operator.add, k)) == counts
    assert by_key(rdd.groupByKey(k).mapValues(len)) == counts == dict(rdd.countByKey())
    lists = rdd.combineByKey(lambda v: [v], lambda c, v: [*c, v], operator.add, k).mapValues(sorted)
    assert by_key(lists) == {key: sorted(values) for key, values in groups.items()}
    same(rdd.keys().distinct(k).collect(), set(groups))
    for key in list(groups)[:2]:
        same(rdd.lookup(key), groups[key])
    spread = rdd.partitionBy(k)
    assert spread.getNumPartitions() == k
    homes = spread.keys().glom().collect()
    assert all(sum(key in home for home in map(set, homes)) == 1 for key in groups)


@few
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3)), max_size=40),
    PARTITIONS,
    PARTITIONS,
    st.booleans(),
)
def test_sorts(sc: SparkContext, pairs: Any, m: int, k: int, ascending: bool) -> None:
    rdd = sc.parallelize(pairs, m)
    wanted = sorted(pairs, key=lambda pair: pair[0], reverse=not ascending)
    assert rdd.sortByKey(ascending, k).collect() == wanted
    assert rdd.sortBy(lambda pair: -pair[0], not ascending, k).keys().collect() == [key for key, _ in wanted]
    parts = rdd.repartitionAndSortWithinPartitions(k, abs, ascending).glom().collect()
    assert [[key for key, _ in part] for part in parts] == [
        sorted((key for key, _ in pairs if abs(key) % k == home), reverse=not ascending) for home in range(k)
    ]


@few
@given(NUMBERS, NUMBERS, PARTITIONS, PARTITIONS)
def test_sets_and_pairs(sc: SparkContext, left: Any, right: Any, m: int, n: int) -> None:
    a, b = sc.parallelize(left, m), sc.parallelize(right, n)
    same(a.intersection(b).collect(), set(left) & set(right))
    same(a.subtract(b).collect(), [number for number in left if number not in right])
    same(a.cartesian(b).collect(), product(left, right))
    assert (a + b).collect() == left + right
    same(a.union(b).distinct().collect(), set(left + right))
    assert a.zip(a.map(str)).collect() == [(number, str(number)) for number in left]
    assert a.zipWithIndex().collect() == [(number, place) for place, number in enumerate(left)]
    numbered = a.zipWithUniqueId().collect()
    assert [number for number, _ in numbered] == left
    assert len({place for _, place in numbered}) == len(left)


@few
@given(NUMBERS, PARTITIONS, st.integers(1, 8))
def test_partitions(sc: SparkContext, numbers: Any, m: int, k: int) -> None:
    rdd = sc.parallelize(numbers, m)
    parts = rdd.glom().collect()
    assert flat(parts) == numbers
    fewer = rdd.coalesce(k).glom().collect()
    groups = min(m, k)
    assert fewer == [flat(parts[m * i // groups : m * (i + 1) // groups]) for i in range(groups)]
    spread = rdd.repartition(k).glom().collect()
    same(flat(spread), numbers)
    assert len(spread) == k
    assert max(map(len, spread)) - min(map(len, spread)) <= m


@few
@given(NUMBERS.filter(len), PARTITIONS, st.integers(1, 6))
def test_statistics(sc: SparkContext, numbers: Any, m: int, k: int) -> None:
    rdd = sc.parallelize(numbers, m)
    assert (rdd.sum(), rdd.min(), rdd.max(), rdd.count()) == (
        sum(numbers),
        min(numbers),
        max(numbers),
        len(numbers),
    )
    assert rdd.mean() == pytest.approx(statistics.fmean(numbers))
    assert rdd.variance() == pytest.approx(statistics.pvariance(numbers))
    assert rdd.stdev() == pytest.approx(statistics.pstdev(numbers))
    if len(numbers) > 1:
        assert rdd.sampleVariance() == pytest.approx(statistics.variance(numbers))
        assert rdd.sampleStdev() == pytest.approx(statistics.stdev(numbers))
    assert rdd.treeReduce(operator.add, k) == sum(numbers)
    assert rdd.treeAggregate(0, operator.add, operator.add, k) == sum(numbers)
    borders, counts = rdd.histogram(k)
    assert sum(counts) == len(numbers)
    inside = borders[1:-1]
    wanted = Counter(min(bisect.bisect_right(inside, number), len(counts) - 1) for number in numbers)
    assert counts == [wanted[place] for place in range(len(counts))]
    assert rdd.countApproxDistinct() == len(set(numbers))
    assert dict(rdd.countByValue()) == Counter(numbers)
    assert rdd.top(k) == sorted(numbers, reverse=True)[:k]
    assert rdd.takeOrdered(k) == sorted(numbers)[:k]


@few
@given(NUMBERS, PARTITIONS, st.integers(0, 50), st.booleans(), st.integers())
def test_take_sample(sc: SparkContext, numbers: Any, m: int, wanted: int, replace: bool, seed: int) -> None:
    rdd = sc.parallelize(numbers, m)
    sample = rdd.takeSample(replace, wanted, seed)
    assert sample == rdd.takeSample(replace, wanted, seed)
    assert len(sample) == (wanted if replace and numbers else min(wanted, len(numbers)))
    assert set(sample) <= set(numbers)
    if not replace:
        assert not Counter(sample) - Counter(numbers)


# Chains: each step changes an RDD of numbers and a list in the same way.

Step = tuple[Callable[[Any], Any], Callable[[list[int]], list[int]]]
STEPS: dict[str, Step] = {
    "map": (lambda r: r.map(lambda n: n + 1), lambda ns: [n + 1 for n in ns]),
    "filter": (lambda r: r.filter(lambda n: n % 2), lambda ns: [n for n in ns if n % 2]),
    "flatMap": (
        lambda r: r.flatMap(lambda n: [n] * (n % 3)),
        lambda ns: [n for n in ns for _ in range(n % 3)],
    ),
    "distinct": (lambda r: r.distinct(3), lambda ns: list(set(ns))),
    "coalesce": (lambda r: r.coalesce(2), lambda ns: ns),
    "repartition": (lambda r: r.repartition(3), lambda ns: ns),
    "sortBy": (lambda r: r.sortBy(lambda n: -n, numPartitions=3), lambda ns: ns),
    "zip": (lambda r: r.zip(r).map(sum), lambda ns: [n + n for n in ns]),
    "union": (lambda r: r.union(r.map(abs)), lambda ns: ns + [abs(n) for n in ns]),
    "index": (lambda r: r.zipWithIndex().keys(), lambda ns: ns),
    "reduceByKey": (
        lambda r: r.map(lambda n: (n % 4, n)).reduceByKey(operator.add, 2).values(),
        lambda ns: [sum(n for n in ns if n % 4 == k) for k in {n % 4 for n in ns}],
    ),
    "join": (
        lambda r: r.keyBy(lambda n: n % 5).join(r.distinct().keyBy(lambda n: n % 5), 2).values().map(min),
        lambda ns: [min(a, b) for a in ns for b in set(ns) if a % 5 == b % 5],
    ),
    "cartesian": (
        lambda r: r.cartesian(r.distinct().sortBy(abs).coalesce(1)).filter(lambda p: p[0] == p[1]).keys(),
        lambda ns: ns,
    ),
    "subtract": (lambda r: r.subtract(r.filter(lambda n: n > 3)), lambda ns: [n for n in ns if n <= 3]),
    "cache": (lambda r: r.cache(), lambda ns: ns),
    "group": (lambda r: r.groupBy(lambda n: n % 2, 2).flatMap(lambda g: g[1]), lambda ns: ns),
    "pipe": (lambda r: r.pipe("cat").map(int), lambda ns: ns),
}


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    st.lists(st.integers(-9, 9), max_size=15),
    PARTITIONS,
    st.lists(st.sampled_from(sorted(STEPS)), max_size=5),
)
def test_chains(sc: SparkContext, numbers: Any, m: int, names: list[str]) -> None:
    rdd: Any = sc.parallelize(numbers, m)
    for name in names:
        on_rdd, on_list = STEPS[name]
        rdd, numbers = on_rdd(rdd), on_list(numbers)
        if len(numbers) > 500:
            break
    same(rdd.collect(), numbers)
    assert rdd.count() == len(numbers)
