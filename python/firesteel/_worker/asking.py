"""Requests of a worker to the engine during a task, over the connection that brought the task."""

from __future__ import annotations

import select
import socket
import threading
import time
from typing import Any

from firesteel._worker.frames import Frame, receive, send
from firesteel.errors import PySparkRuntimeError

__all__ = ["Asking"]

_LONGEST_WAIT_S = 3600.0


class Asking:
    """The requests of one task, one at a time: user code may read its records in several threads.

    Parameters
    ----------
    connection
        The worker's connection to the engine.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._round = 0
        self._patience_s = 0.0

    def room(self, name: str, wish: int, least: int) -> tuple[int, str | None]:
        """Ask for room in the memory tier.

        Parameters
        ----------
        name
            The block that is being written.
        wish, least
            How many bytes the task would like, and how many it needs.

        Returns
        -------
        tuple
            How many bytes may be written; if none, the path of the file to continue in.
        """
        with self._lock:
            send(self._connection, Frame.SPACE, {"block": name, "bytes": wish, "least": least})
            body = self._answer(Frame.GRANT)
        return body["bytes"], body["path"]

    def patience(self, milliseconds: int) -> None:
        """Set how long `meet` waits."""
        self._patience_s = milliseconds / 1000

    def meet(self, call: str, message: str) -> list[str]:
        """Wait for the other tasks of a barrier stage.

        Parameters
        ----------
        call
            What the task called: all must call the same.
        message
            Its message to the other tasks.

        Returns
        -------
        list of str
            The messages of all tasks, by partition.

        Raises
        ------
        PySparkRuntimeError
            The other tasks did not call in time.
        """
        with self._lock:
            self._round += 1
            send(self._connection, Frame.MEET, {"call": call, "round": self._round, "message": message})
            deadline = time.monotonic() + self._patience_s
            while True:
                self._wait(call, deadline)
                body = self._answer(Frame.MET)
                if body["round"] == self._round:
                    return list(body["messages"])

    def need(self, crossing: int) -> dict[str, Any]:
        """Ask for the next batch of a crossing.

        Parameters
        ----------
        crossing
            Its number in the plan.

        Returns
        -------
        dict
            ``path`` of a file to read and remove, ``bytes``, ``records``. Without a path the crossing has
            ended, and ``records`` is the total.
        """
        with self._lock:
            send(self._connection, Frame.NEED, {"crossing": crossing, "more": True})
            return self._answer(Frame.BATCH)

    def give(self, crossing: int, path: str | None, size: int, records: int) -> bool:
        """Pass a batch to the other language, and wait until it asks for another.

        Parameters
        ----------
        crossing
            The crossing's number in the plan.
        path
            The file; None at the end.
        size, records
            Its size and number of records; at the end, the total number of records.

        Returns
        -------
        bool
            Whether the other language asks for another batch.
        """
        body = {"crossing": crossing, "path": path, "bytes": size, "records": records}
        with self._lock:
            send(self._connection, Frame.BATCH, body)
            return path is not None and bool(self._answer(Frame.NEED)["more"])

    def _wait(self, call: str, deadline: float) -> None:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise PySparkRuntimeError(
                    errorClass="BARRIER_TIMEOUT",
                    messageParameters={"call": call, "seconds": f"{self._patience_s:g}"},
                )
            if select.select([self._connection], [], [], min(left, _LONGEST_WAIT_S))[0]:
                return

    def _answer(self, wanted: Frame) -> dict[str, Any]:
        while True:
            message = receive(self._connection)
            if message is None:
                raise EOFError("the engine is gone")
            kind, body = message
            if kind == wanted:
                return body
            if kind != Frame.MET:  # the answer to a call that has timed out
                raise ValueError(f"a worker that waited for {wanted.name} got a frame of type {kind.name}")
