"""The examples in PySpark's docstrings give the same output with Firesteel."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from compat_cases import MODULES, Case, cases, differences, imports
from compat_peer import HERE, ROOT, Installed

_SILENCE_S = 200.0  # longer than an example may take: the process hangs where no signal reaches


@pytest.mark.timeout(900)
@pytest.mark.parametrize("module", MODULES)
def test_examples(
    module: str, peer: Installed, outcomes: dict[str, tuple[int, int, int]], tmp_path: Any
) -> None:
    found = cases(peer.sources, module)
    listed = [each for each in differences("Examples") if each.place == module]
    total = passed = 0
    unexpected, covered = [], set()
    for case, outcome in _outcomes(module, imports(peer.sources, module), found, str(tmp_path)):
        examples = case.examples()
        total += len(examples)
        failed = _failures(case, outcome)
        passed += len(examples) - len(failed)
        for number, text in failed.items():
            rows = [each for each in listed if each.covers(case.name, number)]
            covered.update(rows)
            if not rows:
                unexpected.append(text)
    known = sum(
        any(each.covers(case.name, number) for each in listed)
        for case in found
        for number in range(1, len(case.examples()) + 1)
    )
    outcomes[module] = (passed, total, known)
    stale = [
        f"{each.name} passes, or has gone: take it off the list" for each in listed if each not in covered
    ]
    assert not unexpected + stale, f"{module}: {passed} of {total} passed\n" + "\n".join(unexpected + stale)


def _failures(case: Case, outcome: dict[str, Any]) -> dict[int, str]:
    """Return what to tell about each example that failed, by its number."""
    examples = case.examples()
    if "failed" not in outcome:
        return {
            number: f"--- {case.name} {number}: {outcome['missing']}\n{example.source}"
            for number, example in enumerate(examples, 1)
        }
    return {
        each["example"]: (
            f"--- {case.name} {each['example']}\n{each['source']}expected: {each['want']}got: {each['got']}"
        )
        for each in outcome["failed"]
    }


def _outcomes(
    module: str, names: list[str], found: list[Case], directory: str
) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Run the cases in a process; when it dies or hangs, say so, and go on with another process."""
    left = list(found)
    while left:
        for outcome in _lines(module, names, left, directory):
            yield left.pop(0), outcome
        if left:
            yield left.pop(0), {"missing": "the process that ran it died, or hung"}


def _lines(module: str, names: list[str], left: list[Case], directory: str) -> Iterator[dict[str, Any]]:
    package = os.path.join(ROOT, "python")
    path = [os.path.join(package, "firesteel", "_overlay"), package]
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, os.path.join(HERE, "run_examples.py"), str(write)],
        stdin=subprocess.PIPE,
        pass_fds=[write],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "TMPDIR": directory},
    ) as process:
        os.close(write)
        assert process.stdin is not None
        work = {"module": module, "imports": names, "cases": [vars(case) for case in left]}
        process.stdin.write(json.dumps(work).encode())
        process.stdin.close()
        ended = False
        try:
            for line in _read(read):
                yield json.loads(line)
            ended = _at_end(read)
        finally:
            os.close(read)
            if not ended:
                process.kill()


def _at_end(descriptor: int) -> bool:
    """Say whether the other end is closed, so that the process is about to end by itself."""
    return bool(select.select([descriptor], [], [], 0)[0]) and not os.read(descriptor, 1)


def _read(descriptor: int) -> Iterator[bytes]:
    """Yield lines until the end, or until nothing has come for too long."""
    pending = b""
    deadline = time.monotonic() + _SILENCE_S
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        more = os.read(descriptor, 1 << 16)
        if not more:
            return
        *lines, pending = (pending + more).split(b"\n")
        if lines:
            deadline = time.monotonic() + _SILENCE_S
            yield from lines
