"""The memory of an application: that of a process, of all its descendants, and of their tmpfs.

Of each process the proportional share of anonymous and of file pages counts, and of the tmpfs every byte that
it holds, mapped or not: mapped ones are in Pss_Shmem, left out so that none counts twice. The run has a
/dev/shm of its own where the system lets it (a mount namespace), so that no other program's files count.
"""

from __future__ import annotations

import functools
import os
import subprocess
import threading

INTERVAL_S = 0.05
_SHM = "/dev/shm"
_COUNTED = ("Pss_Anon:", "Pss_File:")


class Watch:
    """Looks at the memory below a process again and again, in a thread; keeps the peak of each phase."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = 0 if own_tmpfs() else _tmpfs(_SHM)
        self.peaks: dict[str, int] = {}
        self._phase = ""
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory", daemon=True)
        self._thread.start()

    def phase(self, name: str) -> None:
        """Begin what the peak is kept for under this name; nothing is kept while it is empty."""
        with self._lock:
            self._take()  # the last look at what ends
            self._phase = name
            self._take()  # the first, however soon it ends

    def stop(self) -> None:
        """End looking."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(INTERVAL_S):
            with self._lock:
                self._take()

    def _take(self) -> None:
        if self._phase:
            now = sum(map(_process, _tree(self._pid))) + self._files()
            self.peaks[self._phase] = max(self.peaks.get(self._phase, 0), now)

    def _files(self) -> int:
        try:
            return _tmpfs(f"/proc/{self._pid}/root{_SHM}") - self._before
        except OSError:  # it has ended
            return 0


@functools.cache
def own_tmpfs() -> tuple[str, ...]:
    """Return what a command is begun with so that it has a /dev/shm of its own; nothing if refused."""
    mount = f'mount -t tmpfs -o size=100% tmpfs {_SHM} && exec "$@"'
    command = (
        "unshare",
        *(() if os.geteuid() == 0 else ("--map-root-user",)),
        "--mount",
        "sh",
        "-c",
        mount,
        "sh",
    )
    try:
        tried = subprocess.run([*command, "true"], capture_output=True)
    except FileNotFoundError:  # no unshare
        return ()
    return command if tried.returncode == 0 else ()


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


def _tmpfs(path: str) -> int:
    """Return the bytes in a tmpfs, files that are unlinked and still mapped among them."""
    status = os.statvfs(path)
    return (status.f_blocks - status.f_bfree) * status.f_frsize
