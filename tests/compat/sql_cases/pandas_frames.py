"""createDataFrame of pandas, and toPandas of rows, RDDs, numbers and lines: values, types, the index.

These need no query, so that they answer without the SQL engine; each is tried with Arrow and without it.
"""

from __future__ import annotations

import datetime
import decimal
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql import types as T

_ARROW = "spark.sql.execution.arrow.pyspark.enabled"
_DAY = datetime.date(2020, 2, 29)
_AT = datetime.datetime(2020, 7, 1, 12, 30, 0, 123456)


def _told(use: Callable[[], Any]) -> Any:
    """Return what a use gives, or its error's class."""
    try:
        return use()
    except Exception as error:
        return type(error).__name__


def _with_and_without(t: Any, make: Callable[[], Any]) -> Any:
    """Tell all that a DataFrame gives without a query, with Arrow and without."""
    told = []
    for arrow in ("true", "false"):
        t.set(_ARROW, arrow)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                frame = make()
            except Exception as error:
                told.append([type(error).__name__])
                continue
            told.append([frame, _told(frame.count), _told(frame.toPandas), _told(frame.rdd.glom().collect)])
    return told


def _of_pandas(t: Any, frame: Any, *schema: Any) -> Any:
    return _with_and_without(t, lambda: t.spark.createDataFrame(frame, *schema))


def _of_rows(t: Any, rows: list[Any], schema: str) -> Any:
    listed = _with_and_without(t, lambda: t.spark.createDataFrame(rows, schema))
    return [listed, _with_and_without(t, lambda: t.spark.createDataFrame(t.sc.parallelize(rows, 2), schema))]


def ints(t: Any) -> Any:
    sizes = {f"i{size}": np.array([1, -2, 3], f"int{size}") for size in (8, 16, 32, 64)}
    return _of_pandas(t, pd.DataFrame(sizes))


def unsigned_ints(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"u8": np.array([1, 200], "uint8"), "u32": np.array([1, 2], "uint32")}))


def ints_with_schema(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "x int, y double")


def ints_that_overflow(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1, 1 << 40]}), "a int")


def floats(t: Any) -> Any:
    values = [0.5, float("nan"), float("inf"), None]
    return _of_pandas(t, pd.DataFrame({"d": values, "f": np.array(values, "float32")}))


def floats_for_ints(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1.5, None]}), "a int")


def nullable_extension_types(t: Any) -> Any:
    frame = pd.DataFrame(
        {
            "i": pd.array([1, None], "Int32"),
            "b": pd.array([True, None], "boolean"),
            "s": pd.array(["a", None], "string"),
            "f": pd.array([1.5, None], "Float64"),
        }
    )
    return _of_pandas(t, frame)


def texts_and_truths(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"s": ["a", "ü\u0000"], "b": [True, False]}))


def nones_in_objects(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"s": ["a", None], "b": [None, True], "x": [None, 5]}, dtype=object))


def only_nones(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"x": [None, None], "i": [1, 2]}))


def bytes_in_objects(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"x": [b"a", None, bytearray(b"b")]}))


def naive_timestamps(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"t": pd.to_datetime(["2020-07-01 00:00:00.123456789", None])}))


def timestamps_of_other_units(t: Any) -> Any:
    times = np.array(["2020-07-01T00:00:00", "1800-01-01"], "datetime64[s]")
    return _of_pandas(t, pd.DataFrame({"t": times, "u": times.astype("datetime64[us]")}))


def timestamps_in_another_zone(t: Any) -> Any:
    t.set("spark.sql.session.timeZone", "America/Los_Angeles")
    frame = pd.DataFrame({"t": pd.to_datetime(["2020-07-01 00:00:00", "2020-11-01 01:30:00"])})
    return _of_pandas(t, frame)


def timestamps_with_a_zone(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"t": pd.to_datetime(["2020-07-01"]).tz_localize("Asia/Kolkata")}))


def timestamps_in_the_hour_that_comes_twice(t: Any) -> Any:
    hours = pd.to_datetime(["2020-10-25 00:30", "2020-10-25 01:30"]).tz_localize("UTC")
    with_arrow, _ = _of_pandas(t, pd.DataFrame({"t": hours}))
    return with_arrow  # without, PySpark asks C's mktime, and that guesses which hour it is


def timestamps_without_zone(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"t": pd.to_datetime(["2020-07-01 12:00", None])}), "t timestamp_ntz")


def timestamps_with_another_default(t: Any) -> Any:
    t.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    return _of_pandas(t, pd.DataFrame({"t": pd.to_datetime(["2020-07-01 12:00"])}))


def datetimes_in_objects(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"t": [_AT, None], "d": [_DAY, None]}, dtype=object))


def timedeltas(t: Any) -> Any:
    spans = pd.to_timedelta(["1 days 02:03:04.5", None, "-1 us"])
    return _of_pandas(t, pd.DataFrame({"d": spans}))


def timedeltas_with_schema(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"d": pd.to_timedelta([1, 2], "s")}), "d interval day to second")


def decimals(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"d": [decimal.Decimal("1.50"), None, decimal.Decimal("123.4")]}))


def decimals_with_schema(t: Any) -> Any:
    values = [decimal.Decimal("1.50"), decimal.Decimal("1.25")]
    return _of_pandas(t, pd.DataFrame({"d": values}), "d decimal(10,2)")


def dates_with_schema(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"d": [_DAY, None]}), "d date")


def lists(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"l": [[1, 2], None, []], "n": [[["a"]], [[None]], None]}))


def arrays_of_numpy(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [np.array([1.5, 2.5]), np.array([])]}))


def dictionaries(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"d": [{"a": 1, "b": 2}, {"a": 3, "b": None}]}))


def dictionaries_as_maps(t: Any) -> Any:
    t.set("spark.sql.execution.pandas.inferPandasDictAsMap", "true")
    return _of_pandas(t, pd.DataFrame({"d": [{"a": 1, "b": 2}]}))


def maps_and_structs_with_schema(t: Any) -> Any:
    frame = pd.DataFrame({"m": [{"a": 1}, None], "s": [{"x": 1, "y": "a"}, None]})
    return _of_pandas(t, frame, "m map<string,int>, s struct<x:int,y:string>")


def rows_in_objects(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"r": [Row(x=1, y="a"), Row(x=2, y=None)]}))


def structs_of_timestamps(t: Any) -> Any:
    frame = pd.DataFrame({"s": [{"at": _AT}], "l": [[_AT]]})
    return _of_pandas(t, frame, "s struct<at:timestamp>, l array<timestamp>")


def structs_as_rows_and_dictionaries(t: Any) -> Any:
    told = []
    for mode in ("legacy", "row", "dict"):
        t.set("spark.sql.execution.pandas.structHandlingMode", mode)
        told.append(_of_rows(t, [((1, [("a",)]),), (None,)], "s struct<x:int,l:array<struct<y:string>>>"))
    return told


def categories(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"c": pd.Categorical(["a", "b", "a"])}))


def nothing_at_all(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame())


def no_rows(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": np.array([], "int64"), "s": []}))


def no_rows_with_schema(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [], "s": [], "t": []}), "a int, s string, t timestamp")


def no_columns(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame(index=range(3)))


def same_names_twice(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"]))


def names_that_are_no_texts(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame([[1, "a"]], columns=[0, (1, 2)]))


def index_is_left_out(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1, 2, 3]}, index=["x", "y", "z"]))


def index_that_comes_twice(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1, 2], "t": pd.to_datetime(["2020-01-01"] * 2)}, index=[0, 0]))


def too_few_names(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame([[1, 2, 3]]), ["a"])


def too_many_names(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame([[1]]), ["a", "b"])


def types_that_do_not_fit(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": ["x"]}), "a int")


def null_where_none_may_be(t: Any) -> Any:
    schema = T.StructType([T.StructField("a", T.LongType(), False)])
    return _of_pandas(t, pd.DataFrame({"a": pd.array([1, None], "Int64")}), schema)


def plain_type_as_schema(t: Any) -> Any:
    return _of_pandas(t, pd.DataFrame({"a": [1]}), "int")


def mixed_without_fallback(t: Any) -> Any:
    t.set("spark.sql.execution.arrow.pyspark.fallback.enabled", "false")
    return _of_pandas(t, pd.DataFrame({"a": [1, "x"]}))


def safely(t: Any) -> Any:
    t.set("spark.sql.execution.pandas.convertToArrowArraySafely", "true")
    return _of_pandas(t, pd.DataFrame({"a": [1.5]}), "a int")


def many_rows_in_batches(t: Any) -> Any:
    t.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
    return _of_pandas(t, pd.DataFrame({"a": range(10)}))


def one_batch_a_partition(t: Any) -> Any:
    frame = t.spark.createDataFrame(pd.DataFrame({"a": ["x" * 8000] * 15000}))
    return frame.rdd.glom().map(len).collect()


def changed_later(t: Any) -> Any:
    given = pd.DataFrame({"a": [1, 2]})
    frame = t.spark.createDataFrame(given)
    given.loc[0, "a"] = 7
    return frame


def queried(t: Any) -> Any:
    given = pd.DataFrame(
        {
            "i": [1, 2, 3],
            "t": pd.to_datetime(["2020-07-01 12:30", "2020-10-25 02:30", None]),
            "l": [[1.5], None, []],
            "d": [{"x": 1}, {"x": None}, None],
            "c": [decimal.Decimal("1.5"), None, decimal.Decimal(2)],
        }
    )
    frame = t.spark.createDataFrame(given)
    return [frame.filter("i > 1"), frame.select(F.max("t"), F.sum("c"), F.count("l"))]


def queried_with_same_names(t: Any) -> Any:
    return t.spark.createDataFrame(pd.DataFrame([[1, "a"]], columns=["x", "x"])).filter("1 = 1")


def queried_without_columns(t: Any) -> Any:
    return t.spark.createDataFrame(pd.DataFrame(index=range(3))).selectExpr("count(*)")


def range_to_pandas(t: Any) -> Any:
    ranges = [(5,), (3, 30, 7), (0,), (5, 0, -2)]
    return [_with_and_without(t, lambda given=given: t.spark.range(*given)) for given in ranges]


def lines_to_pandas(t: Any) -> Any:
    with open(t.path, "w", encoding="utf-8") as file:
        file.write("one\n\nzwö\n")
    return [told[:3] for told in _with_and_without(t, lambda: t.spark.read.text(t.path))]


def rows_to_pandas(t: Any) -> Any:
    schema = "y tinyint, s smallint, i int, l bigint, f float, d double, b boolean, t string, x binary"
    full = (1, 2, 3, 4, 1.5, 2.5, True, "a", b"x")
    return [_of_rows(t, rows, schema) for rows in ([full, full], [full, (None,) * 9], [])]


def times_to_pandas(t: Any) -> Any:
    schema = "d date, t timestamp, n timestamp_ntz, i interval day to second"
    full = (_DAY, _AT, _AT, datetime.timedelta(1, 2, 3))
    told = []
    for zone in ("Europe/Berlin", "Asia/Kolkata"):
        t.set("spark.sql.session.timeZone", zone)
        told += [_of_rows(t, rows, schema) for rows in ([full], [full, (None,) * 4], [])]
    return told


def hour_that_comes_twice_to_pandas(t: Any) -> Any:
    utc = datetime.timezone.utc
    hours = [(datetime.datetime(2020, 10, 25, hour, 30, tzinfo=utc),) for hour in (0, 1)]
    return _of_rows(t, hours, "t timestamp")


def times_far_away_to_pandas(t: Any) -> Any:
    return _of_rows(t, [(datetime.date(1, 1, 1), datetime.datetime(1900, 1, 1))], "d date, t timestamp")


def nested_to_pandas(t: Any) -> Any:
    schema = "l array<int>, m map<string,array<double>>, s struct<a:int,b:string>, n array<timestamp>"
    full = ([1, None], {"a": [1.5], "b": None}, (1, "x"), [_AT])
    return [_of_rows(t, rows, schema) for rows in ([full], [full, (None,) * 4], [])]


def decimals_to_pandas(t: Any) -> Any:
    return _of_rows(t, [(decimal.Decimal("1.5"),), (None,)], "d decimal(10,2)")


def same_names_to_pandas(t: Any) -> Any:
    return _of_rows(t, [(1, "a")], "x int, x string")


def same_names_in_a_struct_to_pandas(t: Any) -> Any:
    told = []
    for mode in ("legacy", "row", "dict"):
        t.set("spark.sql.execution.pandas.structHandlingMode", mode)
        told.append(_of_rows(t, [((1, 2),)], "s struct<x:int,x:int>"))
    return told


def no_columns_to_pandas(t: Any) -> Any:
    return _with_and_without(t, lambda: t.spark.createDataFrame([(), ()], T.StructType([])))


def inferred_to_pandas(t: Any) -> Any:
    rows = [Row(a=1, b=[1.5], c={"k": _AT}, d=Row(e=_DAY)), Row(a=None, b=None, c=None, d=None)]
    frames = (lambda: t.spark.createDataFrame(rows), lambda: t.sc.parallelize(rows, 2).toDF())
    return [_with_and_without(t, make) for make in frames]
