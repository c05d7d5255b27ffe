"""The benchmarks' workloads of SQL give the right answers, on little data."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from workloads import Given, Workload, forget
from workloads.sql import SQL

GROUPED = [1000, *([k, sum(range(k, 5000, 1000))] for k in range(3))]
EXPECTED: dict[str, Any] = {
    "sql-door": True,
    "sql-first": 1,
    "sql-trivial": 1,
    "sql-program": "[Row(k=0, count=334), Row(k=1, count=333), Row(k=2, count=333)]\n",
    "sql-group": GROUPED,
    "sql-udf": sum(range(1000)) / 2,
    "sql-pandas": sum(range(1000)) / 2,
    "sql-to-frame": [sum(range(200)), 100, sum(range(200)) / 2],
    "tpch": {"q1": [[1, [3.0, "2026-12-01"]]], "q2": [[2, [1.0], [2.0]]]},
    "sql-to-rdd": sum(number + len(f"name {number % 100}") for number in range(200)),
}


@pytest.fixture
def run(spark: Any, tmp_path: Path) -> Iterator[Any]:
    forget()
    given = Given(scratch=str(tmp_path), scale=0.001, tpch=str(tmp_path))
    yield lambda workload: workload.run(spark.sparkContext, given)
    forget()


def queries(directory: Path) -> None:
    """Make a table and two queries, as TPC-H's are: with a comment, and with a view."""
    day = datetime.date(2026, 12, 1)
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2], "day": [day, day]}), directory / "days.parquet")
    (directory / "q1.sql").write_text("-- the first\nselect sum(id), max(day)\nfrom days;\n")
    view = "create view ids (number) as\nselect\n  id\nfrom\n  days;\n"
    (directory / "q2.sql").write_text(f"{view}select number from ids order by number;\ndrop view ids;\n")


@pytest.mark.parametrize("workload", SQL, ids=lambda workload: workload.name)
def test_a_workloads_answer_is_right(run: Any, tmp_path: Path, workload: Workload) -> None:
    queries(tmp_path)
    answer = run(workload)
    if workload.name == "sql-parquet":
        rows, names = answer
        assert 1500 < rows < 2500, "about half of 4,000 random numbers"
        assert names == 100
    else:
        assert answer == EXPECTED[workload.name]
