"""The progress bar of a job that takes over half a second, on a terminal."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from typing import Any

_AFTER = 0.5
_EVERY = 0.2


class ProgressBar:
    """Draws one line on standard error for the running stages; one at a time, of the job that began first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn = 0
        self._owner: int | None = None

    def wanted(self) -> bool:
        """Tell whether standard error is a terminal.

        Returns
        -------
        bool
        """
        try:
            return sys.stderr is not None and sys.stderr.isatty()
        except ValueError:
            return False

    def watch(self, job: int, ask: Callable[[int], dict[str, Any]]) -> Callable[[], None]:
        """Draw a job's progress until the returned function is called.

        Parameters
        ----------
        job : int
            The job's number.
        ask : callable
            Gives the engine's progress of a job.

        Returns
        -------
        callable
        """
        over = threading.Event()

        def run() -> None:
            if over.wait(_AFTER):
                return
            with self._lock:
                if self._owner is not None:
                    return
                self._owner = job
            try:
                while not over.is_set():
                    self._draw(ask(job).get("stages", []))
                    over.wait(_EVERY)
            finally:
                self.clear()
                with self._lock:
                    self._owner = None

        thread = threading.Thread(target=run, name=f"firesteel-progress-{job}", daemon=True)
        thread.start()

        def finish() -> None:
            over.set()
            if self._owner == job:
                thread.join(2)

        return finish

    def _draw(self, stages: list[dict[str, Any]]) -> None:
        running = [stage for stage in stages if stage.get("active") or 0 < stage["done"] < stage["tasks"]]
        if not running:
            return
        width = max(40, shutil.get_terminal_size().columns) // len(running[:3])
        line = "".join(bar(stage, width) for stage in running[:3])
        with self._lock:
            self._put("\r" + line.ljust(self._drawn))
            self._drawn = len(line)

    def clear(self) -> None:
        """Wipe the line, if one is drawn."""
        with self._lock:
            if self._drawn:
                self._put("\r" + " " * self._drawn + "\r")
                self._drawn = 0

    @staticmethod
    def _put(text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # the terminal is gone; the job is not


def bar(stage: dict[str, Any], width: int) -> str:
    """Return a stage's bar, such as ``[Stage 3:=====>     (5 + 2) / 20]``.

    Parameters
    ----------
    stage : dict
        With ``id``, ``tasks``, ``done`` and ``active``.
    width : int
        How wide it may be.

    Returns
    -------
    str
    """
    head: str = f"[Stage {stage['id']}:"
    tail = f"({stage['done']} + {stage.get('active', 0)}) / {stage['tasks']}]"
    room = width - len(head) - len(tail) - 1
    if room <= 0:
        return head + tail
    done: int = room * stage["done"] // max(1, stage["tasks"])
    return head + ("=" * done + (">" if done < room else "")).ljust(room) + tail
