"""RDDs that are published under names. Scripts of Java programs are tested by `PythonRunnerTest`."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from firesteel import SparkContext
from firesteel.errors import PySparkTypeError, PySparkValueError


def nodes(sc: SparkContext) -> int:
    gc.collect()
    sc._driver._update(blocking=True)
    return int(sc._driver.gateway.call("status")["nodes"])


def test_a_name_keeps_what_the_program_dropped_and_lets_it_go(sc: SparkContext) -> None:
    before = nodes(sc)
    sc.publish("squares", sc.range(10).map(lambda x: x * x))
    kept = nodes(sc)
    assert kept > before
    found = sc.lookup("squares")
    assert found.filter(lambda x: x % 2 == 0).collect() == [0, 4, 16, 36, 64]
    assert found.getNumPartitions() == 2
    sc.unpublish("squares")
    assert found.sum() == 285
    assert found.map(lambda x: (x % 3, x)).reduceByKey(max).collectAsMap() == {0: 81, 1: 64}
    del found
    assert nodes(sc) == before


def test_a_name_that_is_given_again_means_the_new_one(sc: SparkContext) -> None:
    sc.publish("both", sc.parallelize(["old"]))
    old = sc.lookup("both")
    sc.publish("both", sc.parallelize(["new"]))
    assert (old.collect(), sc.lookup("both").collect()) == (["old"], ["new"])
    sc.unpublish("both")


def test_levels_are_shared(sc: SparkContext) -> None:
    runs = sc.accumulator(0)

    def counted(record: int) -> int:
        runs.add(1)
        return record

    sc.publish("kept", sc.parallelize(range(6), 2).map(counted).cache())
    found = sc.lookup("kept")
    assert found.is_cached
    assert (found.count(), found.sum(), sc.lookup("kept").count()) == (6, 15, 6)
    assert runs.value == 6
    found.unpersist(blocking=True)
    assert found.sum() == 15
    assert runs.value == 12
    found.persist()
    assert (found.sum(), found.count()) == (15, 6)
    assert runs.value == 18
    sc.unpublish("kept")


def test_names_that_cannot_be_used(sc: SparkContext) -> None:
    sc.publish("known", sc.range(1))
    with pytest.raises(PySparkValueError, match=r'no RDD is published as "other"\. Published: "known"\.'):
        sc.lookup("other")
    with pytest.raises(PySparkValueError, match='no RDD is published as "other"'):
        sc.unpublish("other")
    with pytest.raises(PySparkValueError, match="can't be blank"):
        sc.publish(" ", sc.range(1))
    wrong: Any = [1, 2]
    with pytest.raises(PySparkTypeError, match="not str and list"):
        sc.publish("wrong", wrong)
    sc.unpublish("known")


def test_a_script_without_its_java_program_says_so() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "firesteel._launch.attached", "app.py"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr.strip()) == (
        1,
        "The Java program that was to run the script has ended.",
    )


def test_a_script_without_what_it_needs_says_so_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "msgpack.py").write_text("raise ModuleNotFoundError(\"No module named 'msgpack'\")\n")
    ended = subprocess.run(
        [sys.executable, "-m", "firesteel._launch.attached", "app.py"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert (ended.returncode, ended.stderr) == (1, f"{sys.executable}: No module named 'msgpack'\n")
