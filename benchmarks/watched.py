"""Reports the phases of a measured process: lines of its output, each answered by a line of input."""

from __future__ import annotations

import sys


def mark(name: str = "") -> None:
    """Tell what begins, or that it has ended; go on when the memory has been looked at."""
    print(f"@{name}", flush=True)
    sys.stdin.readline()
