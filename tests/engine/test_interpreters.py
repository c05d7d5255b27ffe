"""Programs that name an interpreter without our packages run there: its own come first, ours behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import venv
from pathlib import Path

import pytest

import firesteel
from firesteel._config.packages import NEEDED_BY_DRIVERS

PACKAGE = Path(firesteel.__file__).parent
ROOT = PACKAGE.parent.parent
PACKAGES = Path(sysconfig.get_path("purelib"))
PROGRAM = """
import sys
from firesteel import SparkContext

def importable(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True

"""


class Environment:
    """A virtual environment with no package at all."""

    def __init__(self, directory: Path) -> None:
        venv.create(directory, with_pip=False)
        self.python = str(directory / "bin" / "python")
        self.packages = directory / "lib" / Path(sysconfig.get_path("stdlib")).name / "site-packages"

    def add(self, name: str, text: str) -> str:
        path = self.packages / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path)


@pytest.fixture
def bare(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "bare")


def run(tmp_path: Path, body: str, *command: str, status: int = 0, **environment: str) -> str:
    """Run a program, by this Python if no command is given; give what it printed, or its errors."""
    program = tmp_path / "program" / "app.py"
    program.parent.mkdir(exist_ok=True)
    program.write_text(PROGRAM + textwrap.dedent(body))
    done = subprocess.run(
        [*(command or [sys.executable]), str(program)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stderr if status else done.stdout


def test_workers_run_in_an_interpreter_without_packages(bare: Environment, tmp_path: Path) -> None:
    printed = run(
        tmp_path,
        """
        import numpy

        with SparkContext("local[2]", "bare") as sc:
            pairs = sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b)
            print(sorted(pairs.collect()))
            arrays = sc.parallelize([numpy.arange(3), numpy.ones(3)], 2).map(lambda a: a * 2)
            print(sum(arrays.collect()).tolist())
            print(sc.parallelize([1], 1).map(lambda _: sys.executable).first() == sc.pythonExec)
            print(sc.parallelize(["pytest", "hypothesis"], 2).map(importable).collect())
        """,
        PYSPARK_PYTHON=bare.python,
    )
    assert printed.splitlines() == [
        "[(0, 1683), (1, 1617), (2, 1650)]",
        "[2.0, 4.0, 6.0]",
        "True",
        "[False, False]",
    ], "the driver's environment has these two, the program's has not"


def test_an_error_there_shows_the_programs_own_line(bare: Environment, tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
        def fail(x):
            return 1 // x

        SparkContext("local[1]", "bare").parallelize([0], 1).map(fail).collect()
        """,
        status=1,
        PYSPARK_PYTHON=bare.python,
    )
    assert "ZeroDivisionError" in said
    assert f'File "{tmp_path}/program/app.py", line 14, in fail' in said
    assert "return 1 // x" in said


def test_the_packages_of_that_interpreter_come_first(bare: Environment, tmp_path: Path) -> None:
    ours = bare.add("cloudpickle/__init__.py", "__version__ = '3.0.0'\n")
    shutil.copytree(PACKAGES / "cloudpickle", bare.packages / "cloudpickle", dirs_exist_ok=True)
    theirs = bare.add("iniconfig.py", "")
    printed = run(
        tmp_path,
        """
        def place(name):
            return __import__(name).__file__

        with SparkContext("local[1]", "bare") as sc:
            print(*sc.parallelize(["cloudpickle", "iniconfig", "email"], 1).map(place).collect(), sep="\\n")
        """,
        PYSPARK_PYTHON=bare.python,
    ).splitlines()
    assert printed[:2] == [ours, theirs], "the driver's environment has both too"
    assert printed[2].startswith(sysconfig.get_path("stdlib"))


def test_a_package_of_another_version_than_is_needed_is_named(bare: Environment, tmp_path: Path) -> None:
    bare.add("cloudpickle/__init__.py", "__version__ = '2.2.1'\n")
    body = "SparkContext('local[1]', 'bare').parallelize([1], 1).map(str).collect()\n"
    said = run(tmp_path, body, status=1, PYSPARK_PYTHON=bare.python)
    assert f"{bare.python} (Python {sys.version.split()[0]}) has cloudpickle 2.2.1" in said
    assert f"{bare.python} -m pip install 'cloudpickle>=3.0,<4'" in said


def test_an_interpreter_of_another_minor_version_is_refused(bare: Environment, tmp_path: Path) -> None:
    bare.add("other.pth", "import sys; sys.implementation.cache_tag = 'cpython-399'\n")
    body = "SparkContext('local[1]', 'bare').parallelize([1], 1).map(str).collect()\n"
    said = run(tmp_path, body, status=1, PYSPARK_PYTHON=bare.python)
    assert f"The workers' Python interpreter {bare.python}" in said
    assert "same minor version" in said


@pytest.mark.parametrize("variable", ["PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"])
def test_spark_submit_runs_programs_in_such_an_interpreter(
    bare: Environment, tmp_path: Path, variable: str
) -> None:
    printed = run(
        tmp_path,
        """
        import numpy

        with SparkContext("local[1]", "bare") as sc:
            ones = sc.parallelize([1], 1).map(lambda x: (sys.executable, numpy.ones(x)[0]))
            print(sys.executable, *ones.first())
        print(importable("pytest"), importable("pyspark"))
        """,
        str(ROOT / "bin" / "spark-submit"),
        **{variable: bare.python},
    )
    assert printed == f"{bare.python} {bare.python} 1.0\nFalse True\n"


def test_the_packages_beside_an_installed_copy_are_lent_and_no_others(
    bare: Environment, tmp_path: Path
) -> None:
    home = Environment(tmp_path / "home")
    shutil.copytree(PACKAGE, home.packages / "firesteel", ignore=shutil.ignore_patterns("__pycache__"))
    for found in PACKAGES.iterdir():
        if found.name.startswith(NEEDED_BY_DRIVERS):
            (home.packages / found.name).symlink_to(found)
    home.add("neighbour.py", "")
    body = """
        with SparkContext("local[1]", "installed") as sc:
            tasks = sc.parallelize(["neighbour", "numpy", "msgpack"], 1).map(importable).collect()
            print(sys.executable, importable("neighbour"), sc.pythonExec, tasks)
        """
    plain = {"PYTHONPATH": "", "PYSPARK_PYTHON": bare.python}
    assert run(tmp_path, body, home.python, **plain) == (
        f"{home.python} True {bare.python} [False, True, True]\n"
    )
    launcher = str(home.packages / "firesteel" / "_launch")
    assert run(tmp_path, body, bare.python, launcher, "submit", **plain) == (
        f"{bare.python} False {bare.python} [False, True, True]\n"
    )
    del plain["PYSPARK_PYTHON"]
    assert run(tmp_path, body, home.python, launcher, "submit", **plain) == (
        f"{home.python} True {home.python} [True, True, True]\n"
    )
