"""``firesteel enable`` and ``disable``: in a real virtual environment, by a real interpreter."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv

import pytest

import firesteel

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(firesteel.__file__)))
COMMAND = "import sys; from firesteel._launch.shell import main; main()"


class Environment:
    """A virtual environment that has this Firesteel installed as an editable package is."""

    def __init__(self, directory: str) -> None:
        venv.create(directory, with_pip=False)
        self.python = os.path.join(directory, "bin", "python")
        self.packages = self.run("import sysconfig; print(sysconfig.get_path('purelib'))")[1].strip()
        with open(os.path.join(self.packages, "_firesteel.pth"), "w") as file:
            file.write(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")

    def run(self, code: str, *arguments: str) -> tuple[int, str]:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [self.python, "-c", code, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
        )
        return done.returncode, done.stdout


@pytest.fixture
def environment(tmp_path: object) -> Environment:
    return Environment(os.path.join(str(tmp_path), "environment"))


def test_import_pyspark_is_ours_until_it_is_disabled(environment: Environment) -> None:
    look = "import pyspark, firesteel; print(pyspark.SparkContext is firesteel.SparkContext)"
    before = sorted(os.listdir(environment.packages))
    assert environment.run(look) == (0, "False\n"), "the tests have the real pyspark"
    for _ in range(2):
        status, said = environment.run(COMMAND, "enable")
        assert status == 0, said
        assert f"import pyspark is Firesteel now, for {environment.python}" in said
        assert "firesteel disable" in said
        assert environment.run(look) == (0, "True\n")
    status, said = environment.run(COMMAND, "disable")
    assert status == 0, said
    assert "not Firesteel any more" in said
    assert environment.run(look) == (0, "False\n")
    assert sorted(os.listdir(environment.packages)) == before
    assert "nothing was changed" in environment.run(COMMAND, "disable")[1]


def test_a_real_pyspark_is_behind_it(environment: Environment) -> None:
    real = os.path.join(environment.packages, "pyspark")
    os.mkdir(real)
    with open(os.path.join(real, "__init__.py"), "w") as file:
        file.write("real = True\n")
    assert environment.run(COMMAND, "enable")[0] == 0
    look = "import pyspark, firesteel; print(pyspark.SparkContext is firesteel.SparkContext)"
    assert environment.run(look) == (0, "True\n")
    assert environment.run(COMMAND, "disable")[0] == 0
    assert environment.run("import pyspark; print(pyspark.real)") == (0, "True\n")


def test_an_enabled_environment_loads_nothing_more_at_its_start(environment: Environment) -> None:
    modules = "import sys; print(sorted(sys.modules))"
    before = environment.run(modules)
    assert environment.run(COMMAND, "enable")[0] == 0
    assert environment.run(modules) == before


def test_it_takes_no_arguments(environment: Environment) -> None:
    status, said = environment.run(COMMAND, "enable", "now")
    assert status == 2
    assert "firesteel enable takes no arguments, and was given now" in said


def test_findspark_finds_it_by_spark_home_and_when_it_is_enabled(environment: Environment) -> None:
    look = (
        "import os, sys; os.environ.update(arg.split('=') for arg in sys.argv[1:]);"
        "import findspark; findspark.init(); import pyspark, firesteel;"
        "print(pyspark.SparkContext is firesteel.SparkContext, os.environ['SPARK_HOME'])"
    )
    home = os.path.dirname(ROOT)
    assert environment.run(look, f"SPARK_HOME={home}") == (0, f"True {home}\n")
    assert environment.run(COMMAND, "enable")[0] == 0
    overlay = os.path.join(ROOT, "firesteel", "_overlay", "pyspark")
    assert environment.run(look) == (0, f"True {overlay}\n")
