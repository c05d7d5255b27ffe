"""Java programs, measured: the same jobs on Firesteel's Java API and on Spark's Java RDDs, in turn.

Spark's jars are those of PyPI's pyspark, in its peer's environment. Every job runs in a new JVM, with the
JVM's own settings but for the heap, so that what is measured is a program's first job of its kind.
"""

from __future__ import annotations

import glob
import os
import statistics
import subprocess
import sys
import tempfile

import process
from machine import described, machine
from peers import HERE, ROOT, Peer, firesteel, pyspark

JOBS = {"words": ("firesteel", "spark"), "filter": ("firesteel", "spark"), "python": ("firesteel",)}
PAGE = os.path.join(HERE, "JAVA.md")
_ABOUT = """# Java programs

Written by `scripts/bench --java --write`: the same jobs on Firesteel's Java API and on Spark's Java RDDs, by
turns, each in a new JVM and the first in it, answers compared. Medians of {runs} runs; memory is the most
that all processes held. `ready` is the context, `words` a word count over 8 splits of the text that the other
results are of, `filter` filters its lines and counts them, and `python` puts 2 M strings through `mapPython`,
with the start of Python.

{machine}.

"""
_OPENED = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in (
        "java.lang",
        "java.nio",
        "java.util",
        "sun.nio.ch",
        "java.lang.invoke",
        "sun.security.action",
    )
]


class Program:
    """A compiled program and its class path."""

    def __init__(self, name: str, peer: Peer, jars: list[str], directory: str, options: list[str]) -> None:
        self._path = os.pathsep.join([*jars, directory])
        self._name, self._peer, self._options = name, peer, options
        source = os.path.join(HERE, "java", f"{name}.java")
        command = ["javac", "-d", directory, "-cp", self._path, source]
        try:
            subprocess.run(command, check=True)
        except FileNotFoundError:
            sys.exit("scripts/bench: --java takes a JDK: there is no javac on the PATH")

    def run(self, text: str, job: str) -> tuple[dict[str, float], str, int]:
        """Run one job in a new JVM; return the seconds by name, its answer, and the peak of memory."""
        command = ["java", "-Xmx3g", *self._options, "-cp", self._path, self._name, text, job]
        lines, peaks = process.run(command, self._peer.environment(), f"{self._name}: {job}")
        seconds, answer = {}, ""
        for line in lines:
            name, taken, answer = line.split()
            seconds[name] = float(taken)
        return seconds, answer, peaks[job]


def main(text: str, runs: int, write: bool) -> None:
    """Measure all jobs in turn; print a table, and write the page if asked."""
    spark = pyspark()
    home = os.path.dirname(os.path.dirname(spark.python))
    jars = glob.glob(os.path.join(home, "lib", "python*", "site-packages", "pyspark", "jars", "*.jar"))
    own = glob.glob(os.path.join(ROOT, "python", "firesteel", "_jars", "*.jar"))
    times: dict[tuple[str, str], list[float]] = {}
    peaks: dict[tuple[str, str], int] = {}
    with tempfile.TemporaryDirectory(prefix="firesteel-bench-") as directory:
        programs = {
            "firesteel": Program("FiresteelJobs", firesteel(), own, directory, []),
            "spark": Program("SparkJobs", spark, jars, directory, _OPENED),
        }
        for turn in range(runs):
            for job, able in JOBS.items():
                answers = set()
                for name in able if turn % 2 == 0 else reversed(able):
                    seconds, answer, peak = programs[name].run(text, job)
                    answers.add(answer)
                    for what, taken in seconds.items():
                        times.setdefault((what, name), []).append(taken)
                    peaks[job, name] = max(peaks.get((job, name), 0), peak)
                    print(f"run {turn + 1}/{runs}: {name}, {job} {seconds[job]:.3f} s", file=sys.stderr)
                if len(answers) > 1:
                    raise process.RunFailed(f"the answers to {job} differ: {answers}")
    lines = [
        "| job | Firesteel, s | Spark, s | share | Firesteel, MB | Spark, MB |",
        "|---|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(_row(job, times, peaks)) + " |" for job in ("ready", *JOBS)]
    print("\n".join(lines))
    if write:
        about = _ABOUT.format(runs=runs, machine=described(machine([firesteel(), spark])))
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(about + "".join(f"{line}\n" for line in lines))


def _row(job: str, times: dict[tuple[str, str], list[float]], peaks: dict[tuple[str, str], int]) -> list[str]:
    ours, theirs = (
        statistics.median(times[job, name]) if (job, name) in times else 0.0
        for name in ("firesteel", "spark")
    )
    memories = (peaks.get((job, name), 0) for name in ("firesteel", "spark"))
    return [
        job,
        f"{ours:.3f}",
        f"{theirs:.3f}" if theirs else "",
        f"1/{theirs / ours:.1f}" if theirs else "",
        *(f"{peak / 1e6:.0f}" if peak else "" for peak in memories),
    ]
