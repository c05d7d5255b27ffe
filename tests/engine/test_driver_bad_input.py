"""What goes wrong gets one clear error, and leaves the context usable."""

from __future__ import annotations

import operator
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError

from firesteel import JobError, SparkConf, SparkContext
from firesteel.errors import PySparkException, PySparkPicklingError, PySparkRuntimeError, PySparkValueError

HERE = Path(__file__).name


def line_of(text: str) -> int:
    """Return the number of the first line of this file that holds the text."""
    lines = Path(__file__).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_no_such_path(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(Py4JJavaError) as caught:
        sc.textFile(f"{tmp_path}/missing").count()
    assert f"Input path does not exist: file:{tmp_path}/missing" in str(caught.value)
    assert f"textFile at {HERE}:" in str(caught.value)
    with pytest.raises(Py4JJavaError, match="matches 0 files"):
        sc.textFile(f"{tmp_path}/*.none").getNumPartitions()
    with pytest.raises(Py4JJavaError, match="not supported yet"):
        sc.textFile("hdfs://host/data").count()


def test_a_directory_that_exists(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(Py4JJavaError, match=f"Output directory file:{tmp_path} already exists"):
        sc.parallelize(["a"]).saveAsTextFile(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_function_that_cannot_be_pickled(sc: SparkContext) -> None:
    lock = threading.Lock()
    with pytest.raises(PySparkPicklingError, match="the variable 'lock' that it captures") as caught:
        sc.parallelize([1]).map(lambda value: lock).collect()
    assert f"of map at {HERE}:" in str(caught.value)
    with pytest.raises(PySparkPicklingError, match=f"of parallelize at {HERE}"):
        sc.parallelize([lock])
    with pytest.raises(PySparkPicklingError, match=f"value of broadcast at {HERE}"):
        sc.broadcast(lock)


def test_keys_that_cannot_be_compared(sc: SparkContext) -> None:
    mixed = sc.parallelize([(2, "b"), ("a", "c"), (10, "d")], 2)
    with pytest.raises(Py4JJavaError, match=f"compared in sortByKey at {HERE}.*Give a keyfunc .*such as str"):
        mixed.sortByKey().collect()
    assert mixed.sortByKey(keyfunc=str).keys().collect() == [10, 2, "a"]
    some = sc.parallelize([2, None, 1], 2)
    with pytest.raises(Py4JJavaError, match=r"compared in sortBy at .*lambda key: \(key is not None, key\)"):
        some.sortBy(lambda key: key).collect()
    assert some.sortBy(lambda key: (key is not None, key)).collect() == [None, 1, 2]


def test_a_record_that_cannot_be_pickled(sc: SparkContext) -> None:
    with pytest.raises(Py4JJavaError, match="cannot pickle the record <unlocked") as caught:
        sc.parallelize([1], 1).map(lambda value: threading.Lock()).collect()
    assert "Return plain values" in str(caught.value)


def test_the_context_inside_a_function(sc: SparkContext) -> None:
    rdd = sc.parallelize([1])
    with pytest.raises(PySparkRuntimeError, match="SPARK-5063") as caught:
        rdd.map(lambda value: sc.parallelize([value]).count()).collect()
    assert caught.value.getCondition() == "CONTEXT_ONLY_VALID_ON_DRIVER"
    with pytest.raises(PySparkRuntimeError, match="SPARK-5063") as caught:
        rdd.map(lambda value: rdd.count()).collect()
    assert caught.value.getCondition() == "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER"
    with pytest.raises(PySparkRuntimeError, match="SPARK-5063"):
        sc.broadcast(rdd)


def test_an_exception_of_the_user(sc: SparkContext) -> None:
    def divide(value: int) -> float:
        return 1 / value  # the line that fails

    rdd = sc.parallelize([1, 0], 2).map(divide)  # the line that made the RDD
    with pytest.raises(Py4JJavaError) as caught:
        rdd.collect()
    text = str(caught.value)
    assert "ZeroDivisionError: division by zero" in text.splitlines()[0]
    assert f"in map at {HERE}:{line_of('# the line that made the RDD')}" in text
    assert "partition 1" in text
    assert f"line {line_of('# the line that fails')}, in divide" in text
    assert "record: 0" in text
    assert "java" not in text.lower()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert isinstance(caught.value.cause, ZeroDivisionError)
    assert "ZeroDivisionError" in caught.value.java_exception.toString()
    assert rdd.take(1) == [1.0]


def test_a_record_that_the_function_has_changed_is_not_shown(sc: SparkContext) -> None:
    def append(record: list[int]) -> None:
        record.append(record[5])

    def put(record: dict[str, int]) -> None:
        record["n"] = 1
        raise ValueError(record)

    def read(record: dict[str, int]) -> float:
        return 1 / record["n"]

    def told(function: Any, record: Any) -> str:
        with pytest.raises(Py4JJavaError) as caught:
            sc.parallelize([record], 1).map(function).collect()
        return str(caught.value)

    assert "record: " not in told(append, [0])
    assert "record: " not in told(put, {"n": 0})
    assert "record: {'n': 0}" in told(read, {"n": 0})


def test_leaving_the_program_inside_a_function(sc: SparkContext) -> None:
    with pytest.raises(Py4JJavaError, match="SystemExit") as caught:
        sc.parallelize([1], 1).foreach(lambda value: sys.exit(3))
    assert isinstance(caught.value.__cause__, SystemExit)


def test_an_exception_that_cannot_be_brought_back(sc: SparkContext) -> None:
    def fail(value: int) -> None:
        class Strange(Exception):
            def __init__(self, first: int, second: int) -> None:
                super().__init__("strange")

        raise Strange(1, 2)

    with pytest.raises(Py4JJavaError, match="Strange: strange") as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert "needs a __reduce__" in str(caught.value)


def test_records_that_are_not_pairs_or_have_no_hash(sc: SparkContext) -> None:
    with pytest.raises(Py4JJavaError, match=rf"pair is expected by reduceByKey at {HERE}:\d+, not int: 1"):
        sc.parallelize([1]).reduceByKey(operator.add).collect()
    with pytest.raises(Py4JJavaError, match="unhashable key of type list"):
        sc.parallelize([([], 1)]).groupByKey().collect()
    with pytest.raises(Py4JJavaError, match="flatMap"):
        sc.parallelize([1]).flatMap(lambda value: value).collect()


def test_a_worker_that_is_killed(sc: SparkContext, tmp_path: Path) -> None:
    def kill_once(value: int) -> int:
        if not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    assert sc.parallelize([1, 2], 2).map(kill_once).collect() == [1, 2]
    with pytest.raises(Py4JJavaError, match="SIGSEGV") as caught:
        sc.parallelize([1], 1).foreach(lambda value: os.kill(os.getpid(), signal.SIGSEGV))
    assert "after 4 attempts" in str(caught.value)
    assert sc.parallelize([1]).count() == 1


def test_results_that_are_too_large(sc: SparkContext) -> None:
    limit = sc._driver.jobs.max_result_size
    sc._driver.jobs.max_result_size = 10_000
    try:
        with pytest.raises(Py4JJavaError, match=r"spark\.driver\.maxResultSize"):
            sc.range(100_000).collect()
    finally:
        sc._driver.jobs.max_result_size = limit


def test_a_second_context_names_the_first(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match=r"app=tests, master=local\[2\].* was created at .*conftest.py:\d+"):
        SparkContext("local", "another")
    assert SparkContext.getOrCreate() is sc


def test_arguments_that_make_no_sense(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, 2)])
    with pytest.raises(PySparkValueError):
        rdd.reduceByKey(operator.add, 0)
    with pytest.raises(IndexError):
        sc.runJob(rdd, list, [99])
    with pytest.raises(TypeError, match="StorageLevel"):
        rdd.persist("MEMORY_ONLY")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes RDDs"):
        rdd.union([1])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        _ = rdd + 1  # type: ignore[operator]
    with pytest.raises(ValueError, match="log level"):
        sc.setLogLevel("CHATTY")
    with pytest.raises(TypeError, match="path"):
        sc.textFile(3)


class OfTheWorkers:
    """Can be unpickled everywhere but in the process that it was given the number of."""

    def __init__(self, but: int) -> None:
        self.but = but

    def __setstate__(self, state: dict[str, int]) -> None:
        if os.getpid() == state["but"]:
            raise ValueError("not in the driver")


def test_records_that_the_driver_cannot_unpickle(sc: SparkContext) -> None:
    driver = os.getpid()
    with pytest.raises(JobError, match="not in the driver") as caught:
        sc.parallelize([1], 1).map(lambda value: OfTheWorkers(driver)).collect()
    assert f"action: collect at {HERE}:" in str(caught.value)
    assert "look at the __setstate__" in str(caught.value)
    assert isinstance(caught.value.cause, ValueError)


class TestWithoutSharedContext:
    """Masters that are none, and a context that was stopped."""

    @pytest.fixture(autouse=True)
    def _alone(self) -> Any:
        running = SparkContext._active_spark_context
        SparkContext._active_spark_context = None
        yield
        SparkContext._active_spark_context = running

    @pytest.mark.parametrize(
        ("master", "words"),
        [
            ("loca[2]", "not understood"),
            ("local[0]", "not understood"),
            ("yarn", "not supported yet"),
            ("spark://host:7077", "not supported yet"),
            ("k8s://host", "not supported yet"),
            ("local-cluster[2,1,1024]", "not supported yet"),
        ],
    )
    def test_masters(self, master: str, words: str) -> None:
        with pytest.raises(PySparkException, match=words) as caught:
            SparkContext(master, "bad")
        assert "local[" in str(caught.value)

    def test_a_stopped_context(self) -> None:
        with SparkContext(conf=SparkConf().setMaster("local[1]").setAppName("short")) as sc:
            rdd = sc.parallelize([1])
            assert rdd.count() == 1
            pid = sc._driver.gateway.pid
        sc.stop()
        for use in (rdd.count, lambda: sc.parallelize([1]), lambda: sc.textFile("x"), sc.emptyRDD):
            with pytest.raises(PySparkRuntimeError, match=rf"was stopped at {HERE}:\d+"):
                use()
        assert not os.path.exists(f"/proc/{pid}")

    def test_files_removed_by_somebody_else(self) -> None:
        with SparkContext("local[1]", "swept") as sc:
            summed = sc.range(100).map(lambda x: (x % 3, x)).reduceByKey(operator.add)
            assert summed.count() == 3
            root = sc._driver.gateway.hello["directories"]["disk"][0]
            untouched = sc.range(3)
            shutil.rmtree(root)
            for use in (
                summed.collect,
                untouched.count,
                lambda: sc.broadcast([1]),
                lambda: sc.parallelize([1]),
            ):
                with pytest.raises(PySparkRuntimeError, match=f"{root}, where .* was removed") as caught:
                    use()
                assert caught.value.getCondition() == "FILES_REMOVED"

    def test_an_engine_that_dies(self) -> None:
        sc = SparkContext("local[1]", "doomed")
        try:
            timer = threading.Timer(0.3, os.kill, (sc._driver.gateway.pid, signal.SIGKILL))
            timer.start()
            with pytest.raises(PySparkRuntimeError, match="ended") as caught:
                sc.parallelize([1]).map(lambda value: threading.Event().wait(60)).collect()
            assert caught.value.getCondition() == "ENGINE_LOST"
            assert "was ended by signal SIGKILL" in str(caught.value)
            assert "Traceback" not in str(caught.value), "daemon and workers end without a word"
        finally:
            sc.stop()
        for directory in sc._driver.gateway.hello["directories"]["all"]:
            assert not os.path.exists(directory)


def test_text_that_has_no_bytes(sc: SparkContext, tmp_path: Path) -> None:
    told = (
        r"'half \\udcff' cannot be used as a name, a path or a setting: at 5 it has U\+DCFF, half a character"
    )
    text = "half \udcff"
    for key in ("spark.jobGroup.id", "spark.job.description", "spark.scheduler.pool"):
        with pytest.raises(PySparkValueError, match=told):
            sc.setLocalProperty(key, text)
        assert sc.getLocalProperty(key) is None
    with pytest.raises(PySparkValueError, match=told):
        sc.publish(text, sc.range(1))
    with pytest.raises(PySparkValueError, match=r"rename the file or the directory"):
        sc.textFile(str(tmp_path / text)).count()
    for use in (sc.addFile, sc.setCheckpointDir, sc.range(1).saveAsTextFile, sc.range(1).saveAsPickleFile):
        with pytest.raises(PySparkValueError, match=r"it has U\+D800, half a character"):
            use(str(tmp_path / "half \ud800"))
    with pytest.raises(PySparkValueError, match=told):
        sc.addJar(text)
    named = sc.range(3).setName(text)
    assert (named.count(), named.name()) == (3, text)
    assert named.toDebugString().startswith(rb"(2) half \udcff")


def test_settings_that_have_no_bytes(tmp_path: Path) -> None:
    program = tmp_path / "app.py"
    program.write_text(
        "from firesteel import SparkContext\nSparkContext('local[1]', 'half ' + chr(0xDCFF))\n", "utf-8"
    )
    told = ended(program, tmp_path)
    assert "firesteel.errors.PySparkValueError: 'half \\udcff' cannot be used as a name" in told
    assert "Unicode" not in told


def test_a_working_directory_that_has_been_removed(tmp_path: Path) -> None:
    program = tmp_path / "app.py"
    program.write_text(
        "import os\nfrom firesteel import SparkContext\nos.rmdir(os.getcwd())\nSparkContext('local[1]')\n"
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    told = ended(program, gone)
    assert "[ENGINE_NOT_STARTED] the working directory has been removed. Change to one that exists" in told


@pytest.mark.parametrize("typed", [False, True])
def test_a_working_directory_that_is_removed_while_the_application_runs(tmp_path: Path, typed: bool) -> None:
    program = f"""if True:
        import os, signal
        from firesteel import SparkContext
        sc = SparkContext("local[2]")
        before = sc.range(2, numSlices=2).map(lambda x: os.getppid()).collect()
        os.rmdir(os.getcwd())
        words = sc.textFile("/etc/passwd").flatMap(str.split).map(lambda word: (word, 1))
        assert words.reduceByKey(lambda a, b: a + b).values().sum() == words.count()
        os.kill(before[0], signal.SIGKILL)  # the daemon: another is started
        assert sc.range(3).map(lambda x: x + 1).sum() == 6
        for use in (sc.textFile, sc.addFile, sc.range(2).saveAsTextFile):
            try:
                use("relative")
            except FileNotFoundError as error:
                assert "the working directory has been removed, so that a relative path" in str(error), error
            else:
                raise AssertionError(use)
        os.chdir({str(tmp_path)!r})
        sc.range(2).saveAsTextFile("relative")
        sc.stop()
    """
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "app.py").write_text(program)
    how = ["-c", program] if typed else [str(tmp_path / "app.py")]
    run = subprocess.run([sys.executable, *how], cwd=gone, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "relative" / "_SUCCESS").exists()


def ended(program: Path, directory: Path) -> str:
    """Run a program that fails; return what it said."""
    run = subprocess.run([sys.executable, str(program)], cwd=directory, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    return run.stderr
