"""What the driver's collector has dropped, on its way to the engine.

Finalizers run wherever the collector happens to: in the middle of a call of the engine, or under any lock.
So they only append to a queue, which no lock guards. What is in it travels with the next request; when none
comes for a while, a thread sends it. The thread sleeps until something is dropped.
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
"""How long a program is given to send what it dropped itself, with a job: a loop does so in each turn."""


class Releases:
    """What the engine can drop.

    Parameters
    ----------
    send : callable
        Sends what waits to the engine. Called by the thread, when nobody else has taken it.
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
        """Note something that can go; safe to call from a finalizer."""
        self._waiting.append((kind, number))
        if not self._rung:
            self._rung = True
            self._bell.put(None)

    def take(self) -> dict[str, list[Any]]:
        """Return what has been noted, by kind, for a request."""
        release: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        for _ in range(len(self._waiting)):
            try:
                kind, number = self._waiting.popleft()
            except IndexError:
                break  # another thread took the rest
            release[kind].append(number)
        return release

    def start(self) -> None:
        """Start the thread, unless it has been. Not for finalizers."""
        if self._thread is None:
            with self._starting:
                if self._thread is None and not self._stopped.is_set():
                    self._thread = threading.Thread(target=self._run, name="firesteel-releases", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Have the thread end; `join` waits for it."""
        self._stopped.set()
        self._bell.put(None)

    def join(self) -> None:
        """Wait for the end of the thread, which may be in the middle of a call."""
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
                pass  # what is dropped from now on rings again
            if self._waiting:
                try:
                    self._send()
                except PySparkRuntimeError:
                    return  # the engine has ended: whoever uses it next is told, and its files go with it
