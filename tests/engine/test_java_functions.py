"""Java functions on the RDDs of a Python program: compiled here, added as a directory of classes or a jar."""

from __future__ import annotations

import array
import datetime
import decimal
import math
import os
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from application import files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firesteel import AccumulatorParam, JobError, SparkContext
from firesteel._driver.jvm import class_path, find_java

CLASSES = {
    "Same": "MapFunction<Object, Object> { public Object call(Object x) { return x; } }",
    "Kind": "MapFunction<Object, String> { public String call(Object x) {"
    " return x == null ? null : x.getClass().getName(); } }",
    "Words": "FlatMapFunction<String, String> { public java.util.Iterator<String> call(String x) {"
    ' return java.util.List.of(x.split(" ")).iterator(); } }',
    "Even": "FilterFunction<Long> { public boolean call(Long x) { return x % 2 == 0; } }",
    "Count": "MapPartitionsFunction<Object, Long> {"
    " public java.util.Iterator<Long> call(java.util.Iterator<Object> records) {"
    " long n = 0; while (records.hasNext()) { records.next(); n++; }"
    " return java.util.List.of(n).iterator(); } }",
    "Fails": "MapFunction<Long, Long> { public Long call(Long x) { return 1 / (x - 3); } }",
    "Odd": "MapFunction<Long, Object> { public Object call(Long x) { return new Thread(); } }",
    "Slow": "MapFunction<Long, Long> { public Long call(Long x) throws Exception {"
    " Thread.sleep(60_000); return x; } }",
    "Bound": "MapFunction<Long, Long> { private final Thread thread = new Thread();"
    " public Long call(Long x) { return x; } }",
}


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = Path(find_java().program).with_name("javac")
    if not compiler.exists():
        found = shutil.which("javac")
        assert found is not None, "the tests need a JDK"
        compiler = Path(found)
    root = tmp_path_factory.mktemp("java")
    for name, body in CLASSES.items():
        text = (
            f"package example; import dev.firesteel.types.function.*; public class {name} implements {body}"
        )
        (root / f"{name}.java").write_text(text)
    sources = [str(path) for path in root.glob("*.java")]
    out = root / "classes"
    subprocess.run([compiler, "-cp", os.pathsep.join(class_path()), "-d", out, *sources], check=True)
    return out


@pytest.fixture(scope="module")
def java(sc: SparkContext, classes: Path) -> Iterator[SparkContext]:
    jar = classes.parent / "functions.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        for path in classes.rglob("*.class"):
            archive.write(path, str(path.relative_to(classes)))
    sc.addJar(str(jar))
    return sc


def test_the_four_operations(java: SparkContext) -> None:
    assert java.parallelize(range(6), 2).filterJava("example.Even").collect() == [0, 2, 4]
    assert java.parallelize(["a b", "c"]).flatMapJava("example.Words").collect() == ["a", "b", "c"]
    assert java.parallelize(range(10), 2).mapPartitionsJava("example.Count").collect() == [5, 5]
    assert java.parallelize([1, None]).mapJava("example.Kind").collect() == ["java.lang.Long", None]


def test_stages_of_both_languages(java: SparkContext) -> None:
    pairs = java.parallelize(range(1000), 3).map(lambda n: (n % 7, n)).mapJava("example.Same")
    sums = pairs.reduceByKey(lambda a, b: a + b).mapJava("example.Same").filter(lambda pair: pair[0] < 2)
    assert sorted(sums.collect()) == [(k, sum(n for n in range(1000) if n % 7 == k)) for k in (0, 1)]


def test_neighbours_do_not_go_there_and_back(java: SparkContext) -> None:
    rdd = java.parallelize([1, 2]).mapJava("example.Same").mapJava("example.Same").map(lambda x: x)
    ops, node = [], rdd._node
    while node.parents:
        ops.append(node.op)
        (node,) = node.parents
    assert ops == ["pipeline", "crossing", "pipeline", "pipeline", "crossing"]
    assert rdd.collect() == [1, 2]


def test_take_stops_early(java: SparkContext, tmp_path: Path) -> None:
    seen = tmp_path / "seen"

    def note(number: int) -> int:
        with seen.open("a") as file:
            file.write("x")
        return number

    assert java.parallelize(range(1_000_000), 1).map(note).mapJava("example.Same").take(2) == [0, 1]
    assert len(seen.read_text()) < 2000


def test_cached_in_the_middle(java: SparkContext) -> None:
    kept = java.parallelize(range(1000), 2).mapJava("example.Same").map(lambda n: n + 1).cache()
    for _ in range(2):
        assert kept.mapJava("example.Same").sum() == 500_500
    kept.unpersist()


def test_accumulators_of_all_halves_count_once(java: SparkContext) -> None:
    total = java.accumulator(0)

    def add(number: int) -> int:
        total.add(1)
        return number

    rdd = java.parallelize(range(100), 2).map(add).mapJava("example.Same").map(add).mapJava("example.Same")
    assert rdd.map(add).count() == 100
    assert total.value == 300


class Lists(AccumulatorParam[list[Any]]):
    def zero(self, value: list[Any]) -> list[Any]:
        return []

    def addInPlace(self, value1: list[Any], value2: list[Any]) -> list[Any]:
        return value1 + value2


def test_large_accumulators_of_two_halves_both_count(java: SparkContext) -> None:
    seen = java.accumulator([], Lists())

    def note(numbers: Any) -> Any:
        held = list(numbers)
        seen.add(held)
        return held

    rdd = java.parallelize(range(50_000), 1).mapPartitions(note).mapJava("example.Same").mapPartitions(note)
    assert rdd.mapJava("example.Same").mapPartitions(note).count() == 50_000
    assert sorted(seen.value) == sorted([*range(50_000)] * 3)


def test_large_updates_of_a_python_half_outlive_a_failed_task_in_the_same_slot(
    java: SparkContext, tmp_path: Path
) -> None:
    seen = java.accumulator([], Lists())
    died = tmp_path / "died"

    def add(n: int) -> int:
        seen.add([bytes(200_000)])
        if n == 3 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    assert java.parallelize(range(4), 4).map(add).mapJava("example.Same").collect() == [0, 1, 2, 3]
    assert len(seen.value) == 4
    assert files(java.applicationId, "accumulators_") == []


def test_what_a_java_function_throws(java: SparkContext) -> None:
    with pytest.raises(JobError) as error:
        java.parallelize(range(5), 1).map(lambda n: n).mapJava("example.Fails").collect()
    said = str(error.value)
    assert error.value.kind == "user"
    assert "java.lang.ArithmeticException: / by zero" in said
    assert "in mapJava at test_java_functions.py:" in said
    assert "example.Fails.call(Fails.java:1)" in said
    assert "record: 3" in said
    assert "__reduce__" not in said


def test_what_python_throws_below_java(java: SparkContext) -> None:
    with pytest.raises(JobError, match="ZeroDivisionError") as error:
        java.parallelize(range(5), 1).map(lambda n: 1 // (n - 3)).mapJava("example.Same").collect()
    assert isinstance(error.value.cause, ZeroDivisionError)
    assert "in map at test_java_functions.py:" in str(error.value)


def test_records_that_cannot_cross(java: SparkContext) -> None:
    with pytest.raises(JobError, match=r"cannot go to Java: it holds a complex: 1j"):
        java.parallelize([1]).map(lambda _: 1j).mapJava("example.Same").collect()
    with pytest.raises(JobError, match=r"can't go to Python: it holds a java\.lang\.Thread"):
        java.parallelize([1]).mapJava("example.Odd").collect()


def test_a_function_that_cannot_be_sent(java: SparkContext) -> None:
    with pytest.raises(ValueError, match="can't be serialized"):
        java.parallelize([1]).mapJava("example.Bound")


def test_a_killed_worker_is_tried_again(java: SparkContext, tmp_path: Path) -> None:
    once = tmp_path / "once"

    def die(number: int) -> int:
        if number == 15_000 and not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    rdd = java.parallelize(range(20_000), 1)
    assert rdd.mapJava("example.Same").map(die).mapJava("example.Same").count() == 20_000
    assert once.exists()


def test_a_cancelled_job_ends_the_java_half(java: SparkContext) -> None:
    import threading

    java.setJobGroup("slow", "sleeps in Java")
    rdd = java.parallelize([1], 1).map(lambda n: n).mapJava("example.Slow").map(lambda n: n)
    errors: list[BaseException] = []

    def run() -> None:
        java.setJobGroup("slow", "sleeps in Java")
        try:
            rdd.collect()
        except JobError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not java.statusTracker().getActiveStageIds():
        pass
    java.cancelJobGroup("slow")
    thread.join(30)
    assert not thread.is_alive()
    assert [error.kind for error in errors] == ["cancelled"]  # type: ignore[attr-defined]
    assert java.parallelize([1, 2]).mapJava("example.Same").collect() == [1, 2]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.decimals(allow_nan=False, allow_infinity=False)
)
KEYS = st.integers() | st.text(max_size=4) | st.tuples(st.text(max_size=2), st.integers())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4)
    | st.tuples(inner, inner)
    | st.tuples(inner)
    | st.tuples(inner, inner, inner)
    | st.dictionaries(KEYS, inner, max_size=3)
    | st.sets(KEYS, max_size=3),
    max_leaves=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(VALUES, max_size=20))
def test_values_come_back_as_they_went(java: SparkContext, values: list[Any]) -> None:
    found = java.parallelize(values, 2).mapJava("example.Same").collect()
    assert found == values
    assert [type(each) for each in found] == [type(each) for each in values]


def test_the_edges_of_types(java: SparkContext) -> None:
    shared = [1]
    zone = datetime.timezone(datetime.timedelta(hours=-3))
    values: list[Any] = [
        "\ud800 lone",
        float("inf"),
        -0.0,
        2**63,
        -(2**63),
        decimal.Decimal("1E+3"),
        datetime.time(1, 2, 3, 4),
        datetime.datetime(2024, 1, 1, tzinfo=zone),
        array.array("d", [1.5]),
        array.array("q", [2**62]),
        [shared, shared],
        {frozenset({1}): "x"},
        {1.5: "a", 2: "b"},
    ]
    found = java.parallelize(values, 1).mapJava("example.Same").collect()
    assert found == values
    assert found[10][0] is found[10][1]
    (nan,) = java.parallelize([float("nan")]).mapJava("example.Same").collect()
    assert math.isnan(nan)


def test_java_functions_read_files_of_bytes_themselves(java: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(256)) * 100)
    same = "example.Same"
    assert java.binaryFiles(str(tmp_path)).mapJava(same).collect() == [
        (f"file:{tmp_path}/a", bytes(range(256)) * 100)
    ]
    records = java.binaryRecords(str(tmp_path), 64)
    assert records.mapJava(same).collect() == records.collect()
    assert records.mapJava(same).map(len).sum() == 25_600
    (tmp_path / "a").write_bytes(b"other")
    with pytest.raises(JobError, match="was changed since the job was planned"):
        records.mapJava(same).collect()
    java.parallelize([1, 2], 1).saveAsPickleFile(str(tmp_path / "pickled"))
    assert java.pickleFile(str(tmp_path / "pickled")).mapJava(same).collect() == [1, 2]
