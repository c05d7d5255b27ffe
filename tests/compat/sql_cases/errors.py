"""Errors: class, condition, and whether they come where the mistake is made."""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions as F
from pyspark.sql import types as T


def unresolved_column(t: Any) -> Any:
    return t.spark.range(1).select("nothing")


def unresolved_in_filter(t: Any) -> Any:
    return t.spark.range(1).filter("nothing > 1")


def unresolved_in_with_column(t: Any) -> Any:
    return t.spark.range(1).withColumn("a", F.col("nothing"))


def unresolved_in_group(t: Any) -> Any:
    return t.spark.range(1).groupBy("id").agg(F.sum("nothing"))


def attribute_of_a_missing_column(t: Any) -> Any:
    return t.spark.range(1).nothing


def item_of_a_missing_column(t: Any) -> Any:
    return t.spark.range(1)["nothing"]


def parse_of_filter(t: Any) -> Any:
    return t.spark.range(1).filter("id >")


def filter_of_a_wrong_type(t: Any) -> Any:
    return t.spark.range(1).filter(F.col("id") + 1)


def filter_of_a_python_value(t: Any) -> Any:
    return t.spark.range(1).filter(5)


def truth_of_a_column(t: Any) -> Any:
    return bool(F.col("a"))


def and_of_columns(t: Any) -> Any:
    return F.col("a") > 1 and F.col("b") > 1


def iteration_of_a_column(t: Any) -> Any:
    return list(F.col("a"))


def call_of_a_column(t: Any) -> Any:
    return F.col("a")()


def bad_cast(t: Any) -> Any:
    return t.spark.range(1).select(F.col("id").cast("nonsense"))


def bad_cast_of_types(t: Any) -> Any:
    return t.spark.sql("select cast(array(1) as int)")


def cast_of_a_number(t: Any) -> Any:
    return F.col("a").cast(5)


def caught_by_pyspark_exception(t: Any) -> Any:
    from pyspark.errors import AnalysisException, PySparkException

    try:
        t.spark.range(1).select("nothing")
    except PySparkException as error:
        return [
            isinstance(error, AnalysisException),
            error.getCondition(),
            error.getSqlState(),
            sorted(error.getMessageParameters()),
        ]
    return None


def caught_as_in_old_programs(t: Any) -> Any:
    from pyspark.sql.utils import AnalysisException

    try:
        t.spark.sql("select nothing")
    except AnalysisException as error:
        return error.getErrorClass()
    return None


def parse_exception_is_caught(t: Any) -> Any:
    from pyspark.errors import ParseException

    try:
        t.spark.sql("selec")
    except ParseException as error:
        return error.getSqlState()
    return None


def arithmetic_exception_is_caught(t: Any) -> Any:
    from pyspark.errors import ArithmeticException

    try:
        t.spark.sql("select 1 / 0").collect()
    except ArithmeticException as error:
        return error.getCondition()
    return None


def number_format_is_caught(t: Any) -> Any:
    from pyspark.errors import NumberFormatException

    try:
        t.spark.sql("select cast('x' as int)").collect()
    except NumberFormatException as error:
        return error.getCondition()
    return None


def message_of_a_missing_column(t: Any) -> Any:
    try:
        t.spark.range(1).select("idd")
    except Exception as error:
        return str(error).splitlines()[0]
    return None


def message_of_a_missing_table(t: Any) -> Any:
    try:
        t.spark.table("nothing")
    except Exception as error:
        return str(error).splitlines()[0]
    return None


def limit_of_a_negative(t: Any) -> Any:
    return t.spark.range(1).limit(-1)


def sample_of_too_much(t: Any) -> Any:
    return t.spark.range(1).sample(2.0)


def repartition_of_nothing(t: Any) -> Any:
    return t.spark.range(1).repartition(0)


def order_by_nothing(t: Any) -> Any:
    return t.spark.range(1).orderBy()


def drop_of_a_number(t: Any) -> Any:
    return t.spark.range(1).drop(5)


def select_of_a_number(t: Any) -> Any:
    return t.spark.range(1).select(5)


def lit_of_an_object(t: Any) -> Any:
    return F.lit(object())


def aggregate_in_filter(t: Any) -> Any:
    return t.spark.range(1).filter(F.sum("id") > 1)


def aggregate_of_an_aggregate(t: Any) -> Any:
    return t.spark.range(1).agg(F.sum(F.sum("id")))


def not_grouped(t: Any) -> Any:
    return t.spark.sql("select id, count(*) from range(2)")


def explode_of_a_number(t: Any) -> Any:
    return t.spark.range(1).select(F.explode("id"))


def two_generators(t: Any) -> Any:
    return t.spark.sql("select explode(array(1)), explode(array(2))")


def rename_to_a_taken_name(t: Any) -> Any:
    frame = t.spark.sql("select 1 as a, 2 as b").withColumnRenamed("a", "b")
    return [frame.columns, frame.count()]


def to_df_of_a_wrong_length(t: Any) -> Any:
    return t.spark.range(1).toDF("a", "b")


def struct_type_errors(t: Any) -> Any:
    told = []
    for use in (
        lambda: T.StructType().add("a"),
        lambda: T.StructType([1]),
        lambda: T.StructType()["x"],
        lambda: T.ArrayType("int"),
    ):
        try:
            told.append(repr(use()))
        except Exception as error:
            told.append(type(error).__name__)
    return told


def types_of_text(t: Any) -> Any:
    schema = T.StructType.fromDDL(
        "a int not null, b array<struct<c:decimal(5,2)>>, d timestamp_ntz comment 'x'"
    )
    return [
        schema.json(),
        schema.simpleString(),
        schema.fieldNames(),
        schema["b"].dataType.simpleString(),
        T.StructType.fromJson(schema.jsonValue()) == schema,
    ]


def to_pandas_of_two_same_names(t: Any) -> Any:
    return t.spark.sql("select 1 as a, 2 as a").toPandas()


def row_with_two_same_names(t: Any) -> Any:
    row = t.spark.sql("select 1 as a, 2 as a").first()
    return [tuple(row), row.a, row.asDict()]


def frame_of_another_session(t: Any) -> Any:
    return t.spark.range(1).join(t.spark.newSession().range(1), "id")


def collect_twice_after_a_failure(t: Any) -> Any:
    frame = t.spark.sql("select raise_error('no')")
    told = []
    for _ in range(2):
        try:
            frame.collect()
        except Exception as error:
            told.append(type(error).__name__)
    return [told, t.spark.range(1).count()]


def jvm_is_reached_for(t: Any) -> Any:
    return t.spark._jvm is not None


def java_frame_is_reached_for(t: Any) -> Any:
    return t.spark.range(1).filter("id > 0")._jdf is not None
