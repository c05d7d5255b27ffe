"""Functions of users in queries: Python, pandas, Arrow, tables, groups."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pandas as pd
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql import types as T


def plain(t: Any) -> Any:
    return t.spark.range(3).select(F.udf(lambda x: x * 2, "long")("id").alias("x"))


def default_type_is_text(t: Any) -> Any:
    return t.spark.range(2).select(F.udf(lambda x: x)("id").alias("x"))


def name_in_the_schema(t: Any) -> Any:
    def doubled(x: Any) -> Any:
        return x * 2

    return t.spark.range(1).select(F.udf(doubled, "long")("id"), F.udf(lambda x: x, "long")("id"))


def wrong_type_gives_null(t: Any) -> Any:
    return t.spark.range(2).select(
        F.udf(lambda x: str(x), "int")("id").alias("x"), F.udf(lambda x: x, "double")("id").alias("y")
    )


def of_nulls(t: Any) -> Any:
    return t.spark.createDataFrame([(None,), ("a",)], "s string").select(
        F.udf(lambda s: s is None, "boolean")("s").alias("x")
    )


def gives_struct(t: Any) -> Any:
    return t.spark.range(2).select(F.udf(lambda x: (x, str(x)), "a long, b string")("id").alias("s"))


def gives_row_and_dictionary(t: Any) -> Any:
    return t.spark.range(1).select(
        F.udf(lambda x: Row(b="x", a=x), "a long, b string")("id").alias("r"),
        F.udf(lambda x: {"k": x}, "map<string,long>")("id").alias("m"),
    )


def takes_struct(t: Any) -> Any:
    return t.spark.createDataFrame([Row(s=Row(a=1, b="x"))]).select(
        F.udf(lambda s: f"{type(s).__name__} {s.a}{s['b']}")("s").alias("x")
    )


def takes_array_and_map(t: Any) -> Any:
    frame = t.spark.createDataFrame([([1, None], {"a": 2})], "a array<int>, m map<string,int>")
    return frame.select(F.udf(lambda a, m: repr((a, m)))("a", "m").alias("x"))


def takes_decimal_and_bytes(t: Any) -> Any:
    return t.spark.sql("select 1.50 as d, X'01' as b").select(
        F.udf(lambda d, b: repr((d, b)))("d", "b").alias("x")
    )


def fails(t: Any) -> Any:
    return t.spark.range(1).select(F.udf(lambda x: 1 // 0, "int")("id"))


def failure_names_the_cause(t: Any) -> Any:
    try:
        t.spark.range(1).select(F.udf(lambda x: [][1], "int")("id")).collect()
    except Exception as error:
        return [type(error).__name__, "IndexError" in str(error)]
    return None


def registered(t: Any) -> Any:
    t.spark.udf.register("plus_one", lambda x: x + 1, "long")
    return t.spark.sql("select plus_one(id) as x from range(2)")


def registered_by_itself(t: Any) -> Any:
    made = t.spark.udf.register("as_text", lambda x: f"<{x}>")
    return t.spark.range(1).select(made("id"))


def named_arguments(t: Any) -> Any:
    t.spark.udf.register("minus", F.udf(lambda a, b: a - b, "int"))
    return t.spark.sql("select minus(b => 1, a => 5) as x")


def not_deterministic(t: Any) -> Any:
    return t.spark.range(1).select(F.udf(lambda: 7, "int").asNondeterministic()().alias("x"))


def in_filter_and_join(t: Any) -> Any:
    even = F.udf(lambda x: x % 2 == 0, "boolean")
    left, right = t.spark.range(4), t.spark.range(2, 6)
    return left.filter(even("id")).join(right, even(right.id) & (left.id == right.id))


def variable_changed_later(t: Any) -> Any:
    add = 1
    column = F.udf(lambda x: x + add, "long")("id").alias("x")
    add = 100
    return t.spark.range(2).select(column)


def variable_changed_after_the_frame(t: Any) -> Any:
    state = {"add": 1}
    frame = t.spark.range(2).select(F.udf(lambda x: x + state["add"], "long")("id").alias("x"))
    state["add"] = 100
    return frame


def variable_changed_between_uses(t: Any) -> Any:
    state = {"add": 1}
    function = F.udf(lambda x: x + state["add"], "long")
    one = t.spark.range(1).select(function("id").alias("x")).collect()
    state["add"] = 100
    return [one, t.spark.range(1).select(function("id").alias("x")).collect()]


def variable_changed_after_registration(t: Any) -> Any:
    state = {"add": 1}
    t.spark.udf.register("plus", lambda x: x + state["add"], "long")
    state["add"] = 100
    return t.spark.sql("select plus(1) as x")


def variable_changed_before_first_use(t: Any) -> Any:
    state = {"add": 1}
    function = F.udf(lambda x: x + state["add"], "long")
    state["add"] = 100
    return t.spark.range(1).select(function("id").alias("x"))


def pandas_variable_changed_later(t: Any) -> Any:
    state = {"add": 1}

    def add(x: pd.Series) -> pd.Series:
        return x + state["add"]

    frame = t.spark.range(1).select(F.pandas_udf(add, "long")("id").alias("x"))
    state["add"] = 100
    return frame


def map_variable_changed_later(t: Any) -> Any:
    state = {"add": 1}

    def add(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield batch + state["add"]

    frame = t.spark.range(1).mapInPandas(add, "id long")
    state["add"] = 100
    return frame


def pandas_series(t: Any) -> Any:
    @F.pandas_udf("double")
    def half(x: pd.Series) -> pd.Series:
        return x / 2

    return t.spark.range(3).select(half("id").alias("x"))


def pandas_iterator(t: Any) -> Any:
    @F.pandas_udf("long")
    def plus(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield batch + 10

    return t.spark.range(3).select(plus("id").alias("x"))


def pandas_aggregate(t: Any) -> Any:
    @F.pandas_udf("double")
    def mean(x: pd.Series) -> float:
        return float(x.mean())

    return t.spark.range(6).groupBy((F.col("id") % 2).alias("k")).agg(mean("id").alias("m"))


def pandas_frame(t: Any) -> Any:
    @F.pandas_udf("a long, b string")
    def both(x: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"a": x, "b": x.astype(str)})

    return t.spark.range(2).select(both("id").alias("s"))


def pandas_wrong_length(t: Any) -> Any:
    @F.pandas_udf("long")
    def shorter(x: pd.Series) -> pd.Series:
        return x[:0]

    return t.spark.range(2).select(shorter("id"))


def arrow(t: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    @F.arrow_udf("long")
    def negated(x: pa.Array) -> pa.Array:
        return pc.negate(x)

    return t.spark.range(3).select(negated("id").alias("x"))


def arrow_optimized(t: Any) -> Any:
    return t.spark.range(3).select(F.udf(lambda x: x + 1, "long", useArrow=True)("id").alias("x"))


def map_in_pandas(t: Any) -> Any:
    def kept(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            yield batch[batch.id > 1].assign(text="x")

    return t.spark.range(4).mapInPandas(kept, "id long, text string")


def map_in_arrow(t: Any) -> Any:
    def same(batches: Iterator[Any]) -> Iterator[Any]:
        yield from batches

    return t.spark.range(4).mapInArrow(same, "id long")


def map_in_pandas_wrong_columns(t: Any) -> Any:
    def other(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            yield batch.rename(columns={"id": "no"})

    return t.spark.range(4).mapInPandas(other, "id long")


def apply_in_pandas(t: Any) -> Any:
    def centred(group: pd.DataFrame) -> pd.DataFrame:
        return group.assign(v=group.v - group.v.mean())

    frame = t.spark.createDataFrame([("a", 1.0), ("a", 3.0), ("b", 5.0)], ["k", "v"])
    return frame.groupBy("k").applyInPandas(centred, "k string, v double")


def apply_in_pandas_with_key(t: Any) -> Any:
    def sized(key: Any, group: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame([(*key, len(group))])

    frame = t.spark.createDataFrame([("a", 1.0), ("a", 3.0), ("b", 5.0)], ["k", "v"])
    return frame.groupBy("k").applyInPandas(sized, "k string, n long")


def cogroup_apply_in_pandas(t: Any) -> Any:
    def merged(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        return pd.merge(left, right, on="k")

    left = t.spark.createDataFrame([(1, "a"), (2, "b")], ["k", "l"])
    right = t.spark.createDataFrame([(1, "x"), (3, "y")], ["k", "r"])
    return left.groupBy("k").cogroup(right.groupBy("k")).applyInPandas(merged, "k long, l string, r string")


def apply_in_arrow(t: Any) -> Any:
    return (
        t.spark.range(4)
        .groupBy((F.col("id") % 2).alias("k"))
        .applyInArrow(lambda table: table.slice(0, 1), "id long")
    )


def table_function(t: Any) -> Any:
    @F.udtf(returnType="n int, square int")
    class Squares:
        def eval(self, start: int, end: int) -> Iterator[Any]:
            for n in range(start, end):
                yield n, n * n

    return Squares(F.lit(1), F.lit(4))


def table_function_in_sql(t: Any) -> Any:
    class Words:
        def eval(self, text: str) -> Iterator[Any]:
            for word in text.split():
                yield (word,)

        def terminate(self) -> Iterator[Any]:
            yield ("end",)

    t.spark.udtf.register("words", F.udtf(Words, returnType="word string"))
    return t.spark.sql("select * from words('a b')")


def table_function_of_a_table(t: Any) -> Any:
    class Total:
        def __init__(self) -> None:
            self.total = 0

        def eval(self, row: Row) -> None:
            self.total += row["id"]

        def terminate(self) -> Iterator[Any]:
            yield (self.total,)

    t.spark.udtf.register("total", F.udtf(Total, returnType="n long"))
    return t.spark.sql("select * from total(table(select id from range(5)))")


def closure_over_module_and_class(t: Any) -> Any:
    import math

    class Scale:
        def __init__(self, by: float) -> None:
            self.by = by

        def __call__(self, x: float) -> float:
            return math.floor(x * self.by)

    return t.spark.range(3).select(F.udf(Scale(1.5), "long")("id").alias("x"))


def of_wrong_schema_text(t: Any) -> Any:
    return F.udf(lambda x: x, "nonsense")("id")


def not_a_function(t: Any) -> Any:
    return type(F.udf("text")).__name__


def with_a_broadcast(t: Any) -> Any:
    shared = t.sc.broadcast({0: "zero"})
    return t.spark.range(2).select(F.udf(lambda x: shared.value.get(x, "?"))("id").alias("x"))


def with_an_accumulator(t: Any) -> Any:
    seen = t.sc.accumulator(0)

    def counted(x: int) -> int:
        seen.add(1)
        return x

    t.spark.range(4).select(F.udf(counted, "long")("id")).collect()
    return seen.value


def called_with_a_literal(t: Any) -> Any:
    return t.spark.range(1).select(F.udf(lambda x, y: x + y, "long")(F.col("id"), F.lit(5)).alias("x"))


def repr_and_attributes(t: Any) -> Any:
    def twice(x: int) -> int:
        """Double."""
        return x * 2

    made = F.udf(twice, "int")
    return [made.__name__, made.__doc__, made.returnType.simpleString(), made.func(4), made.deterministic]


def of_rows_of_an_rdd(t: Any) -> Any:
    t.set("spark.sql.session.timeZone", "Asia/Kolkata")
    at = datetime.datetime(2020, 7, 1, 12, 30)
    rows = t.sc.parallelize([(i, None if i % 3 else f"t{i}", at, [i]) for i in range(20)], 2)
    frame = rows.toDF("n long, s string, at timestamp, l array<int>")
    hours = F.pandas_udf(lambda times: times.dt.hour, "int")
    return [
        t.partitioned(frame.select("*", F.udf(lambda n, s: f"{n}{s}")("n", "s").alias("both"))),
        frame.select(F.udf(lambda at: str(at))("at").alias("at"), hours("at").alias("hour"), "l"),
        frame.filter(F.udf(lambda numbers: numbers[0] > 5, "boolean")("l")).select("s"),
    ]


def registered_function_has_its_name(t: Any) -> Any:
    plus = t.spark.udf.register("plus", lambda x: x + 1, "long")
    return [t.spark.sql("select plus(id) from range(2)"), t.spark.range(2).select(plus("id"))]


def registered_udf_has_its_name(t: Any) -> Any:
    plus = t.spark.udf.register("plus", F.udf(lambda x: x + 1, "long"))
    return [t.spark.sql("select plus(id) from range(2)"), t.spark.range(2).select(plus("id"))]


def registered_without_a_type(t: Any) -> Any:
    t.spark.udf.register("same", lambda x: x)
    return t.spark.sql("select typeof(same(1)) as a, typeof(array(same(1))) as b, same('x') as c")


def type_of_texts(t: Any) -> Any:
    text = F.udf(lambda x: str(x))("id")
    lists = F.udf(lambda x: [str(x)], T.ArrayType(T.StringType()))("id")
    kept = F.col("id").cast(T.StringType())
    return t.spark.range(1).select(
        *[F.typeof(each).alias(f"c{i}") for i, each in enumerate([text, lists, kept])]
    )
