"""Runs the queries of TPC-H and TPC-DS with whichever ``pyspark`` is there, in one session.

Takes a directory to write in, the number of a descriptor, and a JSON file, which has for each suite
``{"tables": {name: file}, "queries": {name: [statement, …]}}``. Tells the outcomes as run_sql_cases.py does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from typing import Any

from run_sql_cases import Tools, outcome, session

LIMIT_S = 300.0  # on a machine that does other work as well


def query(statements: list[str]) -> Any:
    """Return the case that runs a query's statements, and then collects the answers."""

    def case(tools: Tools) -> list[Any]:
        frames = [(text, tools.spark.sql(text)) for text in statements]
        return [_in_order(tools, *each) for each in frames if each[1].columns]

    return case


def _in_order(tools: Tools, text: str, frame: Any) -> Any:
    """Have the order of rows compared where the whole query has one: that line is not indented."""
    return tools.ordered(frame) if re.search("^order by", text, re.MULTILINE) else frame


def main() -> None:
    """Run the queries."""
    directory = os.path.realpath(sys.argv[1])
    with open(sys.argv[3], encoding="utf-8") as file:
        suites = json.load(file)
    report = os.fdopen(int(sys.argv[2]), "w", encoding="utf-8")
    spark = session(directory)
    for suite, given in suites.items():
        spark.sql(f"create database {suite}")
        spark.sql(f"use {suite}")
        for name, path in given["tables"].items():
            spark.sql(f"create table {name} using parquet location '{path}'")
        for name, statements in given["queries"].items():
            tools = Tools(spark, directory)
            began = time.monotonic()
            gave = outcome(query(statements), tools, LIMIT_S)
            tools.restore()
            took = round(time.monotonic() - began, 2)
            report.write(json.dumps({"name": f"{suite}.{name}", "seconds": took, "gave": gave}) + "\n")
            report.flush()
    spark.stop()


if __name__ == "__main__":
    main()
