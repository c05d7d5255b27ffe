"""The command line of scripts/bench."""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import dataclass, replace
from typing import Any

from peers import HERE, PEERS
from workloads import WORKLOADS

_ABOUT = (
    "Measures Firesteel against its peers on this machine: by turns, each workload in a new process, on the "
    "same data; the answers are compared. PySpark is the one that is installed for SQL; Dask is installed "
    "the first time."
)


@dataclass(frozen=True)
class Options:
    """The options."""

    names: list[str]
    runs: int
    peers: list[str]
    scale: float
    corpus: str
    memory: bool
    json: bool
    write: bool
    sources: list[str]
    list: bool
    growth: bool
    java: bool
    tpch: bool


def options(arguments: list[str] | None = None) -> Options:
    """Understand the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=_ABOUT)
    parser.add_argument(
        "names", nargs="*", metavar="name", help="workloads, of those that --list tells; else all"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each workload by each peer (default: 5)")
    parser.add_argument(
        "--peers",
        type=_listed(list(PEERS)),
        default=list(PEERS),
        help=f"with commas between, of {','.join(PEERS)} (default: all)",
    )
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the records (default: 1)")
    parser.add_argument("--corpus", default="", help="a text to use in place of the one that is made")
    parser.add_argument(
        "--no-memory", dest="memory", action="store_false", help="leave the peaks of memory out"
    )
    parser.add_argument(
        "--growth", action="store_true", help="measure how the cost grows with the work instead"
    )
    parser.add_argument(
        "--java", action="store_true", help="measure Java programs on Firesteel and on Spark instead"
    )
    parser.add_argument(
        "--tpch",
        action="store_true",
        help="measure TPC-H on the engines of SQL instead, at scale factor --scale",
    )
    parser.add_argument("--json", action="store_true", help="print every time that was measured, as JSON")
    parser.add_argument(
        "--from",
        dest="sources",
        nargs="+",
        default=[],
        metavar="FILE",
        help="measure nothing, and take what --json printed, once or more often",
    )
    parser.add_argument("--write", action="store_true", help="write the page of what was measured anew")
    parser.add_argument("--list", action="store_true", help="tell the workloads")
    found = Options(**vars(parser.parse_args(arguments)))
    known = [each.name for each in WORKLOADS]
    for name in () if found.growth else found.names:
        if name not in known:
            parser.error(f"there is no workload {name!r}; there are {', '.join(known)}")
    if found.growth and not {"firesteel", "pyspark"}.issuperset(found.peers):
        if found.peers != list(PEERS):
            parser.error("--growth measures firesteel and pyspark only")
        found = replace(found, peers=["firesteel", "pyspark"])
    if found.java and (found.names or found.json or found.growth or found.peers != list(PEERS)):
        parser.error("--java goes with --runs, --scale, --corpus and --write, and with nothing else")
    if found.tpch and (found.names or found.json or found.growth or found.java or found.peers != list(PEERS)):
        parser.error("--tpch goes with --runs, --scale and --write, and with nothing else")
    if found.sources and (found.names or found.growth or found.java or found.tpch):
        parser.error("--from measures nothing: it goes with --json and --write, and with nothing else")
    if found.write and not os.access(HERE, os.W_OK):
        parser.error(f"--write: nothing can be written in {HERE}")
    if found.runs < 1:
        parser.error("--runs has to be at least 1")
    if not 0 < found.scale < math.inf:
        parser.error("--scale has to be a number more than 0")
    if found.corpus and not os.path.isfile(found.corpus):
        parser.error(f"--corpus: there is no file {found.corpus}")
    return found


def _listed(known: list[str]) -> Any:
    """Return a parser for names with commas between."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
            if names.count(name) > 1:
                raise argparse.ArgumentTypeError(f"{name!r} is there twice")
        return names

    return parse
