"""Finds the `pyspark` that is installed beside Firesteel: the SQL engine's jars, and the client for them.

It costs a look into the directories of ``sys.path``, so that a program which uses no SQL may do it.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from glob import escape, glob
from typing import NamedTuple

from firesteel.errors import PySparkImportError

__all__ = ["EXTRA", "Installed", "find_installed", "require_installed"]

EXTRA = 'pip install "firesteel[sql]"'
_OLDEST = (4, 2)
_NEXT = (4, 4)


class Installed(NamedTuple):
    """An installed `pyspark`: its package's directory, its version, and the directory of Spark's jars."""

    package: str
    version: str
    jars: str

    @property
    def home(self) -> str:
        """What SPARK_HOME would be."""
        return os.path.dirname(self.jars)


def find_installed() -> Installed | None:
    """Find the installed `pyspark`; ours, which shows Firesteel under that name, is none.

    Returns
    -------
    Installed or None

    Examples
    --------
    >>> found = find_installed()
    >>> found is None or found.version >= "4"
    True
    """
    for entry in sys.path:
        package = os.path.join(entry or os.curdir, "pyspark")
        found = _at(package)
        if found is not None:
            return found
    return None


@cache
def _at(package: str) -> Installed | None:
    """Return the `pyspark` in a directory. Our overlay has no such directory in it."""
    version = _version(os.path.join(package, "version.py"))
    if version is None or not os.path.isdir(os.path.join(package, "cloudpickle")):
        return None
    return Installed(os.path.abspath(package), version, os.path.join(os.path.abspath(package), "jars"))


def _version(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("__version__"):
            return line.split("=")[-1].strip().strip("\"'")
    return None


def require_installed() -> Installed:
    """Return the installed `pyspark`, or say what to install.

    Returns
    -------
    Installed

    Raises
    ------
    PySparkImportError
        There is none, or it cannot be the SQL engine.
    """
    found = find_installed()
    if found is None:
        raise PySparkImportError(
            "SQL and DataFrames run on Spark's own SQL engine, from the package pyspark, which is not "
            f"installed here: {EXTRA}"
        )
    directory = os.path.dirname(found.package)
    client = glob(os.path.join(escape(directory), "pyspark_client-*.dist-info"))
    if client and glob(os.path.join(escape(directory), "pyspark-*.dist-info")):
        raise PySparkImportError(
            f"pyspark and pyspark-client are both installed in {directory}, and each has overwritten files "
            "of the other. Uninstall both, and install one: "
            f"pip uninstall -y pyspark pyspark-client && {EXTRA}"
        )
    numbers = tuple(int(part) for part in found.version.split(".")[:2])
    if not _OLDEST <= numbers < _NEXT:
        raise PySparkImportError(
            f"pyspark {found.version} is installed in {directory}; Firesteel's SQL is made for "
            f"{'.'.join(map(str, _OLDEST))} up to, but not including, {'.'.join(map(str, _NEXT))}: {EXTRA}"
        )
    return found


def require_jars() -> Installed:
    """Return the installed `pyspark` with Spark's jars: its own, or those of SPARK_HOME.

    Returns
    -------
    Installed

    Raises
    ------
    PySparkImportError
        There are none: the installed package is `pyspark-client`, which only talks to servers elsewhere.
    """
    found = require_installed()
    if os.path.isdir(found.jars):
        return found
    home = os.environ.get("SPARK_HOME")
    if home and os.path.isdir(os.path.join(home, "jars")):
        return found._replace(jars=_of_the_same_minor(os.path.join(home, "jars"), found))
    raise PySparkImportError(
        "pyspark-client is installed, which has no SQL engine. Give SparkSession.builder.remote() "
        "the address of a Spark Connect server, set SPARK_HOME to a Spark with its jars, or, for an engine "
        f"on this machine, pip uninstall pyspark-client && {EXTRA}"
    )


def _of_the_same_minor(jars: str, client: Installed) -> str:
    """Return a directory of Spark's jars, if they are of the client's version but for its last number."""
    wanted = ".".join(client.version.split(".")[:2])
    if glob(os.path.join(escape(jars), f"spark-core_*-{wanted}.*.jar")):
        return jars
    there = ", ".join(map(os.path.basename, sorted(glob(os.path.join(escape(jars), "spark-core_*.jar")))))
    raise PySparkImportError(
        f"SPARK_HOME has {there or 'no spark-core jar'} in {jars}, and the client that is installed, "
        f"pyspark-client {client.version}, is of another Spark: set SPARK_HOME to a Spark {wanted}"
    )
