"""SQL and DataFrames give what classic PySpark gives: rows, values and their types, schemas, errors.

Both run the cases of sql_cases/, each in one session, with this interpreter and in a zone of time that is
not UTC. What differs on purpose is in known-differences.md, under "SQL cases".
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from compat_cases import differences
from compat_peer import HERE
from sql_sides import Outcomes, on_firesteel, on_pyspark

pytestmark = pytest.mark.slow  # minutes: scripts/nightly runs it
SCRIPT = "run_sql_cases.py"


def _names() -> list[str]:
    """Return the names of the cases, without importing them: they need a ``pyspark``."""
    found = []
    for file in sorted(Path(HERE, "sql_cases").glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = (each.name for each in tree.body if isinstance(each, ast.FunctionDef))
        found += [f"{file.stem}.{name}" for name in functions if not name.startswith("_")]
    return found


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each case gives with classic PySpark."""
    return on_pyspark(SCRIPT, tmp_path_factory.mktemp("theirs"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each case gives with Firesteel."""
    return on_firesteel(SCRIPT, tmp_path_factory.mktemp("ours"))


def test_there_are_cases_enough() -> None:
    names = _names()
    assert len(names) >= 200
    listed = {f"{each.place}.{each.name}" for each in differences("SQL cases")}
    assert listed <= set(names), "listed, but gone"


@pytest.mark.timeout(2400)  # both runs are in the time of the first case
@pytest.mark.parametrize("name", _names())
def test_case(name: str, theirs: Outcomes, ours: Outcomes) -> None:
    assert name in theirs, "classic PySpark's process ended before it"
    assert name in ours, "our process ended before it"
    listed = any(f"{each.place}.{each.name}" == name for each in differences("SQL cases"))
    if listed:
        assert ours[name] != theirs[name], "it does not differ: take it off the list"
    else:
        assert ours[name] == theirs[name]
