"""Forwards what the engine and its workers print to this process's standard streams.

One `Forwarder` per pipe. Its thread waits for bytes; bytes are read and written under a lock, by that
thread or by whoever calls `drain`, so that when an action returns everything its tasks printed has been
written: in a notebook, by the thread of the cell.
"""

from __future__ import annotations

import codecs
import os
import select
import sys
import threading
from collections.abc import Callable
from typing import Literal

_TAIL = 64 << 10


class Forwarder:
    """Copies one pipe to a standard stream as it is at that time.

    Parameters
    ----------
    descriptor : int
        The pipe's read end. The forwarder closes it.
    stream : {"stdout", "stderr"}
        The attribute of `sys` to write to.
    before : callable
        Called before something is written (to clear a progress bar).
    """

    def __init__(
        self, descriptor: int, stream: Literal["stdout", "stderr"], before: Callable[[], None]
    ) -> None:
        self._descriptor = descriptor
        self._stream = stream
        self._before = before
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lock = threading.Lock()
        self._tail = bytearray()
        self._open = True
        self._quiet = False
        os.set_blocking(descriptor, False)
        self._thread = threading.Thread(target=self._run, name=f"firesteel-forward-{stream}", daemon=True)

    def start(self) -> None:
        """Begin to forward."""
        self._thread.start()

    def tail(self) -> str:
        """Return the end of what came, up to 64 KB.

        Returns
        -------
        str
        """
        with self._lock:
            return self._tail.decode("utf-8", "replace")

    def drain(self) -> None:
        """Forward all that is in the pipe now."""
        with self._lock:
            self._pump()

    def drain_quietly(self) -> None:
        """Read what is in the pipe into the tail, and write nothing: it will be part of an error."""
        with self._lock:
            self._quiet = True
            self._pump()

    def join(self, seconds: float) -> None:
        """Wait until the writing end is closed and everything is forwarded.

        Parameters
        ----------
        seconds : float
            How long to wait; after that the rest is dropped.
        """
        self._thread.join(seconds)
        self.close()

    def close(self) -> None:
        """Close the pipe without waiting."""
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._descriptor)

    def abandon(self) -> None:
        """In a fork of the driver: close the inherited pipe, whose thread is not here."""
        self._lock = threading.Lock()
        self.close()

    def _run(self) -> None:
        while True:
            poller = select.poll()
            with self._lock:
                if not self._open:
                    return
                poller.register(self._descriptor, select.POLLIN)
            poller.poll(1000)
            with self._lock:
                if not self._pump():
                    return

    def _pump(self) -> bool:
        """Forward what is there; tells whether more may come."""
        while self._open:
            try:
                data = os.read(self._descriptor, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._tail += data
            del self._tail[:-_TAIL]
            self._write(self._decoder.decode(data))
        return False

    def _write(self, text: str) -> None:
        stream = getattr(sys, self._stream)
        if stream is None or self._quiet:
            return
        self._before()
        try:
            try:
                stream.write(text)
            except UnicodeEncodeError:
                encoding = getattr(stream, "encoding", None) or "ascii"
                stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except (OSError, ValueError):
            return  # the user's stream is closed: there is nowhere to print to
