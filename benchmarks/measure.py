"""One measurement: a group of workloads by one peer in a new process, its times, its answers, its memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import process
from dask_jobs import JOBS
from peers import HERE, MASTER, Peer
from workloads import Given, Workload

_IMPORT = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"


@dataclass
class Measured:
    """The report of one process, and the measurements of it."""

    seconds: dict[str, float]
    answers: dict[str, Any] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)  # the peak of each workload's memory, when watched


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
        command, order = _command(peer, group, replace(given, scratch=scratch, part=part))
        what = f"{peer.name}: {', '.join(each.name for each in group)}"
        told, peaks = process.run(command, peer.environment(), what, order, watched)
    finally:
        shutil.rmtree(scratch)
    if group[0].name == "import":
        return Measured({"import": float(told[-1])}, bytes=peaks)
    result = json.loads(told[-1])
    if peer.jobs == "hand":  # it reports the best of three
        name = group[0].name
        return Measured({name: result["seconds"]}, {name: result["answer"]}, peaks)
    seconds = {
        each.name: result["seconds"][each.name] * (part if each.parts > 1 else 1) / each.per for each in group
    }
    return Measured(seconds, result["answers"], peaks)


def _command(peer: Peer, group: list[Workload], given: Given) -> tuple[list[str], str]:
    """Return the command, and its standard input."""
    if group[0].name == "import":
        return [peer.python, "-c", _IMPORT.format(peer.module)], ""
    if peer.jobs == "hand":
        text = given.few if group[0].text == "few" else given.corpus
        processes = re.sub(r"\D", "", MASTER)
        job = [group[0].name, group[0].hand, text, processes]
        return [peer.python, os.path.join(HERE, "hand_run.py"), *job], ""
    conf = {"spark.master": MASTER, "spark.app.name": "bench", **peer.conf}
    names = [each.name for each in group]
    order = {"jobs": peer.jobs, "conf": conf, "workloads": names, "given": asdict(given)}
    return [peer.python, os.path.join(HERE, "one_run.py")], json.dumps(order)
