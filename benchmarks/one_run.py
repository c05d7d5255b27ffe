"""One run, in a process of its own, by whichever peer's interpreter starts it.

Reads what to do as JSON from standard input, ``{"conf", "workloads", "corpus"}``, and writes what it measured
as the last line of standard output, ``{"seconds": {name: s}, "answers": {name: …}, "memory": bytes}``.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from memory import Peak
from workloads import WORKLOADS, Workload, small_job


def main() -> None:
    """Start a context, run the workloads, stop it."""
    order = json.load(sys.stdin)
    wanted = [each for each in WORKLOADS if each.name in order["workloads"]]
    seconds: dict[str, float] = {}
    answers: dict[str, Any] = {}

    peak = Peak() if any(each.memory for each in wanted) else None
    began = time.perf_counter()
    from pyspark import SparkConf, SparkContext

    sc = SparkContext(conf=SparkConf().setAll(order["conf"].items()))
    seconds["ready"] = time.perf_counter() - began

    if not any(each.name == "first" for each in wanted):
        small_job(sc, "")  # so that starting the workers is not measured
    for each in wanted:
        if each.run is not None:
            seconds[each.name], answers[each.name] = measure(sc, each, order["corpus"])
    memory = peak.stop() if peak is not None else None
    began = time.perf_counter()
    sc.stop()
    seconds["stop"] = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "answers": answers, "memory": memory}))


def measure(sc: Any, workload: Workload, corpus: str) -> tuple[float, Any]:
    """Return a workload's median time, and its answer."""
    assert workload.run is not None
    for _ in range(workload.warm_ups):
        workload.run(sc, corpus)
    times = []
    answer = None
    for _ in range(workload.repeats):
        began = time.perf_counter()
        answer = workload.run(sc, corpus)
        times.append(time.perf_counter() - began)
    return statistics.median(times), answer() if callable(answer) else answer


if __name__ == "__main__":
    main()
