"""Compression that the user asks for."""

from __future__ import annotations

import os
import sys

import pytest
from application import files

from firesteel import SparkConf, SparkContext


def test_compression() -> None:
    conf = SparkConf().setMaster("local[2]").setAppName("compressed")
    for key in ("spark.broadcast.compress", "spark.rdd.compress", "spark.shuffle.compress"):
        conf.set(key, "true")
    with SparkContext(conf=conf) as sc:
        shared = sc.broadcast("same " * 200_000)
        assert os.stat(shared._path).st_size < 100_000
        cached = sc.parallelize(range(50_000), 2).map(lambda x: (x % 10, "value " * 20)).cache()
        assert cached.map(lambda pair: len(pair[1]) + len(shared.value[:1])).sum() == 50_000 * 121
        blocks = files(sc.applicationId, "rdd_")
        assert sum(path.stat().st_size for path in blocks) < 1_000_000
        groups = cached.groupByKey(2).mapValues(len).collect()
        assert sorted(groups) == [(key, 5000) for key in range(10)]
        outputs = [path for path in files(sc.applicationId, "shuffle_") if path.stat().st_size > 200]
        assert sum(path.stat().st_size for path in outputs) < 1_000_000


def test_compression_without_lz4_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    conf = SparkConf().setMaster("local[1]").setAppName("no lz4").set("spark.rdd.compress", "true")
    with pytest.raises(ImportError, match=r"spark\.rdd\.compress=true needs the package lz4"):
        SparkContext(conf=conf)
    monkeypatch.undo()
    with SparkContext("local[1]", "after") as sc:
        assert sc.parallelize([1]).count() == 1
