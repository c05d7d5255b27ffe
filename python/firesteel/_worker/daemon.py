"""The daemon: imports everything once and forks workers; there is one for each executor.

::

    engine ──stdin (boot frame, then held open: its end is the daemon's end)──▶ daemon ──fork──▶ worker
           ◀─ HELLO DIED ── socket ── FORK KILL ─▶                                worker ◀─ socket ─▶ engine

One thread runs one loop. It owns the live workers: a pid is among them from the fork until the process
is reaped, so a KILL never hits an unrelated process. Any other child was started by user code whose worker
has ended (the daemon is a subreaper), so the daemon kills it.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from typing import Any, NoReturn

from firesteel._worker.crashes import CrashFile, note_crashes
from firesteel._worker.frames import Frame, receive, send
from firesteel._worker.loop import Worker
from firesteel._worker.memory_limit import limit_memory
from firesteel._worker.process import adopt_orphans, children, die_with

__all__ = ["Daemon"]


class Daemon:
    """The daemon's loop.

    Parameters
    ----------
    boot
        The boot frame: ``socket``, ``secret``, ``path``, ``prefork``, ``memory``, ``limit``.
    """

    def __init__(self, boot: dict[str, Any]) -> None:
        self._boot = boot
        self._pid = os.getpid()
        self._workers: dict[int, CrashFile] = {}
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._ending = False

    def run(self) -> int:
        """Serve until stdin or the socket ends; then end every process below this one.

        Returns
        -------
        int
            The exit status.
        """
        self._prepare()
        try:
            self._connection.connect(self._boot["socket"])
            self._send(
                Frame.HELLO,
                {
                    "role": "daemon",
                    "secret": self._boot["secret"],
                    "pid": self._pid,
                    "python": ".".join(map(str, sys.version_info[:3])),
                },
            )
            self._fork(int(self._boot.get("prefork", 0)))
            self._serve()
        finally:
            self._end_all()
        return 0

    def _prepare(self) -> None:
        adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGCHLD, _nothing)  # a handler, so that the wake-up descriptor is written
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        gc.collect()
        gc.freeze()

    def _on_terminate(self, *_: object) -> None:
        self._ending = True

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for source in (0, self._wake_read, self._connection.fileno()):
                selector.register(source, selectors.EVENT_READ)
            while not self._ending:
                for key, _ in selector.select():
                    if key.fd == 0:
                        self._ending = self._ending or not os.read(0, 4096)
                    elif key.fd == self._wake_read:
                        os.read(self._wake_read, 4096)
                    else:
                        self._on_frame()
                self._reap()

    def _on_frame(self) -> None:
        message = receive(self._connection)
        if message is None:
            self._ending = True
            return
        kind, body = message
        if kind == Frame.FORK:
            self._fork(int(body["count"]))
        elif kind == Frame.KILL:
            if body["pid"] in self._workers:
                os.kill(body["pid"], signal.SIGKILL)
        else:
            raise ValueError(f"the daemon got a frame of type {kind.name}")

    def _fork(self, count: int) -> None:
        for _ in range(count):
            sys.stdout.flush()
            sys.stderr.flush()
            crash = None
            try:
                crash = CrashFile()
                pid = os.fork()
            except OSError as failure:
                if crash is not None:
                    crash.close()
                self._send(
                    Frame.FAILED,
                    {
                        "kind": "internal",
                        "error": {"type": "builtins.OSError", "message": f"cannot fork a worker: {failure}"},
                    },
                )
                return
            if pid == 0:
                self._become_worker(crash)
            self._workers[pid] = crash

    def _become_worker(self, crash: CrashFile) -> NoReturn:
        status = 1
        try:
            die_with(self._pid)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._connection.close()
            os.close(self._wake_read)
            os.close(self._wake_write)
            for others in self._workers.values():
                others.close()
            note_crashes(crash)
            limit_memory(int(self._boot.get("limit", 0)))
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)  # the end of stdin tells the daemon that the engine has ended
            os.close(nothing)
            adopt_orphans()  # processes that user code starts stay descendants of the worker while it lives
            status = Worker(self._boot["socket"], self._boot["secret"]).run()
        except ConnectionError:  # the engine has ended, and its driver reports that
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)  # no exit handlers: they belong to the daemon

    def _reap(self) -> None:
        strangers = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            strangers = True
            if pid in self._workers:
                crash = self._workers.pop(pid)
                code = os.waitstatus_to_exitcode(status)
                told: dict[str, Any] = {
                    "pid": pid,
                    "signal": -code if code < 0 else None,
                    "status": code if code >= 0 else None,
                }
                if code < 0 and (stack := crash.stack()) is not None:
                    told["stack"] = stack
                crash.close()
                self._send(Frame.DIED, told)
        if strangers:
            for pid in children():
                if pid not in self._workers:
                    os.kill(
                        pid, signal.SIGKILL
                    )  # reaped on the next round, which looks for its children again

    def _end_all(self) -> None:
        signal.set_wakeup_fd(-1)
        self._connection.close()
        while below := children():
            for pid in below:
                os.kill(pid, signal.SIGKILL)
            for pid in below:
                os.waitpid(pid, 0)

    def _send(self, kind: Frame, body: dict[str, Any]) -> None:
        try:
            send(self._connection, kind, body)
        except (BrokenPipeError, ConnectionResetError):
            self._ending = True  # the engine has gone: the same as the end of stdin


def _nothing(*_: object) -> None:
    """Handle SIGCHLD by doing nothing: the loop is woken by the descriptor."""
