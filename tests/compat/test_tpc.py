"""The queries of TPC-H and TPC-DS give what classic PySpark gives: rows, their order, types, columns.

Both run them on the same Parquet files, each in one session. None of the answers is empty.
"""

from __future__ import annotations

import json

import pytest
from sql_sides import Outcomes, on_firesteel, on_pyspark

import tpc

pytestmark = pytest.mark.slow  # minutes: scripts/nightly runs it
SCRIPT = "run_tpc.py"
CHOSEN = (  # of TPC-DS: with answers on so little data, an order that leaves nothing open, and 1 GB of heap
    *(1, 2, 3, 5, 6, 7, 9, 11, 12, 15, 18, 19, 20, 21, 22, 26, 27, 28, 30, 33, 34, 36, 38, 40, 42, 43, 45),
    *(46, 47, 48, 49, 50, 51, 52, 53, 55, 56, 57, 59, 60, 62, 63, 66, 67, 68, 70, 71, 75, 76, 78, 79),
    *(80, 81, 86, 87, 89, 91, 93, 97, 98, 99),
)
SUITES = {"tpch": (0.25, range(1, 23)), "tpcds": (0.1, CHOSEN)}  # 0.25: the least with a row for query 18
NAMES = [f"{suite}.q{number}" for suite, (_, numbers) in SUITES.items() for number in numbers]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of what both run."""
    suites = {}
    for suite, (scale, numbers) in SUITES.items():
        directory = tpc.made(suite, scale, "pytest -k 'not tpc' runs without it.")
        texts = tpc.queries(directory)
        queries = {f"q{number}": texts[f"q{number}"] for number in numbers}
        suites[suite] = {"tables": tpc.tables(directory), "queries": queries}
    path = tmp_path_factory.mktemp("given") / "suites.json"
    path.write_text(json.dumps(suites), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def theirs(given: str, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each query gives with classic PySpark."""
    return on_pyspark(SCRIPT, tmp_path_factory.mktemp("theirs"), given)


@pytest.fixture(scope="module")
def ours(given: str, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each query gives with Firesteel."""
    return on_firesteel(SCRIPT, tmp_path_factory.mktemp("ours"), given)


@pytest.mark.timeout(3600)  # both runs are in the time of the first query
@pytest.mark.parametrize("name", NAMES)
def test_a_query(name: str, theirs: Outcomes, ours: Outcomes) -> None:
    kind, frames = theirs[name][0], theirs[name][1]
    assert kind == "list", f"classic PySpark fails: {theirs[name]}"
    assert all(rows for _, _, rows in frames), "an answer without rows tells nothing"
    assert ours[name] == theirs[name]
