"""What the operations promise beyond their result: partitions, seeds, time, processes, errors."""

from __future__ import annotations

import math
import operator
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import eventually

from firesteel import SparkConf, SparkContext
from firesteel._data.cardinality import Distinct, precision_for
from firesteel.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError


def test_zip_refuses_what_does_not_fit(sc: SparkContext) -> None:
    with pytest.raises(PySparkValueError, match=r"same number of partitions: this one has 2, the other 3"):
        sc.range(6, numSlices=2).zip(sc.range(6, numSlices=3))
    for left, right, longer in ((6, 5, "left"), (5, 6, "right")):
        with pytest.raises(Exception, match=f"same number of records.*the {longer} one has more"):
            sc.range(left, numSlices=2).zip(sc.range(right, numSlices=2)).collect()
    with pytest.raises(PySparkTypeError, match="zip takes RDDs, not list"):
        sc.range(3).zip([1, 2, 3])


def test_functions_below_coalesce_and_cartesian_are_told_their_own_partition(sc: SparkContext) -> None:
    told = sc.range(4, numSlices=4).mapPartitionsWithIndex(lambda index, records: [index])
    assert told.coalesce(2).glom().collect() == [[0, 1], [2, 3]]
    assert told.cartesian(told).glom().collect()[6] == [(1, 2)]
    assert told.zip(told).collect() == [(index, index) for index in range(4)]


def test_an_iterator_that_would_go_on_after_its_end_has_ended(sc: SparkContext) -> None:
    def until_five(number: int) -> int:
        return next(iter(())) if number == 5 else number  # ends the `map` that calls it, which could go on

    numbers = sc.range(10, numSlices=1)
    indexed = numbers.mapPartitionsWithIndex(lambda index, records: map(until_five, records))
    for ended in (numbers.mapPartitions(lambda records: map(until_five, records)), indexed):
        assert ended.collect() == ended.repartition(1).collect() == [0, 1, 2, 3, 4]
        assert ended.zip(ended).keys().collect() == ended.cache().collect() == [0, 1, 2, 3, 4]
        assert ended.count() == 5


def test_coalescing_and_zipping_what_is_cached_computes_it_once(sc: SparkContext) -> None:
    runs = sc.accumulator(0)

    def count(records: Any) -> Any:
        runs.add(1)
        return records

    cached = sc.range(6, numSlices=3).mapPartitions(count).cache()
    assert cached.zip(cached).coalesce(1).count() == 6
    assert cached.cartesian(cached).count() == 36
    assert runs.value == 3


def test_a_rerun_map_task_deals_the_same_records_out(sc: SparkContext) -> None:
    spread = sc.range(1000, numSlices=7).map(str).repartition(5)
    before = spread.glom().collect()
    assert {len(part) for part in before} <= set(range(193, 208))
    spread.cleanShuffleDependencies()
    assert spread.glom().collect() == before


def test_many_small_partitions_are_dealt_out_evenly(sc: SparkContext) -> None:
    sizes = [len(part) for part in sc.range(300, numSlices=300).repartition(10).glom().collect()]
    assert min(sizes) >= 25
    assert max(sizes) <= 35


def test_what_is_partitioned_alike_is_not_shuffled(sc: SparkContext) -> None:
    left = sc.parallelize([(n % 5, n) for n in range(50)]).partitionBy(3)
    right = sc.parallelize([(n % 5, -n) for n in range(20)]).partitionBy(3)
    for both in (left.cogroup(right), left.subtractByKey(right), left.fullOuterJoin(right)):
        assert both.partitioner == left.partitioner
        assert both._node.shuffles() == ()
        assert both.getNumPartitions() == 3


def test_lookup_runs_one_partition_when_the_partitioner_is_known(sc: SparkContext) -> None:
    seen = sc.accumulator(0)

    def look(value: Any) -> Any:
        seen.add(1)
        return value

    pairs = sc.parallelize([(f"key {n}", n) for n in range(1000)]).partitionBy(10).mapValues(look)
    assert pairs.lookup("key 7") == [7]
    assert 50 < seen.value < 200
    assert pairs.lookup("missing") == []
    assert sc.parallelize([(None, 1), (float("inf"), 2)]).partitionBy(3).lookup(None) == [1]


def test_samples_are_the_same_each_time_and_differ_by_seed_and_partition(sc: SparkContext) -> None:
    numbers = sc.range(4000, numSlices=4)
    for replace in (False, True):
        sample = numbers.sample(replace, 0.3, 5)
        assert sample.collect() == sample.collect() == numbers.sample(replace, 0.3, 5).collect()
        assert sample.collect() != numbers.sample(replace, 0.3, 6).collect()
        places = [{n % 1000 for n in part} for part in sample.glom().collect()]
        assert places[0] != places[1]
    unseeded = numbers.sample(False, 0.5)
    assert unseeded.collect() == unseeded.collect()


def test_samples_are_distributed_as_they_should_be(sc: SparkContext) -> None:
    size, fraction = 20_000, 0.25
    numbers = sc.range(size, numSlices=5)
    kept = numbers.sample(False, fraction, 1).count()
    assert abs(kept - size * fraction) < 5 * math.sqrt(size * fraction * (1 - fraction))
    drawn = Counter(numbers.sample(True, 2.0, 1).collect())
    times = Counter(drawn[n] for n in range(size))
    for number in range(6):  # Poisson's distribution of mean 2
        expected = size * math.exp(-2) * 2**number / math.factorial(number)
        assert abs(times[number] - expected) < 5 * math.sqrt(expected), number
    parts = [part.count() for part in numbers.randomSplit([1, 2, 1], 3)]
    assert sum(parts) == size
    assert abs(parts[1] - size / 2) < 5 * math.sqrt(size / 4)
    by_key = numbers.map(lambda n: (n % 2, n)).sampleByKey(False, {0: 0.1, 1: 0.9}, 4).countByKey()
    assert abs(by_key[0] - 1000) < 5 * math.sqrt(900)
    assert abs(by_key[1] - 9000) < 5 * math.sqrt(900)
    for replace in (False, True):
        lists = numbers.map(lambda n: [n % 2, n]).sampleByKey(replace, {0: 1.0, 1: 0.0}, 4)
        assert set(map(type, lists.collect())) == {tuple}
        with pytest.raises(Exception, match="too many values to unpack"):
            numbers.map(lambda n: (n % 2, n, n)).sampleByKey(replace, {0: 1.0, 1: 0.0}, 4).count()


def test_taken_samples_are_fair(sc: SparkContext) -> None:
    numbers = sc.range(20, numSlices=4).cache()
    for replace in (False, True):
        taken = Counter(n for seed in range(60) for n in numbers.takeSample(replace, 5, seed))
        assert sum(taken.values()) == 300
        chi = sum((taken[n] - 15) ** 2 / 15 for n in range(20))
        assert chi < 43.8  # the 0.999 quantile for 19 degrees of freedom
    orders = {tuple(numbers.takeSample(False, 20, seed)) for seed in range(5)}
    assert len(orders) == 5
    with pytest.raises(PySparkValueError, match="cannot be negative"):
        numbers.takeSample(False, -1)


@pytest.mark.parametrize("fraction", [-0.1, 1.5, float("nan")])
def test_fractions_that_make_no_sense_are_refused(sc: SparkContext, fraction: float) -> None:
    with pytest.raises(PySparkValueError, match="a fraction must be at least 0"):
        sc.range(3).sample(False, fraction)


def test_estimates_return_when_the_time_is_over(sc: SparkContext, tmp_path: Path) -> None:
    gate = str(tmp_path / "gate")
    os.mkfifo(gate)  # nobody ever writes: opening it waits until the task is ended

    def stuck(index: int, records: Any) -> Any:
        if index >= 4:
            with open(gate, "rb"):
                return records
        return records

    numbers = sc.range(8000, numSlices=8).mapPartitionsWithIndex(stuck)
    began = time.monotonic()
    assert numbers.countApprox(1500) == 8000
    total = numbers.sumApprox(1500, 0.9)
    mean = numbers.meanApprox(1500, 0.9)
    nothing = numbers.filter(lambda n: n < 0).sumApprox(0)
    assert time.monotonic() - began < 20
    assert (total.confidence, mean.confidence) == (0.9, 0.9)
    assert total.low < total < total.high
    assert mean.low < 1999.5 < mean.high
    assert mean == pytest.approx(1999.5)
    assert (nothing.confidence, nothing.low, nothing.high) == (0.0, -math.inf, math.inf)
    exact = sc.range(100).meanApprox(60_000)
    assert (exact, exact.low, exact.confidence) == (49.5, 49.5, 1.0)


@pytest.mark.parametrize(("different", "error"), [(10, 0.05), (3000, 0.05), (200_000, 0.02)])
def test_distinct_records_are_counted_within_the_promised_error(
    sc: SparkContext, different: int, error: float
) -> None:
    found = sc.range(2 * different, numSlices=4).map(lambda n: f"record {n % different}")
    assert abs(found.countApproxDistinct(error) - different) <= 4 * error * different


def test_the_mean_error_of_counting_is_what_was_asked_for() -> None:
    errors = []
    for trial in range(40):
        counted = Distinct(precision_for(0.05))
        counted.add((trial, n) for n in range(5000))
        errors.append(counted.estimate() / 5000 - 1)
    assert math.sqrt(sum(error * error for error in errors) / 40) < 0.05 * 1.3
    assert abs(sum(errors) / 40) < 0.05 / math.sqrt(40) * 4


def test_too_small_an_error_is_refused(sc: SparkContext) -> None:
    with pytest.raises(PySparkValueError, match=r"greater than 0\.00026"):
        sc.range(3).countApproxDistinct(0.00001)


def test_pipe_has_only_the_environment_that_is_given(sc: SparkContext) -> None:
    assert sc.range(1, numSlices=1).pipe("env", {"MOOD": "calm"}).collect() == ["MOOD=calm"]


def test_pipe_through_a_process_that_stops_reading(sc: SparkContext) -> None:
    many = sc.range(400_000, numSlices=2)
    assert many.pipe("head -n 2").collect() == ["0", "1", "200000", "200001"]
    assert many.pipe("true", checkCode=True).collect() == []
    assert many.pipe("wc -l").map(int).sum() == 400_000


def test_pipe_checks_the_status_only_when_asked_to(sc: SparkContext) -> None:
    assert sc.range(2, numSlices=1).pipe("sh -c 'cat; exit 3'").collect() == ["0", "1"]
    with pytest.raises(Exception, match="exited with error code 3"):
        sc.range(2, numSlices=1).pipe("sh -c 'cat; exit 3'", checkCode=True).collect()


def test_pipe_sends_a_line_for_each_record(sc: SparkContext) -> None:
    records = ["", "a", "b\n\n", "c\nd", 7, None, "é" * 70_000, "\n", "last"]
    lines = ["", "a", "b", "c", "d", "7", "None", "é" * 70_000, "", "last"]
    assert sc.parallelize(records, 1).pipe("cat").collect() == lines
    assert sc.parallelize(["", "a", "", "b"] * 5000, 1).pipe("cat").collect() == ["", "a", "", "b"] * 5000


def test_pipe_leaves_no_process(sc: SparkContext, tmp_path: Path) -> None:
    mark = str(tmp_path / "only-here")
    assert sc.range(10, numSlices=1).pipe(f"sh -c 'echo begun; sleep 600; echo {mark}'").take(1) == ["begun"]
    with pytest.raises(Exception, match="ZeroDivisionError"):
        sc.range(10, numSlices=1).map(lambda n: 1 // (n - 9)).pipe(
            f"sh -c 'cat; sleep 600; {mark}'"
        ).collect()
    # A killed process that is not our own child ends when the kernel gets to it.
    eventually(lambda: not _running(mark), "the processes of pipe are gone")


def _running(mark: str) -> list[str]:
    found = []
    for process in os.listdir("/proc"):
        try:
            command = Path("/proc", process, "cmdline").read_text() if process.isdigit() else ""
        except OSError:
            continue  # it has ended
        if mark in command:
            found.append(command)
    return found


def test_trees_of_any_depth(sc: SparkContext) -> None:
    numbers = sc.range(100, numSlices=40)
    for depth in (1, 2, 3, 9):
        assert numbers.treeReduce(operator.add, depth) == 4950
        assert numbers.treeAggregate([], lambda c, n: [*c, n], operator.add, depth).__len__() == 100
    with pytest.raises(PySparkValueError, match="Depth cannot be smaller than 1"):
        numbers.treeReduce(operator.add, 0)
    with pytest.raises(PySparkValueError, match="Cannot reduce empty RDD"):
        sc.emptyRDD().treeReduce(operator.add)


@pytest.mark.parametrize(
    ("buckets", "message"),
    [
        (0, ">= 1"),
        ([1], "more than one"),
        ([2, 1], "sorted"),
        ([1, 1, 2], "duplicated"),
        ([None, 1], "None or NaN"),
    ],
)
def test_buckets_that_make_no_sense_are_refused(sc: SparkContext, buckets: Any, message: str) -> None:
    with pytest.raises(PySparkValueError, match=message):
        sc.range(3).histogram(buckets)


def test_histograms_leave_none_and_nan_out(sc: SparkContext) -> None:
    numbers = sc.parallelize([1.0, None, 2.0, float("nan"), 4.0])
    assert numbers.histogram(3) == ([1.0, 2.0, 3.0, 4.0], [1, 1, 1])
    assert numbers.histogram([2, 3]) == ([2, 3], [1])
    of_numpy = sc.parallelize([np.float64("nan"), np.float64(1), np.float32("nan"), np.float64(3)], 1)
    assert of_numpy.histogram(2) == ([1.0, 2.0, 3.0], [1, 1])
    with pytest.raises(PySparkValueError, match="empty RDD"):
        sc.parallelize([None]).histogram(2)


def test_sorting_by_a_random_key_keeps_every_pair(sc: SparkContext) -> None:
    pairs = sc.range(20_000, numSlices=3).map(lambda number: (number, -number))
    shuffled = pairs.sortByKey(numPartitions=4, keyfunc=lambda key: random.random()).collect()
    assert sorted(shuffled) == [(number, -number) for number in range(20_000)]
    assert shuffled != sorted(shuffled)


def test_what_is_at_a_border_belongs_to_the_range_that_begins_there(sc: SparkContext) -> None:
    tenths = [number / 10 for number in range(11)]  # 0.3 / 0.1 is 2.99…
    assert sc.parallelize(tenths).histogram(tenths)[1] == [1] * 9 + [2]
    large = [0, 10**17 + 1, 2 * (10**17 + 1)]  # and floats do not tell 10 ** 17 from 10 ** 17 + 1
    assert sc.parallelize([10**17, 10**17 + 1]).histogram(large)[1] == [1, 1]


def test_jobs_are_cancelled_by_tag(sc: SparkContext, tmp_path: Path) -> None:
    gate, begun = str(tmp_path / "gate"), str(tmp_path / "begun")
    os.mkfifo(gate)
    os.mkfifo(begun)

    def stuck(record: Any) -> Any:
        with open(begun, "wb") as file:
            file.write(b"x")
        with open(gate, "rb"):
            return record

    failures: list[str] = []

    def run() -> None:
        sc.addJobTag("slow")
        sc.addJobTag("other")
        try:
            sc.range(1, numSlices=1).map(stuck).collect()
        except Exception as failure:
            failures.append(str(failure))

    thread = threading.Thread(target=run)
    thread.start()
    with open(begun, "rb") as file:
        assert file.read(1) == b"x"
    tracker = sc.statusTracker()
    (job,) = tracker.getActiveJobsIds()
    info = tracker.getJobInfo(job)
    assert info is not None
    assert info.status == "RUNNING"
    (stage,) = info.stageIds
    assert tracker.getActiveStageIds() == [stage]
    stage_info = tracker.getStageInfo(stage)
    assert stage_info is not None
    assert (stage_info.numTasks, stage_info.numActiveTasks, stage_info.numCompletedTasks) == (1, 1, 0)
    assert sc.getJobTags() == set()
    sc.cancelJobsWithTag("unknown")
    assert tracker.getActiveJobsIds() == [job]
    sc.cancelJobsWithTag("slow")
    thread.join()
    assert "cancelled job tag slow" in failures[0]
    ended = tracker.getJobInfo(job)
    assert ended is not None
    assert ended.status == "FAILED"
    assert ended.stageIds == [stage]
    stage_info = tracker.getStageInfo(stage)
    assert stage_info is not None
    assert (stage_info.numTasks, stage_info.numActiveTasks, stage_info.numCompletedTasks) == (1, 0, 0)
    for tag in ("", "a,b"):
        with pytest.raises(PySparkValueError, match="a job tag must not be empty"):
            sc.addJobTag(tag)


def test_the_stages_of_a_job_that_has_ended_are_known(sc: SparkContext) -> None:
    sc.setJobGroup("told", "a job of two stages")
    try:
        assert sc.parallelize([(1, 2), (1, 3)], 2).reduceByKey(operator.add, 3).count() == 1
    finally:
        sc.setLocalProperty("spark.jobGroup.id", None)
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("told")
    info = tracker.getJobInfo(job)
    assert info is not None
    assert info.status == "SUCCEEDED"
    stages = [tracker.getStageInfo(stage) for stage in info.stageIds]
    told = {
        (stage.name.partition(" ")[0], stage.numTasks, stage.numCompletedTasks, stage.numFailedTasks)
        for stage in stages
        if stage
    }
    assert told == {("reduceByKey", 2, 2, 0), ("reduceByKey", 3, 3, 0)}  # a stage is named by its RDD


def test_binary_and_pickled_files(sc: SparkContext, tmp_path: Path) -> None:
    for name in ("b", "a", "_hidden"):
        (tmp_path / name).write_bytes(name.encode() * 3)
    found = sc.binaryFiles(str(tmp_path)).collect()
    assert sorted(found) == [(f"file:{tmp_path}/{name}", name.encode() * 3) for name in "ab"]
    assert sc.binaryRecords(f"{tmp_path}/[ab]", 3).collect() == [b"aaa", b"bbb"]
    with pytest.raises(PySparkValueError, match="no multiple of recordLength, 2"):
        sc.binaryRecords(str(tmp_path), 2)
    with pytest.raises(Exception, match="Input path does not exist"):
        sc.binaryFiles(f"{tmp_path}/missing")
    records = [None, {"a": [1, 2]}, frozenset({1})]
    sc.parallelize(records, 3).saveAsPickleFile(f"{tmp_path}/out")
    assert sc.pickleFile(f"{tmp_path}/out").collect() == records
    with pytest.raises(Exception, match="already exists"):
        sc.parallelize(records).saveAsPickleFile(f"{tmp_path}/out")
    part = tmp_path / "out" / "part-00001"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    with pytest.raises(Exception, match="is not what saveAsPickleFile wrote, or is damaged"):
        sc.pickleFile(f"{tmp_path}/out").collect()


def test_what_is_not_there_yet_says_what_to_use(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, 2)])
    calls: list[Any] = [
        lambda: rdd.saveAsSequenceFile("/out"),
        lambda: rdd.saveAsHadoopFile("/out", "F"),
        lambda: rdd.saveAsHadoopDataset({}),
        lambda: rdd.saveAsNewAPIHadoopFile("/out", "F"),
        lambda: rdd.saveAsNewAPIHadoopDataset({}),
        lambda: sc.sequenceFile("/in"),
        lambda: sc.hadoopFile("/in", "F", "K", "V"),
        lambda: sc.hadoopRDD("F", "K", "V"),
        lambda: sc.newAPIHadoopFile("/in", "F", "K", "V"),
        lambda: sc.newAPIHadoopRDD("F", "K", "V"),
    ]
    for call in calls:
        with pytest.raises(PySparkNotImplementedError, match=r"is not there yet\. (Use|For) "):
            call()


def test_system_properties_are_settings_of_later_configurations() -> None:
    SparkContext.setSystemProperty("spark.test.mood", "calm")
    assert SparkConf().get("spark.test.mood") == "calm"
    assert SparkConf(loadDefaults=False).get("spark.test.mood") is None
    assert SparkContext.getSystemProperty("no.such.property") is None


def test_the_lineage_is_drawn_as_spark_draws_it(sc: SparkContext) -> None:
    first = (
        sc.range(4, numSlices=3).map(lambda n: (n, n)).partitionBy(2).mapValues(abs).setName("first").cache()
    )
    both = first.join(sc.range(4, numSlices=12).keyBy(abs)).coalesce(1)
    text = both.toDebugString().decode()
    drawn = [line.split("[")[0] for line in text.split("\n")]
    assert drawn == [
        "(1) CoalescedRDD",
        " |  PythonRDD",
        " |  ShuffledRDD",
        " +-(14) UnionRDD",
        "    |   PythonRDD",
        "    |   first PythonRDD",
        "    |   ShuffledRDD",
        "    +-(3) PythonRDD",
        "       |  ParallelCollectionRDD",
        "    |   PythonRDD",
        "    |   PythonRDD",
        "    |   ParallelCollectionRDD",
    ]
    assert "first PythonRDD" in text
    assert "at mapValues at test_rdd_operations.py" in text
    assert text.count("1x Replicated]") == 1


def test_results_larger_than_allowed_are_refused(sc: SparkContext) -> None:
    assert sc._driver.jobs.max_result_size == 1 << 30
    sc._driver.jobs.max_result_size = 100_000
    try:
        with pytest.raises(Exception, match=r"more than spark\.driver\.maxResultSize \(100000 bytes\)"):
            sc.range(10, numSlices=10).map(lambda n: "x" * 20_000).collect()
        assert sc.range(10, numSlices=10).map(lambda n: "x" * 20_000).count() == 10
    finally:
        sc._driver.jobs.max_result_size = 1 << 30


def test_counting_runs_through_what_a_function_gave_whatever_length_it_states(sc: SparkContext) -> None:
    class Stated:
        def __init__(self, records: Any) -> None:
            self.records = records

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Any:
            return next(self.records)

        def __len__(self) -> int:
            return 1000

    assert sc.parallelize(range(7), 2).mapPartitions(Stated).count() == 7
