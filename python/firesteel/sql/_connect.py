"""Spark's Connect client, from the installed `pyspark`, with what it lacks of the classic API.

Importing it costs about a second of processor time, so only `_engine` does, when a query needs it.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from firesteel import install_as_pyspark
from firesteel.errors import PySparkException, PySparkRuntimeError
from firesteel.sql._installed import require_installed

if TYPE_CHECKING:
    from firesteel.sql._engine import Engine
    from firesteel.sql._server import Server

_OF_JAVA = re.compile(r"\s*(at [\w.$]+(/[\w.$]+)*\.[\w$<>]+\(.*\)|\.\.\. \d+ more|Driver stacktrace:)\s*$")

__all__ = ["close", "connect", "load", "without_java"]


def load() -> Any:
    """Import the client.

    Returns
    -------
    module
        ``pyspark.sql.connect.session``.

    Raises
    ------
    PySparkImportError
        When the installed `pyspark`, or a package that its client needs, is missing.
    """
    require_installed()
    install_as_pyspark()
    import pyspark.sql.connect.session as session

    logging.getLogger("pyspark.sql.connect.client.logging").setLevel(logging.ERROR)
    return session


def connect(server: Server, engine: Engine) -> Any:
    """Open a session.

    Parameters
    ----------
    server : Server
        The process of the SQL engine.
    engine : Engine
        What the session belongs to.

    Returns
    -------
    pyspark.sql.connect.session.SparkSession
    """
    session = load().SparkSession(connection=server.address)
    # A broken connection on loopback is an ended process, after which there is nothing to come back to.
    session._client.disable_reattachable_execute()
    session._firesteel = engine
    _fail_with(session._client, server)
    return session


def close(session: Any) -> None:
    """Close a session whose server is about to end, or has ended."""
    session.client.close()
    kind = type(session)
    with kind._lock:
        if kind._default_session is session:
            kind._default_session = None
        if getattr(kind._active_session, "session", None) is session:
            kind._active_session.session = None


def without_java(message: str) -> str:
    r"""Return a message of the SQL engine without the lines of Java's stack traces.

    Examples
    --------
    >>> print(without_java("Job aborted: x\n\tat org.a.B.c(B.java:1)\nCaused by: y\n\t... 3 more"))
    Job aborted: x
    Caused by: y
    """
    kept = [line for line in message.split("\n") if not _OF_JAVA.match(line)]
    return "\n".join(kept).rstrip()


def _fail_with(client: Any, server: Server) -> None:
    """Let calls fail at once when the server's process has ended: the client would try for ten minutes."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    class WhileAlive(DefaultPolicy):  # type: ignore[misc]
        """Tries again as long as the process runs."""

        def can_retry(self, e: BaseException) -> bool:
            """Tell whether it makes sense to try again."""
            return server.alive and bool(super().can_retry(e))

    handle = client._handle_rpc_error

    def handle_or_tell(error: Any) -> None:
        if not server.alive:
            raise PySparkRuntimeError(
                f"The SQL engine's process has ended.{server.last_words()}\nThe query is lost, and so are "
                "temporary views, cached tables and registered functions; the next query starts the engine "
                "again. If memory ran out, give it more with spark.driver.memory."
            ) from error
        try:
            handle(error)
        except PySparkException as found:
            found._message = without_java(found._message)
            raise

    client.set_retry_policies([WhileAlive()])
    client._handle_rpc_error = handle_or_tell
