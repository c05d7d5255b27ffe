"""Other front ends than a Python interpreter for the shell: ``PYSPARK_DRIVER_PYTHON=jupyter bin/pyspark``.

The program named runs as a child, with the arguments in ``PYSPARK_DRIVER_PYTHON_OPTS``. What it starts runs
``startup.py`` through ``PYTHONSTARTUP`` and finds the configuration in a private file, which is removed when
the program ends: configuration may hold secrets, and an environment is handed on.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from firesteel._config.options import UsageError

if TYPE_CHECKING:
    from firesteel.context import SparkContext

_FILE = "FIRESTEEL_LAUNCH_FILE"
_USERS_STARTUP = "FIRESTEEL_USERS_PYTHONSTARTUP"


def wanted() -> str | None:
    """Return the front end that the environment asks for; None for a Python or IPython, which run in here."""
    program = os.environ.get("PYSPARK_DRIVER_PYTHON", "")
    name = os.path.basename(program)
    return None if not name or name.startswith(("python", "pypy", "ipython")) else program


def run(program: str, conf: dict[str, str]) -> int:
    """Run a front end until it ends; returns its exit status.

    Raises
    ------
    UsageError
        There is no such program.
    """
    found = shutil.which(program)
    if found is None:
        raise UsageError(f"no such program: {program} (named by PYSPARK_DRIVER_PYTHON).")
    here = os.path.dirname(os.path.abspath(__file__))
    package = os.path.dirname(here)
    path = [os.path.join(package, "_overlay"), os.path.dirname(package), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in path if entry)}
    environment[_USERS_STARTUP] = environment.get("PYTHONSTARTUP", "")
    environment["PYTHONSTARTUP"] = os.path.join(here, "startup.py")
    arguments = shlex.split(os.environ.get("PYSPARK_DRIVER_PYTHON_OPTS", ""))
    with tempfile.NamedTemporaryFile("w", prefix="firesteel-launch-", suffix=".json") as file:  # of mode 0600
        json.dump(conf, file)
        file.flush()
        environment[_FILE] = file.name
        return subprocess.run([found, *arguments], env=environment, check=False).returncode


def begin() -> SparkContext:
    """Start the context of a kernel or a console that a front end has started, and say so."""
    import firesteel.conf
    from firesteel import SparkContext
    from firesteel._launch.shell import banner

    with open(os.environ[_FILE], encoding="utf-8") as file:
        firesteel.conf._submitted.update(json.load(file))
    sc = SparkContext.getOrCreate()
    print(banner(sc), file=sys.stderr)
    return sc


def users_startup() -> str:
    """Return the source of the user's own startup file, nothing when there is none."""
    path = os.environ.get(_USERS_STARTUP, "")
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()
