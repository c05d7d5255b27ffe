"""The examples are run as a reader runs them: through bin/spark-submit, in a process of their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture
def submit() -> Callable[..., str]:
    """Run ``bin/spark-submit`` with the arguments given, and return what it printed."""

    def run(*arguments: str) -> str:
        command = [os.path.join(ROOT, "bin", "spark-submit"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
