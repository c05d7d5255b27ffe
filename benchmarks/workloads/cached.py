"""Data that is computed once and used again: caches, iterations over them, broadcasts."""

from __future__ import annotations

from operator import add
from typing import Any

from workloads.definition import Given, Workload, cached, made

PARTS = 8
ITERATIONS = 10


def logistic_regression(sc: Any, given: Given) -> Any:
    """Ten times the gradient of the job that by_hand.py has, over 200,000 points."""
    from math import exp

    import numpy as np

    count = given.n(25_000)

    def points(part: int) -> Any:
        draw = np.random.RandomState(part)
        for _ in range(count):
            y = 1.0 if draw.rand() < 0.5 else -1.0
            yield draw.randn(10) + 0.7 * y, y

    rdd = cached("logistic", lambda: sc.parallelize(range(PARTS), PARTS).flatMap(points))
    w = np.random.RandomState(0).rand(10)

    def gradient(point: Any) -> Any:
        x, y = point
        return (1 / (1 + exp(-y * w.dot(x))) - 1) * y * x

    return [float(rdd.map(gradient).reduce(add).sum()) for _ in range(ITERATIONS)][-1]


def k_means(sc: Any, given: Given) -> Any:
    import numpy as np

    count = given.n(12_500)

    def points(part: int) -> Any:
        return iter(np.random.RandomState(part).rand(count, 10))

    rdd = cached("k-means", lambda: sc.parallelize(range(PARTS), PARTS).flatMap(points))
    centres = np.random.RandomState(0).rand(8, 10)

    def nearest(point: Any) -> Any:
        apart = point - centres
        return int(np.einsum("ij,ij->i", apart, apart).argmin()), (point, 1)

    for _ in range(ITERATIONS):
        sums = rdd.map(nearest).reduceByKey(lambda a, b: (a[0] + b[0], a[1] + b[1]), 2).collect()
        centres = centres.copy()
        for at, (total, number) in sums:
            centres[at] = total / number
    return float(centres.sum())


def page_rank(sc: Any, given: Given) -> Any:
    nodes = given.n(100_000)

    def edges(part: int) -> Any:
        for x in range(part * nodes // PARTS, (part + 1) * nodes // PARTS):
            for step in range(10):
                yield x, (x * 31 + step * step * 7919) % nodes

    def links() -> Any:
        return sc.parallelize(range(PARTS), PARTS).flatMap(edges).groupByKey(4).mapValues(list)

    def shares(row: Any) -> Any:
        targets, rank = row[1]
        share = rank / len(targets)
        return [(target, share) for target in targets]

    rdd = cached("links", links)
    ranks = rdd.mapValues(lambda _: 1.0)
    for _ in range(ITERATIONS):
        ranks = rdd.join(ranks, 4).flatMap(shares).reduceByKey(add, 4).mapValues(lambda x: 0.15 + 0.85 * x)
    return float(ranks.values().sum())


def cached_sum(sc: Any, given: Given) -> Any:
    count = given.n(2_000_000)
    rdd = cached("pairs", lambda: sc.range(0, count, 1, 4).map(lambda x: (x, str(x))))
    return [rdd.map(lambda pair: pair[0] + len(pair[1])).sum() for _ in range(ITERATIONS)][-1]


def arrays_aggregated(sc: Any, given: Given) -> Any:
    import numpy as np

    size = given.n(1_000_000)
    rdd = cached("arrays", lambda: sc.parallelize(range(16), 4).map(lambda x: np.full(size, float(x))))
    totals = [
        rdd.aggregate(0.0, lambda total, each: total + float(each.sum()), add) for _ in range(ITERATIONS)
    ]
    return totals[-1]


def table(given: Given) -> dict[int, str]:
    return {number: str(number) for number in range(given.n(500_000))}


def dict_broadcast(sc: Any, given: Given) -> Any:
    shared = sc.broadcast(made("table", lambda: table(given)))
    found = sc.parallelize(range(8), 8).map(lambda x: len(shared.value) + len(shared.value[x])).sum()
    shared.unpersist()
    return found


def broadcast_lookup(sc: Any, given: Given) -> Any:
    shared = sc.broadcast(made("table", lambda: table(given)))
    keys = given.n(500_000)
    found = sc.range(0, given.n(2_000_000), 1, PARTS).map(lambda x: len(shared.value[x % keys])).sum()
    shared.unpersist()
    return found


CACHED = (
    Workload(
        "logistic",
        "logistic regression, iteration",
        logistic_regression,
        warm_ups=1,
        per=ITERATIONS,
        hand="logreg",
        hand_scales=False,
        of_hand=1.2,
    ),
    Workload("k-means", "k-means, iteration", k_means, warm_ups=1, per=ITERATIONS),
    Workload("page-rank", "PageRank of 1 M edges, iteration", page_rank, per=ITERATIONS),
    Workload("cached", "cached pairs, `map.sum`", cached_sum, warm_ups=1, per=ITERATIONS),
    Workload("aggregated", "128 MB of cached arrays, summed", arrays_aggregated, warm_ups=1, per=ITERATIONS),
    Workload("broadcast", "broadcast dict, in 8 tasks", dict_broadcast, warm_ups=1, repeats=3),
    Workload("lookup", "2 M looked up in a broadcast dict", broadcast_lookup, warm_ups=1),
)
