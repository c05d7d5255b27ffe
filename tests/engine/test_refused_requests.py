"""After a request that the engine refused, the RDDs in it can still be used."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firesteel import RDD, JobError, SparkContext
from firesteel._driver.lineage import Sorted


def refused(rdd: RDD[Any], monkeypatch: pytest.MonkeyPatch, act: Callable[[RDD[Any]], Any]) -> None:
    """Have the engine refuse a request with the RDD: a node in it has a field of another type."""
    fields = Sorted.fields

    def wrong(self: Sorted, compiler: Any) -> Any:
        wire, needs = fields(self, compiler)
        return {**wire, "ascending": 3}, needs

    with monkeypatch.context() as patched:
        patched.setattr(Sorted, "fields", wrong)
        with pytest.raises(Exception, match="ProtocolException"):
            act(rdd.sortBy(lambda record: record))


ACTIONS: list[Callable[[Any], Any]] = [
    lambda rdd: rdd.collect(),
    lambda rdd: rdd.count(),
    lambda rdd: rdd.take(1),
    lambda rdd: rdd.context.publish("refused", rdd),
]


@pytest.mark.parametrize("act", ACTIONS)
def test_the_rdd_and_its_parents_work_afterwards(
    sc: SparkContext, monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], Any]
) -> None:
    factor = sc.broadcast(10)
    parent = sc.parallelize([3, 1, 2], 2)
    rdd = parent.map(lambda number: number * factor.value).repartition(3)
    refused(rdd, monkeypatch, act)
    assert sorted(rdd.collect()) == [10, 20, 30]
    assert rdd.sortBy(lambda number: -number).collect() == [30, 20, 10]
    assert sorted(parent.collect()) == [1, 2, 3]


@pytest.mark.parametrize("act", ACTIONS)
def test_a_storage_level_that_was_in_it_holds(
    sc: SparkContext, monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], Any]
) -> None:
    runs = sc.accumulator(0)

    def counted(number: int) -> int:
        runs.add(1)
        return number

    rdd = sc.parallelize([1, 2], 1).map(counted)
    rdd.cache()
    refused(rdd, monkeypatch, act)
    assert rdd.sum() + rdd.sum() == 6
    assert runs.value == 2, "it was computed twice, though it is cached"
    rdd.unpersist(blocking=True)
    refused(rdd, monkeypatch, act)
    assert rdd.sum() == 3
    assert runs.value == 4, "its blocks were read, though it is not cached"


def test_a_checkpoint_that_was_in_it_is_told(
    sc: SparkContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sc.setCheckpointDir(str(tmp_path))
    gone = tmp_path / "input.txt"
    gone.write_text("a\nb\n")
    rdd = sc.textFile(str(gone)).map(str.upper)
    rdd.checkpoint()
    rdd.count()
    gone.unlink()
    refused(rdd.map(str.lower), monkeypatch, ACTIONS[0])
    assert rdd.collect() == ["A", "B"]


def test_what_was_dropped_is_told_again(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    rdd = sc.parallelize([2, 1], 2)
    before = sc._driver.gateway.call("status")
    dropped = rdd.map(lambda number: (number, 1)).groupByKey(2)
    assert dropped.count() == 2
    known = sc._driver.gateway.call("status")
    assert (known["nodes"], known["shuffles"]) > (before["nodes"], before["shuffles"])
    del dropped
    gc.collect()
    refused(rdd, monkeypatch, ACTIONS[0])
    gc.collect()
    assert sorted(rdd.collect()) == [1, 2]
    after = sc._driver.gateway.call("status")
    assert after["shuffles"] <= before["shuffles"]


def test_a_job_that_cannot_be_packed_is_not_sent(sc: SparkContext) -> None:
    rdd = sc.parallelize([3, 1], 2).map(lambda number: number + 1)
    driver = sc._driver
    with pytest.raises(TypeError):
        driver.jobs.run(rdd._node, [object()], {}, "collect")  # type: ignore[list-item]
    assert sorted(rdd.collect()) == [2, 4]
    with pytest.raises(JobError, match="ZeroDivisionError"):
        rdd.map(lambda number: 1 / 0).collect()
    assert rdd.count() == 2
