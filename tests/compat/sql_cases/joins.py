"""Joins and set operations."""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions as F


def _two(t: Any) -> tuple[Any, Any]:
    left = t.spark.createDataFrame([(1, "a"), (2, "b"), (None, "n")], "k int, l string")
    right = t.spark.createDataFrame([(2, "x"), (2, "y"), (3, "z"), (None, "m")], "k int, r string")
    return left, right


def inner_by_name(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k")


def inner_by_condition(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, left.k == right.k)


def left_outer(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k", "left")


def right_outer(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, ["k"], "right_outer")


def full_outer(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k", "outer")


def left_semi(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k", "left_semi")


def left_anti(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k", "anti")


def cross(t: Any) -> Any:
    left, right = _two(t)
    return left.crossJoin(right)


def null_safe(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, left.k.eqNullSafe(right.k))


def self_with_aliases(t: Any) -> Any:
    left, _ = _two(t)
    a, b = left.alias("a"), left.alias("b")
    return a.join(b, F.col("a.k") == F.col("b.k")).select("a.l", "b.l")


def self_without_aliases(t: Any) -> Any:
    left, _ = _two(t)
    return left.join(left.filter("k > 1"), left.k == left.k)


def ambiguous_column(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, left.k == right.k).select("k")


def column_of_a_side(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, left.k == right.k).select(left.k, right.r).drop(right.r)


def broadcast_hint(t: Any) -> Any:
    left, right = _two(t)
    return left.join(F.broadcast(right), "k")


def unknown_kind(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "k", "sideways")


def missing_column(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, "nothing")


def lateral(t: Any) -> Any:
    left, right = _two(t)
    left.createOrReplaceTempView("l")
    right.createOrReplaceTempView("r")
    return t.spark.sql("select * from l, lateral (select r from r where r.k = l.k)")


def union(t: Any) -> Any:
    left, right = _two(t)
    return left.union(right)


def union_widens_types(t: Any) -> Any:
    return t.spark.sql("select 1 as a").union(t.spark.sql("select 2.5d"))


def union_of_other_widths(t: Any) -> Any:
    left, _ = _two(t)
    return left.union(left.select("k"))


def union_by_name(t: Any) -> Any:
    left, right = _two(t)
    return left.unionByName(right, allowMissingColumns=True)


def union_by_name_missing(t: Any) -> Any:
    left, right = _two(t)
    return left.unionByName(right)


def intersect(t: Any) -> Any:
    left, right = _two(t)
    return left.select("k").intersect(right.select("k"))


def intersect_all(t: Any) -> Any:
    _, right = _two(t)
    return right.select("k").intersectAll(right.select("k"))


def subtract(t: Any) -> Any:
    left, right = _two(t)
    return right.select("k").subtract(left.select("k"))


def except_all(t: Any) -> Any:
    left, right = _two(t)
    return right.select("k").exceptAll(left.select("k"))


def exists_and_in(t: Any) -> Any:
    left, right = _two(t)
    left.createOrReplaceTempView("l")
    right.createOrReplaceTempView("r")
    return t.spark.sql(
        "select l, "
        "k in (select k from r) as x from l where exists (select 1 from r where r.k is null) and l <> 'q'"
    )


def not_in_with_null(t: Any) -> Any:
    left, right = _two(t)
    left.createOrReplaceTempView("l")
    right.createOrReplaceTempView("r")
    return t.spark.sql("select * from l where k not in (select k from r)")


def column_of_a_parent_after_union(t: Any) -> Any:
    left, right = _two(t)
    return left.union(right).select(left.k, left.l)


def column_of_the_other_parent_after_union(t: Any) -> Any:
    left, right = _two(t)
    return left.union(right).select(right.k)


def drop_of_a_column_that_both_have(t: Any) -> Any:
    left, right = _two(t)
    return left.join(right, left.k == right.k).drop(left.k)


def drop_of_a_column_of_a_parent_of_both(t: Any) -> Any:
    left, _ = _two(t)
    return left.join(left.filter("k > 1"), "l").drop(left.k)


def two_projections_of_one_frame(t: Any) -> Any:
    left, _ = _two(t)
    a, b = left.select("k", "l"), left.select("k", F.upper("l").alias("u"))
    return a.join(b, a.k == b.k)


def two_projections_by_the_parents_column(t: Any) -> Any:
    left, _ = _two(t)
    a, b = left.select("k", "l"), left.select("k", F.upper("l").alias("u"))
    return a.join(b, left.k == left.k)
