"""Arrays, maps, structs and vectors."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Row
from pyspark.sql import functions as F


def array_functions(t: Any) -> Any:
    return t.spark.sql(
        "select array_sort(array(3, null, 1)), sort_array(array(3, null, 1), false), "
        "array_distinct(array(1, 1, 2)), "
        "array_union(array(1), array(2)), array_position(array(1, 2), 2), flatten(array(array(1), "
        "array(2))), slice(array(1, 2, 3), 2, 2), "
        "array_join(array('a', null), ','), arrays_overlap(array(1), array(1)), size(array()), "
        "array_max(array(1, 5)), "
        "arrays_zip(array(1, 2), array('a')), array_insert(array(1), 1, 0), shuffle(array(1)), "
        "array_compact(array(1, null))"
    )


def map_functions(t: Any) -> Any:
    return t.spark.sql(
        "select map_keys(map('a', 1)), map_values(map('a', 1)), map_entries(map('a', 1)), "
        "map_concat(map(1, 2), map(3, 4)), "
        "map_from_arrays(array(1), array('x')), transform_values(map('a', 1), (k, v) -> v + 1), "
        "map_filter(map(1, 2, 3, 4), (k, v) -> k > 1), "
        "str_to_map('a:1,b:2')"
    )


def map_with_a_key_twice(t: Any) -> Any:
    return t.spark.sql("select map('a', 1, 'a', 2)")


def struct_fields(t: Any) -> Any:
    frame = t.spark.createDataFrame([Row(s=Row(a=1, b=Row(c="x")))])
    return frame.select("s.a", "s.b.c", F.col("s").getField("b"), F.col("s.b")["c"], "s.*")


def with_and_drop_fields(t: Any) -> Any:
    frame = t.spark.createDataFrame([Row(s=Row(a=1, b=2))])
    return frame.select(F.col("s").withField("c", F.lit(3)).dropFields("a").alias("s"))


def nested_everything(t: Any) -> Any:
    row = ([{"a": (1, [None, 2.5])}, {}], {"k": {"j": [b"x", None]}}, None)
    schema = (
        "a array<map<string,struct<x:int,y:array<double>>>>, "
        "m map<string,map<string,array<binary>>>, n struct<z:int>"
    )
    return t.spark.createDataFrame([row, (None, None, (1,))], schema)


def nested_to_pandas(t: Any) -> Any:
    return t.spark.createDataFrame(
        [([1, 2], {"a": 1}, Row(x=1, y="z"))], "a array<int>, m map<string,int>, s struct<x:int,y:string>"
    ).toPandas()


def empty_collections(t: Any) -> Any:
    return t.spark.createDataFrame([([], {}, ())], "a array<int>, m map<int,int>, s struct<>")


def map_with_nones(t: Any) -> Any:
    return t.spark.createDataFrame([({"a": None},)], "m map<string,int>")


def array_of_nulls_inferred(t: Any) -> Any:
    return t.spark.createDataFrame([([None, 1],), (None,)], ["a"])


def dictionaries_inferred_as_maps(t: Any) -> Any:
    return t.spark.createDataFrame([({"a": 1},), ({"b": 2, "c": None},)], ["m"])


def dictionaries_inferred_as_structs(t: Any) -> Any:
    t.set("spark.sql.pyspark.inferNestedDictAsStruct.enabled", "true")
    return t.spark.createDataFrame([({"a": 1, "b": "x"},)], ["m"])


def struct_of_a_dictionary(t: Any) -> Any:
    return t.spark.createDataFrame([({"y": "q", "x": 1},)], "s struct<x:int,y:string>")


def explode_maps(t: Any) -> Any:
    return t.spark.createDataFrame(
        [(1, {"a": 1, "b": 2}), (2, {}), (3, None)], "id int, m map<string,int>"
    ).select("id", F.explode_outer("m"))


def inline_structs(t: Any) -> Any:
    return t.spark.sql("select inline(array(struct(1, 'a'), struct(2, 'b')))")


def order_by_struct_and_array(t: Any) -> Any:
    frame = t.spark.createDataFrame(
        [([2], (1, None)), ([1, 5], (1, 2)), ([], (None, 3))], "a array<int>, s struct<x:int,y:int>"
    )
    return [t.ordered(frame.orderBy("a")).frame.collect(), frame.orderBy("s").collect()]


def binary_values(t: Any) -> Any:
    return t.spark.createDataFrame([(b"\x00\xff",), (bytearray(b"ab"),)], ["b"])


def vectors(t: Any) -> Any:
    from pyspark.ml.linalg import Vectors

    return t.spark.createDataFrame([(Vectors.dense([1.0, 2.0]),), (Vectors.sparse(3, {1: 5.0}),)], ["v"])


def vectors_of_rdd(t: Any) -> Any:
    from pyspark.ml.linalg import Vectors

    return t.spark.createDataFrame(t.sc.parallelize([(Vectors.dense([1.0]),)], 1), ["v"]).rdd.map(
        lambda row: row.v.toArray()
    )


def group_by_array(t: Any) -> Any:
    return t.spark.createDataFrame([([1, 2],), ([1, 2],), (None,)], "a array<int>").groupBy("a").count()


def group_by_map(t: Any) -> Any:
    return t.spark.createDataFrame([({1: 2},), ({1: 2},)], "m map<int,int>").groupBy("m").count()


def compare_maps(t: Any) -> Any:
    return t.spark.sql("select map(1, 2) = map(1, 2)")


def cast_of_nested(t: Any) -> Any:
    return t.spark.sql(
        "select cast(array(1, 2) as array<string>), cast(named_struct('a', 1) as struct<b:double>), "
        "cast(map(1, 'x') as string)"
    )


def char_and_varchar(t: Any) -> Any:
    return t.spark.sql("select cast('ab' as char(4)) as c, cast('abcd' as varchar(2)) as v")
