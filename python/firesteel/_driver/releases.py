"""Tells the engine what the driver's garbage collector has dropped.

A finalizer may run at any moment: during a call of the engine, or while any lock is held. So it only appends
to a queue that needs no lock. The next request takes the contents of the queue along. If none comes for a
while, a thread sends them; the thread sleeps until something is dropped.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from firesteel.errors import PySparkRuntimeError

__all__ = ["KINDS", "Releases"]

KINDS = "nodes", "shuffles", "closures", "broadcasts", "inputs", "files", "held"
_PATIENCE_S = 0.3
"""How long the thread waits for a job of the program, which would take the queue along."""


class Releases:
    """The queue of what the engine can drop.

    Parameters
    ----------
    send : callable
        Sends the contents of the queue to the engine. Called by the thread.
    """

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self._waiting: deque[tuple[str, Any]] = deque()
        self._bell: SimpleQueue[None] = SimpleQueue()  # its put may be interrupted by a finalizer's put
        self._rung = False
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, kind: str, number: Any) -> None:
        """Add something that can be dropped; safe to call from a finalizer."""
        self._waiting.append((kind, number))
        if not self._rung:
            self._rung = True
            self._bell.put(None)

    def take(self) -> dict[str, list[Any]]:
        """Return the contents of the queue by kind, for a request."""
        release: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        for _ in range(len(self._waiting)):
            try:
                kind, number = self._waiting.popleft()
            except IndexError:
                break  # another thread took the rest
            release[kind].append(number)
        return release

    def start(self) -> None:
        """Start the thread unless it runs. Finalizers must not call this."""
        if self._thread is None:
            with self._starting:
                if self._thread is None and not self._stopped.is_set():
                    self._thread = threading.Thread(target=self._run, name="firesteel-releases", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; `join` waits for it."""
        self._stopped.set()
        self._bell.put(None)

    def join(self) -> None:
        """Wait for the thread, which may be in a call, to end."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(5)

    def _run(self) -> None:
        while True:
            self._bell.get()
            if self._stopped.wait(_PATIENCE_S):
                return
            self._rung = False
            try:
                while True:
                    self._bell.get_nowait()
            except Empty:
                pass  # what is dropped from now on wakes the thread again
            if self._waiting:
                try:
                    self._send()
                except PySparkRuntimeError:
                    return  # the engine has ended: its next user gets an error, and its files are removed
