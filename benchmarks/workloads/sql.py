"""SQL and DataFrames: the door, the first answer, small queries, scans, functions, the bridge to RDDs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import tpc
from workloads.definition import QUERY, Given, Workload, made

PARTS = 8
PROGRAM = """
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
print(spark.range(1000).groupBy((F.col("id") % 3).alias("k")).count().orderBy("k").collect())
spark.stop()
"""


def program(sc: Any, given: Given) -> Any:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return done.stdout


def session(sc: Any) -> Any:
    from pyspark.sql import SparkSession

    return made("session", SparkSession.builder.getOrCreate)


def door(sc: Any, given: Given) -> Any:
    from pyspark.sql import Row, SparkSession, Window, functions, types  # noqa: F401

    return SparkSession.builder.getOrCreate().sparkContext is sc


def first(sc: Any, given: Given) -> Any:
    return session(sc).sql("select 1 as one").collect()[0].one


def trivial(sc: Any, given: Given) -> Any:
    return session(sc).sql("select 1 as one").collect()[0].one


def grouped(sc: Any, given: Given) -> Any:
    numbers = session(sc).range(given.n(5_000_000)).selectExpr("id % 1000 as k", "id as v")
    found = numbers.groupBy("k").agg({"v": "sum"}).orderBy("k").collect()
    return [len(found), *map(list, found[:3])]


def scanned(sc: Any, given: Given) -> Any:
    spark = session(sc)

    def write() -> str:
        path = os.path.join(given.scratch, "numbers.parquet")
        columns = ("id", "rand(1) as x", "rand(2) as y", "cast(id % 100 as string) as name")
        spark.range(given.n(4_000_000)).selectExpr(*columns).write.parquet(path)
        return path

    path = made("parquet", write)
    row = (
        spark.read.parquet(path)
        .where("x > 0.5")
        .selectExpr("count(*) as n", "count(distinct name) as d")
        .first()
    )
    return list(row)


def with_function(sc: Any, given: Given) -> Any:
    from pyspark.sql.functions import sum as sum_of
    from pyspark.sql.functions import udf

    half = udf(lambda number: number / 2, "double")
    return session(sc).range(given.n(1_000_000)).select(sum_of(half("id"))).first()[0]


def with_pandas_function(sc: Any, given: Given) -> Any:
    def halves(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            batch["half"] = batch.id / 2
            yield batch[["half"]]

    frame = session(sc).range(given.n(1_000_000)).mapInPandas(halves, "half double")
    return frame.selectExpr("sum(half)").first()[0]


def to_frame(sc: Any, given: Given) -> Any:
    session(sc)
    rows = sc.range(0, given.n(200_000), 1, PARTS).map(lambda n: (n, f"name {n % 100}", n / 2, n % 2 == 0))
    frame = rows.toDF("n long, name string, half double, even boolean")
    return list(frame.selectExpr("sum(n)", "count(distinct name)", "sum(half)").first())


def to_rdd(sc: Any, given: Given) -> Any:
    columns = ("id", "concat('name ', id % 100) as name", "id / 2 as half", "id % 2 = 0 as even")
    frame = session(sc).range(given.n(200_000)).selectExpr(*columns)
    return frame.rdd.map(lambda row: row.id + len(row.name)).sum()


def tpch(sc: Any, given: Given) -> Any:
    spark = session(sc)

    def start() -> dict[str, list[str]]:
        for name, path in tpc.tables(given.tpch).items():
            spark.read.parquet(path).createOrReplaceTempView(name)
        return tpc.queries(given.tpch)

    found = {}
    for name, statements in made("tpch", start).items():
        answers = [frame.collect() for frame in map(spark.sql, statements) if frame.columns]
        found[name] = [tpc.plain(rows) for rows in answers]
    return found


_query = partial(Workload, kind=QUERY)
SQL = (
    _query("sql-door", "`SparkSession` and the imports around it", door, process="sql"),
    _query("sql-first", "first query after that", first, process="sql"),
    _query("sql-trivial", "`select 1`", trivial, process="sql", warm_ups=20, repeats=20, aim=1),
    _query("sql-program", "a whole program with one query", program, aim=2),
    _query("sql-group", "group 5 M rows", grouped, process="queries", warm_ups=1, repeats=3, aim=1),
    _query("sql-parquet", "scan Parquet, 100 MB", scanned, process="queries", warm_ups=1, repeats=3, aim=1),
    _query("sql-udf", "Python function, 1 M rows", with_function, process="queries", warm_ups=1, aim=1),
    _query(
        "sql-pandas", "`mapInPandas`, 1 M rows", with_pandas_function, process="queries", warm_ups=1, aim=1
    ),
    _query("sql-to-frame", "RDD to DataFrame, 200,000 rows", to_frame, process="bridge", warm_ups=1, aim=3),
    _query("sql-to-rdd", "DataFrame to RDD, 200,000 rows", to_rdd, process="bridge", warm_ups=1, aim=3),
    _query("tpch", "TPC-H's 22 queries, 250 MB", tpch, text="tpch", warm_ups=1, aim=1),
)
