"""The Java side of a context: jars, classes that cannot be used, and access by Py4J."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from firesteel import SparkContext
from firesteel.errors import PySparkRuntimeError, PySparkValueError


def test_jvm_calls_reach_java(sc: SparkContext) -> None:
    before = int(time.time() * 1000) - 1000
    assert before <= sc._jvm.java.lang.System.currentTimeMillis() <= before + 60_000
    names = sc._jvm.java.util.ArrayList()
    names.add("a")
    assert list(names) == ["a"]


def test_jsc_knows_the_application(sc: SparkContext) -> None:
    assert sc._jsc.sc().applicationId() == sc.applicationId
    assert sc._jsc.sc().appName() == sc.appName
    assert sc._jsc.sc().master() == sc.master
    assert sc._jsc.version() == sc._jsc.sc().version()
    assert sc._jsc.startTime() == pytest.approx(sc.startTime, abs=60_000)
    assert sc._jsc.defaultParallelism() == sc.defaultParallelism
    assert sc._jsc.isLocal() is True
    assert sc._jsc.getConf()["spark.app.name"] == sc.appName


def test_the_gateway_is_py4js(sc: SparkContext) -> None:
    assert sc._gateway.jvm.java.lang.Math.max(1, 2) == 2


def test_a_jar_that_is_not_there_or_is_none(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "not.jar").write_text("no archive")
    with pytest.raises(PySparkValueError, match=r"addJar: there is no file .*missing\.jar"):
        sc.addJar(str(tmp_path / "missing.jar"))
    with pytest.raises(PySparkValueError, match=r"not\.jar is no jar"):
        sc.addJar(f"file:{tmp_path}/not.jar")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("com.example.Missing", "there is no class com.example.Missing"),
        ("java.lang.String", "does not implement dev.firesteel.types.function.MapFunction"),
        ("dev.firesteel.types.function.MapFunction", "is abstract"),
        (7, "named by its class, not by 7"),
    ],
)
def test_a_class_that_cannot_be_used_is_refused_at_once(sc: SparkContext, name: Any, says: str) -> None:
    with pytest.raises(PySparkValueError, match=r"mapJava at test_java_access\.py:\d+: ") as error:
        sc.parallelize([1]).mapJava(name)
    assert says in str(error.value)


def test_nothing_of_it_works_after_the_end(sc: SparkContext) -> None:  # the last one
    sc.stop()
    for use in (lambda: sc._jvm, lambda: sc._jsc, lambda: sc.addJar("x")):
        with pytest.raises(PySparkRuntimeError):
            use()
