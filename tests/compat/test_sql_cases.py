"""SQL and DataFrames give what classic PySpark gives: rows, values and their types, schemas, errors.

Both run the cases of sql_cases/, each in one session, with this interpreter and in a zone of time that is
not UTC. What differs on purpose is in known-differences.md, under "SQL cases".
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compat_cases import differences
from compat_peer import HERE, ROOT

pytestmark = pytest.mark.slow  # minutes: scripts/nightly runs it
Outcomes = dict[str, Any]


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
    return _run(tmp_path_factory.mktemp("theirs"), {})


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What each case gives with Firesteel."""
    package = os.path.join(ROOT, "python")
    path = os.pathsep.join([os.path.join(package, "firesteel", "_overlay"), package])
    return _run(tmp_path_factory.mktemp("ours"), {"PYTHONPATH": path})


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


def _run(directory: Path, environment: dict[str, str]) -> Outcomes:
    read, write = os.pipe()
    script = os.path.join(HERE, "run_sql_cases.py")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        [sys.executable, script, str(directory), str(write)],
        env={
            **kept,
            "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1",  # hundreds of small queries, each compiled
            "PYSPARK_PYTHON": sys.executable,
            "TZ": "Europe/Berlin",
            **environment,
        },
        cwd=directory,
        pass_fds=(write,),
    )
    os.close(write)
    with process, open(read, encoding="utf-8") as report:
        lines = [json.loads(line) for line in report]
    assert process.returncode == 0
    return {each["name"]: each["gave"] for each in lines}
