"""What programs write that reach into Spark's JVM, for the level of the log and the settings of Hadoop."""

from __future__ import annotations

import pytest

from firesteel import SparkContext


@pytest.fixture
def levels(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the levels of the log that the engine is told."""
    told: list[str] = []
    monkeypatch.setattr(sc._driver, "set_log_level", told.append)
    monkeypatch.delitem(vars(sc), "_log_manager", raising=False)
    return told


def test_log4j_sets_the_level_of_the_engines_log(sc: SparkContext, levels: list[str]) -> None:
    log4j = sc._jvm.org.apache.log4j
    log4j.LogManager.getLogger("org").setLevel(log4j.Level.ERROR)
    log4j.LogManager.getRootLogger().setLevel(log4j.Level.OFF)
    log4j.Logger.getLogger("org.apache.spark").setLevel(log4j.Level.toLevel("info"))
    assert levels == ["ERROR", "OFF", "INFO"]
    assert sc._jvm.org.apache.log4j.LogManager.getRootLogger().getLevel() is log4j.Level.INFO


def test_log4j_2_does_too(sc: SparkContext, levels: list[str]) -> None:
    two = sc._jvm.org.apache.logging.log4j
    two.LogManager.getLogger("org").setLevel(two.Level.WARN)
    two.core.config.Configurator.setLevel("akka", two.Level.ERROR)
    two.core.config.Configurator.setRootLevel(two.Level.FATAL)
    assert levels == ["WARN", "ERROR", "FATAL"]


def test_loggers_of_the_program_write_lines(
    sc: SparkContext, levels: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    log4j = sc._jvm.org.apache.log4j
    log4j.LogManager.getRootLogger().setLevel(log4j.Level.WARN)
    logger = log4j.LogManager.getLogger("my.program")
    logger.info("too quiet")
    logger.warn("seen")
    logger.setLevel(log4j.Level.DEBUG)
    log4j.LogManager.getLogger("my.program.part").debug("seen too")
    lines = [line.split(" ", 2)[2] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["WARN my.program: seen", "DEBUG my.program.part: seen too"]
    assert levels == ["WARN"]


def test_hadoops_settings_are_the_applications(sc: SparkContext) -> None:
    hadoop = sc._jsc.hadoopConfiguration()
    assert hadoop.get("odd.key") is None
    with pytest.warns(RuntimeWarning, match="odd.key of Hadoop has no effect"):
        hadoop.set("odd.key", "7")
    try:
        assert sc._jsc.sc().hadoopConfiguration().getInt("odd.key", 0) == 7
        assert sc.getConf().get("spark.hadoop.odd.key") == "7"
        with pytest.warns(RuntimeWarning, match="odd.key"):
            hadoop.setBoolean("odd.key", True)
        assert hadoop.get("odd.key") == "true"
        assert ("odd.key", "true") in list(hadoop)
    finally:
        hadoop.unset("odd.key")
    assert sc.getConf().get("spark.hadoop.odd.key") is None


def test_what_there_is_of_sparks_own_context(sc: SparkContext) -> None:
    assert sc._jsc.sc().uiWebUrl().isDefined() is False
    assert sc._jsc.sc().uiWebUrl().getOrElse("none") == "none"
    assert sc._jsc.sc().applicationId() == sc.applicationId == sc.getConf().get("spark.app.id")
    assert sc.getConf().get("spark.driver.host")
    with pytest.raises(NotImplementedError, match=r"sc\._jsc\.persistentRdds.*hadoopConfiguration"):
        sc._jsc.persistentRdds()
    assert not hasattr(sc._jsc, "persistentRdds")
    assert hasattr(sc._jsc, "hadoopConfiguration")


def test_an_rdd_under_the_names_of_java(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(4), 3)
    assert rdd._jrdd.partitions().size() == rdd._jrdd.rdd().getNumPartitions() == 3
    assert rdd._jrdd.id() == rdd.id()
    rdd._jrdd.setName("named").cache()
    assert (rdd.name(), rdd.is_cached) == ("named", True)
    rdd._jrdd.unpersist()
    assert not rdd.is_cached


def test_the_interpreter_of_the_workers(sc: SparkContext) -> None:
    found = sc.parallelize([0], 1).map(lambda _: __import__("sys").version_info[:2]).first()
    assert sc.pythonVer == "{}.{}".format(*found)
    assert sc.pythonExec


def test_task_context_by_its_class(sc: SparkContext) -> None:
    from firesteel import BarrierTaskContext, TaskContext

    def look(index: int, _: object) -> list[object]:
        context = TaskContext()
        same = context is TaskContext.get()
        return [(same, context.partitionId() == index, context)]

    rows = sc.parallelize([1, 2], 2).mapPartitionsWithIndex(look).collect()
    assert [row[:2] for row in rows] == [(True, True)] * 2
    contexts = [row[2] for row in rows]
    assert [context.partitionId() for context in contexts] == [0, 1]
    # One that is brought back into a task is not the task's own.
    brought = sc.parallelize([0], 1).map(lambda _: (contexts[1].partitionId(), TaskContext().partitionId()))
    assert brought.collect() == [(1, 0)]
    barrier = sc.parallelize([1], 1).barrier().mapPartitions(lambda _: [type(BarrierTaskContext()).__name__])
    assert barrier.collect() == ["BarrierTaskContext"]
    with pytest.raises(RuntimeError, match="No task is running here"):
        TaskContext()
