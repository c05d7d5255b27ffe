"""Rows from RDDs to DataFrames and back: values, types, order, partitions, and what is left behind."""

from __future__ import annotations

import datetime
import gc
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

UTC = datetime.timezone.utc


@pytest.fixture(scope="module")
def every_type(spark: Any) -> tuple[Any, list[Any]]:
    """A schema with every type that rows can have, and rows of it."""
    from pyspark.sql import Row
    from pyspark.sql import types as t

    inner = t.StructType(
        [t.StructField("x", t.IntegerType()), t.StructField("y", t.ArrayType(t.StringType()))]
    )
    kinds: dict[str, tuple[Any, Any]] = {
        "byte": (t.ByteType(), 1),
        "short": (t.ShortType(), -2),
        "int": (t.IntegerType(), 3),
        "long": (t.LongType(), 1 << 40),
        "float": (t.FloatType(), 0.5),
        "double": (t.DoubleType(), -1.25),
        "decimal": (t.DecimalType(20, 4), Decimal("12345.6789")),
        "text": (t.StringType(), "née\n"),
        "bytes": (t.BinaryType(), bytearray(b"\x00\xff")),
        "flag": (t.BooleanType(), True),
        "day": (t.DateType(), datetime.date(1969, 12, 31)),
        "instant": (t.TimestampType(), datetime.datetime(2024, 3, 10, 1, 30, 0, 5)),
        "wall": (t.TimestampNTZType(), datetime.datetime(2024, 3, 10, 2, 30)),
        "span": (t.DayTimeIntervalType(), datetime.timedelta(days=1, microseconds=7)),
        "list": (t.ArrayType(t.LongType()), [1, None, 3]),
        "map": (t.MapType(t.StringType(), t.DoubleType()), {"a": 1.0, "b": None}),
        "row": (inner, Row(x=1, y=["p", None])),
        "rows": (t.ArrayType(inner), [Row(x=None, y=[]), None]),
    }
    schema = t.StructType([t.StructField(name, kind) for name, (kind, _) in kinds.items()])
    full = Row(**{name: value for name, (_, value) in kinds.items()})
    return schema, [full, Row(**dict.fromkeys(kinds)), full]


def test_every_type_goes_there_and_back(spark: Any, every_type: tuple[Any, list[Any]]) -> None:
    schema, rows = every_type
    frame = spark.createDataFrame(spark.sparkContext.parallelize(rows, 2), schema)
    assert frame.collect() == rows, "by the RDD engine"
    there = frame.filter("true")
    assert there.schema == schema
    assert there.collect() == rows, "by the SQL engine"
    assert there.rdd.collect() == rows, "and back"


def test_order_and_partitions_are_kept(spark: Any) -> None:
    numbers = spark.sparkContext.parallelize([(n,) for n in range(1000)], 7)
    back = numbers.toDF(["n"]).selectExpr("n * 2 as n").rdd
    assert back.getNumPartitions() == 7
    assert [[row.n for row in part] for part in back.glom().collect()] == [
        [2 * row[0] for row in part] for part in numbers.glom().collect()
    ]


def test_an_rdd_without_partitions_and_empty_partitions(spark: Any) -> None:
    schema = "n long"
    empty = spark.createDataFrame(spark.sparkContext.emptyRDD(), schema)
    assert empty.selectExpr("n").collect() == []
    some = spark.createDataFrame(spark.sparkContext.parallelize([(1,)], 3), schema).filter("n > 0")
    assert [len(part) for part in some.rdd.glom().collect()] == [0, 0, 1]


def test_nothing_runs_before_it_is_asked(spark: Any) -> None:
    ran = spark.sparkContext.accumulator(0)

    def noted(number: int) -> tuple[int]:
        ran.add(1)
        return (number,)

    rows = spark.sparkContext.parallelize(range(4), 2).map(noted)
    frame = spark.createDataFrame(rows, spark.range(1).schema).selectExpr("id + 1 as id")
    frame.explain()
    rdd = frame.rdd.map(lambda row: row.id)
    assert ran.value == 0
    assert rdd.collect() == [1, 2, 3, 4]
    assert frame.count() == 4
    assert ran.value == 4, "the RDD is computed once"


def test_a_lost_file_is_computed_again(spark: Any) -> None:
    frame = spark.sparkContext.parallelize([(n,) for n in range(10)], 2).toDF(["n"]).filter("n >= 0")
    assert frame.count() == 10
    for directory in _directories(spark, "source-"):
        for path in directory.glob("part-*"):
            path.unlink()
    assert frame.count() == 10


def test_a_query_that_failed_can_be_asked_again(spark: Any, tmp_path: Path) -> None:
    def checked(number: int) -> tuple[int]:
        if not (tmp_path / "mended").exists():
            raise ValueError("not yet")
        return (number,)

    rows = spark.sparkContext.parallelize([1, 2], 2).map(checked)
    rdd = spark.createDataFrame(rows, spark.range(1).schema).filter("id > 1").rdd
    with pytest.raises(Exception, match="not yet"):
        rdd.count()
    (tmp_path / "mended").touch()
    assert [row.id for row in rdd.collect()] == [2]


def test_files_go_with_the_objects(spark: Any) -> None:
    gc.collect()
    before = len(_directories(spark, "source-")) + len(_directories(spark, "rows-"))
    frame = spark.sparkContext.parallelize([(1,)]).toDF(["n"]).filter("n > 0")
    rdd = frame.rdd
    assert rdd.count() == 1
    assert len(_directories(spark, "source-")) + len(_directories(spark, "rows-")) == before + 2
    del frame, rdd
    gc.collect()
    spark.sparkContext.parallelize([1]).count()  # what is not needed any more is told with the next job
    assert len(_directories(spark, "source-")) + len(_directories(spark, "rows-")) == before


def test_rows_that_do_not_fit_the_schema_are_refused_in_words(spark: Any) -> None:
    rows = spark.sparkContext.parallelize([("not a number",)])
    frame = spark.createDataFrame(rows, spark.range(1).schema)
    with pytest.raises(Exception, match=r"id.*LongType|LongType.*id"):
        frame.collect()
    with pytest.raises(Exception, match=r"id.*LongType|LongType.*id"):
        frame.filter("id > 0").collect()
    with pytest.raises(TypeError, match="LongType"):
        spark.createDataFrame([("not a number",)], spark.range(1).schema)


def test_json_texts_of_an_rdd(spark: Any) -> None:
    texts = spark.sparkContext.parallelize(['{"a": 1, "b": "x"}', '{"a": 2}'])
    assert [(row.a, row.b) for row in spark.read.json(texts).collect()] == [(1, "x"), (2, None)]
    assert spark.read.json(texts).toJSON().collect() == ['{"a":1,"b":"x"}', '{"a":2}']


def test_foreach_runs_in_the_workers(spark: Any, tmp_path: Path) -> None:
    spark.range(4).filter("id > 1").foreach(lambda row: (tmp_path / str(row.id)).touch())
    assert sorted(os.listdir(tmp_path)) == ["2", "3"]


def _directories(spark: Any, prefix: str) -> list[Path]:
    from firesteel import layers

    return list(Path(layers.directory(spark.sparkContext, "sql")).glob(f"{prefix}*"))


def test_a_function_is_given_the_columns_of_an_rdd_and_others_go_by(spark: Any, every_type: Any) -> None:
    from pyspark.sql.functions import pandas_udf, udf

    schema, rows = every_type
    frame = spark.createDataFrame(spark.sparkContext.parallelize(rows * 100, 2), schema)
    again = udf(lambda value: value, schema["map"].dataType)("map").alias("again")
    lengths = pandas_udf(lambda texts: texts.str.len(), "long")("text").alias("length")
    for kept in frame.select("*", again, lengths).collect():
        assert kept[:-2] in rows
        assert (kept.again, kept.length) == (kept.map, kept.text and 4)
