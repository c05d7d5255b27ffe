"""Barrier stages: tasks that are launched together, meet, and fail together."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator

import pytest

from firesteel import BarrierTaskContext, JobError, SparkConf, SparkContext


@pytest.fixture(scope="module")
def three() -> Iterator[SparkContext]:
    conf = SparkConf().set("spark.barrier.sync.timeout", "2s")
    with SparkContext("local[3]", "barrier", conf=conf) as context:
        yield context


def test_tasks_wait_for_one_another(three: SparkContext, tmp_path: object) -> None:
    place = str(tmp_path)

    def write_then_count(_: Iterable[int]) -> list[int]:
        context = BarrierTaskContext.get()
        open(os.path.join(place, str(context.partitionId())), "w").close()
        context.barrier()
        return [len(os.listdir(place))]

    assert three.parallelize(range(3), 3).barrier().mapPartitions(write_then_count).collect() == [3, 3, 3]


def test_messages_come_by_partition(three: SparkContext) -> None:
    def exchange(index: int, _: Iterable[int]) -> list[list[str]]:
        context = BarrierTaskContext.get()
        return [context.allGather(f"{index}-{turn}") for turn in range(3)]

    found = three.parallelize(range(3), 3).barrier().mapPartitionsWithIndex(exchange).glom().collect()
    assert found == [[[f"{index}-{turn}" for index in range(3)] for turn in range(3)]] * 3


def test_the_infos_of_the_tasks(three: SparkContext) -> None:
    rdd = three.parallelize(range(2), 2).barrier()
    infos = rdd.mapPartitions(lambda _: [BarrierTaskContext.get().getTaskInfos()]).collect()
    assert [[info.address for info in each] for each in infos] == [["127.0.0.1:0"] * 2] * 2


def test_when_one_worker_dies_all_run_again(three: SparkContext) -> None:
    def die_once(_: Iterable[int]) -> list[tuple[int, list[str]]]:
        context = BarrierTaskContext.get()
        context.barrier()
        if context.partitionId() == 1 and context.attemptNumber() == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return [(context.attemptNumber(), context.allGather(str(context.attemptNumber())))]

    total = three.accumulator(0)
    rdd = three.parallelize(range(3), 3).barrier().mapPartitions(die_once)

    def count(record: object) -> object:
        total.add(1)
        return record

    assert rdd.map(count).collect() == [(1, ["1", "1", "1"])] * 3
    assert total.value == 3


def test_too_few_slots(three: SparkContext) -> None:
    rdd = three.parallelize(range(4), 4).barrier().mapPartitions(lambda records: records)
    with pytest.raises(JobError, match=r"4 tasks needs as many slots .* there are 3: .* local\[4\]"):
        rdd.collect()


def test_a_task_that_does_not_come_fails_the_job(three: SparkContext) -> None:
    def only_the_first(index: int, _: Iterable[int]) -> list[int]:
        if index == 0:
            BarrierTaskContext.get().barrier()
        return [index]

    rdd = three.parallelize(range(2), 2).barrier().mapPartitionsWithIndex(only_the_first)
    with pytest.raises(
        JobError, match=r"partition 0 waits in barrier\(\), and that of partition 1 has ended"
    ):
        rdd.collect()


def test_waiting_has_an_end(three: SparkContext) -> None:
    def the_second_is_slow(index: int, _: Iterable[int]) -> list[int]:
        context = BarrierTaskContext.get()
        if index == 1:
            signal.pause()  # until the job has failed
        context.barrier()
        return [index]

    rdd = three.parallelize(range(2), 2).barrier().mapPartitionsWithIndex(the_second_is_slow)
    with pytest.raises(JobError, match=r"did not come to barrier\(\) within 2 s"):
        rdd.collect()


def test_outside_a_barrier_stage(three: SparkContext) -> None:
    with pytest.raises(RuntimeError, match="not of a barrier stage"):
        BarrierTaskContext.get()
    with pytest.raises(JobError, match="not of a barrier stage"):
        three.parallelize([1]).map(lambda _: BarrierTaskContext.get()).collect()


def test_a_context_that_came_back_does_not_synchronise(three: SparkContext) -> None:
    rdd = three.parallelize([1], 1).barrier()
    [context] = rdd.mapPartitions(lambda _: [BarrierTaskContext.get()]).collect()
    assert context.partitionId() == 0
    with pytest.raises(RuntimeError, match="not of a barrier stage"):
        context.barrier()


def test_a_persisted_result_of_a_barrier(three: SparkContext) -> None:
    def gather(_: Iterable[int]) -> list[str]:
        return BarrierTaskContext.get().allGather("x")

    rdd = three.parallelize(range(2), 2).barrier().mapPartitions(gather).cache()
    assert rdd.count() == 4
    assert rdd.first() == "x"  # of the block: no stage has to meet
    assert rdd.map(lambda text: (text, 1)).reduceByKey(lambda a, b: a + b).collect() == [("x", 4)]
