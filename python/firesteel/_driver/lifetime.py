"""Refuses to use a session after its end, or in a fork of the driver."""

from __future__ import annotations

from firesteel._driver.link import Link
from firesteel.errors import PySparkRuntimeError

__all__ = ["Lifetime"]


class Lifetime:
    """Knows whether a session was stopped, and where.

    Parameters
    ----------
    gateway : Link
        The engine.
    directory : str
        The driver's directory; without it the session cannot be used.
    """

    def __init__(self, gateway: Link, directory: str) -> None:
        self._gateway = gateway
        self._directory = directory
        self.stopped: str | None = None
        """Where the program stopped it."""

    def require_running(self, operation: str) -> None:
        """Refuse to work when the session is stopped, or in a fork of the driver.

        Parameters
        ----------
        operation : str
            The name of the operation.

        Raises
        ------
        PySparkRuntimeError
            When it was stopped.
        """
        if self.stopped is not None:
            raise self.ended(operation or "this")
        self._gateway.require_owner()
        self._gateway.require_files(self._directory)

    def ended(self, operation: str) -> PySparkRuntimeError:
        """Return the error of an operation that came after the end."""
        return PySparkRuntimeError(
            errorClass="CONTEXT_STOPPED",
            messageParameters={"where": str(self.stopped), "operation": operation},
        )
