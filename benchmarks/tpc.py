"""TPC-H and TPC-DS: tables as Parquet files, and queries, made once and kept under benchmarks/data.

The tables come from tpcgen-cli; the texts of the queries are those that the package pysail has. Both are
installed the first time, and neither is in this repository: the queries are the TPC's.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from peers import HERE, WITHOUT, installed

PACKAGES = ("tpcgen-cli==4.0.0", "pysail==0.7.2")


def made(suite: str, scale: float, instead: str = WITHOUT) -> str:
    """Return a directory with the tables (``NAME.parquet``) and queries (``qN.sql``) of a suite.

    Parameters
    ----------
    suite
        "tpch" or "tpcds".
    scale
        The factor; the tables of factor 1 are 1 GB as text.
    instead
        What the user may do if the packages cannot be installed.
    """
    path = os.path.join(HERE, "data", f"{suite}-{scale:g}")
    if not os.path.exists(path):
        environment = os.path.dirname(os.path.dirname(installed("tpc", PACKAGES, instead)))
        print(f"making {path}, once", file=sys.stderr)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=os.path.dirname(path)) as scratch:
            partial = os.path.join(scratch, suite)
            generate = [os.path.join(environment, "bin", "tpcgen-cli"), suite, "parquet"]
            options = ["--scale-factor", f"{scale:g}", "--output-dir", partial]
            subprocess.run([*generate, *options], check=True, stdout=subprocess.DEVNULL)
            shipped = os.path.join(
                environment, "lib", "python*", "site-packages", "pysail", "data", suite, "queries", "*.sql"
            )
            for text in glob.glob(shipped):
                shutil.copy(text, partial)
            os.replace(partial, path)
    return path


def tables(directory: str) -> dict[str, str]:
    """Return the tables' files, by name."""
    return _files(directory, ".parquet")


def queries(directory: str) -> dict[str, list[str]]:
    """Return the statements of each query, by name. Views that they make are temporary ones."""
    found = {}
    for name, path in _files(directory, ".sql").items():
        with open(path, encoding="utf-8") as file:
            text = "".join(line for line in file if not line.startswith("--"))
        text = text.replace(
            "create view", "create temporary view"
        )  # Spark refuses views without names inside
        found[name] = [each.strip() for each in text.split(";") if each.strip()]
    if not found:
        raise FileNotFoundError(f"no queries in {directory}: has pysail other places for them than before?")
    return dict(sorted(found.items(), key=lambda query: int(query[0][1:])))


def plain(rows: Sequence[Iterable[Any]], most: int = 10) -> list[Any]:
    """Return how many rows there are, and the first of them, in values that compare between engines."""
    return [len(rows), *([_plain(value) for value in row] for row in rows[:most])]


def _plain(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal)):
        return float(value)  # engines differ in which numbers are decimals
    return value if value is None else str(value)


def _files(directory: str, extension: str) -> dict[str, str]:
    found = sorted(glob.glob(os.path.join(directory, f"*{extension}")))
    return {os.path.basename(path).removesuffix(extension): path for path in found}
