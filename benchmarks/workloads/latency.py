"""How long it takes until something happens: import, start, small jobs, tasks without work, stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from workloads.definition import LATENCY, Given, Workload

THREADS, JOBS = 8, 10


def small_job(sc: Any, given: Given) -> Any:
    return sc.parallelize(range(10), 2).map(lambda x: x + 1).count()


def many_tasks(sc: Any, given: Given) -> Any:
    return no_operations(sc, 200)


def ten_thousand_tasks(sc: Any, given: Given) -> Any:
    return no_operations(sc, given.n(10_000) // given.part) * given.part


def no_operations(sc: Any, tasks: int) -> int:
    found: int = sc.parallelize(range(tasks), tasks).mapPartitions(lambda numbers: [0]).count()
    return found


def jobs_of_threads(sc: Any, given: Given) -> Any:
    with ThreadPoolExecutor(THREADS) as threads:
        done = threads.map(lambda _: [small_job(sc, given) for _ in range(JOBS)], range(THREADS))
        return sum(map(sum, done))


def many_steps(sc: Any, given: Given) -> Any:
    rdd = sc.range(0, 2000, 1, 2)
    for _ in range(given.n(1000)):
        rdd = rdd.map(lambda x: x + 1)
    return rdd.sum()


LATENCIES = (
    Workload("import", "import", kind=LATENCY, most_s=0.05),
    Workload("ready", "`SparkContext` ready", kind=LATENCY, process="session", most_s=0.4),
    Workload("first", "first job after that", small_job, kind=LATENCY, process="session"),
    Workload(
        "small",
        "small job, map and count",
        small_job,
        kind=LATENCY,
        process="session",
        warm_ups=5,
        repeats=20,
        most_s=0.005,
    ),
    Workload("tasks", "200 no-op tasks in one stage", many_tasks, kind=LATENCY, process="session"),
    Workload("stop", "`stop()`", kind=LATENCY, process="session"),
    Workload("threads", "80 small jobs from 8 threads", jobs_of_threads, kind=LATENCY, warm_ups=1, repeats=3),
    Workload(
        "tasks-10000",
        "10,000 no-op tasks",
        ten_thousand_tasks,
        kind=LATENCY,
        parts=20,
        most_s=5.0,
    ),
)

# Not measured against peers: a lineage of this length ends PySpark with a RecursionError.
STEPS = Workload("steps", "1,000 narrow steps", many_steps, kind=LATENCY)
