"""TPC-H's queries by one engine, in a process of its own: ``tpch_run.py ENGINE DIRECTORY SETTINGS``.

Runs all of them twice and writes JSON: the seconds of each query in either pass, and its answer or why
there is none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import tpc
from watched import mark

CORES = 2
Run = Callable[[str], Any]
"""Runs a statement; returns its rows."""


@contextmanager
def spark(directory: str, settings: dict[str, str]) -> Iterator[Run]:
    """Yield how the ``pyspark`` that is there runs a statement; settings are the session's."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("bench")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for name, path in tpc.tables(directory).items():
        session.read.parquet(path).createOrReplaceTempView(name)

    yield lambda statement: session.sql(statement).collect()
    session.stop()


@contextmanager
def sail(directory: str, settings: dict[str, str]) -> Iterator[Run]:
    """Yield how Sail runs a statement, through PySpark's Connect client."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(port=0)
    server.start(background=True)
    _, port = server.listening_address
    with spark(directory, {"spark.remote": f"sc://localhost:{port}"}) as run:
        yield run
    server.stop()


@contextmanager
def duckdb(directory: str, settings: dict[str, str]) -> Iterator[Run]:
    """Yield how DuckDB runs a statement."""
    import duckdb

    connection = duckdb.connect()
    for name, path in tpc.tables(directory).items():
        connection.execute(f"create view {name} as from '{path}'")

    yield lambda statement: connection.execute(statement).fetchall()


@contextmanager
def polars(directory: str, settings: dict[str, str]) -> Iterator[Run]:
    """Yield how Polars runs a statement."""
    import polars

    context = polars.SQLContext(
        {name: polars.scan_parquet(path) for name, path in tpc.tables(directory).items()}
    )
    yield lambda statement: context.execute(statement).collect().rows()


ENGINES = {"spark": spark, "sail": sail, "duckdb": duckdb, "polars": polars}


def measured(run: Run, statements: list[str]) -> dict[str, Any]:
    """Run a query; an engine that cannot is told by its error."""
    began = time.perf_counter()
    try:
        found = [(each, run(each)) for each in statements]
    except Exception as failure:
        return {"failed": f"{type(failure).__name__}: {failure}"}
    seconds = time.perf_counter() - began
    answers = [tpc.plain(rows) for text, rows in found if text.startswith(("select", "with"))]
    return {"seconds": seconds, "answer": answers}


def main() -> None:
    """Run the queries twice."""
    engine, directory, settings = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # before there is a thread, or a process
    mark(engine)
    began = time.perf_counter()
    with ENGINES[engine](directory, settings) as run:
        start = time.perf_counter() - began
        passes = [
            {name: measured(run, statements) for name, statements in tpc.queries(directory).items()}
            for _ in range(2)
        ]
        mark()
    print(json.dumps({"start": start, "passes": passes}))


if __name__ == "__main__":
    main()
