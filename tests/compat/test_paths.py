"""Paths of every odd kind name the same files in PySpark and in Firesteel, or are refused by both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compat_cases import differences
from compat_peer import HERE, ROOT, Installed


@pytest.mark.timeout(1800)
def test_paths(peer: Installed, tmp_path: Path) -> None:
    theirs = _run(peer.python, peer.environment, tmp_path / "theirs")
    overlay = os.path.join(ROOT, "python", "firesteel", "_overlay")
    ours = _run(sys.executable, {**os.environ, "PYTHONPATH": overlay}, tmp_path / "ours")
    assert ours.keys() == theirs.keys()
    differ = {case for case in ours if ours[case] != theirs[case]}
    listed = {each.name for each in differences("Paths")}
    told = [f"{case}: {ours[case]}, and PySpark {theirs[case]}" for case in sorted(differ - listed)]
    told += [f"{case} does not differ: take it off the list" for case in sorted(listed - differ)]
    assert not told, "\n".join(told)


def _run(python: str, environment: dict[str, str], directory: Path) -> dict[str, Any]:
    directory.mkdir()
    read, write = os.pipe()
    script = os.path.join(HERE, "run_paths.py")
    process = subprocess.Popen(
        [python, script, str(directory), str(write)],
        env={**environment, "LC_ALL": "C.UTF-8"},
        pass_fds=(write,),
    )
    os.close(write)
    with process, open(read, encoding="utf-8") as report:
        text = report.read()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(text)
    return found
