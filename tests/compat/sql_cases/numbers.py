"""Numbers: overflow, decimals, division, casts, rounding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyspark.sql import functions as F


def overflow_of_int(t: Any) -> Any:
    return t.spark.sql("select 2147483647 + 1")


def overflow_of_long_sum(t: Any) -> Any:
    return t.spark.sql("select sum(x) from values (9223372036854775807), (1) as v(x)")


def overflow_without_ansi(t: Any) -> Any:
    t.set("spark.sql.ansi.enabled", "false")
    return t.spark.sql("select 2147483647 + 1, 9223372036854775807 * 2, cast(300 as tinyint)")


def division_by_zero(t: Any) -> Any:
    return t.spark.sql("select 1 / 0")


def division_by_zero_tried(t: Any) -> Any:
    return t.spark.sql("select try_divide(1, 0), try_add(2147483647, 1), try_cast('x' as int)")


def modulo_and_div(t: Any) -> Any:
    return t.spark.sql("select -7 % 3, 7 % -3, -7 div 2, pmod(-7, 3), 7.5 % 2, mod(-1, 2)")


def decimal_sum(t: Any) -> Any:
    return t.spark.createDataFrame([(Decimal("1.10"),), (Decimal("2.25"),)], "d decimal(10,2)").agg(
        F.sum("d"), F.avg("d")
    )


def decimal_product(t: Any) -> Any:
    return t.spark.sql(
        "select cast(1.23 as decimal(20,10)) * cast(4.5 as decimal(20,10)), 1.1 / 3, 1.0 + 2.00, 10 / 3"
    )


def decimal_too_big(t: Any) -> Any:
    return t.spark.sql("select cast(12345 as decimal(4,0))")


def decimal_inferred(t: Any) -> Any:
    return t.spark.createDataFrame([(Decimal("1.5"),), (Decimal("1E+3"),)], ["d"])


def decimal_negative_zero(t: Any) -> Any:
    return t.spark.createDataFrame([(Decimal("-0.0"),)], "d decimal(5,2)")


def decimal_rounded_when_given(t: Any) -> Any:
    return t.spark.createDataFrame([(Decimal("1.005"),)], "d decimal(5,2)")


def rounding(t: Any) -> Any:
    return t.spark.sql(
        "select round(2.5), bround(2.5), round(-1.25, 1), ceil(1.2), floor(-1.2), round(125, -1), "
        "rint(2.5d), round(2.5d)"
    )


def cast_text_to_number(t: Any) -> Any:
    return t.spark.sql(
        "select cast(' 12 ' as int), cast('1e3' as double), cast('1.5' as decimal(3,1)), cast('inf' as float)"
    )


def cast_bad_text(t: Any) -> Any:
    return t.spark.sql("select cast('12x' as int)")


def cast_double_to_int(t: Any) -> Any:
    return t.spark.sql(
        "select cast(1.9d as int), cast(-1.9d as bigint), cast(1e20d as string), cast(0.1f as double)"
    )


def cast_too_big_double(t: Any) -> Any:
    return t.spark.sql("select cast(1e20d as int)")


def nan_compares(t: Any) -> Any:
    return t.spark.sql(
        "select nan = nan, nan > 1e300, 0d = -0d from values (cast('nan' as double)) as v(nan)"
    )


def special_doubles(t: Any) -> Any:
    rows = [(float("inf"),), (float("-inf"),), (float("nan"),), (-0.0,), (5e-324,), (None,)]
    return t.ordered(t.spark.createDataFrame(rows, ["d"]).orderBy("d"))


def math_functions(t: Any) -> Any:
    return t.spark.sql(
        "select sqrt(2), pow(2, 10), exp(1), ln(10), log(2, 8), sin(1), atan2(1, 1), cbrt(27), "
        "factorial(5), signum(-2), abs(-5), log(-1), sqrt(-1)"
    )


def abs_of_least_int(t: Any) -> Any:
    return t.spark.sql("select abs(cast(-2147483648 as int))")


def int_widths(t: Any) -> Any:
    return t.spark.createDataFrame(
        [(127, 32767, 1, 1, 1.5)], "a tinyint, b smallint, c int, d bigint, e float"
    )


def int_too_big_for_its_type(t: Any) -> Any:
    return t.spark.createDataFrame([(128,)], "a tinyint")


def int_too_big_for_long(t: Any) -> Any:
    return t.spark.createDataFrame([(1 << 63,)], ["a"])


def bool_is_no_int(t: Any) -> Any:
    return t.spark.createDataFrame([(True,)], "a int")


def int_is_no_double(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], "a double")


def int_and_double_merge(t: Any) -> Any:
    return t.spark.createDataFrame([(1,), (2.5,)], ["a"])


def float_precision(t: Any) -> Any:
    return t.spark.createDataFrame([(0.1,)], "f float").select("f", F.col("f").cast("double"), F.col("f") + 1)


def width_bucket_and_sequence(t: Any) -> Any:
    return t.spark.sql("select width_bucket(5.3, 0, 10, 5), sequence(1, 5, 2), sequence(5, 1)")


def array_index_out_of_bounds(t: Any) -> Any:
    return t.spark.sql("select array(1, 2)[5]")


def element_at_zero(t: Any) -> Any:
    return t.spark.sql("select element_at(array(1, 2), 0)")


def map_key_missing(t: Any) -> Any:
    return t.spark.sql("select map('a', 1)['b'], element_at(map('a', 1), 'b')")


def range_with_steps(t: Any) -> Any:
    return t.partitioned(t.spark.range(10, 0, -3, 2))


def range_of_one_argument(t: Any) -> Any:
    return t.ordered(t.spark.range(3))


def range_backwards_is_empty(t: Any) -> Any:
    return t.spark.range(5, 1)


def range_with_step_zero(t: Any) -> Any:
    return t.spark.range(0, 5, 0)


def range_partitions(t: Any) -> Any:
    return [t.spark.range(7).rdd.getNumPartitions(), t.spark.range(0, 7, 1, 5).rdd.glom().map(len).collect()]


def range_at_the_ends_of_long(t: Any) -> Any:
    return t.partitioned(t.spark.range((1 << 63) - 3, (1 << 63) - 1, 1, 2))
