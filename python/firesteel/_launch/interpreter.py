"""Chooses the Python that runs the program, and checks that it finds what Firesteel imports.

As in Spark: ``spark.pyspark.driver.python``, ``spark.pyspark.python``, ``PYSPARK_DRIVER_PYTHON``,
``PYSPARK_PYTHON``, the first that is set. The scripts in ``bin/`` read the variables before Python starts,
and this module reads the configuration.
"""

from __future__ import annotations

import os
import shutil
import sys

from firesteel._config import packages
from firesteel._config.options import UsageError


def settle(verb: str, conf: dict[str, str], arguments: list[str], settled: bool) -> None:
    """Switch to the interpreter that the configuration names; check that it can run Firesteel.

    ``settled`` means that the switch has been made: an interpreter may report another name than requested.

    Raises
    ------
    UsageError
        There is no such interpreter, or it lacks a package that it cannot be lent.
    """
    wanted = conf.get("spark.pyspark.driver.python") or conf.get("spark.pyspark.python")
    if wanted and not settled:
        found = shutil.which(wanted)
        if found is None:
            raise UsageError(f"no such interpreter: {wanted} (from spark.pyspark.python or its driver twin).")
        if not _is_this(found):
            launcher = os.path.dirname(os.path.abspath(__file__))
            sys.stdout.flush()
            os.execv(found, [found, launcher, verb, "--settled", *arguments])
    _check_packages()


def _is_this(executable: str) -> bool:
    """Compare names, not link targets: the interpreter of a virtual environment links to its base."""
    return os.path.abspath(executable) == os.path.abspath(sys.executable)


def _check_packages() -> None:
    absent = packages.absent(packages.NEEDED_BY_DRIVERS)
    if absent:
        raise UsageError(
            f"{sys.executable} lacks {', '.join(absent)}."
            f" Install them: {sys.executable} -m pip install {' '.join(absent)}"
            " — or unset PYSPARK_DRIVER_PYTHON and PYSPARK_PYTHON to use Firesteel's own environment."
        )
