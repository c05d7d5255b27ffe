"""What scripts/bench --tpch makes of its runs, and of the files of a suite."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tpc
from peers import Peer
from tpch_page import Engine, table


def told(seconds: float, *answers: float) -> dict[str, Any]:
    queries = {f"q{n + 1}": {"seconds": seconds, "answer": [answer]} for n, answer in enumerate(answers)}
    return {"start": 1.0, "passes": [queries, queries]}


def test_a_query_that_an_engine_fails_or_answers_otherwise_counts_for_none() -> None:
    good, wrong, failing = (Engine(Peer(name, "python")) for name in ("good", "wrong", "failing"))
    right: dict[str, Any] = {}
    good.keep(told(2.0, 1.0, 2.0, 3.0), 5_000_000, right)
    good.keep(told(4.0, 1.0, 2.0, 3.0), 7_000_000, right)
    wrong.keep(told(1.0, 1.0, 2.5, 3.0), 1, right)
    one = told(1.0, 1.0, 2.0, 3.0)
    one["passes"][0]["q3"] = {"failed": "ParseError: no\nfurther lines"}
    failing.keep(one, 1, right)
    lines = table([good, wrong, failing], ["q1", "q2", "q3"])
    assert lines[3:] == [
        "| all, first | 3.00 | 1.00 | 1.00 |\n",
        "| all | 3.00 | 1.00 | 1.00 |\n",
        "| q1 | 3.000 | 1.000 | 1.000 |\n",
        "| q2 | 3.000 |  | 1.000 |\n",
        "| q3 | 3.000 | 1.000 |  |\n",
        "| MB | 7 | 0 | 0 |\n",
        "\nWithout a time:\n\n",
        "- wrong, q2: another answer\n",
        "- failing, q3: ParseError: no\n",
    ]


def test_a_suites_queries_are_statements_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "q10.sql").write_text("-- ten\nselect 10;\n")
    (tmp_path / "q9.sql").write_text("create view v as\nselect 9;\n\nselect * from v;\ndrop view v;\n")
    found = tpc.queries(str(tmp_path))
    assert list(found.items()) == [
        ("q9", ["create temporary view v as\nselect 9", "select * from v", "drop view v"]),
        ("q10", ["select 10"]),
    ]


def test_a_suite_without_queries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no queries in .*: has pysail other places"):
        tpc.queries(str(tmp_path))


def test_rows_are_told_in_values_that_engines_share() -> None:
    rows = [(1, Decimal("2.50"), None, datetime.date(2026, 12, 1))] * 12
    assert tpc.plain(rows) == [12, *[[1.0, 2.5, None, "2026-12-01"]] * 10]
