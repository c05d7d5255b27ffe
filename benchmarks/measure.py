"""One measurement: a group of workloads by one peer in a new process, its times, its answers, its memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import memory
from dask_jobs import JOBS
from peers import HERE, MASTER, Peer
from workloads import Given, Workload

LONGEST_S = 1200
_IMPORT = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"


@dataclass
class Measured:
    """What one process told, and what was seen of it."""

    seconds: dict[str, float]
    answers: dict[str, Any] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)  # the peak of each workload's memory, when watched


class RunFailed(Exception):
    """A peer's process ended with an error."""


def able(peer: Peer, workload: Workload, given: Given) -> bool:
    """Tell whether a peer has a workload."""
    if workload.name == "import":
        return bool(peer.module)
    if peer.jobs == "hand":
        return bool(workload.hand) and (workload.hand_scales or given.scale == 1)
    return peer.jobs == "spark" or workload.name in JOBS


def run(peer: Peer, group: list[Workload], given: Given, watched: bool = False) -> Measured:
    """Run workloads, all of one group, in a new process of a peer."""
    part = 1 if peer.name == "firesteel" else max(each.parts for each in group)
    scratch = tempfile.mkdtemp(prefix="firesteel-bench-")
    try:
        told, peaks = _told(peer, group, replace(given, scratch=scratch, part=part), watched)
    finally:
        shutil.rmtree(scratch)
    if group[0].name == "import":
        return Measured({"import": float(told[-1])}, bytes=peaks)
    result = json.loads(told[-1])
    if peer.jobs == "hand":  # it tells the best of three
        name = group[0].name
        return Measured({name: result["seconds"]}, {name: result["answer"]}, peaks)
    seconds = {
        each.name: result["seconds"][each.name] * (part if each.parts > 1 else 1) / each.per for each in group
    }
    return Measured(seconds, result["answers"], peaks)


def _told(peer: Peer, group: list[Workload], given: Given, watched: bool) -> tuple[list[str], dict[str, int]]:
    """Run a process to its end; return the lines of its output, and the peaks of its memory."""
    command, order = _command(peer, group, given)
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [*(memory.own_tmpfs() if watched else ()), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=peer.environment(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        watch = memory.Watch(process.pid) if watched else None
        late = threading.Timer(LONGEST_S, process.kill)
        late.start()
        lines = []
        if watch is not None and peer.jobs == "hand":
            watch.phase(group[0].name)
        with process.stdin:
            process.stdin.write(order)
        for line in process.stdout:
            if not line.startswith("@"):
                lines.append(line)
            elif watch is not None:
                watch.phase(line[1:].rstrip())
        status = process.wait()
        late.cancel()
        if watch is not None:
            watch.stop()
        if status:
            errors.seek(0)
            names = ", ".join(each.name for each in group)
            raise RunFailed(
                f"{peer.name} ended {names} with status {status}:\n{''.join(lines)}{errors.read()}"
            )
    return lines, watch.peaks if watch is not None else {}


def _command(peer: Peer, group: list[Workload], given: Given) -> tuple[list[str], str]:
    """Return what is started, and what it gets on its standard input."""
    if group[0].name == "import":
        return [peer.python, "-c", _IMPORT.format(peer.module)], ""
    if peer.jobs == "hand":
        text = given.few if group[0].text == "few" else given.corpus
        processes = re.sub(r"\D", "", MASTER)
        return [peer.python, os.path.join(HERE, "by_hand.py"), group[0].hand, text, processes], ""
    conf = {"spark.master": MASTER, "spark.app.name": "bench", **peer.conf}
    names = [each.name for each in group]
    order = {"jobs": peer.jobs, "conf": conf, "workloads": names, "given": asdict(given)}
    return [peer.python, os.path.join(HERE, "one_run.py")], json.dumps(order)
