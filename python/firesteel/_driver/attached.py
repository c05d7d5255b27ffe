"""A script that a Java program runs: its context is one more driver of that program's engine.

The launcher `firesteel._launch.attached` reads the invitation, where the engine is and the secret, from
standard input. It stays in this process: no argument and no variable holds it.
"""

from __future__ import annotations

import itertools
from typing import Any

from firesteel import accumulators
from firesteel._driver.link import Link, connect
from firesteel.errors import PySparkRuntimeError

__all__ = ["Attached", "attach", "invite"]

_NUMBERS_OF_A_DRIVER = 1_000_000_000

_invitation: dict[str, Any] | None = None


def invite(invitation: dict[str, Any]) -> None:
    """Have the contexts of this process attach.

    Parameters
    ----------
    invitation : dict
        ``port``, ``secret`` and ``program``, the Java program's process.
    """
    global _invitation
    _invitation = invitation


def attach() -> Attached | None:
    """Attach to the Java program's engine; None when this process was not started by one.

    Returns
    -------
    Attached or None

    Raises
    ------
    PySparkRuntimeError
        When the Java program is gone.
    """
    return None if _invitation is None else Attached(_invitation)


class Attached(Link):
    """A connection to the engine of a Java program.

    Parameters
    ----------
    invitation : dict
        Where it is.
    """

    def __init__(self, invitation: dict[str, Any]) -> None:
        super().__init__()
        self.pid = int(invitation["program"])
        self._client = connect(invitation["port"], invitation["secret"])
        self.hello = self.call("attach")
        self._driver = int(self.hello["driver"])
        accumulators._ids = itertools.count(self._driver * _NUMBERS_OF_A_DRIVER)

    def drain_output(self) -> None:
        """Do nothing: what tasks print goes where the Java program's output goes."""

    def stop(self) -> None:
        """Detach: the engine ends this driver's jobs and releases what it kept, and goes on."""
        from py4j.protocol import Py4JError

        with self._lock:
            if self._stopped or self.is_foreign():
                return
            self._stopped = True
        try:
            self._client.entry_point.detach(self._driver)
        except (Py4JError, OSError):
            pass  # the Java program has closed its context, or ended: then nothing is kept
        finally:
            self._client.close()

    def require_files(self, directory: str) -> None:
        """Go on if the Java program's context is open."""
        try:
            super().require_files(directory)
        except PySparkRuntimeError as error:
            raise self._lost("the context") from error

    def _has_ended(self) -> bool:
        try:
            super().require_files(self.hello["directories"]["disk"][0])
        except PySparkRuntimeError:
            return True
        return False

    def _lost(self, method: str) -> PySparkRuntimeError:
        if self._stopped:
            return PySparkRuntimeError(
                errorClass="CONTEXT_STOPPED", messageParameters={"where": "", "operation": method}
            )
        return PySparkRuntimeError(
            errorClass="ENGINE_LOST",
            messageParameters={
                "message": f"The Java program (process {self.pid}) that runs this script has closed its "
                f"context, or ended, while the script needed it ({method})."
            },
        )
