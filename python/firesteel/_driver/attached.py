"""Connects a script that a Java program runs: its context becomes a second driver of that program's engine.

The launcher `firesteel._launch.attached` reads the invitation (the engine's port and the secret) from
standard input. No argument and no environment variable holds it.
"""

from __future__ import annotations

import itertools
from typing import Any

from firesteel import accumulators
from firesteel._config import keys as config_keys
from firesteel._driver.identity import NUMBERS_OF_A_DRIVER
from firesteel._driver.link import Link, connect
from firesteel.conf import SparkConf, _submitted
from firesteel.errors import PySparkRuntimeError

__all__ = ["Attached", "attach", "invite", "overruled"]

_SHOWN = (config_keys.MASTER.name, config_keys.APP_NAME.name)
_OF_THE_SCRIPT = tuple(
    key.name
    for key in (
        config_keys.ARCHIVES,
        config_keys.BROADCAST_COMPRESS,
        config_keys.DEFAULT_PARALLELISM,
        config_keys.FILES,
        config_keys.MAX_RESULT_SIZE,
        config_keys.PROFILE,
        config_keys.PROFILE_DUMP,
        config_keys.PY_FILES,
        config_keys.SHOW_JAVA,
        config_keys.SHOW_PROGRESS,
        config_keys.TEXT_DELIMITER,
        config_keys.VALIDATE_OUTPUT,
    )
)
"""Settings that take effect in the script's own process, so that the script may set them."""

_invitation: dict[str, Any] | None = None


def invite(invitation: dict[str, Any]) -> None:
    """Make the contexts of this process attach to an engine.

    Parameters
    ----------
    invitation : dict
        ``port``, ``secret`` and ``program``, the Java program's process.
    """
    global _invitation
    _invitation = invitation


def attach() -> Attached | None:
    """Attach to the Java program's engine; return None if no Java program started this process.

    Returns
    -------
    Attached or None

    Raises
    ------
    PySparkRuntimeError
        When the Java program is gone.
    """
    return None if _invitation is None else Attached(_invitation)


def overruled(conf: SparkConf, programs: dict[str, str]) -> str:
    """Return a warning about settings of a script that the Java program overrules.

    Parameters
    ----------
    conf : SparkConf
        The settings of the script and its launcher.
    programs : dict of str to str
        The Java program's settings.

    Returns
    -------
    str
        A warning; empty if there are none.
    """
    told = []
    for key, value in sorted(conf.getAll()):
        rest = value if key in _OF_THE_SCRIPT else None
        if _submitted.get(key) != value and programs.get(key, rest) != value:
            # other values may be secrets
            told.append(f"{key} (it is {programs.get(key)!r})" if key in _SHOWN else key)
    if not told:
        return ""
    return (
        "a Java program runs this script, whose context is that program's, with its settings: what the "
        f"script says of {', '.join(told)} has no effect. Set it in the Java program, or leave it out here."
    )


class Attached(Link):
    """A connection to the engine of a Java program.

    Parameters
    ----------
    invitation : dict
        The port and the secret.
    """

    def __init__(self, invitation: dict[str, Any]) -> None:
        super().__init__()
        self.pid = int(invitation["program"])
        self._client = connect(invitation["port"], invitation["secret"])
        self.hello = self.call("attach")
        self._driver = int(self.hello["driver"])
        accumulators._ids = itertools.count(self._driver * NUMBERS_OF_A_DRIVER)

    def drain_output(self) -> None:
        """Do nothing: the output of tasks goes where the Java program's output goes."""

    def stop(self) -> None:
        """Detach: the engine ends this driver's jobs, releases what it held for them, and goes on."""
        from py4j.protocol import Py4JError

        with self._lock:
            if self._stopped or self.is_foreign():
                return
            self._stopped = True
        try:
            self._client.entry_point.detach(self._driver)
        except (Py4JError, OSError):
            pass  # the Java program has closed its context, or ended: it holds nothing any more
        finally:
            self._client.close()

    def require_files(self, directory: str) -> None:
        """Check that the Java program's context is open."""
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
