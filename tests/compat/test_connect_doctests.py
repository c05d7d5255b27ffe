"""The examples in the documentation of PySpark's SQL pass here as they pass with Spark Connect.

Each module of the Connect client has a test that runs the examples of its documentation. It runs with the
client and server of the installed `pyspark`, and with Firesteel. What passes there and not here is in
known-differences.md, under "Connect examples".
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from compat_cases import differences
from compat_peer import HERE, ROOT

from firesteel.sql._installed import require_jars

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]
MODULES = (
    "catalog",
    "column",
    "conf",
    "dataframe",
    "functions.builtin",
    "functions.partitioning",
    "group",
    "observation",
    "readwriter",
    "session",
    "tvf",
    "window",
)
_LEAST = 0.97


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module(module: str, tmp_path: Path) -> None:
    package = os.path.join(ROOT, "python")
    path = os.pathsep.join([os.path.join(package, "firesteel", "_overlay"), package])
    theirs = _passed(module, tmp_path / "theirs", {})
    ours = _passed(module, tmp_path / "ours", {"PYTHONPATH": path}, str(tmp_path / "theirs" / "report"))
    listed = {each.name for each in differences("Connect examples") if each.place == module}
    assert theirs
    assert theirs - ours <= listed, "they pass with Spark Connect"
    assert listed <= theirs - ours, "it passes: take it off the list"
    assert len(theirs & ours) >= _LEAST * len(theirs)


def _passed(module: str, directory: Path, environment: dict[str, str], *earlier: str) -> set[str]:
    directory.mkdir()
    report = directory / "report"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    with open(directory / "printed", "w", encoding="utf-8") as printed:
        subprocess.run(
            [sys.executable, os.path.join(HERE, "run_connect_doctests.py"), module, str(report), *earlier],
            env={
                **kept,
                "PYSPARK_PYTHON": sys.executable,
                "SPARK_HOME": require_jars().home,
                "TZ": "America/Los_Angeles",  # as Spark's own tests have it
                **environment,
            },
            cwd=directory,
            stdout=printed,
            stderr=subprocess.STDOUT,
            check=True,
        )
    return {name for name, (_, failed) in json.loads(report.read_text()).items() if not failed}
