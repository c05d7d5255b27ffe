"""pandas DataFrames in and out without the SQL engine, with Spark's own defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from firesteel import layers
from firesteel.sql._settings import DEFAULTS

Run = Callable[..., str]

WITHOUT_QUERY = """
import os
import pandas as pd
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
with open(os.environ["LINES"], "w") as file:
    file.write("one line")
frame = spark.createDataFrame(pd.DataFrame({"n": [1, 2], "at": pd.to_datetime(["2020-07-01", None])}))
print(frame.count(), frame.collect() == frame.rdd.collect(), frame.toPandas().dtypes.astype(str).to_dict())
made = [spark.range(2), spark.createDataFrame([(1.5,)], ["x"]), sc.parallelize([("a",)]).toDF(["s"])]
print([each.toPandas().values.tolist() for each in [*made, spark.read.text(os.environ["LINES"])]])
with open(f"/proc/self/task/{os.getpid()}/children") as children:
    print(len(children.read().split()))
spark.stop()
"""


def test_no_engine_is_started(run_program: Run, tmp_path: Any) -> None:
    printed = run_program(WITHOUT_QUERY, environment={"LINES": str(tmp_path / "lines")})
    assert printed.splitlines() == [
        "2 True {'n': 'int64', 'at': 'datetime64[ns]'}",
        "[[[0], [1]], [[1.5]], [['a']], [['one line']]]",
        "1",
    ]


def test_settings_have_the_values_that_the_engine_would_have(spark: Any) -> None:
    client = spark._spark.client
    assert dict(zip(DEFAULTS, client.get_configs(*DEFAULTS), strict=True)) == DEFAULTS
    assert client.get_configs("spark.sql.session.timeZone") == (layers.time_zone(spark.sparkContext),)


def test_older_names_of_settings_count_before_the_engine_runs_and_after(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.sql.execution.arrow.enabled", False).getOrCreate()
for _ in range(2):
    print(spark.conf._values(["spark.sql.execution.arrow.pyspark.enabled"]))
    spark.sql("select 1")
spark.stop()
"""
    )
    assert printed == "['false']\n['false']\n"
