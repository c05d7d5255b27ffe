"""Dates, timestamps and intervals, with sessions in two time zones and a process in a third."""

from __future__ import annotations

import datetime
from typing import Any

from pyspark.sql import functions as F

_ZONE = "spark.sql.session.timeZone"
_LOS_ANGELES, _KOLKATA = "America/Los_Angeles", "Asia/Kolkata"
_MOMENT = datetime.datetime(2020, 3, 29, 12, 30, 15, 123456)
_AWARE = datetime.datetime(2020, 3, 29, 12, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))


def _created(t: Any, zone: str) -> Any:
    t.set(_ZONE, zone)
    frame = t.spark.createDataFrame([(_MOMENT, _AWARE, _MOMENT.date())], ["naive", "aware", "day"])
    return frame.select(
        "*", F.col("naive").cast("string").alias("text"), F.hour("aware"), F.col("aware").cast("long")
    )


def created_in_los_angeles(t: Any) -> Any:
    return _created(t, _LOS_ANGELES)


def created_in_kolkata(t: Any) -> Any:
    return _created(t, _KOLKATA)


def _round_trip(t: Any, zone: str) -> Any:
    t.set(_ZONE, zone)
    return t.spark.createDataFrame([(_MOMENT, _AWARE)], ["naive", "aware"])


def round_trip_in_los_angeles(t: Any) -> Any:
    return _round_trip(t, _LOS_ANGELES)


def round_trip_of_rdd_in_kolkata(t: Any) -> Any:
    return _round_trip(t, _KOLKATA).rdd


def through_rdd_in_los_angeles(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    frame = t.spark.createDataFrame(t.sc.parallelize([(_MOMENT,), (_AWARE,)], 2), "at timestamp")
    return frame.select("at", F.col("at").cast("string").alias("text"))


def to_pandas_in_los_angeles(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    return t.spark.sql("select timestamp'2020-07-01 00:00:00' as at, date'2020-02-29' as day").toPandas()


def from_pandas_in_kolkata(t: Any) -> Any:
    import pandas as pd

    t.set(_ZONE, _KOLKATA)
    frame = pd.DataFrame({"at": pd.to_datetime(["2020-07-01 01:02:03.000004", None])})
    return t.spark.createDataFrame(frame).select("at", F.col("at").cast("string").alias("text"))


def from_unixtime_in_two_zones(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    one = t.spark.sql(
        "select from_unixtime(cast(1593561600123 / 1000.0 as bigint), 'yyyy-MM-dd HH:mm') as x"
    ).collect()
    t.set(_ZONE, _KOLKATA)
    return [one, t.spark.sql("select from_unixtime(1593561600) as x").collect()]


def zone_changed_after_it_was_made(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    frame = t.spark.sql("select cast(timestamp'2020-07-01 00:00:00' as string) as x")
    t.set(_ZONE, _KOLKATA)
    return frame


def daylight_saving_gap(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    return t.spark.sql(
        "select timestamp'2020-03-08 02:30:00', timestamp'2020-11-01 01:30:00' + interval 1 hour, "
        "timestamp'2020-03-07 12:00:00' + interval 1 day"
    )


def timestamp_without_zone(t: Any) -> Any:
    t.set(_ZONE, _KOLKATA)
    return t.spark.sql(
        "select timestamp_ntz'2020-03-29 02:30:00' as n, "
        "cast(timestamp_ntz'2020-03-29 02:30:00' as timestamp) as z"
    )


def timestamp_without_zone_created(t: Any) -> Any:
    return t.spark.createDataFrame([(_MOMENT,)], "n timestamp_ntz")


def naive_inferred_without_zone(t: Any) -> Any:
    t.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    return t.spark.createDataFrame([(_MOMENT,)], ["n"])


def old_dates(t: Any) -> Any:
    return t.spark.sql(
        "select date'1500-03-01', date'0001-01-01', timestamp'1900-01-01 00:00:00', date'9999-12-31'"
    )


def old_timestamps_from_python(t: Any) -> Any:
    t.set(_ZONE, "UTC")
    moments = [
        datetime.datetime(1900, 1, 1, tzinfo=datetime.timezone.utc),
        datetime.datetime(1969, 12, 31, 23, 59, 59, 999999),
    ]
    return t.spark.createDataFrame([(each,) for each in moments], ["at"])


def date_arithmetic(t: Any) -> Any:
    return t.spark.sql(
        "select date_add(date'2020-02-28', 2), add_months(date'2020-01-31', 1), "
        "datediff(date'2020-03-01', date'2020-02-01'), "
        "months_between(date'2020-03-31', date'2020-02-29'), last_day(date'2020-02-01'), "
        "next_day(date'2020-02-01', 'Mon'), "
        "trunc(date'2020-05-17', 'quarter'), date'2020-03-01' - date'2020-02-01', date'2020-01-01' + 1"
    )


def date_parts(t: Any) -> Any:
    return t.spark.sql(
        "select year(d), quarter(d), month(d), dayofweek(d), weekday(d), weekofyear(d), dayofyear(d), "
        "extract(yearofweek from d), "
        "date_part('decade', d) from values (date'2021-01-01') as v(d)"
    )


def date_format_and_parse(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    return t.spark.sql(
        "select date_format(timestamp'2020-07-01 13:14:15.5', 'EEEE, d MMM yyyy h:mm a z'), "
        "to_date('01/07/2020', 'dd/MM/yyyy'), "
        "to_timestamp('2020-07-01T00:00:00Z'), unix_timestamp('2020-07-01 00:00:00'), date_trunc('hour', "
        "timestamp'2020-07-01 13:14:15')"
    )


def bad_date(t: Any) -> Any:
    return t.spark.sql("select cast('2020-02-30' as date)")


def bad_date_format(t: Any) -> Any:
    return t.spark.sql("select to_date('2020-02-01', 'nonsense')")


def utc_conversions(t: Any) -> Any:
    t.set(_ZONE, "UTC")
    return t.spark.sql(
        "select from_utc_timestamp(timestamp'2020-07-01 00:00:00', 'Asia/Kolkata'), "
        "to_utc_timestamp('2020-07-01', 'Europe/Berlin'), "
        "convert_timezone('UTC', 'Asia/Tokyo', timestamp_ntz'2020-07-01 00:00:00')"
    )


def day_time_intervals(t: Any) -> Any:
    return t.spark.sql(
        "select interval '1 02:03:04.5' day to second as a, interval 90 minutes as b, "
        "-interval 1 hour * 2 as c"
    )


def day_time_interval_created(t: Any) -> Any:
    return t.spark.createDataFrame(
        [(datetime.timedelta(days=-1, seconds=5, microseconds=7),), (None,)], ["d"]
    )


def day_time_interval_of_rdd(t: Any) -> Any:
    return t.spark.createDataFrame(
        t.sc.parallelize([(datetime.timedelta(hours=30),)], 1), "d interval day to second"
    ).rdd


def year_month_interval_in_sql(t: Any) -> Any:
    return t.spark.sql(
        "select cast(interval '1-2' year to month as string), date'2020-01-31' + interval 1 month"
    )


def year_month_interval_collected(t: Any) -> Any:
    return t.spark.sql("select interval '1-2' year to month as i")


def calendar_interval_collected(t: Any) -> Any:
    return t.spark.sql("select make_interval(1, 2, 3) as i")


def times_of_day(t: Any) -> Any:
    return t.spark.sql("select time'12:34:56' as x")


def time_of_day_created(t: Any) -> Any:
    return t.spark.createDataFrame([(datetime.time(1, 2, 3, 4),)], ["t"])


def current_values_agree(t: Any) -> Any:
    return t.spark.sql(
        "select current_timestamp() = now() as a, current_date() = to_date(now()) as b, "
        "current_timezone() is null as c"
    )


def current_timezone(t: Any) -> Any:
    t.set(_ZONE, _KOLKATA)
    return t.spark.sql("select current_timezone()")


def default_zone_is_the_process_s(t: Any) -> Any:
    return [t.spark.conf.get(_ZONE), t.spark.sql("select current_timezone() as z").first().z]


def unknown_zone(t: Any) -> Any:
    t.spark.conf.set(_ZONE, "Nowhere/Land")


def udf_of_timestamps(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)

    def shifted(at: Any) -> Any:
        return at + datetime.timedelta(hours=1)

    frame = t.spark.sql("select timestamp'2020-07-01 00:00:00' as at")
    return frame.select(F.udf(shifted, "timestamp")("at").alias("x"), F.udf(str, "string")("at").alias("y"))


def pandas_udf_of_timestamps(t: Any) -> Any:
    import pandas as pd

    t.set(_ZONE, _KOLKATA)

    def text(at: pd.Series) -> pd.Series:
        return at.astype(str)

    return t.spark.sql("select timestamp'2020-07-01 00:00:00' as at").select(
        F.pandas_udf(text, "string")("at").alias("x")
    )


def rows_of_dates_in_maps(t: Any) -> Any:
    t.set(_ZONE, _LOS_ANGELES)
    return t.spark.createDataFrame(
        [({"a": [_MOMENT]}, {_MOMENT.date(): (_AWARE,)})],
        "m map<string,array<timestamp>>, d map<date,struct<x:timestamp>>",
    )
