"""Where Connect by itself means something else than classic PySpark, the classic meaning holds."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_function_keeps_the_values_of_its_variables(spark: Any) -> None:
    from pyspark.sql import functions as f

    step = 1
    plus = f.udf(lambda number: number + step, "long")
    column = plus("id")
    step = 100
    assert [row[0] for row in spark.range(2).select(column).collect()] == [1, 2]
    assert [row[0] for row in spark.range(2).select(plus("id")).collect()] == [1, 2]


def test_a_function_over_whole_partitions_keeps_them_too(spark: Any) -> None:
    step = 1

    def plus(batches: Any) -> Any:
        for batch in batches:
            batch["id"] += step
            yield batch

    frame = spark.range(2).mapInPandas(plus, "id long")
    step = 100
    assert [row.id for row in frame.collect()] == [1, 2]


def test_a_dataframe_keeps_the_view_that_it_was_made_from(spark: Any) -> None:
    spark.createDataFrame([("old",)], ["text"]).createOrReplaceTempView("replaced")
    by_sql, by_table = spark.sql("select text from replaced"), spark.table("replaced")
    derived = by_sql.selectExpr("upper(text) as text")
    spark.createDataFrame([("new",)], ["text"]).createOrReplaceTempView("replaced")
    assert [frame.first().text for frame in (by_sql, by_table, derived)] == ["old", "old", "OLD"]
    assert spark.table("replaced").first().text == "new"


def test_views_of_sql_statements_are_kept_too(spark: Any) -> None:
    spark.sql("create or replace temporary view stated as select 1 as n")
    before = spark.table("stated")
    spark.sql("create or replace temporary view stated as select 2 as n")
    assert (before.first().n, spark.table("stated").first().n) == (1, 2)


def test_a_view_outlives_its_dataframe(spark: Any) -> None:
    spark.sparkContext.parallelize([(1,), (2,)], 2).toDF(["n"]).createOrReplaceTempView("outliving")
    import gc

    gc.collect()
    assert spark.sql("select sum(n) as n from outliving").first().n == 3


@pytest.mark.parametrize(
    ("make", "condition"),
    [
        (lambda spark: spark.range(1).select("nope"), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (lambda spark: spark.range(1).filter("id >"), "PARSE_SYNTAX_ERROR"),
        (lambda spark: spark.sql("select * from nowhere"), "TABLE_OR_VIEW_NOT_FOUND"),
        (lambda spark: spark.table("nowhere"), "TABLE_OR_VIEW_NOT_FOUND"),
        (lambda spark: spark.range(1).groupBy("nope").count(), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (
            lambda spark: spark.range(1).union(spark.range(1).selectExpr("id", "id as b")),
            "NUM_COLUMNS_MISMATCH",
        ),
        (lambda spark: spark.read.parquet("/nowhere/at/all"), "PATH_NOT_FOUND"),
        (lambda spark: spark.read.text("/nowhere/at/all"), "PATH_NOT_FOUND"),
    ],
)
def test_an_error_comes_where_the_dataframe_is_made(spark: Any, make: Any, condition: str) -> None:
    from pyspark.errors import AnalysisException, PySparkException

    import firesteel.errors

    with pytest.raises(AnalysisException) as caught:
        make(spark)
    assert condition in str(caught.value)
    assert "\tat org.apache" not in str(caught.value)
    assert isinstance(caught.value, firesteel.errors.PySparkException)
    assert PySparkException is firesteel.errors.PySparkException


def test_a_column_that_is_not_there_is_an_error_where_it_is_named(spark: Any) -> None:
    from pyspark.errors import AnalysisException

    for frame in (spark.range(1), spark.range(1).filter("id >= 0")):
        with pytest.raises(AttributeError):
            _ = frame.nothing
        with pytest.raises(AnalysisException):
            _ = frame["nothing"]
        assert not hasattr(frame, "nothing")
        assert hasattr(frame, "id")
