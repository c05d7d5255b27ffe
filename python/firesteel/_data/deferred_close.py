"""Files that nobody can find any more are closed by a thread, after the last mapping of them has gone.

Whoever lets go of an unlinked file last frees its pages, and of a tmpfs that takes 60 ms for 256 MB. Without
this it is the user's program, in the middle of dropping or replacing the arrays that it had collected.
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from queue import SimpleQueue

__all__ = ["close_after"]

_MOST = 64
"""So many files are kept open at once: a process has few descriptors."""

_open: set[int] = set()
_closing: SimpleQueue[int] = SimpleQueue()  # its put may be interrupted by a finalizer's put
_starting = threading.Lock()
_process = 0
"""Which one has the thread; a fork has none."""


def close_after(descriptor: int, mappings: list[mmap.mmap]) -> None:
    """Close a file, once some mappings of it have gone.

    Parameters
    ----------
    descriptor
        The file. It is this function's from now on.
    mappings
        Mappings of it; the list is emptied.
    """
    if not mappings or len(_open) >= _MOST:
        os.close(descriptor)
        mappings.clear()
        return
    _start()
    _open.add(descriptor)
    # Each finalizer takes one, and only the last one finds the descriptor: no lock is needed, or allowed.
    tokens = [descriptor] + [-1] * (len(mappings) - 1)
    while mappings:
        weakref.finalize(mappings.pop(), _gone, tokens, os.getpid()).atexit = False  # type: ignore[misc]  # the stub is wrong


def _gone(tokens: list[int], process: int) -> None:
    descriptor = tokens.pop()
    if descriptor < 0:
        return
    if process == os.getpid():
        _closing.put(descriptor)
    else:
        os.close(descriptor)  # a fork


def _start() -> None:
    global _process
    with _starting:
        if _process != os.getpid():
            _process = os.getpid()
            threading.Thread(target=_close, name="firesteel-closing", daemon=True).start()


def _close() -> None:
    while True:
        descriptor = _closing.get()
        os.close(descriptor)
        _open.discard(descriptor)
