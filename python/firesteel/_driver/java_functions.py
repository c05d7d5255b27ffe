"""Functions in Java that a Python program names by their class; the engine makes and writes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel._driver.compiler import Entry
    from firesteel._driver.session import Session

__all__ = ["java_closure"]


def java_closure(session: Session, name: str, kind: str, site: str) -> Entry:
    """Ask the engine to make an object of a class and to write it as a closure.

    Parameters
    ----------
    session : Session
        The session.
    name : str
        The class.
    kind : str
        ``map``, ``flatMap``, ``filter`` or ``mapPartitions``.
    site : str
        The operation and its place in the user's program.

    Returns
    -------
    Entry
        The closure's.

    Raises
    ------
    PySparkValueError
        When the class cannot be used.
    """
    if not isinstance(name, str):
        raise PySparkValueError(f"{site}: a Java function is named by its class, not by {name!r}")
    number = session.next_number()
    closure = f"closure_{session.driver}_{number}"
    path = os.path.join(session.directory, closure)
    request = {"class": name, "kind": kind, "site": site, "name": closure, "path": path}
    answer = session.gateway.call("javaClosure", request)
    if not answer["ok"]:
        raise PySparkValueError(f"{site}: {answer['error']['message']}")
    return session.written_closure(number, path)
