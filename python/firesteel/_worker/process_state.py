"""Saves the process state that user code may change, and restores it between tasks."""

from __future__ import annotations

import builtins
import importlib
import locale
import os
import random
import signal
import sys
from typing import Any

from firesteel._worker.modules import OneOrNone

__all__ = ["ProcessState"]

# The signals that programs handle; looking at all 64 would take longer than an empty task.
_SIGNALS = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGTERM,
    signal.SIGCHLD,
    signal.SIGVTALRM,
    signal.SIGPROF,
)


class ProcessState:
    """Holds the saved state: directory, environment, signal handlers, streams, module path, builtins."""

    def __init__(self) -> None:
        # Held open, as it may be removed while the application runs; with O_PATH it need not be readable.
        self._directory = os.open(".", os.O_PATH | os.O_DIRECTORY)
        self._environment = dict(os.environ)
        self._signals = {number: signal.getsignal(number) for number in _SIGNALS}
        self._locale = locale.setlocale(locale.LC_ALL)
        self._streams = sys.stdin, sys.stdout, sys.stderr
        self._recursion = sys.getrecursionlimit()
        self._builtins = dict(vars(builtins))
        self._outputs = {number: (os.dup(number), _file(number)) for number in (1, 2)}
        self._umask = os.umask(0o077)
        os.umask(self._umask)
        self._own_path = list(sys.path)
        self._driver_path: list[str] | None = None
        self._path = list(sys.path)

    def restore(self) -> None:
        """Restore everything, and reseed the random generators from the system."""
        self.restore_builtins()
        self._restore_streams()
        os.umask(self._umask)
        if not os.path.samestat(os.stat("."), os.fstat(self._directory)):
            os.fchdir(self._directory)
        if os.environ != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
        for number, handler in self._signals.items():
            if signal.getsignal(number) is not handler and handler is not None:
                signal.signal(number, handler)
        signal.setitimer(signal.ITIMER_REAL, 0)  # an alarm of the last task must not ring in the next
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        if sys.path != self._path:
            sys.path[:] = self._path
        reseed()

    def _restore_streams(self) -> None:
        """Restore the standard streams, even if user code has closed or redirected them."""
        for number, (spare, file) in self._outputs.items():
            if _file(number) != file:
                os.dup2(spare, number)
        sys.stdin, sys.stdout, sys.stderr = self._streams
        if sys.stdin.closed or sys.stdout.closed or sys.stderr.closed:
            sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
            sys.stdout, sys.stderr = (
                open(number, "w", 1, old.encoding, old.errors, closefd=False)  # noqa: SIM115
                for number, old in ((1, sys.stdout), (2, sys.stderr))
            )
            self._streams = sys.stdin, sys.stdout, sys.stderr

    def restore_builtins(self) -> None:
        """Restore builtins that were replaced; added ones stay (`gettext` adds one)."""
        names = vars(builtins)
        for name, value in self._builtins.items():
            if names.get(name) is not value:
                names[name] = value

    def follow(self, path: list[str]) -> None:
        """Use the driver's module path, followed by the entries that only this process has.

        Parameters
        ----------
        path
            ``sys.path`` of the driver; an empty entry separates the paths of several drivers.
        """
        if path == self._driver_path:
            return
        self._driver_path = path
        entries = dict.fromkeys([*filter(None, path), *self._own_path])
        sys.path[:] = self._path = list(entries)
        sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, OneOrNone)]
        if "" in path:
            sys.meta_path.insert(0, OneOrNone(path))
        self._path = list(sys.path)
        importlib.invalidate_caches()


def reseed() -> None:
    """Seed `random`, and NumPy's global generator where it is loaded, from the system."""
    random.seed()
    numpy_random: Any = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _file(descriptor: int) -> tuple[int, int] | None:
    """Identify the file of a descriptor; None when it is closed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino
