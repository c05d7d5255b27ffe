"""Columns: select, filter, expressions, sorting, and what becomes of nulls and NaN."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Row
from pyspark.sql import functions as F


def _people(t: Any) -> Any:
    return t.spark.createDataFrame(
        [("Alice", 2, 1.5), ("Bob", 5, None), (None, 7, float("nan")), ("Dan", None, -0.0)],
        "name string, age int, score double",
    )


def select_names(t: Any) -> Any:
    return _people(t).select("name", "age")


def select_expressions(t: Any) -> Any:
    return _people(t).select((F.col("age") + 1).alias("next"), F.upper("name"), F.lit(3), F.lit(None))


def select_star(t: Any) -> Any:
    return _people(t).select("*", F.length("name"))


def filter_condition(t: Any) -> Any:
    return _people(t).filter(F.col("age") > 3)


def filter_text(t: Any) -> Any:
    return _people(t).where("score is not null and not isnan(score)")


def filter_after_select(t: Any) -> Any:
    return _people(t).select("name").filter(F.col("age") > 3)


def null_safe_equality(t: Any) -> Any:
    frame = _people(t)
    return frame.select(frame.name.eqNullSafe(None), frame.name == "Bob", frame.score == float("nan"))


def order_nulls_and_nan(t: Any) -> Any:
    return t.ordered(_people(t).orderBy("score"))


def order_descending(t: Any) -> Any:
    return t.ordered(_people(t).orderBy(F.desc("score"), F.asc("name")))


def order_nulls_last(t: Any) -> Any:
    return t.ordered(_people(t).orderBy(F.col("age").asc_nulls_last()))


def order_by_several(t: Any) -> Any:
    return t.ordered(_people(t).sort(["name", "age"], ascending=[False, True]))


def with_columns(t: Any) -> Any:
    return _people(t).withColumns({"double": F.col("age") * 2, "age": F.col("age").cast("string")})


def with_column_renamed(t: Any) -> Any:
    return _people(t).withColumnRenamed("age", "years").withColumnRenamed("nothing", "else")


def drop_columns(t: Any) -> Any:
    return _people(t).drop("age", "nothing")


def case_when(t: Any) -> Any:
    age = F.col("age")
    return _people(t).select(F.when(age < 3, "young").when(age < 6, "older").otherwise("old").alias("kind"))


def is_in_and_between(t: Any) -> Any:
    return _people(t).select(F.col("age").isin(2, 7), F.col("age").between(3, 6), F.col("name").isNull())


def like_and_rlike(t: Any) -> Any:
    name = F.col("name")
    return _people(t).select(name.like("A%"), name.rlike("^[AB]"), name.startswith("D"), name.contains("o"))


def substring_and_concat(t: Any) -> Any:
    return _people(t).select(
        F.col("name").substr(2, 2), F.concat_ws("-", "name", "age"), F.concat("name", "age")
    )


def distinct_rows(t: Any) -> Any:
    return t.spark.createDataFrame(
        [(1, float("nan")), (1, float("nan")), (1, -0.0), (1, 0.0)], ["a", "b"]
    ).distinct()


def drop_duplicates_of_columns(t: Any) -> Any:
    frame = t.spark.createDataFrame([(1, "a"), (1, "b"), (2, "c")], ["n", "s"])
    return frame.dropDuplicates(["n"]).select("n")


def limit_and_offset(t: Any) -> Any:
    return t.ordered(t.spark.range(10).orderBy(F.desc("id")).offset(2).limit(3))


def head_first_take_tail(t: Any) -> Any:
    frame = t.spark.range(5)
    return [frame.head(), frame.head(1), frame.head(2), frame.first(), frame.take(2), frame.tail(2)]


def head_of_nothing(t: Any) -> Any:
    frame = t.spark.range(0)
    return [frame.head(), frame.head(1), frame.first(), frame.isEmpty(), frame.count()]


def to_df_renames(t: Any) -> Any:
    return t.spark.createDataFrame([(1, "a")], ["x", "y"]).toDF("one", "two")


def same_name_twice(t: Any) -> Any:
    return t.spark.createDataFrame([(1, "a")], ["x", "x"])


def name_with_dot(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], ["a.b"]).select("`a.b`", F.col("`a.b`") + 1)


def col_regex(t: Any) -> Any:
    frame = t.spark.createDataFrame([(1, 2, 3)], ["a1", "a2", "b"])
    return frame.select(frame.colRegex("`a.*`"))


def columns_and_dtypes(t: Any) -> Any:
    frame = _people(t)
    return [frame.columns, frame.dtypes, frame.schema.simpleString(), str(frame.schema), repr(frame)]


def to_pandas(t: Any) -> Any:
    return _people(t).toPandas()


def to_arrow(t: Any) -> Any:
    table = _people(t).filter("age is not null").toArrow()
    return [str(table.schema), table.num_rows]


def to_local_iterator(t: Any) -> Any:
    return list(t.spark.range(5).toLocalIterator())


def describe(t: Any) -> Any:
    return t.ordered(_people(t).describe())


def summary(t: Any) -> Any:
    return t.ordered(_people(t).summary("count", "min", "50%", "max", "stddev"))


def union_then_transform(t: Any) -> Any:
    frame = t.spark.range(2)
    return frame.transform(lambda each: each.union(each))


def repr_of_column(t: Any) -> Any:
    return [str(F.col("a") + 1), str(F.col("a").alias("b")), str(F.sum("x")), str(F.lit("x").cast("int"))]


def row_has_names(t: Any) -> Any:
    row = _people(t).first()
    return [row.name, row["age"], row.asDict(), "name" in row, row.__fields__, row == Row("Alice", 2, 1.5)]


def monotonically_increasing(t: Any) -> Any:
    return t.ordered(t.spark.range(0, 4, 1, 2).select("id", F.monotonically_increasing_id()))


def random_with_a_seed(t: Any) -> Any:
    return t.spark.range(0, 4, 1, 2).select(F.rand(7), F.randn(7))


def repartition_counts(t: Any) -> Any:
    frame = t.spark.range(10)
    return [
        frame.repartition(3).rdd.getNumPartitions(),
        frame.repartition(5).coalesce(2).rdd.getNumPartitions(),
    ]


def spark_partition_id(t: Any) -> Any:
    return t.spark.range(0, 6, 1, 3).select("id", F.spark_partition_id())


def bitwise_and_hash(t: Any) -> Any:
    n = F.col("id")
    return t.spark.range(3).select(
        n.bitwiseAND(1),
        F.shiftleft("id", 2),
        F.hash("id"),
        F.xxhash64("id"),
        F.md5(n.cast("string")),
        F.crc32(n.cast("string")),
    )


def union_all_types_of_literals(t: Any) -> Any:
    return t.spark.range(1).select(
        F.lit(1), F.lit(1 << 40), F.lit(1.5), F.lit("x"), F.lit(True), F.lit(b"x"), F.lit([1, 2]), F.lit(None)
    )


def greatest_and_least(t: Any) -> Any:
    return t.spark.sql(
        "select greatest(1, null, 3), least(cast('nan' as double), 1d), coalesce(null, 2), nvl(null, 'x')"
    )


def unpivot(t: Any) -> Any:
    return t.spark.createDataFrame([(1, 2, 3)], ["k", "a", "b"]).unpivot("k", ["a", "b"], "name", "value")


def json_of_rows(t: Any) -> Any:
    return _people(t).toJSON()


def show_prints(t: Any) -> Any:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        _people(t).show()
        _people(t).show(1, truncate=2, vertical=True)
        _people(t).printSchema()
    return out.getvalue()


def explain_does_not_fail(t: Any) -> Any:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        _people(t).explain()
        _people(t).filter("age > 1").explain(mode="formatted")
    return "Physical Plan" in out.getvalue()


def cache_and_unpersist(t: Any) -> Any:
    frame = t.spark.range(5).cache()
    told = [frame.is_cached, frame.count(), frame.storageLevel.useMemory]
    frame.unpersist()
    return [*told, frame.is_cached]


def observe_counts(t: Any) -> Any:
    from pyspark.sql import Observation

    seen = Observation("seen")
    t.spark.range(5).observe(seen, F.count(F.lit(1)).alias("n"), F.max("id").alias("most")).collect()
    return seen.get


def random_split(t: Any) -> Any:
    parts = t.spark.range(0, 100, 1, 2).randomSplit([0.5, 0.5], seed=3)
    return [sorted(row.id for row in each.collect()) for each in parts]


def sample_with_seed(t: Any) -> Any:
    return t.spark.range(0, 100, 1, 2).sample(fraction=0.1, seed=3)


def metadata_of_a_column(t: Any) -> Any:
    return t.spark.range(1).select(F.col("id").alias("x", metadata={"unit": "kg"}))


def with_metadata(t: Any) -> Any:
    return t.spark.range(1).withMetadata("id", {"a": 1}).select("id")


def to_schema(t: Any) -> Any:
    from pyspark.sql.types import StringType, StructType

    return t.spark.range(1).to(StructType().add("id", StringType()))


def foreach_runs_in_workers(t: Any) -> Any:
    t.spark.range(3).foreach(lambda row: row.id + 1)
    t.spark.range(3).foreachPartition(lambda rows: list(rows) and None)
    return "ran"


def foreach_fails(t: Any) -> Any:
    try:
        t.spark.range(3).foreach(lambda row: 1 // 0)
    except Exception as error:
        return "ZeroDivisionError" in str(error)
    return "no error"
