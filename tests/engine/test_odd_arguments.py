"""Calls with scalars that programs pass by mistake, or that NumPy gave them.

Each call works, or raises one clear error where the program made it: never an error about the engine's own
messages, and never later, in a task. The context works afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firesteel import JobError, SparkContext, StorageLevel
from firesteel.errors import PySparkException

ODD: dict[str, Any] = {
    "np.int64(2)": np.int64(2),
    "np.int32(-1)": np.int32(-1),
    "np.uint8(3)": np.uint8(3),
    "np.True_": np.True_,
    "np.False_": np.False_,
    "np.float64(2)": np.float64(2),
    "np.float32(0.5)": np.float32(0.5),
    "True": True,
    "False": False,
    "0": 0,
    "1": 1,
    "-1": -1,
    "2**31": 2**31,
    "2**63": 2**63,
    "2**64": 2**64,
    "-(2**63)-1": -(2**63) - 1,
    "2.5": 2.5,
    "3.0": 3.0,
    "'3'": "3",
    "''": "",
    "None": None,
    "nan": math.nan,
    "inf": math.inf,
    "1j": 1j,
    "[]": [],
    "object()": object(),
}

Call = Callable[[SparkContext, Any, Path], Any]


def _pairs(sc: SparkContext) -> Any:
    return sc.parallelize([(1, 2), (2, 3), (1, 5)], 2)


def _numbers(sc: SparkContext) -> Any:
    return sc.parallelize([1, 2, 3], 2)


def _text(directory: Path) -> str:
    (directory / "t.txt").write_text("a\nb\n")
    return str(directory / "t.txt")


def _add(one: Any, other: Any) -> Any:
    return one + other


def _with_property(sc: SparkContext, setter: Callable[[], Any]) -> Any:
    try:
        setter()
        return sc.parallelize([1], 1).count()
    finally:
        for name in ("firesteel.odd", "spark.jobGroup.id", "spark.job.description", "spark.scheduler.pool"):
            sc.setLocalProperty(name, None)


def _pickled(sc: SparkContext, directory: Path) -> str:
    _numbers(sc).saveAsPickleFile(str(directory / "p"))
    return str(directory / "p")


def _persisted(sc: SparkContext, *arguments: Any) -> Any:
    rdd = _numbers(sc).persist(StorageLevel(*arguments))
    try:
        return rdd.count()
    finally:
        rdd.unpersist()


CALLS: dict[str, Call] = {
    "parallelize": lambda sc, x, _: sc.parallelize([1, 2], x).collect(),
    "parallelize(range)": lambda sc, x, _: sc.parallelize(range(3), x).count(),
    "range(start)": lambda sc, x, _: sc.range(x, 5).take(2),
    "range(end)": lambda sc, x, _: sc.range(0, x, 1 if x is None else 10**19).take(1),
    "range(step)": lambda sc, x, _: sc.range(0, 5, x).take(2),
    "range(numSlices)": lambda sc, x, _: sc.range(0, 5, 1, x).count(),
    "textFile": lambda sc, x, d: sc.textFile(_text(d), x).count(),
    "textFile(use_unicode)": lambda sc, x, d: sc.textFile(_text(d), 1, x).collect(),
    "textFile(name)": lambda sc, x, _: sc.textFile(x).count(),
    "wholeTextFiles": lambda sc, x, d: sc.wholeTextFiles(_text(d), x).count(),
    "binaryFiles": lambda sc, x, d: sc.binaryFiles(_text(d), x).count(),
    "binaryFiles(path)": lambda sc, x, _: sc.binaryFiles(x).count(),
    "binaryRecords": lambda sc, x, d: sc.binaryRecords(_text(d), x).count(),
    "pickleFile": lambda sc, x, d: sc.pickleFile(_pickled(sc, d), x).count(),
    "saveAsPickleFile(batchSize)": lambda sc, x, d: _numbers(sc).saveAsPickleFile(str(d / "q"), x),
    "saveAsPickleFile(path)": lambda sc, x, _: _numbers(sc).saveAsPickleFile(x),
    "saveAsTextFile(path)": lambda sc, x, _: _numbers(sc).saveAsTextFile(x),
    "saveAsTextFile(codec)": lambda sc, x, d: _numbers(sc).saveAsTextFile(str(d / "t"), x),
    "coalesce": lambda sc, x, _: _numbers(sc).coalesce(x).count(),
    "coalesce(shuffle)": lambda sc, x, _: _numbers(sc).coalesce(1, x).count(),
    "repartition": lambda sc, x, _: _numbers(sc).repartition(x).count(),
    "partitionBy": lambda sc, x, _: _pairs(sc).partitionBy(x).count(),
    "groupByKey": lambda sc, x, _: _pairs(sc).groupByKey(x).count(),
    "groupBy": lambda sc, x, _: _numbers(sc).groupBy(lambda number: number, x).count(),
    "reduceByKey": lambda sc, x, _: _pairs(sc).reduceByKey(_add, x).collect(),
    "foldByKey": lambda sc, x, _: _pairs(sc).foldByKey(0, _add, x).collect(),
    "aggregateByKey": lambda sc, x, _: _pairs(sc).aggregateByKey(0, _add, _add, x).collect(),
    "combineByKey": lambda sc, x, _: _pairs(sc).combineByKey(str, _add_text, _add, x).collect(),
    "distinct": lambda sc, x, _: _numbers(sc).distinct(x).count(),
    "subtract": lambda sc, x, _: _numbers(sc).subtract(_numbers(sc), x).count(),
    "subtractByKey": lambda sc, x, _: _pairs(sc).subtractByKey(_pairs(sc), x).count(),
    "join": lambda sc, x, _: _pairs(sc).join(_pairs(sc), x).count(),
    "leftOuterJoin": lambda sc, x, _: _pairs(sc).leftOuterJoin(_pairs(sc), x).count(),
    "rightOuterJoin": lambda sc, x, _: _pairs(sc).rightOuterJoin(_pairs(sc), x).count(),
    "fullOuterJoin": lambda sc, x, _: _pairs(sc).fullOuterJoin(_pairs(sc), x).count(),
    "cogroup": lambda sc, x, _: _pairs(sc).cogroup(_pairs(sc), x).count(),
    "sortBy(ascending)": lambda sc, x, _: _numbers(sc).sortBy(lambda number: number, x).collect(),
    "sortBy(numPartitions)": lambda sc, x, _: _numbers(sc).sortBy(lambda number: number, True, x).collect(),
    "sortByKey(ascending)": lambda sc, x, _: _pairs(sc).sortByKey(x).collect(),
    "sortByKey(numPartitions)": lambda sc, x, _: _pairs(sc).sortByKey(True, x).collect(),
    "repartitionAndSortWithinPartitions": (
        lambda sc, x, _: _pairs(sc).repartitionAndSortWithinPartitions(x).collect()
    ),
    "repartitionAndSortWithinPartitions(ascending)": (
        lambda sc, x, _: _pairs(sc).repartitionAndSortWithinPartitions(2, ascending=x).collect()
    ),
    "take": lambda sc, x, _: _numbers(sc).take(x),
    "takeOrdered": lambda sc, x, _: _numbers(sc).takeOrdered(x),
    "top": lambda sc, x, _: _numbers(sc).top(x),
    "takeSample(num)": lambda sc, x, _: _numbers(sc).takeSample(False, x, 1),
    "takeSample(withReplacement)": lambda sc, x, _: _numbers(sc).takeSample(x, 2, 1),
    "takeSample(seed)": lambda sc, x, _: _numbers(sc).takeSample(False, 2, x),
    "sample(withReplacement)": lambda sc, x, _: _numbers(sc).sample(x, 0.5, 1).count(),
    "sample(fraction)": lambda sc, x, _: _numbers(sc).sample(False, x, 1).count(),
    "sample(seed)": lambda sc, x, _: _numbers(sc).sample(False, 0.5, x).count(),
    "sampleByKey(fraction)": lambda sc, x, _: _pairs(sc).sampleByKey(False, {1: x, 2: 0.5}, 1).count(),
    "sampleByKey(seed)": lambda sc, x, _: _pairs(sc).sampleByKey(False, {1: 0.1, 2: 0.5}, x).count(),
    "randomSplit(weight)": lambda sc, x, _: [part.count() for part in _numbers(sc).randomSplit([x, 1], 1)],
    "randomSplit(seed)": lambda sc, x, _: [part.count() for part in _numbers(sc).randomSplit([1, 1], x)],
    "histogram": lambda sc, x, _: _numbers(sc).histogram(x),
    "countApprox(timeout)": lambda sc, x, _: _numbers(sc).countApprox(x),
    "countApprox(confidence)": lambda sc, x, _: _numbers(sc).countApprox(10_000, x),
    "sumApprox(timeout)": lambda sc, x, _: _numbers(sc).sumApprox(x),
    "meanApprox(confidence)": lambda sc, x, _: _numbers(sc).meanApprox(10_000, x),
    "countApproxDistinct": lambda sc, x, _: _numbers(sc).countApproxDistinct(x),
    "treeReduce": lambda sc, x, _: _numbers(sc).treeReduce(_add, x),
    "treeAggregate": lambda sc, x, _: _numbers(sc).treeAggregate(0, _add, _add, x),
    "lookup": lambda sc, x, _: sc.parallelize([(1, 2), ("3", 5)], 2).lookup(x),
    "lookup(partitioned)": lambda sc, x, _: _pairs(sc).partitionBy(2).lookup(x),
    "toLocalIterator": lambda sc, x, _: list(_numbers(sc).toLocalIterator(x)),
    "unpersist": lambda sc, x, _: _cached(sc).unpersist(x).count(),
    "cleanShuffleDependencies": lambda sc, x, _: _shuffled(sc).cleanShuffleDependencies(x),
    "mapPartitions(preserves)": lambda sc, x, _: _pairs(sc).mapPartitions(iter, x).groupByKey().count(),
    "setName": lambda sc, x, _: _named(sc, x),
    "persist": lambda sc, x, _: _numbers(sc).persist(x).count(),
    "StorageLevel(disk)": lambda sc, x, _: _persisted(sc, x, True, False, False, 1),
    "StorageLevel(memory)": lambda sc, x, _: _persisted(sc, True, x, False, False, 1),
    "StorageLevel(deserialized)": lambda sc, x, _: _persisted(sc, True, True, False, x, 1),
    "StorageLevel(replication)": lambda sc, x, _: _persisted(sc, True, True, False, False, x),
    "pipe(command)": lambda sc, x, _: _numbers(sc).pipe(x).count(),
    "pipe(checkCode)": lambda sc, x, _: _numbers(sc).pipe("cat", None, x).count(),
    "pipe(env)": lambda sc, x, _: _numbers(sc).pipe("cat", {"A": x}).count(),
    "runJob": lambda sc, x, _: sc.runJob(_numbers(sc), list, [x]),
    "runJob(partitions)": lambda sc, x, _: sc.runJob(_numbers(sc), list, x),
    "collectWithJobGroup": lambda sc, x, _: _with_property(
        sc, lambda: _numbers(sc).collectWithJobGroup(x, "odd")
    ),
    "collectWithJobGroup(description)": lambda sc, x, _: _with_property(
        sc, lambda: _numbers(sc).collectWithJobGroup("odd", x)
    ),
    "setLocalProperty": lambda sc, x, _: _with_property(sc, lambda: sc.setLocalProperty("firesteel.odd", x)),
    "setLocalProperty(key)": lambda sc, x, _: _with_property(sc, lambda: sc.setLocalProperty(x, None)),
    "setLocalProperty(pool)": lambda sc, x, _: _with_property(
        sc, lambda: sc.setLocalProperty("spark.scheduler.pool", x)
    ),
    "setJobGroup": lambda sc, x, _: _with_property(sc, lambda: sc.setJobGroup(x, "odd")),
    "setJobGroup(description)": lambda sc, x, _: _with_property(sc, lambda: sc.setJobGroup("odd", x)),
    "setJobDescription": lambda sc, x, _: _with_property(sc, lambda: sc.setJobDescription(x)),
    "addJobTag": lambda sc, x, _: _tagged(sc, x),
    "setLogLevel": lambda sc, x, _: sc.setLogLevel(x),
    "cancelJobGroup": lambda sc, x, _: sc.cancelJobGroup(x),
    "cancelJobsWithTag": lambda sc, x, _: sc.cancelJobsWithTag(x),
    "union": lambda sc, x, _: sc.union([_numbers(sc), x]),
    "publish": lambda sc, x, _: sc.publish(x, _numbers(sc)),
    "lookup(name)": lambda sc, x, _: sc.lookup(x),
    "statusTracker.getJobInfo": lambda sc, x, _: sc.statusTracker().getJobInfo(x),
    "statusTracker.getStageInfo": lambda sc, x, _: sc.statusTracker().getStageInfo(x),
    "statusTracker.getJobIdsForGroup": lambda sc, x, _: sc.statusTracker().getJobIdsForGroup(x),
    "broadcast": lambda sc, x, _: sc.broadcast(x),
    "accumulator": lambda sc, x, _: sc.accumulator(x),
    "addFile": lambda sc, x, _: sc.addFile(x),
    "mapJava": lambda sc, x, _: _numbers(sc).mapJava(x),
}


def _add_text(one: str, other: Any) -> str:
    return one + str(other)


def _cached(sc: SparkContext) -> Any:
    rdd = _numbers(sc).cache()
    rdd.count()
    return rdd


def _shuffled(sc: SparkContext) -> Any:
    rdd = _pairs(sc).groupByKey()
    rdd.count()
    return rdd


def _named(sc: SparkContext, name: Any) -> Any:
    rdd = _numbers(sc).setName(name)
    rdd.toDebugString()
    return repr(rdd), rdd.count()


def _tagged(sc: SparkContext, tag: Any) -> Any:
    try:
        sc.addJobTag(tag)
        return _numbers(sc).count()
    finally:
        sc.clearJobTags()


@pytest.mark.parametrize("call", CALLS)
def test_odd_arguments(sc: SparkContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for name, value in ODD.items():
        directory = tmp_path / f"of {name.replace('/', ' ')}"
        directory.mkdir()
        try:
            CALLS[call](sc, value, directory)
        except Exception as error:
            complaint = _unclear(error)
            if complaint:
                wrong.append(f"{call} with {name}: {complaint}")
            assert sc.parallelize([1, 2], 1).sum() == 3, f"after {name}"
    assert sorted(_pairs(sc).reduceByKey(_add).collect()) == [(1, 7), (2, 3)]
    assert not wrong, "\n" + "\n".join(wrong)


def _unclear(error: Exception) -> str:
    """Tell what is wrong with an error: it must be of the program's call, and short."""
    text = str(error)
    if isinstance(error, JobError) and "Job aborted" in text and "No such file" not in text:
        return f"a job failed: {text[:300]!r}"
    clear = (PySparkException, TypeError, ValueError, JobError, OSError)
    if not isinstance(error, clear):
        return f"{type(error).__name__}: {text[:300]!r}"
    for word in (
        "ProtocolException",
        "fault of the engine",
        "py4j",
        "msgpack",
        "can not serialize",
    ):
        if word in text:
            return f"it speaks of {word}: {text[:300]!r}"
    return ""
