"""The worker's main loop: HELLO, then TASK → DONE or FAILED, until the engine closes the socket."""

from __future__ import annotations

import importlib
import io
import os
import socket
import sys
import time
from typing import Any

from firesteel._worker.asking import Asking
from firesteel._worker.closures import ClosureCache
from firesteel._worker.collector import Collector
from firesteel._worker.failures import describe
from firesteel._worker.frames import Frame, receive, send
from firesteel._worker.process_state import ProcessState
from firesteel._worker.sinks import run_plan
from firesteel._worker.state import TaskState
from firesteel.taskcontext import BarrierTaskContext, TaskContext

__all__ = ["Worker"]

_ADDRESS = "127.0.0.1:0"
"""Where each task of a barrier stage is: all on this machine. The executor listens on no port."""


class Worker:
    """One worker process, seen from inside.

    Parameters
    ----------
    path
        The engine's socket.
    secret
        What the engine expects in HELLO.
    """

    def __init__(self, path: str, secret: bytes) -> None:
        self._path = path
        self._secret = secret
        self._closures = ClosureCache()
        self._process_state = ProcessState()
        self._collector = Collector()

    def run(self) -> int:
        """Serve tasks until the engine closes the connection.

        Returns
        -------
        int
            The exit status.
        """
        sys.stdin = os.fdopen(0, closefd=False)  # /dev/null, in place of the daemon's
        for stream in (
            sys.stdout,
            sys.stderr,
        ):  # whole lines: workers share the pipe, even with PYTHONUNBUFFERED
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(line_buffering=True, write_through=False)
        self._process_state = ProcessState()
        self._collector.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(self._path)
            send(connection, Frame.HELLO, {"role": "worker", "secret": self._secret, "pid": os.getpid()})
            while True:
                message = receive(connection)
                if message is None:
                    return 0
                kind, body = message
                if kind == Frame.MET:
                    continue  # the answer to a call that has timed out
                if kind != Frame.TASK:
                    raise ValueError(f"a worker got a frame of type {kind.name}")
                answer, done = self.task(body, Asking(connection))
                send(connection, answer, done)
                self._collector.after_task()

    def task(self, body: dict[str, Any], asking: Asking | None = None) -> tuple[Frame, dict[str, Any]]:
        """Run one task.

        Parameters
        ----------
        body
            The TASK frame.
        asking
            Sends requests to the engine during the task.

        Returns
        -------
        tuple
            DONE or FAILED, and its body. An exception of user code fails the task, not the worker.
        """
        began = time.perf_counter_ns()
        state: TaskState | None = None
        try:
            self._prepare(body, asking)
            state = TaskState(body, self._closures, *(() if asking is None else (asking.room, asking)))
            done = run_plan(state.plan, state)
            done["accumulators"], done["accumulator_file"] = _accumulators(state)
            done["metrics"]["run_ns"] = time.perf_counter_ns() - began
            answer = Frame.DONE, done
        except BaseException as failure:  # SystemExit and KeyboardInterrupt of user code too
            self._process_state.restore_builtins()
            answer = Frame.FAILED, self._describe(failure, state)
        self._process_state.restore_builtins()
        TaskContext._set(None)
        state = None
        self._flush()
        return answer

    def _prepare(self, body: dict[str, Any], asking: Asking | None) -> None:
        self._process_state.restore()
        self._process_state.follow(body["path"])
        TaskContext._set(_context(body, asking))
        accumulators = sys.modules.get("firesteel.accumulators")
        if accumulators is not None:
            accumulators._worker_registry.clear()
        broadcasts = {name: path for name, path in body["files"].items() if name.startswith("broadcast_")}
        if broadcasts or "firesteel.broadcast" in sys.modules:
            importlib.import_module("firesteel.broadcast")._allow(broadcasts)

    def _describe(self, failure: BaseException, state: TaskState | None) -> dict[str, Any]:
        described = describe(failure, state.operations if state is not None else [])
        # The traceback holds the frames, and they hold the task's data.
        failure.__traceback__ = failure.__context__ = failure.__cause__ = None
        return described

    def _flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                continue  # user code closed or replaced it, or its reader is gone: the task is complete


def _context(body: dict[str, Any], asking: Asking | None) -> TaskContext:
    task = body["task"]
    state = {
        "stage": task["stage"],
        "partition": task["partition"],
        "attempt": task["attempt"],
        "attempt_id": task["id"],
        "properties": body["properties"],
        "cpus": body["cpus"],
    }
    barrier = body.get("barrier")
    if barrier is None or asking is None:
        return TaskContext._of(**state)
    asking.patience(barrier["timeout_ms"])
    addresses = [_ADDRESS] * barrier["tasks"]
    return BarrierTaskContext._of(**state, addresses=addresses, synchronize=asking.meet)


def _accumulators(state: TaskState) -> tuple[bytes | None, str | None]:
    """Return the updates of the accumulators that the task used, and the file of large ones."""
    module = sys.modules.get("firesteel.accumulators")
    if module is None or not module._worker_registry:
        return None, None
    updates = [(number, accumulator._value) for number, accumulator in module._worker_registry.items()]
    packed: tuple[bytes, str | None]
    packed = module._pack(updates, state.attempt, state.beside, state.half)
    return packed
