"""Jobs at once, cancelled jobs, forks of the driver, printing, what is released, small jobs."""

from __future__ import annotations

import gc
import multiprocessing
import operator
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from py4j.protocol import Py4JJavaError

from firesteel import SparkContext, SparkFiles, StorageLevel, TaskContext
from firesteel.errors import PySparkRuntimeError


def test_jobs_of_several_threads_run_at_once(sc: SparkContext) -> None:
    sums = sc.parallelize([(n % 10, n) for n in range(1000)], 4).reduceByKey(operator.add)
    answers: dict[int, Any] = {}

    def work(number: int) -> None:
        answers[number] = sums.mapValues(lambda value: value + number).collectAsMap()[0]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: sum(range(0, 1000, 10)) + number for number in range(6)}


def test_an_interrupt_cancels_the_job_and_keeps_the_context(sc: SparkContext) -> None:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        sc.parallelize([1, 2], 2).map(lambda value: threading.Event().wait(60)).collect()
    assert time.perf_counter() - start < 10
    assert sc.parallelize([1, 2], 2).count() == 2


def test_a_group_is_cancelled_from_another_thread(sc: SparkContext) -> None:
    sc.setJobGroup("doomed", "a job that is cancelled")
    try:
        threading.Timer(0.5, sc.cancelJobGroup, ("doomed",)).start()
        with pytest.raises(Py4JJavaError, match="cancelled job group doomed"):
            sc.parallelize([1, 2], 2).map(lambda value: threading.Event().wait(60)).collect()
    finally:
        for key in ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel"):
            sc.setLocalProperty(key, None)
    assert sc.parallelize([1]).count() == 1


def test_what_tasks_print_is_there_when_the_action_returns(
    sc: SparkContext, capsys: pytest.CaptureFixture[str]
) -> None:
    def speak(value: int) -> None:
        print(f"record {value}")
        print(f"problem {value}", file=sys.stderr)

    for _ in range(3):
        sc.parallelize([1, 2], 2).foreach(speak)
        captured = capsys.readouterr()
        assert all(captured.out.count(text) == 1 for text in ("record 1", "record 2"))
        assert all(captured.err.count(text) == 1 for text in ("problem 1", "problem 2"))


def test_a_fork_of_the_driver_leaves_the_context_alone(sc: SparkContext) -> None:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sc.parallelize([1]).count()
        except PySparkRuntimeError as error:
            os.write(write, str(error.getCondition()).encode())
        sc.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"FORKED_PROCESS"
    os.close(read)
    os.close(write)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.map(abs, [-1]) == [1]
    assert sc.parallelize([1]).count() == 1


def test_released_data_is_removed(sc: SparkContext) -> None:
    directory = Path(sc._driver.directory)

    def use() -> dict[str, Any]:
        pairs = sc.parallelize([(n, n) for n in range(100)], 2).reduceByKey(operator.add).cache()
        value = sc.broadcast(list(range(1000)))
        assert pairs.map(lambda pair: pair[0] + len(value.value)).count() == 100
        assert any(path.name.startswith("broadcast_") for path in directory.iterdir())
        status: dict[str, Any] = sc._driver.gateway.call("status")
        return status

    before = use()
    assert before["blocks"] >= 2
    gc.collect()
    for _ in range(2):
        sc.parallelize([1], 1).count()
        gc.collect()
    after = sc._driver.gateway.call("status")
    assert after["blocks"] == before["blocks"] - 2
    assert after["shuffles"] < before["shuffles"]
    deadline = time.monotonic() + 10
    while any(path.name.startswith("broadcast_") for path in directory.iterdir()):
        assert time.monotonic() < deadline


def test_persisted_partitions_are_computed_once(sc: SparkContext) -> None:
    seen = sc.accumulator(0)

    def look(value: int) -> int:
        seen.add(1)
        return value * 2

    doubled = sc.parallelize(range(10), 2).map(look).persist(StorageLevel.MEMORY_AND_DISK)
    assert doubled.sum() == 90
    assert doubled.map(lambda value: value + 1).count() == 10
    assert seen.value == 10
    doubled.unpersist()
    assert doubled.count() == 10
    assert seen.value == 20


def test_accumulators_count_shuffled_stages_once(sc: SparkContext) -> None:
    seen = sc.accumulator(0)

    def look(value: int) -> tuple[int, int]:
        seen.add(1)
        return (value % 3, value)

    sorted_pairs = sc.parallelize(range(100), 4).map(look).sortByKey(numPartitions=3)
    assert sorted_pairs.count() == 100
    assert sorted_pairs.count() == 100
    assert seen.value == 100


def test_task_context_and_local_properties(sc: SparkContext) -> None:
    sc.setLocalProperty("mood", "calm")
    try:

        def look(_: Any) -> tuple[int, str | None]:
            context = TaskContext.get()
            assert context is not None
            return context.partitionId(), context.getLocalProperty("mood")

        assert sc.parallelize([1, 2], 2).map(look).collect() == [(0, "calm"), (1, "calm")]
    finally:
        sc.setLocalProperty("mood", None)
    assert TaskContext.get() is None


def test_added_files_and_modules(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "numbers.txt").write_text("1 2 3")
    (tmp_path / "added_helper_module.py").write_text("def triple(value):\n    return value * 3\n")
    sc.addFile(str(tmp_path / "numbers.txt"))
    sc.addPyFile(str(tmp_path / "added_helper_module.py"))
    assert f"file:{tmp_path}/numbers.txt" in sc.listFiles

    def use(value: int) -> int:
        import added_helper_module

        with open(SparkFiles.get("numbers.txt")) as file:
            return int(added_helper_module.triple(value + len(file.read().split())))

    assert sc.parallelize([1]).map(use).collect() == [12]


def test_large_results_and_broadcasts(sc: SparkContext) -> None:
    np = pytest.importorskip("numpy")
    table = sc.broadcast(np.arange(1_000_000))
    total = sc.parallelize(range(4), 4).map(lambda part: int(table.value[part::4].sum())).sum()
    assert total == sum(range(1_000_000))
    text = sc.range(200_000, numSlices=2).map(lambda number: (number, "x" * (number % 50))).collect()
    assert len(text) == 200_000
    assert text[199_999] == (199_999, "x" * 49)


def test_notebooks_see_the_output_of_the_moment(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    for _ in range(2):
        cell = io.StringIO()
        monkeypatch.setattr(sys, "stdout", cell)
        sc.parallelize([1], 1).foreach(lambda value: print("in the cell"))
        assert cell.getvalue() == "in the cell\n"


def test_small_jobs_are_quick(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(10), 2).map(lambda value: value + 1)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        rdd.count()
        times.append(time.perf_counter() - start)
    assert sorted(times)[10] < 0.05


def test_large_arrays_of_several_partitions_are_the_drivers_own(sc: SparkContext) -> None:
    def arrays(part: int, _: Any) -> Any:
        if part == 2:
            return ["no array", part]
        return [np.arange(700_000.0) + part, (part, np.full(900_000, part))]

    for _ in range(2):
        found = sc.parallelize([], 4).mapPartitionsWithIndex(arrays).collect()
        assert [type(each) for each in found] == [np.ndarray, tuple] * 2 + [str, int] + [np.ndarray, tuple]
        assert [float(found[at][9]) for at in (0, 2, 6)] == [9.0, 10.0, 12.0]
        assert [int(found[at][1].sum()) for at in (1, 3, 7)] == [0, 900_000, 2_700_000]
        for at in (0, 2, 6):
            found[at] += 1  # nobody else sees it
    assert not [thread for thread in threading.enumerate() if "firesteel-results" in thread.name]
