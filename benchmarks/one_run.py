"""One run, in a process of its own, by whichever peer's interpreter starts it.

Reads what to do as JSON from the first line of standard input, ``{"jobs", "conf", "workloads", "given"}``,
where jobs is spark or dask, and writes what it measured as the last line of standard output, ``{"seconds":
{name: s}, "answers": {name: …}}``. Before that come lines ``@name`` when a workload begins, and ``@`` when it
has ended; each waits for a line of standard input.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from watched import mark
from workloads import GROWING, WORKLOADS, Given, Workload
from workloads.latency import small_job


def main() -> None:
    """Run the workloads and report the measurements."""
    order = json.loads(sys.stdin.readline())
    wanted = [each for each in (*WORKLOADS, *GROWING) if each.name in order["workloads"]]
    given = Given(**order["given"])
    how = on_dask if order["jobs"] == "dask" else on_spark
    seconds, answers = how(wanted, given, order["conf"])
    print(json.dumps({"seconds": seconds, "answers": answers}))


def on_spark(wanted: list[Workload], given: Given, conf: dict[str, str]) -> tuple[dict[str, float], Any]:
    """Start a context, run the workloads, stop it."""
    seconds: dict[str, float] = {}
    answers: dict[str, Any] = {}
    mark("ready")
    began = time.perf_counter()
    from pyspark import SparkConf, SparkContext

    sc = SparkContext(conf=SparkConf().setAll(list(conf.items())))
    seconds["ready"] = time.perf_counter() - began
    mark()

    if not any(each.name == "first" for each in wanted):
        small_job(sc, given)  # so that starting the workers is not measured
    for each in wanted:
        if each.run is not None:
            run = each.run
            seconds[each.name], answers[each.name] = measure(each, lambda: run(sc, given))  # noqa: B023
    mark("stop")
    began = time.perf_counter()
    sc.stop()
    seconds["stop"] = time.perf_counter() - began
    mark()
    return seconds, answers


def on_dask(wanted: list[Workload], given: Given, conf: dict[str, str]) -> tuple[dict[str, float], Any]:
    """Start the two processes that Dask's bags are computed in, and run the workloads."""
    import dask_jobs

    seconds: dict[str, float] = {}
    answers: dict[str, Any] = {}
    with dask_jobs.processes():
        for each in wanted:
            job = dask_jobs.JOBS[each.name]
            seconds[each.name], answers[each.name] = measure(each, lambda: job(given))  # noqa: B023
    return seconds, answers


def measure(workload: Workload, run: Callable[[], Any]) -> tuple[float, Any]:
    """Return a workload's median time, and its answer."""
    mark(workload.name)
    for _ in range(workload.warm_ups):
        run()
    times = []
    answer = None
    for _ in range(workload.repeats):
        began = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - began)
    mark()
    return statistics.median(times), answer() if callable(answer) else answer


if __name__ == "__main__":
    main()
