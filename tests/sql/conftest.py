"""A session whose SQL engine runs, shared by the tests of a module; and programs run as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import firesteel

ROOT = Path(firesteel.__file__).parents[2]
Run = Callable[..., str]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session on two cores."""
    firesteel.install_as_pyspark()
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").appName("tests").getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def run_program(tmp_path: Path) -> Run:
    """Runs the text of a program with spark-submit, in a directory of its own; returns what it printed."""

    def run(text: str, *options: str, environment: dict[str, str] | None = None) -> str:
        program = tmp_path / "program.py"
        program.write_text(text)
        (tmp_path / "here").mkdir(exist_ok=True)
        done = subprocess.run(
            [str(ROOT / "bin" / "spark-submit"), "--master", "local[2]", *options, str(program)],
            cwd=tmp_path / "here",
            env={**os.environ, "PYSPARK_PYTHON": sys.executable, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=110,
        )
        assert done.returncode == 0, done.stderr
        assert os.listdir(tmp_path / "here") == [], "what is left in the working directory"
        return done.stdout

    return run
