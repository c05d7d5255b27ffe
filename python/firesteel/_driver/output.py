"""Forwards what the engine and its workers print to this process's standard streams.

There is one `Forwarder` for each pipe. Its thread waits for bytes. That thread, or a caller of `drain`, reads
and writes them under a lock. An action drains the pipes before it returns, so everything that its tasks
printed has been written by then; in a notebook, by the thread of the cell.
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
    """Copies one pipe to what is the standard stream at that moment.

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
        """Return the last output, up to 64 KB.

        Returns
        -------
        str
        """
        with self._lock:
            return self._tail.decode("utf-8", "replace")

    def drain(self) -> None:
        """Forward everything that is in the pipe now."""
        with self._lock:
            self._pump()

    def drain_quietly(self) -> None:
        """Read the pipe into the tail without writing it out: it becomes part of an error."""
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
        """Close the inherited pipe in a fork of the driver, which has not the thread."""
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
        """Forward what is in the pipe; tell whether more may come."""
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
