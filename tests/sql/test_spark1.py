"""The API of Spark 1: a SQLContext whose results are RDDs too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import firesteel

ROOT = Path(firesteel.__file__).parents[2]


@pytest.fixture(scope="module")
def context(spark: Any) -> Any:
    from pyspark.sql import SQLContext

    return SQLContext(spark.sparkContext)


def test_results_have_the_methods_of_rdds(context: Any, spark: Any) -> None:
    from pyspark.sql import DataFrame, Row

    people = context.inferSchema(
        spark.sparkContext.parallelize(
            [Row(name="Ann", age=30), Row(name="Bo", age=20), Row(name="Cy", age=20)]
        )
    )
    people.registerTempTable("people")
    found = context.sql("select name, age from people where age < 40")
    assert isinstance(found, DataFrame)
    assert sorted(found.map(lambda row: row.name).collect()) == ["Ann", "Bo", "Cy"]
    assert found.filter(lambda row: row.age > 25).count() == 1, "a function: the RDD's"
    assert found.filter("age > 25").count() == 1, "a condition: the DataFrame's"
    assert found.filter(found.age > 25).map(lambda row: row.name).collect() == ["Ann"]
    assert sorted((age, len(list(rows))) for age, rows in found.groupBy(lambda row: row.age).collect()) == [
        (20, 2),
        (30, 1),
    ]
    counted = found.groupBy("age").count().map(lambda row: (row[0], row[1]))
    assert sorted(counted.collect()) == [(20, 2), (30, 1)]
    assert dict(found.map(lambda row: (row.age, 1)).reduceByKey(int.__add__).collect()) == {20: 2, 30: 1}


def test_the_other_methods(context: Any, spark: Any, tmp_path: Path) -> None:
    from pyspark.sql.types import IntegerType, StringType, StructField, StructType

    schema = StructType([StructField("name", StringType()), StructField("age", IntegerType())])
    rows = context.applySchema(spark.sparkContext.parallelize([("Ann", 3), ("Bo", None)]), schema)
    rows.registerTempTable("applied")
    context.cacheTable("applied")
    context.registerFunction("shout", lambda text: text.upper())
    context.registerFunction("length_of", lambda text: len(text), IntegerType())
    assert context.sql("select shout(name), length_of(name) from applied order by 1").map(
        tuple
    ).collect() == [
        ("ANN", 3),
        ("BO", 2),
    ]
    context.uncacheTable("applied")
    rows.saveAsParquetFile(str(tmp_path / "rows"))
    assert context.parquetFile(str(tmp_path / "rows")).count() == 2
    (tmp_path / "lines.json").write_text('{"a": 1}\n{"a": 2}\n')
    assert context.jsonFile(str(tmp_path / "lines.json")).map(lambda row: row.a).sum() == 3
    assert context.jsonRDD(spark.sparkContext.parallelize(['{"a": 5}'])).first().a == 5
    assert "applied" in context.tableNames()
    context.dropTempTable("applied")
    assert "applied" not in context.tableNames()


@pytest.mark.parametrize(("zone", "hour"), [("UTC", "2014-07-01 01:00"), ("Asia/Tokyo", "2014-07-01 10:00")])
def test_the_example(zone: str, hour: str) -> None:
    done = subprocess.run(
        [
            str(ROOT / "bin" / "spark-submit"),
            "--master",
            "local[2]",
            str(ROOT / "examples" / "events_sql.py"),
        ],
        env={**os.environ, "TZ": zone, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert f"{hour} checkout 2  20.25" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "2 events of more than 5"
