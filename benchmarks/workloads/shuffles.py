"""Shuffles: reduce, group, join, sort, distinct, aggregate."""

from __future__ import annotations

from operator import add
from typing import Any

from workloads.definition import Given, Workload

PARTS, REDUCERS = 8, 4
SPREAD = 2_654_435_761  # numbers times this look random, and are the same for every peer


def reduced(sc: Any, given: Given, keys: int) -> Any:
    pairs = sc.range(0, given.n(2_000_000), 1, PARTS).map(lambda x: (x * SPREAD % keys, 1))
    counts = pairs.reduceByKey(add, REDUCERS)
    different = counts.count()
    return lambda: {"different": different, "sum": counts.values().sum(), "most": counts.values().max()}


def reduce_few(sc: Any, given: Given) -> Any:
    return reduced(sc, given, 10)


def reduce_many(sc: Any, given: Given) -> Any:
    return reduced(sc, given, given.n(1_000_000))


def grouped(sc: Any, given: Given) -> Any:
    keys = given.n(100_000)
    pairs = sc.range(0, given.n(1_000_000), 1, PARTS).map(lambda x: (x * SPREAD % keys, x))
    return sorted(pairs.groupByKey(REDUCERS).mapValues(len).values().countByValue().items())


def joined(sc: Any, given: Given) -> Any:
    count = given.n(400_000)
    left = sc.range(0, count, 1, PARTS).map(lambda x: (x, x + 1))
    right = sc.range(0, count, 1, PARTS).map(lambda x: (x * SPREAD % count, x))
    return left.join(right, REDUCERS).map(lambda row: row[1][0]).sum()


def joined_skewed(sc: Any, given: Given) -> Any:
    """Join where half of the left's rows have one key, which the right has ten times."""
    count = given.n(200_000)
    left = sc.range(0, count, 1, PARTS).map(lambda x: (0 if x % 2 else x, x))
    right = sc.range(0, count, 1, PARTS).map(lambda x: (0 if x < 10 else x, x))
    return left.join(right, REDUCERS).map(lambda row: row[1][1]).sum()


def sort_by_key(sc: Any, given: Given) -> Any:
    """Sort as by_hand.py does."""
    return sort(sc, given, 125_000)


def sort_more(sc: Any, given: Given) -> Any:
    return sort(sc, given, 1_250_000)


def sort(sc: Any, given: Given, per_part: int) -> Any:
    import random

    count = given.n(per_part)

    def pairs(part: int) -> Any:
        draw = random.Random(part).random
        return ((draw(), part) for _ in range(count))

    return sc.parallelize(range(PARTS), PARTS).flatMap(pairs).sortByKey(numPartitions=REDUCERS).count()


def different(sc: Any, given: Given) -> Any:
    names = given.n(500_000)
    return (
        sc.range(0, given.n(2_000_000), 1, PARTS)
        .map(lambda x: f"name {x % names}")
        .distinct(REDUCERS)
        .count()
    )


def arrays_by_key(sc: Any, given: Given) -> Any:
    import numpy as np

    def pair(x: int) -> Any:
        return x % 1000, np.full(10, float(x))

    def plus(total: Any, array: Any) -> Any:
        total += array
        return total

    pairs = sc.range(0, given.n(200_000), 1, PARTS).map(pair)
    totals = pairs.aggregateByKey(np.zeros(10), plus, plus, REDUCERS).collect()
    return lambda: [len(totals), float(sum(total.sum() for _, total in totals))]


def vectors_by_tree(sc: Any, given: Given) -> Any:
    import numpy as np

    def plus(total: Any, x: Any) -> Any:
        total += x
        return total

    numbers = sc.parallelize(range(200), 200)
    return float(numbers.treeAggregate(np.zeros(given.n(131_072)), plus, plus).sum())


SHUFFLES = (
    Workload("reduce-few", "`reduceByKey`, 2 M to 10 keys", reduce_few),
    Workload("reduce-many", "`reduceByKey`, 2 M to 1 M keys", reduce_many),
    Workload("group", "`groupByKey`, 1 M to 100 K keys", grouped),
    Workload("join", "`join` 400 K × 400 K", joined),
    Workload("join-skewed", "`join`, half of it one key", joined_skewed),
    Workload("sort", "`sortByKey` 1 M", sort_by_key, hand="sort", hand_scales=False, of_hand=1.2),
    Workload("sort-10m", "`sortByKey` 10 M", sort_more),
    Workload("distinct", "`distinct`, 2 M strings", different),
    Workload("aggregate", "`aggregateByKey`, arrays", arrays_by_key),
    Workload("tree", "`treeAggregate`, 1 MB × 200", vectors_by_tree),
)
