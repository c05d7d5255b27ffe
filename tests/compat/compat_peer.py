"""The installed PySpark: its interpreter, made on demand as the benchmarks make it, and its sources."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


@dataclass(frozen=True)
class Installed:
    """An environment with PySpark in it."""

    python: str
    environment: dict[str, str]
    sources: str

    def signatures(self) -> dict[str, Any]:
        """Return the public names of its classes, with their parameters."""
        script = os.path.join(HERE, "dump_signatures.py")
        done = subprocess.run(
            [self.python, script], env=self.environment, stdout=subprocess.PIPE, check=True, timeout=100
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def installed() -> Installed:
    """Return PySpark, installed the first time."""
    peer = peers().pyspark()
    environment = peer.environment()
    done = subprocess.run(
        [peer.python, "-c", "import pyspark; print(pyspark.__path__[0])"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        timeout=100,
    )
    return Installed(peer.python, environment, done.stdout.decode().strip())


@functools.cache
def peers() -> ModuleType:
    """Return the benchmarks' module that sets peers up."""
    spec = importlib.util.spec_from_file_location("peers", os.path.join(ROOT, "benchmarks", "peers.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
