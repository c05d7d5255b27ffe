"""What others can see of a running application: its files, found by the registry, and its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def registry() -> Path:
    """Return the directory that has one entry for each application of this user."""
    return Path(tempfile.gettempdir(), f"firesteel-{os.getuid()}")


def roots(application: str) -> list[Path]:
    """Return the directories where the application keeps its files."""
    return [Path(line) for line in (registry() / application / "roots").read_text().splitlines()]


def applications() -> list[str]:
    """Return the ids of the applications that have an entry."""
    return sorted(path.name for path in registry().iterdir()) if registry().exists() else []


def files(application: str, beginning: str) -> list[Path]:
    """Return the application's regular files whose name begins so."""
    found = (path for root in roots(application) if root.exists() for path in root.rglob(beginning + "*"))
    return sorted(path for path in found if path.is_file())


def children() -> dict[int, list[int]]:
    """Return every process's children, by /proc."""
    tree: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            state, parent = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                tree.setdefault(int(parent), []).append(int(entry.name))
    return tree


def descendants(pid: int) -> list[int]:
    """Return the living processes below `pid`."""
    tree, found, queue = children(), [], [pid]
    while queue:
        below = tree.get(queue.pop(), [])
        found += below
        queue += below
    return found


def alive(pid: int) -> bool:
    """Tell whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def commands(pids: list[int]) -> dict[int, str]:
    """Return the processes' command lines, of those that live."""
    lines = {}
    for pid in pids:
        try:
            lines[pid] = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return lines


def eventually(fact: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until the fact holds; fail, saying what, when it does not."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        os.sched_yield()
        signal.sigtimedwait([], 0.01)


class Program:
    """A driver in a process of its own, which prints `ready <application id>` and then waits or goes on."""

    def __init__(self, source: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.application = ""

    def wait_ready(self) -> str:
        """Wait for the line `ready <application id>`; return the id."""
        for line in self.lines():
            if line.startswith("ready "):
                self.application = line.split()[1]
                return self.application
        raise AssertionError("the program ended early: " + self.process.communicate()[1])

    def lines(self) -> Iterator[str]:
        """Yield what the program prints."""
        assert self.process.stdout is not None
        yield from self.process.stdout

    def __enter__(self) -> Program:
        """Return the program."""
        return self

    def __exit__(self, *_: object) -> None:
        """End everything that it started."""
        below = descendants(self.process.pid)
        self.process.kill()
        self.process.communicate()
        for pid in below:
            eventually(
                lambda pid=pid: not alive(pid), f"process {pid} {commands([pid])} ends with its driver"
            )
