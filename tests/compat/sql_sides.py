"""The two sides of the comparisons of SQL: a script that runs with classic PySpark, and with Firesteel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from compat_peer import HERE, ROOT

Outcomes = dict[str, Any]
"""What each case gave, by its name."""


def on_pyspark(script: str, directory: Path, *arguments: str) -> Outcomes:
    """Run a script with classic PySpark; it may write in the directory."""
    return _run(script, directory, arguments, {})


def on_firesteel(script: str, directory: Path, *arguments: str) -> Outcomes:
    """Run a script with Firesteel; it may write in the directory."""
    package = os.path.join(ROOT, "python")
    path = os.pathsep.join([os.path.join(package, "firesteel", "_overlay"), package])
    return _run(script, directory, arguments, {"PYTHONPATH": path})


def _run(script: str, directory: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> Outcomes:
    read, write = os.pipe()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        [sys.executable, os.path.join(HERE, script), str(directory), str(write), *arguments],
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
