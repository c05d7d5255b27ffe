"""RDDs of DataFrames and what is done with them."""

from __future__ import annotations

from typing import Any


def _frame(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2), "k string, v int")


def of_a_frame(t: Any) -> Any:
    return _frame(t).rdd


def of_a_query(t: Any) -> Any:
    return _frame(t).filter("v > 1").rdd


def of_a_range(t: Any) -> Any:
    return t.spark.range(0, 5, 1, 3).rdd


def map_of_rows(t: Any) -> Any:
    return _frame(t).rdd.map(lambda row: (row.k, row["v"] + row[1]))


def reduce_by_key(t: Any) -> Any:
    return sorted(_frame(t).rdd.map(tuple).reduceByKey(lambda a, b: a + b).collect())


def count_and_first(t: Any) -> Any:
    rdd = _frame(t).rdd
    return [rdd.count(), rdd.first(), rdd.take(2), rdd.getNumPartitions(), rdd.isEmpty()]


def zip_with_index(t: Any) -> Any:
    return _frame(t).rdd.zipWithIndex()


def after_sort(t: Any) -> Any:
    return _frame(t).coalesce(1).orderBy("v", ascending=False).rdd


def after_repartition(t: Any) -> Any:
    return t.spark.range(6).repartition(4).rdd.getNumPartitions()


def after_group(t: Any) -> Any:
    return sorted(_frame(t).groupBy("k").count().rdd.map(tuple).collect())


def nested_rows(t: Any) -> Any:
    return t.spark.sql(
        "select named_struct('a', 1, 'b', array(named_struct('c', 'x'))) as s, map('k', 1.5d) as m"
    ).rdd


def of_texts(t: Any) -> Any:
    from pathlib import Path

    Path(t.path).write_text("one two\n\nthree\n")
    return t.spark.read.text(t.path).rdd.flatMap(lambda row: row.value.split(" ")).collect()


def of_nothing(t: Any) -> Any:
    return _frame(t).filter("false").rdd.collect()


def union_and_join(t: Any) -> Any:
    one = _frame(t).rdd.map(tuple)
    return sorted(one.union(one).join(t.sc.parallelize([("a", "x")])).collect())


def rows_in_a_shuffle(t: Any) -> Any:
    return _frame(t).rdd.sortBy(lambda row: -row.v).collect()


def groups_of_rows(t: Any) -> Any:
    return sorted((key, sorted(rows)) for key, rows in _frame(t).rdd.groupBy(lambda row: row.k).collect())


def back_to_a_frame(t: Any) -> Any:
    frame = _frame(t)
    return t.spark.createDataFrame(frame.rdd, frame.schema).filter("v < 3")


def json_texts(t: Any) -> Any:
    return _frame(t).toJSON()


def failure_of_the_query(t: Any) -> Any:
    return t.spark.sql("select raise_error('no')").rdd.count()


def is_computed_for_the_values_of_now(t: Any) -> Any:
    frame = _frame(t)
    frame.createOrReplaceTempView("v")
    rdd = t.spark.sql("select sum(v) as s from v").rdd
    t.spark.range(1).createOrReplaceTempView("v")
    return rdd


def cached(t: Any) -> Any:
    rdd = _frame(t).rdd.cache()
    return [rdd.count(), rdd.map(lambda row: row.v).sum()]


def pickled_rows_in_tasks(t: Any) -> Any:
    from pyspark.sql import Row

    return t.sc.parallelize([1, 2], 2).map(lambda n: Row(n=n, s=str(n)))


def json_reader_of_an_rdd(t: Any) -> Any:
    return t.spark.read.json(t.sc.parallelize(['{"a": 1}', '{"a": 2, "b": "x"}', "broken"], 1))


def csv_reader_of_an_rdd(t: Any) -> Any:
    return t.spark.read.csv(t.sc.parallelize(["a,b", "1,x"], 1), header=True, inferSchema=True)


def numbers_as_json(t: Any) -> Any:
    return [t.spark.range(2).toJSON().collect(), t.spark.range(2).filter("id > 0").toJSON().collect()]
