"""The peak of an application's memory: all processes below this one, and what it keeps in tmpfs.

Of each process the proportional share of anonymous and of file pages counts, and of the tmpfs every byte that
no process has mapped: a mapped one is in Pss_Shmem, which is left out so that none counts twice.
"""

from __future__ import annotations

import os
import threading

_INTERVAL_S = 0.05
_SHM = "/dev/shm"
_COUNTED = ("Pss_Anon:", "Pss_File:")


class Peak:
    """Looks at the memory again and again, in a thread, until it is stopped."""

    def __init__(self) -> None:
        self._before = _tmpfs()
        self._most = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory", daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End looking; return the most bytes that were seen at once."""
        self._end.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._end.wait(_INTERVAL_S):
            now = sum(map(_process, _tree(os.getpid()))) + _tmpfs() - self._before
            self._most = max(self._most, now)


def _tree(root: int) -> list[int]:
    found, at = [root], 0
    while at < len(found):
        found += _children(found[at])
        at += 1
    return found


def _children(pid: int) -> list[int]:
    below: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                below += map(int, file.read().split())
    except (FileNotFoundError, ProcessLookupError):
        return below  # it has ended
    return below


def _process(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) << 10 for line in file if line.startswith(_COUNTED))
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended


def _tmpfs() -> int:
    """Give the bytes in the tmpfs, files that are unlinked and still mapped among them."""
    status = os.statvfs(_SHM)
    return (status.f_blocks - status.f_bfree) * status.f_frsize
