"""Every name that a module of PySpark's RDD layer defines is there, or listed with the reason why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from compat_cases import differences
from compat_peer import HERE, ROOT, Installed
from dump_names import MODULES

SCRIPT = os.path.join(HERE, "dump_names.py")


@pytest.fixture(scope="module")
def theirs(peer: Installed) -> dict[str, list[str]]:
    done = subprocess.run(
        [peer.python, SCRIPT], env=peer.environment, stdout=subprocess.PIPE, check=True, timeout=300
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def ours(theirs: dict[str, list[str]]) -> dict[str, list[str]]:
    package = os.path.join(ROOT, "python")
    path = os.pathsep.join([os.path.join(package, "firesteel", "_overlay"), package])
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "without_pyspark.py"), SCRIPT, "--present"],
        env={**os.environ, "PYTHONPATH": path},
        input=json.dumps(theirs).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_names(module: str, theirs: dict[str, list[str]], ours: dict[str, list[str]]) -> None:
    listed = {each.name for each in differences("Names") if each.place == module}
    missing = set(theirs[module]) - set(ours[module])
    assert theirs[module] or module.endswith("find_spark_home"), "the installed PySpark defines nothing there"
    assert sorted(missing - listed) == [], "missing, and not listed"
    assert sorted(listed - missing) == [], "listed, and there: take it off the list"
