"""What the driver asks of the engine; and every operation, run by the worker's code in this process."""

from __future__ import annotations

import gc
import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("driver_operations")

from driver_operations import *  # noqa: E402, F403
from driver_operations import WORDS  # noqa: E402
from driver_support import FakeGateway, fake_session  # noqa: E402

import firesteel.context  # noqa: E402
from firesteel import JobError, SparkContext, StorageLevel  # noqa: E402


@pytest.fixture
def sc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SparkContext]:
    gateway = FakeGateway(tmp_path)
    monkeypatch.setattr(firesteel.context, "start_engine", lambda conf: fake_session(gateway, conf))
    with SparkContext("local[2]", "test") as context:
        yield context


def requests(sc: SparkContext) -> list[dict[str, Any]]:
    return sc._driver.gateway.requests  # type: ignore[attr-defined, no-any-return]


def calls(sc: SparkContext) -> list[str]:
    return sc._driver.gateway.calls  # type: ignore[attr-defined, no-any-return]


def test_transformations_call_nobody_and_an_action_once(sc: SparkContext) -> None:
    rdd = sc.parallelize(WORDS).map(lambda w: (w, 1)).reduceByKey(operator.add).sortByKey()
    for _ in range(50):
        rdd = rdd.map(lambda pair: pair)
    assert calls(sc) == []
    rdd.collect()
    assert calls(sc) == ["runJob"]


def test_co_partitioned_data_is_not_shuffled_again(sc: SparkContext) -> None:
    left = sc.parallelize([(n % 5, n) for n in range(20)]).partitionBy(3)
    right = sc.parallelize([(n % 5, -n) for n in range(10)]).partitionBy(3)
    assert left.partitionBy(3) is left
    joined = left.join(right)
    reduced = left.mapValues(lambda v: v).reduceByKey(operator.add, 3)
    assert joined.partitioner == left.partitioner
    assert joined.getNumPartitions() == 3
    assert len(joined.collect()) == 40
    assert reduced.collectAsMap() == {key: sum(range(key, 20, 5)) for key in range(5)}
    assert sum(len(request["shuffles"]) for request in requests(sc)) == 2
    assert left.map(lambda pair: pair).partitioner is None
    assert left.filter(bool).partitioner == left.partitioner
    assert left.union(right).getNumPartitions() == 3


def test_take_scans_few_partitions_first(sc: SparkContext) -> None:
    sc.parallelize(range(1000), 100).take(3)
    assert [request["partitions"] for request in requests(sc)] == [[0]]
    assert sc.parallelize(range(100), 100).filter(lambda n: n > 50).take(1) == [51]
    assert [len(request["partitions"]) for request in requests(sc)[1:]] == [1, 4, 20, 75]


def test_more_can_be_asked_for_than_an_index_holds(sc: SparkContext) -> None:
    assert sc.parallelize(range(3), 2).take(2**70) == [0, 1, 2]


def test_a_collection_is_what_iterating_over_it_gives(sc: SparkContext) -> None:
    class Doubled(list[int]):
        def __iter__(self) -> Iterator[int]:
            return iter([2 * number for number in super().__iter__()])

    class Rows(tuple[int, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[int]:
            return reversed(tuple(super().__iter__()))

    assert sc.parallelize(Doubled([1, 2, 3]), 2).glom().collect() == [[2], [4, 6]]
    assert sc.parallelize(Rows((1, 2)), 1).collect() == [2, 1]


def test_persisted_partitions_are_computed_once(sc: SparkContext) -> None:
    log = sc.accumulator(0)
    doubled = sc.parallelize([1, 2, 3], 2).map(lambda n: (log.add(1), n * 2)[1])
    late = doubled.map(lambda n: n + 1)
    assert late.collect() == [3, 5, 7]
    doubled.cache()
    before = log.value
    assert late.collect() == [3, 5, 7]  # compiled anew: what is below it is persisted now
    assert doubled.collect() == [2, 4, 6]
    assert log.value == before + 3 or log.value == before  # computed once more at most
    assert doubled.getStorageLevel() == StorageLevel.MEMORY_ONLY
    with pytest.raises(JobError, match="Call unpersist"):
        doubled.persist(StorageLevel.DISK_ONLY)
    doubled.unpersist()
    assert calls(sc)[-1] == "update"
    assert late.collect() == [3, 5, 7]


def test_job_groups_and_properties(sc: SparkContext) -> None:
    sc.setJobGroup("nightly", "words")
    gateway = sc._driver.gateway
    gateway.before_job = lambda request: sc.cancelJobGroup("nightly")  # type: ignore[attr-defined]
    sc.parallelize([1]).count()
    assert requests(sc)[-1]["properties"]["spark.jobGroup.id"] == "nightly"
    assert gateway.cancelled == [(requests(sc)[-1]["job"], "part of cancelled job group nightly")]  # type: ignore[attr-defined]
    assert sc.parallelize([1]).collectWithJobGroup("other", "one") == [1]
    assert requests(sc)[-1]["properties"]["spark.jobGroup.id"] == "other"
    assert sc.getLocalProperty("spark.jobGroup.id") == "nightly"


def test_definitions_are_sent_once_and_released(sc: SparkContext) -> None:
    pairs = sc.parallelize(WORDS).map(lambda w: (w, 1)).reduceByKey(operator.add)
    pairs.collect()
    first = requests(sc)[-1]
    assert [node["op"] for node in first["nodes"]] == ["slices", "pipeline", "shuffled"]
    assert len(first["shuffles"]) == 1
    pairs.mapValues(str).collect()
    assert [node["op"] for node in requests(sc)[-1]["nodes"]] == ["pipeline"]
    del pairs
    gc.collect()
    sc.parallelize([1]).count()
    release = requests(sc)[-1]["release"]
    assert len(release["shuffles"]) == 1
    assert len(release["inputs"]) == 1
    assert len(release["nodes"]) >= 4


def test_sorting_runs_nothing_before_an_action(sc: SparkContext) -> None:
    result = sc.parallelize([("b", 1), ("a", 2)], 3).sortByKey()
    assert result.getNumPartitions() == 3
    assert calls(sc) == []
    result.collect()
    assert [len(requests(sc)[0]["shuffles"]), len(requests(sc))] == [2, 1]


def test_text_files_are_listed_when_needed(sc: SparkContext, tmp_path: Path) -> None:
    lines = sc.textFile(str(tmp_path / "missing"))
    assert calls(sc) == []
    from py4j.protocol import Py4JJavaError

    with pytest.raises(Py4JJavaError, match="does not exist"):
        lines.getNumPartitions()
    (tmp_path / "missing").write_text("here now")
    assert lines.collect() == ["here now"]
    assert lines.count() == 1
    assert calls(sc) == ["describeFiles", "describeFiles", "runJob", "runJob"]


def test_listings_of_files_are_released_with_the_last_that_reads_them(
    sc: SparkContext, tmp_path: Path
) -> None:
    path = tmp_path / "text"
    path.write_text("a\nb\n")
    lines = sc.textFile(str(path))
    upper = lines.map(str.upper)
    assert lines.count() == 2
    unused = sc.textFile(str(path))
    assert unused.getNumPartitions() == 2
    del lines, unused
    assert sorted(upper.collect()) == ["A", "B"]
    assert [request["release"]["files"] for request in requests(sc)] == [[], [1]]
    del upper
    sc.parallelize([1]).count()
    assert requests(sc)[-1]["release"]["files"] == [0]


def test_broadcasts_are_sent_once(sc: SparkContext) -> None:
    value = sc.broadcast(5)
    rdd = sc.parallelize([1]).map(lambda n: n + value.value)
    assert rdd.collect() == [6]
    assert len(requests(sc)[-1]["broadcasts"]) == 1
    assert rdd.count() == 1
    assert requests(sc)[-1]["broadcasts"] == []


def test_a_request_that_was_not_answered_is_sent_again(sc: SparkContext) -> None:
    rdd = sc.parallelize([1]).map(lambda n: n).distinct()

    def interrupt(request: dict[str, Any]) -> None:
        sc._driver.gateway.before_job = None  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    sc._driver.gateway.before_job = interrupt  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        rdd.collect()
    assert sc._driver.gateway.cancelled == [(0, "interrupted by the user")]  # type: ignore[attr-defined]
    assert rdd.collect() == [1]
    assert len(requests(sc)[1]["shuffles"]) == 1
    assert rdd.collect() == [1]
    assert requests(sc)[2]["shuffles"] == []


def test_long_lineage(sc: SparkContext) -> None:
    rdd = sc.parallelize([0], 1)
    for _ in range(5000):
        rdd = rdd.map(lambda n: n)
    assert rdd.getNumPartitions() == 1
    assert b"parallelize" in rdd.toDebugString()
    many = sc.union([sc.parallelize([n], 1) for n in range(50)])
    for _ in range(2000):
        many = sc.union([many])
    assert many._node.partitions == 50
    del rdd, many
    gc.collect()


def test_partitioners_follow_pysparks_rules(sc: SparkContext) -> None:
    pairs = sc.parallelize([(1, 2)], 3)
    assert pairs.reduceByKey(operator.add).getNumPartitions() == 3
    assert pairs.join(pairs).getNumPartitions() == 6
    spread = pairs.partitionBy(4)
    assert spread.mapValues(str).partitioner == spread.partitioner
    assert spread.flatMapValues(str).partitioner == spread.partitioner
    assert spread.map(lambda p: p, preservesPartitioning=True).partitioner == spread.partitioner
    assert spread.keys().partitioner is None
    assert spread.union(pairs).partitioner is None
    assert spread.join(spread).getNumPartitions() == 4
    assert spread.partitionBy(4, lambda key: key) is not spread
    sc._conf.set("spark.default.parallelism", 7)
    assert pairs.groupByKey().getNumPartitions() == 7
    assert sc.parallelize([]).getNumPartitions() == 7
