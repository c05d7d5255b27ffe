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


WORKLOADS = (
    Workload("ready", "SparkContext ready", 1 / 10, "session"),
    Workload("first", "first job after that", 1 / 10, "session", small_job),
    Workload("small", "small job, map and count", 1 / 20, "session", small_job, warm_ups=5, repeats=20),
    Workload("tasks", "200 no-op tasks in one stage", 1 / 20, "session", many_tasks),
    Workload("words", "word count", 1 / 2, "words", word_count, corpus=True),
    Workload("collected", "word count, collected", 1 / 2, "collected", word_count_collected, corpus=True),
    Workload("lines", "textFile.count", 1 / 3, "lines", line_count, corpus=True),
    Workload("stop", "stop()", 1 / 5, "session"),
)
