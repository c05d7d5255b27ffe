"""TPC-H's queries by one engine, in a process of its own: ``tpch_run.py ENGINE DIRECTORY SETTINGS``.

Runs all of them twice and writes JSON: the seconds of each query in either pass, and its answer or why
there is none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import tpc
from watched import mark

CORES = 2
Run = Callable[[str], Any]
"""Runs a statement; returns its rows, or None where it has none."""


def spark(directory: str, settings: dict[str, str]) -> Run:
    """Return how the ``pyspark`` that is there runs a statement; settings are the session's."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("bench")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for name, path in tpc.tables(directory).items():
        session.read.parquet(path).createOrReplaceTempView(name)

    def run(statement: str) -> Any:
        frame = session.sql(statement)
        return frame.collect() if frame.columns else None

    return run


def sail(directory: str, settings: dict[str, str]) -> Run:
    """Return how Sail runs a statement, through PySpark's Connect client."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(port=0)
    server.start(background=True)
    _, port = server.listening_address
    return spark(directory, {"spark.remote": f"sc://localhost:{port}"})


def duckdb(directory: str, settings: dict[str, str]) -> Run:
    """Return how DuckDB runs a statement."""
    import duckdb

    connection = duckdb.connect()
    for name, path in tpc.tables(directory).items():
        connection.execute(f"create view {name} as from '{path}'")

    def run(statement: str) -> Any:
        found = connection.execute(statement)
        return found.fetchall() if statement.startswith(("select", "with")) else None

    return run


def polars(directory: str, settings: dict[str, str]) -> Run:
    """Return how Polars runs a statement."""
    import polars

    context = polars.SQLContext(
        {name: polars.scan_parquet(path) for name, path in tpc.tables(directory).items()}
    )
    return lambda statement: context.execute(statement).collect().rows()


ENGINES = {"spark": spark, "sail": sail, "duckdb": duckdb, "polars": polars}


def measured(run: Run, statements: list[str]) -> dict[str, Any]:
    """Run a query; an engine that cannot is told by its error."""
    began = time.perf_counter()
    try:
        answers = [run(each) for each in statements]
    except Exception as failure:
        return {"failed": f"{type(failure).__name__}: {failure}"}
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "answer": [tpc.plain(rows) for rows in answers if rows is not None]}


def main() -> None:
    """Run the queries twice."""
    engine, directory, settings = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # before there is a thread, or a process
    mark(engine)
    began = time.perf_counter()
    run = ENGINES[engine](directory, settings)
    start = time.perf_counter() - began
    passes = [
        {name: measured(run, statements) for name, statements in tpc.queries(directory).items()}
        for _ in range(2)
    ]
    mark()
    print(json.dumps({"start": start, "passes": passes}))


if __name__ == "__main__":
    main()
