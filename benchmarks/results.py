"""Writes RESULTS.md, its plot beside it. Why a workload is not yet at its aim is kept in notes.json."""

from __future__ import annotations

import json
import os
import sys

import plot
from machine import described
from peers import HERE, MASTER
from summary import MEAN_AIMS, US, Measurements, Row, mean, rows
from workloads import DATA, LATENCY, QUERY, WORKLOADS

PAGE, PLOT, NOTES = (os.path.join(HERE, name) for name in ("RESULTS.md", "results.svg", "notes.json"))

_ABOUT = """# Results

Written by `scripts/bench --write`; the lines about where time goes are in `notes.json`.

Every run was in a new process, by turns, on the same data, and the answers agree. Runs of each workload:
{runs}.

Seconds are medians. A ratio is how many times faster Firesteel is, with the least and the most of the pairs
in brackets. `{master}` for all; PySpark without its UI and console progress, and with Unix sockets to its
workers; Dask bags in two processes that are kept; by hand is `by_hand.py`, which tells the best of three
runs in a process. Memory is the peak of Pss_Anon + Pss_File over all processes, and what is in tmpfs, of
one run more. PySpark and Dask do a twentieth of the 10,000 tasks, and their time is multiplied. Both JVMs
have the heap that both have unless told otherwise, 1 GB. The text is made of the documentation on the
machine that is measured, by `scripts/make-corpus`: another machine's has other words.

{machine}.
"""


def write(found: Measurements) -> None:
    """Write the page and the plot; say on standard error which notes are missing."""
    if found.differing:
        sys.exit(f"scripts/bench: {PAGE} is not written: it says that the answers agree")
    measured = rows(found)
    notes = _notes()
    for row in measured:
        if row.missed and row.workload.name not in notes:
            print(f"notes.json has no line for {row.workload.name}", file=sys.stderr)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page(found, measured, notes))
    with open(PLOT, "w", encoding="utf-8") as file:
        file.write(plot.svg(measured))


def page(found: Measurements, measured: list[Row], notes: dict[str, str]) -> str:
    """Return the page: the means, what misses its aim, the rest, where the time goes."""
    scale = "" if found.scale == 1 else f"\nThe sizes are {found.scale:g} times the usual ones.\n"
    losing = [row for row in measured if row.missed]
    others = [row for row in measured if not row.missed]
    parts = [
        _ABOUT.format(runs=_runs(found), master=MASTER, machine=described(found.machine)) + scale,
        _means(measured),
    ]
    parts.append("![How many times faster](results.svg)\n")
    if found.failed:
        failures = "".join(f"- {line.partition(chr(10))[0].rstrip(':')}\n" for line in found.failed)
        parts.append(f"Runs that failed, whose times are missing:\n\n{failures}")
    if losing:
        parts.append("## Not yet at the aim\n\n" + _table(losing, found, misses=True))
        parts.append("Where their time goes:\n\n" + "".join(_note(row, notes) for row in losing))
    if others:
        parts.append("## At the aim\n\n" + _table(others, found, misses=False))
    return "\n".join(parts)


def _runs(found: Measurements) -> str:
    """Tell how often each peer was measured: at least, and at most."""
    ranges: dict[str, list[str]] = {}
    for peer in found.peers:
        counts = {len(times[peer]) for times in found.seconds.values() if peer in times}
        if counts:
            told = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
            ranges.setdefault(told, []).append(peer)
    if len(ranges) == 1:
        return next(iter(ranges))
    return ", ".join(f"{told} by {' and '.join(peers)}" for told, peers in ranges.items())


def _notes() -> dict[str, str]:
    with open(NOTES, encoding="utf-8") as file:
        notes: dict[str, str] = json.load(file)
    unknown = notes.keys() - {each.name for each in WORKLOADS}
    if unknown:
        sys.exit(f"{NOTES}: there is no workload {', '.join(sorted(unknown))}")
    return notes


def _note(row: Row, notes: dict[str, str]) -> str:
    return f"- {row.workload.name}: {notes.get(row.workload.name, 'no profile was taken yet.')}\n"


def _means(measured: list[Row]) -> str:
    lines = [
        "| geometric mean of how many times faster | PySpark | aim | Dask | by hand |",
        "|---|---|---|---|---|",
    ]
    titles = {LATENCY: "starting, small jobs, tasks, stopping", DATA: "data", QUERY: "SQL and DataFrames"}
    for kind, aim in MEAN_AIMS.items():
        found = {peer: mean(measured, kind, peer) for peer in ("pyspark", "dask", "by-hand")}
        told = {peer: "" if value is None else f"{value:.2f}" for peer, value in found.items()}
        lines.append(f"| {titles[kind]} | {told['pyspark']} | {aim:g} | {told['dask']} | {told['by-hand']} |")
    return "\n".join(lines) + "\n"


def _table(table: list[Row], found: Measurements, misses: bool) -> str:
    others = [peer for peer in found.peers if peer != US]
    head = (
        ["workload", "", "Firesteel, s", "PySpark, s"]
        if "pyspark" in others
        else ["workload", "", "Firesteel, s"]
    )
    head += [f"than {peer}" for peer in others]
    head += ["MB", "PySpark, MB"] if found.bytes else []
    head += ["misses"] if misses else []
    lines = [head, ["---"] * len(head)]
    for row in table:
        line = [row.workload.name, row.workload.title, _seconds(row, US)]
        line += [_seconds(row, "pyspark")] if "pyspark" in others else []
        line += [str(row.faster.get(peer, "")) for peer in others]
        line += [_megabytes(row, US), _megabytes(row, "pyspark")] if found.bytes else []
        line += ["; ".join(row.missed)] if misses else []
        lines.append(line)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _seconds(row: Row, peer: str) -> str:
    return f"{row.median[peer]:.3g}" if peer in row.median else ""


def _megabytes(row: Row, peer: str) -> str:
    return f"{row.bytes[peer] / 1e6:.0f}" if peer in row.bytes else ""
