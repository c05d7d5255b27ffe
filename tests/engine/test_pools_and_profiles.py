"""Scheduler pools, and profiles of tasks: each test has a context of its own."""

from __future__ import annotations

import os
import pstats
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from firesteel import BasicProfiler, JobError, SparkConf, SparkContext


def until_the_engine_has(context: SparkContext, pool: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for job, properties in context._driver.jobs.running():
            if properties.get("spark.scheduler.pool") == pool and context._driver.jobs.progress(job):
                return
    raise AssertionError(f"no job in pool {pool}")


def run_two_pools(context: SparkContext, directory: Path) -> list[str]:
    """Fill both slots from one pool, free one when another pool has a job, and return which pool got it."""
    gates = [str(directory / f"gate{number}") for number in range(2)]
    for gate in gates:
        os.mkfifo(gate)
    order = str(directory / "order")

    def note(text: str) -> None:
        with open(order, "a") as file:
            file.write(text + "\n")

    def of_the_first(index: int, _: Iterable[int]) -> list[int]:
        if index < 2:
            with open(gates[index]) as gate:
                gate.read()  # until the test closes it
        else:
            note("first")
        return []

    def run(pool: str, partitions: int, function: Any) -> None:
        context.setLocalProperty("spark.scheduler.pool", pool)
        context.parallelize(range(partitions), partitions).mapPartitionsWithIndex(function).count()

    first = threading.Thread(target=run, args=("first", 3, of_the_first))
    second = threading.Thread(target=run, args=("second", 1, lambda _, __: note("second") or []))
    first.start()
    held = [open(gate, "w") for gate in gates]  # noqa: SIM115 - closing one lets its task go on
    second.start()
    until_the_engine_has(context, "second")
    held[0].close()
    second.join()
    held[1].close()
    first.join()
    with open(order) as file:
        return file.read().split()


@pytest.mark.parametrize(("mode", "order"), [("FAIR", ["second", "first"]), ("FIFO", ["first", "second"])])
def test_pools_share_the_slots_or_the_first_job_goes_first(
    mode: str, order: list[str], tmp_path: Path
) -> None:
    with SparkContext("local[2]", "pools", conf=SparkConf().set("spark.scheduler.mode", mode)) as context:
        assert run_two_pools(context, tmp_path) == order


class Named(BasicProfiler):
    """Says which RDD it profiles."""

    def show(self, id: int) -> None:  # noqa: A002
        print(f"profile of {id}")


def slow_square(number: int) -> int:
    return number * number


def test_profiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = SparkConf().set("spark.python.profile", "true")
    with SparkContext("local[2]", "profiled", conf=conf) as context:
        assert context.parallelize(range(1000), 2).map(slow_square).sum() == 332_833_500
        context.show_profiles()
        assert "slow_square" in capsys.readouterr().out
        context.show_profiles()
        assert capsys.readouterr().out == ""
        context.dump_profiles(str(tmp_path))
    [file] = tmp_path.iterdir()
    calls = {name: figures[0] for (_, _, name), figures in pstats.Stats(str(file)).stats.items()}  # type: ignore[attr-defined]
    assert calls["slow_square"] == 1000


def test_a_profiled_take_stays_lazy() -> None:
    conf = SparkConf().set("spark.python.profile", "true")
    with SparkContext("local[1]", "profiled", conf=conf, profiler_cls=Named) as context:
        seen = context.accumulator(0)

        def count(number: int) -> int:
            seen.add(1)
            return number

        assert context.parallelize(range(100_000), 1).map(count).take(3) == [0, 1, 2]
        assert seen.value < 1000
        assert {type(row[1]) for row in context.profiler_collector.profilers} == {Named}
        context.profiler_collector.profilers.clear()  # they would be shown at the interpreter's end


def test_an_error_in_a_profiled_function_is_placed() -> None:
    conf = SparkConf().set("spark.python.profile", "true")
    with SparkContext("local[1]", "profiled", conf=conf) as context:
        rdd = context.parallelize([1, 0], 1).map(lambda number: 1 // number)
        with pytest.raises(JobError, match=r"in map at test_pools_and_profiles.py") as caught:
            rdd.collect()
        assert "record: 0" in str(caught.value)


def test_a_serializer_must_be_one() -> None:
    with pytest.raises(TypeError, match="serializer must be a Serializer, not str"):
        SparkContext("local[1]", "wrong", serializer="pickle")
