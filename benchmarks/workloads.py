"""What is measured: functions of a SparkContext, written against PySpark's API and used unchanged.

What a workload returns is compared between the peers. When it returns a function, that is called after the
clock has stopped, so that an answer can be checked more thoroughly than it was measured. A new workload is a
function and a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import add
from typing import Any


def small_job(sc: Any, corpus: str) -> Any:
    return sc.parallelize(range(10), 2).map(lambda x: x + 1).count()


def many_tasks(sc: Any, corpus: str) -> Any:
    return sc.parallelize(range(200), 200).mapPartitions(lambda numbers: [0]).count()


def words_counted(sc: Any, corpus: str) -> Any:
    words = sc.textFile(corpus, 8).flatMap(lambda line: line.split())
    return words.map(lambda word: (word, 1)).reduceByKey(add)


def word_count(sc: Any, corpus: str) -> Any:
    counts = words_counted(sc, corpus)
    different = counts.count()

    def answer() -> Any:
        top = counts.takeOrdered(20, key=lambda pair: (-pair[1], pair[0]))
        return {"different": different, "words": counts.values().sum(), "top": [list(pair) for pair in top]}

    return answer


def word_count_collected(sc: Any, corpus: str) -> Any:
    counts = words_counted(sc, corpus).collect()

    def answer() -> Any:
        top = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:20]
        words = sum(count for _, count in counts)
        return {"different": len(counts), "words": words, "top": [list(pair) for pair in top]}

    return answer


def line_count(sc: Any, corpus: str) -> Any:
    return sc.textFile(corpus, 8).count()


_kept: dict[str, Any] = {}
"""What this process has made, in warm-ups, for its workloads: cached RDDs, a table."""


def kept(name: str, make: Callable[[], Any]) -> Any:
    """Give the RDD that a workload measures, cached and computed."""
    if name not in _kept:
        _kept[name] = make().cache()
        _kept[name].count()
    return _kept[name]


def logistic_regression(sc: Any, corpus: str) -> Any:
    """One iteration: the gradient by map and reduce, over 200,000 points."""
    import numpy as np

    def points(part: int, _: Any) -> Any:
        rng = np.random.default_rng(part)
        for _ in range(50_000):
            features = rng.standard_normal(10)
            yield features, 1.0 if features.sum() > 0 else -1.0

    rdd = kept("logistic", lambda: sc.parallelize(range(4), 4).mapPartitionsWithIndex(points))
    weights = np.full(10, 0.1)

    def gradient(point: Any) -> Any:
        features, label = point
        return features * (label * (1 / (1 + np.exp(-label * features.dot(weights))) - 1))

    return [round(float(value), 6) for value in rdd.map(gradient).reduce(add)]


def cached_sum(sc: Any, corpus: str) -> Any:
    rdd = kept("pairs", lambda: sc.range(0, 2_000_000, 1, 4).map(lambda x: (x, str(x))))
    return rdd.map(lambda pair: pair[0] + len(pair[1])).sum()


def arrays_collected(sc: Any, corpus: str) -> Any:
    import numpy as np

    found = sc.parallelize(range(32), 8).map(lambda x: np.full(1_000_000, float(x))).collect()
    return lambda: [float(each.sum()) for each in found]


def arrays_aggregated(sc: Any, corpus: str) -> Any:
    import numpy as np

    rdd = kept("arrays", lambda: sc.parallelize(range(16), 4).map(lambda x: np.full(1_000_000, float(x))))
    return float(rdd.aggregate(0.0, lambda total, each: total + float(each.sum()), add))


def dict_broadcast(sc: Any, corpus: str) -> Any:
    if "table" not in _kept:  # in the warm-up
        _kept["table"] = {number: str(number) for number in range(500_000)}
    shared = sc.broadcast(_kept["table"])
    found = sc.parallelize(range(8), 8).map(lambda x: len(shared.value) + len(shared.value[x])).sum()
    shared.unpersist()
    return found


@dataclass(frozen=True)
class Workload:
    """One row of the table of results."""

    name: str
    title: str
    aim: float  # the share of PySpark's time that is aimed at
    process: str  # workloads of one such name share a process, in this order
    run: Callable[[Any, str], Any] | None = None  # None: the context's own start or stop
    warm_ups: int = 0
    repeats: int = 1  # in one process; the median counts
    corpus: bool = False
    memory: bool = False  # whether the peak of its process's memory is measured, and shown


WORKLOADS = (
    Workload("ready", "SparkContext ready", 1 / 10, "session"),
    Workload("first", "first job after that", 1 / 10, "session", small_job),
    Workload("small", "small job, map and count", 1 / 20, "session", small_job, warm_ups=5, repeats=20),
    Workload("tasks", "200 no-op tasks in one stage", 1 / 20, "session", many_tasks),
    Workload("words", "word count", 1 / 2, "words", word_count, corpus=True),
    Workload("collected", "word count, collected", 1 / 2, "collected", word_count_collected, corpus=True),
    Workload("lines", "textFile.count", 1 / 3, "lines", line_count, corpus=True),
    Workload(
        "logistic",
        "logistic regression, iteration",
        1 / 4,
        "logistic",
        logistic_regression,
        warm_ups=1,
        repeats=3,
        memory=True,
    ),
    Workload(
        "cached", "cached pairs, map.sum", 1 / 2, "cached", cached_sum, warm_ups=1, repeats=3, memory=True
    ),
    Workload(
        "arrays",
        "256 MB of arrays, collected",
        1 / 10,
        "arrays",
        arrays_collected,
        warm_ups=1,
        repeats=3,
        memory=True,
    ),
    Workload(
        "aggregated",
        "128 MB of cached arrays, summed",
        1 / 4,
        "aggregated",
        arrays_aggregated,
        warm_ups=1,
        repeats=5,
        memory=True,
    ),
    Workload(
        "broadcast",
        "broadcast dict, in 8 tasks",
        1 / 2,
        "broadcast",
        dict_broadcast,
        warm_ups=1,
        repeats=3,
        memory=True,
    ),
    Workload("stop", "stop()", 1 / 5, "session"),
)
