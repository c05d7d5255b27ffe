"""Groups, pivots, windows, and the functions na and stat."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Window
from pyspark.sql import functions as F


def _sales(t: Any) -> Any:
    return t.spark.createDataFrame(
        [("a", 2020, 1), ("a", 2021, 5), ("b", 2020, None), ("b", 2021, 7), (None, 2021, 2), ("a", 2021, 4)],
        "shop string, year int, sold int",
    )


def count_of_groups(t: Any) -> Any:
    return _sales(t).groupBy("shop").count()


def aggregates(t: Any) -> Any:
    return (
        _sales(t)
        .groupBy("shop")
        .agg(F.sum("sold"), F.avg("sold"), F.min("sold"), F.max("sold"), F.count("sold"))
    )


def aggregates_by_dictionary(t: Any) -> Any:
    return _sales(t).groupBy("year").agg({"sold": "max", "shop": "count"})


def aggregates_without_groups(t: Any) -> Any:
    return _sales(t).agg(
        F.sum("sold"), F.stddev("sold"), F.variance("sold"), F.skewness("sold"), F.kurtosis("sold")
    )


def aggregates_of_nothing(t: Any) -> Any:
    return _sales(t).filter("false").agg(F.sum("sold"), F.count("*"), F.collect_list("sold"), F.first("sold"))


def aggregates_by_method(t: Any) -> Any:
    return _sales(t).groupBy("shop").mean("sold", "year")


def sets_and_lists(t: Any) -> Any:
    sold = F.sort_array(F.collect_list("sold")), F.sort_array(F.collect_set("shop"))
    return _sales(t).groupBy("year").agg(*sold, F.count_distinct("shop"), F.approx_count_distinct("sold"))


def rollup(t: Any) -> Any:
    return _sales(t).rollup("shop", "year").agg(F.sum("sold"), F.grouping_id())


def cube(t: Any) -> Any:
    return _sales(t).cube("shop", "year").agg(F.sum("sold"), F.grouping("shop"))


def grouping_sets(t: Any) -> Any:
    frame = _sales(t)
    return frame.groupingSets([["shop"], []], "shop", "year").agg(F.sum("sold"))


def having(t: Any) -> Any:
    _sales(t).createOrReplaceTempView("sales")
    return t.spark.sql("select shop, sum(sold) s from sales group by all having s > 2")


def pivot_with_values(t: Any) -> Any:
    return _sales(t).groupBy("shop").pivot("year", [2020, 2021]).sum("sold")


def pivot_without_values(t: Any) -> Any:
    return _sales(t).groupBy("shop").pivot("year").agg(F.sum("sold").alias("s"), F.count(F.lit(1)).alias("n"))


def percentiles(t: Any) -> Any:
    return _sales(t).agg(
        F.percentile("sold", 0.5), F.percentile_approx("sold", [0.1, 0.9]), F.median("sold"), F.mode("year")
    )


def first_last_any(t: Any) -> Any:
    return (
        _sales(t)
        .coalesce(1)
        .groupBy()
        .agg(F.first("shop"), F.last("sold"), F.bool_or(F.col("sold") > 6), F.max_by("shop", "sold"))
    )


def group_by_position(t: Any) -> Any:
    return _sales(t).groupBy(F.col("year") % 2 == 0).count()


def group_without_aggregate(t: Any) -> Any:
    return _sales(t).groupBy("shop").agg(F.col("sold"))


def group_by_missing(t: Any) -> Any:
    return _sales(t).groupBy("nothing").count()


def _by_shop() -> Any:
    return Window.partitionBy("shop").orderBy("year", "sold")


def window_ranks(t: Any) -> Any:
    w = Window.partitionBy("shop").orderBy("year")
    return _sales(t).select(
        "shop",
        "year",
        F.rank().over(w),
        F.dense_rank().over(w),
        F.percent_rank().over(w),
        F.cume_dist().over(w),
    )


def window_row_number(t: Any) -> Any:
    return _sales(t).select("shop", "sold", F.row_number().over(_by_shop()), F.ntile(2).over(_by_shop()))


def window_lag_and_lead(t: Any) -> Any:
    w = _by_shop()
    return _sales(t).select("shop", "sold", F.lag("sold", 1, 0).over(w), F.lead("sold").over(w))


def window_running_sum(t: Any) -> Any:
    w = _by_shop().rowsBetween(Window.unboundedPreceding, Window.currentRow)
    return _sales(t).select("shop", "year", F.sum("sold").over(w))


def window_range(t: Any) -> Any:
    w = Window.partitionBy("shop").orderBy("year").rangeBetween(-1, 0)
    return _sales(t).select("shop", "year", F.sum("sold").over(w), F.count("*").over(w))


def window_first_ignoring_nulls(t: Any) -> Any:
    w = _by_shop().rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    return _sales(t).select("shop", F.first("sold", ignorenulls=True).over(w), F.nth_value("sold", 2).over(w))


def window_without_order(t: Any) -> Any:
    return _sales(t).select(F.row_number().over(Window.partitionBy("shop")))


def window_in_filter(t: Any) -> Any:
    return _sales(t).filter(F.row_number().over(_by_shop()) == 1)


def window_of_time(t: Any) -> Any:
    frame = t.spark.sql(
        "select explode(array(timestamp'2020-01-01 00:03:00', timestamp'2020-01-01 00:13:00')) as at"
    )
    return frame.groupBy(F.window("at", "10 minutes")).count()


def session_window_of_time(t: Any) -> Any:
    frame = t.spark.sql(
        "select explode(array(timestamp'2020-01-01 00:03:00', timestamp'2020-01-01 00:05:00')) as at"
    )
    return frame.groupBy(F.session_window("at", "5 minutes")).count()


def na_drop(t: Any) -> Any:
    return _sales(t).na.drop()


def na_drop_thresh(t: Any) -> Any:
    return _sales(t).dropna(thresh=2, subset=["shop", "sold"])


def na_fill(t: Any) -> Any:
    return _sales(t).na.fill({"shop": "?", "sold": 0})


def na_fill_by_type(t: Any) -> Any:
    return _sales(t).fillna("none").fillna(1.9)


def na_replace(t: Any) -> Any:
    return _sales(t).na.replace({"a": "A", "b": None}, subset=["shop"])


def na_replace_numbers(t: Any) -> Any:
    return _sales(t).replace([2020, 2021], [20, 21], "year")


def na_replace_mixed_types(t: Any) -> Any:
    return _sales(t).replace({1: "x"})


def stat_corr_and_cov(t: Any) -> Any:
    frame = _sales(t).na.drop()
    return [round(frame.stat.corr("year", "sold"), 9), round(frame.cov("year", "sold"), 9)]


def stat_crosstab(t: Any) -> Any:
    return _sales(t).crosstab("shop", "year")


def stat_freq_items(t: Any) -> Any:
    return _sales(t).coalesce(1).freqItems(["year"], 0.6)


def stat_quantiles(t: Any) -> Any:
    return _sales(t).approxQuantile("sold", [0.25, 0.5], 0.0)


def stat_sample_by(t: Any) -> Any:
    return t.spark.range(0, 40, 1, 1).selectExpr("id", "id % 2 as k").sampleBy("k", {0: 0.5, 1: 0.1}, seed=1)
