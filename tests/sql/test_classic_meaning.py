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


def test_what_is_in_the_text_of_an_expression_keeps_its_view_too(spark: Any) -> None:
    spark.range(3).createOrReplaceTempView("inside")
    frame = spark.range(1).selectExpr("(select max(id) from inside) as m")
    spark.range(9).createOrReplaceTempView("inside")
    assert frame.first().m == 2


def test_a_setting_that_changes_what_a_query_means_holds_for_later_ones_only(spark: Any) -> None:
    zone = "spark.sql.session.timeZone"
    spark.conf.set(zone, "America/Los_Angeles")
    frame = spark.sql("select unix_timestamp(timestamp'1970-01-01 00:00:00') as s, cast('x' as int) as n")
    instant = frame.select("s")
    spark.conf.set(zone, "Asia/Kolkata")
    spark.sql("set spark.sql.ansi.enabled=false")
    assert instant.first().s == 8 * 3600
    with pytest.raises(Exception, match="CAST_INVALID_INPUT"):
        frame.collect()
    assert spark.sql("select cast('x' as int) as n").first().n is None
    spark.conf.unset("spark.sql.ansi.enabled")
    spark.conf.unset(zone)


def test_a_function_that_is_registered_again_is_for_later_queries(spark: Any) -> None:
    spark.udf.register("step", lambda number: number + 1, "long")
    before = spark.sql("select step(id) as n from range(1)")
    spark.udf.register("step", lambda number: number + 100, "long")
    assert (before.first().n, spark.sql("select step(0) as n").first().n) == (1, 100)


def test_columns_and_subqueries_of_a_kept_dataframe_are_found(spark: Any) -> None:
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    base = spark.range(4).withColumn("twice", f.col("id") * 2)
    child = base.filter("twice > 2")
    most = spark.range(3).select(f.max("id")).scalar()
    counted = Observation("rows")
    observed = base.observe(counted, f.count(f.lit(1)).alias("n"))
    spark.conf.set("spark.sql.session.timeZone", "Asia/Kolkata")
    spark.conf.unset("spark.sql.session.timeZone")
    assert child.select(base.twice).collect() == [(4,), (6,)]
    assert spark.range(1).select(most.alias("m")).first().m == 2
    observed.collect()
    assert counted.get == {"n": 4}


def test_a_dataframe_whose_files_are_gone_is_in_nobodys_way(spark: Any, tmp_path: Any) -> None:
    import shutil

    spark.range(1).write.parquet(str(tmp_path / "gone"))
    gone = spark.read.parquet(str(tmp_path / "gone"))
    shutil.rmtree(tmp_path / "gone")
    for number in range(20):  # the engine remembers the plans of some DataFrames
        spark.range(number).selectExpr("id + 1")
    spark.range(2).createOrReplaceTempView("other")
    assert spark.table("other").count() == 2
    with pytest.raises(Exception, match=r"PATH_NOT_FOUND|FILE_NOT_EXIST"):
        gone.count()


def test_what_is_drawn_is_the_same_in_each_query(spark: Any) -> None:
    drawn = spark.sql("select id, rand() as r from range(2000)")
    assert drawn.filter("r < 0.5").count() + drawn.filter("r >= 0.5").count() == 2000
    for frame in (spark.range(3).selectExpr("uuid() as u"), spark.range(99).filter("rand() < 0.5")):
        assert frame.collect() == frame.collect()


def test_a_checkpoint_has_the_columns_of_what_it_is_of(spark: Any) -> None:
    numbers = spark.range(4).selectExpr("id", "id * 2 as twice")
    assert numbers.localCheckpoint().filter(numbers.id > 1).select(numbers.twice).collect() == [(4,), (6,)]


def test_a_stream_is_kept_too(spark: Any) -> None:
    rates = spark.readStream.format("rate").option("rowsPerSecond", 100).load().selectExpr("value % 2 as v")
    spark.conf.set("spark.sql.session.timeZone", "Asia/Kolkata")
    spark.conf.unset("spark.sql.session.timeZone")
    query = rates.writeStream.format("memory").queryName("rates").start()
    try:
        while not spark.table("rates").count():
            assert query.exception() is None
    finally:
        query.stop()


def test_a_subquery_with_columns_of_the_outer_query_is_analysed_with_it(spark: Any) -> None:
    from pyspark.sql import functions as f

    paid = spark.createDataFrame([(1, 10), (1, 20), (2, 30)], ["team", "pay"])
    of_team = paid.alias("b").where(f.col("a.team").outer() == f.col("b.team")).select(f.avg("pay")).scalar()
    assert paid.alias("a").where(f.col("a.pay") > of_team).collect() == [(1, 20)]


def test_a_column_of_a_dataframe_compared_with_itself_joins_it_to_what_is_made_from_it(spark: Any) -> None:
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as f

    left = spark.createDataFrame([(1, "a"), (2, "b"), (3, "c")], ["k", "v"])
    few = left.filter("k > 1")
    assert left.join(few, left.k == left.k).count() == 2
    assert left.join(few, (left.k == left.k) & (left.v == left.v), "left").count() == 3
    assert left.join(few, [left.k == left.k]).count() == 2
    assert left.join(left, left.k == left.k).count() == 3
    assert left.join(few, f.when(left.k == left.k, True).otherwise(False)).count() == 2
    for condition in (left.k >= left.k, f.upper(left.v) == f.upper(left.v), left.k + 1 == left.k + 1):
        with pytest.raises(AnalysisException, match=r"Name the sides: a\.alias"):
            left.join(few, condition)
    other = spark.createDataFrame([(1,), (2,)], ["n"])
    assert left.join(other, left.k == left.k).count() == 6, "as it is written"


def test_a_broadcast_variable_goes_with_a_function(spark: Any) -> None:
    from pyspark.sql import functions as f

    names = spark.sparkContext.broadcast({0: "zero"})
    name = f.udf(lambda number: names.value.get(number, "?"))
    assert [row[0] for row in spark.range(2).select(name("id")).collect()] == ["zero", "?"]


def test_an_accumulator_in_a_function_is_refused(spark: Any) -> None:
    from pyspark.sql import functions as f

    import firesteel.errors

    seen = spark.sparkContext.accumulator(0)
    counted = f.udf(lambda number: seen.add(1), "long")
    with pytest.raises(firesteel.errors.PySparkPicklingError, match="copy that is lost"):
        spark.range(1).select(counted("id"))


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
