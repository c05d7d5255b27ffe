"""The deadline of a job: when it passes, the engine has to end the job with the results so far."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firesteel._driver.link import Link

_AGAIN_S = 0.02


class Deadline:
    """Watches one blocking call of ``runJob``.

    Parameters
    ----------
    gateway : Link
        The engine.
    job : int
        The job.
    seconds : float or None
        How long it may take; None for no limit.
    """

    def __init__(self, gateway: Link, job: int, seconds: float | None) -> None:
        self._gateway = gateway
        self._job = job
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Deadline:
        if self._seconds is not None:
            self._thread = threading.Thread(
                target=self._watch, name=f"firesteel-deadline-{self._job}", daemon=True
            )
            self._thread.start()
        return self

    def _watch(self) -> None:
        assert self._seconds is not None
        wait = min(self._seconds, threading.TIMEOUT_MAX)
        while not self._ended.wait(wait):  # again, as the job may not have reached the scheduler yet
            self._gateway.call("finishJob", self._job)
            wait = _AGAIN_S

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
