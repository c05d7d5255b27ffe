"""Where a worker's Python code was when native code crashed: written by the worker, read by the daemon.

The worker's `faulthandler` writes into a file that is in memory only and has no name, so that nothing is left
behind, whatever ends whom.
"""

from __future__ import annotations

import faulthandler
import os

__all__ = ["CrashFile", "note_crashes"]

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MOST = 1 << 16


class CrashFile:
    """The file of one worker; the daemon makes it before it forks."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("firesteel-crash", os.MFD_CLOEXEC)

    def stack(self) -> str | None:
        """Give the stack that a crash has left, without our own frames; None when there was no crash.

        Returns
        -------
        str or None
            Lines as in a traceback, the innermost frame first.
        """
        text = os.pread(self.descriptor, _MOST, 0).decode("utf-8", "replace")
        if not text:
            return None
        lines = text.partition("\n\nExtension modules:")[0].splitlines()
        kept = [line for line in lines if line.startswith("  File ") and not _is_internal(line)]
        title = lines[0].removeprefix("Fatal Python error: ")
        return "\n".join([f"{title}, Python's stack (most recent call first):", *kept])

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


def _is_internal(line: str) -> bool:
    return line.startswith((f'  File "{_OURS}', '  File "<frozen runpy>"'))


def note_crashes(file: CrashFile) -> None:
    """Write a crash of this process to the file. A fork of user code's is not this process.

    Parameters
    ----------
    file
        This worker's.
    """
    faulthandler.enable(file.descriptor, all_threads=False)
    os.register_at_fork(after_in_child=faulthandler.disable)
