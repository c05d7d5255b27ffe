"""TPC-H on the engines of SQL: Firesteel and PySpark, and what Sail, DuckDB and Polars show to be possible.

They are no peers of the other workloads, so that they have a page of their own.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from dataclasses import dataclass, field
from typing import Any

import process
import tpc
from agreeing import agree
from machine import described, machine
from peers import ENGINES, HERE, MASTER, SAIL, Peer, firesteel, installed, pyspark

DIGITS = 1e-4  # engines differ in the digits that an average has
PAGE = os.path.join(HERE, "TPCH.md")
_ABOUT = """# TPC-H

Written by `scripts/bench --tpch --write`: the 22 queries at scale factor {scale:g}, from Parquet files, each
engine in a new process on two cores, by turns. Seconds are medians of {runs} runs: of a query's second time
in its process; `all` is the sum over the queries that all engines answer, `all, first` that of the first
time, and `start` is until the tables are there. Memory is the most that all processes held. Firesteel and
PySpark run Spark's own engine. The others are the limit: what can be had without Spark's exact meaning
([decision 26](../docs/decisions/0026-sql-runs-on-sparks-own-engine.md)). Sail is asked through the Connect
client of PySpark 4.2, the newest that it knows; DuckDB and Polars are in the program's own process.

{machine}.

"""


@dataclass
class Engine:
    """Who is measured, and what was found."""

    peer: Peer
    kind: str = ""  # its name in tpch_run.py
    settings: dict[str, str] = field(default_factory=dict)
    start: list[float] = field(default_factory=list)
    passes: tuple[dict[str, list[float]], dict[str, list[float]]] = field(default_factory=lambda: ({}, {}))
    failed: dict[str, str] = field(default_factory=dict)  # queries without an answer, or with another one
    bytes: int = 0

    def keep(self, told: Any, peak: int, right: dict[str, Any]) -> None:
        """Keep what a run has told; the first engine's answers are the right ones."""
        self.start.append(told["start"])
        self.bytes = max(self.bytes, peak)
        for times, queries in zip(self.passes, told["passes"], strict=True):
            for name, found in queries.items():
                if "failed" in found:
                    self.failed[name] = found["failed"].partition("\n")[0]
                elif not agree(right.setdefault(name, found["answer"]), found["answer"], DIGITS):
                    self.failed[name] = "another answer"
                else:
                    times.setdefault(name, []).append(found["seconds"])

    def seconds(self, name: str, number: int = 1) -> float:
        """Return the median time of a query: 0 the first time in a process, 1 the second."""
        return statistics.median(self.passes[number][name])


def engines() -> list[Engine]:
    """Return who is measured."""
    spark = {
        "spark.master": MASTER,
        "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    others = installed("engines", ENGINES)
    return [
        Engine(pyspark(), "spark", spark),
        Engine(firesteel(), "spark", spark),
        Engine(Peer("sail", installed("sail", SAIL), module="pysail"), "sail"),
        Engine(Peer("duckdb", others, module="duckdb"), "duckdb"),
        Engine(Peer("polars", others, module="polars"), "polars"),
    ]


def main(scale: float, runs: int, write: bool) -> None:
    """Measure all engines in turn; print a table, and write the page if asked."""
    directory = tpc.made("tpch", scale)
    found = engines()
    where = machine([each.peer for each in found])
    right: dict[str, Any] = {}
    script = os.path.join(HERE, "tpch_run.py")
    for turn in range(runs):
        for each in found if turn % 2 == 0 else reversed(found):
            command = [each.peer.python, script, each.kind, directory, json.dumps(each.settings)]
            lines, peaks = process.run(command, each.peer.environment(), f"{each.peer.name}: TPC-H")
            each.keep(json.loads(lines[-1]), peaks[each.kind], right)
            print(
                f"run {turn + 1}/{runs}: {each.peer.name}, without {each.failed or 'none'}", file=sys.stderr
            )
    lines = table(found, list(tpc.queries(directory)))
    print("".join(lines))
    if write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(_ABOUT.format(scale=scale, runs=runs, machine=described(where)) + "".join(lines))


def table(found: list[Engine], queries: list[str]) -> list[str]:
    """Return the lines of the page: the sums, each query, and why an engine has no time for one."""
    common = [name for name in queries if not any(name in each.failed for each in found)]
    rows: list[list[str]] = [["", *(f"{each.peer.name}, s" for each in found)], ["---"] * (len(found) + 1)]
    rows.append(["start", *(f"{statistics.median(each.start):.2f}" for each in found)])
    for title, number in (("all, first", 0), ("all", 1)):
        sums = (sum(each.seconds(name, number) for name in common) for each in found)
        rows.append([title, *(f"{total:.2f}" for total in sums)])
    rows += [
        [name, *("" if name in each.failed else f"{each.seconds(name):.3f}" for each in found)]
        for name in queries
    ]
    rows.append(["MB", *(f"{each.bytes / 1e6:.0f}" for each in found)])
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    missing = [f"- {each.peer.name}, {name}: {why}\n" for each in found for name, why in each.failed.items()]
    return [*lines, *(["\nWithout a time:\n\n", *missing] if missing else [])]
