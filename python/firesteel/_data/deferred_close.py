"""Closes unlinked files in a thread, after their last mapping is gone.

The pages of an unlinked file are freed when its last descriptor or mapping goes; on a tmpfs that takes 60 ms
for 256 MB. Without this thread, the user's program would wait for it when it drops or replaces collected
arrays.
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from queue import SimpleQueue

__all__ = ["close_after"]

_MOST = 64
"""The most files to keep open: a process has few descriptors."""

_open: set[int] = set()
_closing: SimpleQueue[int] = SimpleQueue()  # its put may be interrupted by a finalizer's put
_starting = threading.Lock()
_process = 0
"""The process that has the thread; a fork has none."""


def close_after(descriptor: int, mappings: list[mmap.mmap]) -> None:
    """Close a file after all of some mappings of it are gone.

    Parameters
    ----------
    descriptor
        The file, which this function owns from now on.
    mappings
        Its mappings; the list is emptied.
    """
    if not mappings or len(_open) >= _MOST:
        os.close(descriptor)
        mappings.clear()
        return
    _start()
    _open.add(descriptor)
    # Each finalizer takes one token, and the last one gets the descriptor: a finalizer must not lock.
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
