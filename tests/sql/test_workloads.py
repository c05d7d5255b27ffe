"""The benchmarks' workloads of SQL give the right answers, on little data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    "sql-to-rdd": sum(number + len(f"name {number % 100}") for number in range(200)),
}


@pytest.fixture
def run(spark: Any, tmp_path: Path) -> Iterator[Any]:
    forget()
    yield lambda workload: workload.run(spark.sparkContext, Given(scratch=str(tmp_path), scale=0.001))
    forget()


@pytest.mark.parametrize("workload", SQL, ids=lambda workload: workload.name)
def test_a_workloads_answer_is_right(run: Any, workload: Workload) -> None:
    answer = run(workload)
    if workload.name == "sql-parquet":
        rows, names = answer
        assert 1500 < rows < 2500, "about half of 4,000 random numbers"
        assert names == 100
    else:
        assert answer == EXPECTED[workload.name]
