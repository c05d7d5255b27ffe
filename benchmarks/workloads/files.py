"""Files written and read back, and another program's process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from workloads.definition import Given, Workload

PARTS = 8


def fresh(given: Given, name: str) -> str:
    """Return a path in the run's directory that nothing has."""
    return os.path.join(given.scratch, f"{name}-{len(os.listdir(given.scratch))}")


def save_text(sc: Any, given: Given) -> Any:
    path = fresh(given, "text")
    sc.textFile(given.corpus, PARTS).map(lambda line: line.rstrip()).saveAsTextFile(path)
    return lambda: text_in(path)


def text_in(path: str) -> Any:
    """Return how many lines and bytes the files of a directory have."""
    lines = size = 0
    for part in sorted(Path(path).glob("part-*")):
        text = part.read_bytes()
        lines += text.count(b"\n")
        size += len(text)
    return [lines, size]


def save_pickles(sc: Any, given: Given) -> Any:
    path = fresh(given, "pickles")
    sc.range(0, given.n(1_000_000), 1, PARTS).map(lambda x: (x, str(x))).saveAsPickleFile(path)
    return sc.pickleFile(path).map(lambda pair: pair[0] + len(pair[1])).sum()


def piped(sc: Any, given: Given) -> Any:
    return sc.textFile(given.corpus, PARTS).pipe("cat").count()


FILES = (
    Workload("save-text", "`saveAsTextFile`, 100 MB", save_text, text="corpus"),
    Workload("save-pickle", "`saveAsPickleFile` and back, 1 M", save_pickles),
    Workload("pipe", "`pipe` through cat, 100 MB", piped, text="corpus"),
)
