"""A session starts the RDD engine and nothing else, until a query is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., str]
HEAVY = ("grpc", "pandas", "pyarrow")

WITHOUT_QUERY = f"""
import os, sys
from pyspark.sql import Row, SparkSession, Window, functions as F, types as T
spark = SparkSession.builder.appName("door").config("spark.sql.ansi.enabled", "false").getOrCreate()
assert spark.sparkContext.appName == "door"
assert spark.conf.get("spark.sql.ansi.enabled") == "false"
assert SparkSession.builder.getOrCreate() is spark is SparkSession.active() is SparkSession.getActiveSession()
assert spark.range(3).rdd.map(lambda row: row.id).collect() == [0, 1, 2]
print([name for name in {HEAVY!r} if name in sys.modules])
javas = [pid for pid in os.listdir("/proc") if pid.isdigit() and parent(pid) == os.getpid()]
print(len(javas))
spark.stop()
"""

PARENT = """
def parent(pid):
    try:
        return int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    except OSError:
        return 0
"""


def test_no_query_no_engine(run_program: Run) -> None:
    assert run_program(PARENT + WITHOUT_QUERY).splitlines() == ["[]", "1"]


def test_stop_stops_the_context_and_a_new_session_can_be_made(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.sql import SparkSession
with SparkSession.builder.getOrCreate() as first:
    print(first.range(2).count())
assert first.is_stopped
second = SparkSession.builder.appName("again").getOrCreate()
print(second is first, second.sparkContext.appName, second.sql("select 1 as one").collect())
second.stop()
"""
    )
    assert printed.splitlines() == ["2", "False again [Row(one=1)]"]


def test_a_functions_type_can_be_a_text_before_any_query(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.getOrCreate()
plus = F.udf(lambda number: number + 1, "long")
print(spark.range(2).select(plus("id").alias("n")).collect())
spark.stop()
"""
    )
    assert printed == "[Row(n=1), Row(n=2)]\n"


def test_hive_is_refused_in_words() -> None:
    from firesteel.errors import PySparkNotImplementedError
    from firesteel.sql import HiveContext, SparkSession

    with pytest.raises(PySparkNotImplementedError, match="no metastore"):
        SparkSession.builder.enableHiveSupport()
    with pytest.raises(PySparkNotImplementedError, match="no metastore"):
        HiveContext(None)  # type: ignore[arg-type]


def test_a_new_session_has_views_of_its_own(spark: Any) -> None:
    spark.range(1).createOrReplaceTempView("mine")
    other = spark.newSession()
    assert other.sparkContext is spark.sparkContext
    assert [row.name for row in spark.catalog.listTables()] == ["mine"]
    assert other.catalog.listTables() == []


def test_settings_made_before_the_engine_runs_are_told_to_it(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.sql.shuffle.partitions", 3).getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
zone = spark.sql("select current_timezone() as zone").first().zone
print(zone, spark.conf.get("spark.sql.shuffle.partitions"))
spark.conf.unset("spark.sql.session.timeZone")
spark.stop()
"""
    )
    assert printed == "Asia/Tokyo 3\n"


def test_a_program_that_imports_firesteel_under_its_own_name_needs_no_launcher() -> None:
    program = """
from firesteel.sql import SparkSession
with SparkSession.builder.master("local[2]").getOrCreate() as spark:
    frame = spark.sparkContext.parallelize([("a", 1.5)]).toDF(["name", "number"])
    print(frame.dtypes, frame.rdd.collect())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=110)
    answer = "[('name', 'string'), ('number', 'double')] [Row(name='a', number=1.5)]\n"
    assert (done.stdout, done.stderr) == (answer, "")
