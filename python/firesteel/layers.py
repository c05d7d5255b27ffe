"""What the layers on top of the RDD API need of a running context, and programs do not.

A layer keeps files in the application's own directory, which goes with the application; it ends what it has
started when the context stops; and it finds the Java that the engine was started with.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from firesteel._config.keys import JAVA_OPTIONS, SQL_ARCHIVE
from firesteel._driver import jvm
from firesteel._driver.archive import ClassArchive, cache_directory
from firesteel._driver.callsite import call_site, user_frame

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = [
    "JAVA_OPTIONS",
    "SQL_ARCHIVE",
    "ClassArchive",
    "Java",
    "cache_directory",
    "call_site",
    "directory",
    "find_java",
    "on_py_file",
    "on_stop",
    "time_zone",
    "user_frame",
    "workers_python",
]

Java = jvm.Java
find_java = jvm.find_java


def directory(sc: SparkContext, name: str) -> str:
    """Return a directory of a layer's own, which is removed when the application ends.

    Parameters
    ----------
    sc : SparkContext
        The running context.
    name : str
        The layer's name for it. It is made, with mode 0700, if it is not there.

    Returns
    -------
    str

    Examples
    --------
    >>> import os
    >>> from firesteel import layers
    >>> os.listdir(layers.directory(sc, "example"))
    []
    """
    sc._driver.require_running(name)
    path = os.path.join(sc._driver.directory, name)
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def on_stop(sc: SparkContext, callback: Callable[[], None]) -> None:
    """Call a function when the context stops, before its engine does; the last one added, first.

    Parameters
    ----------
    sc : SparkContext
        The running context.
    callback : callable
        Ends what the layer has started.

    Examples
    --------
    >>> from firesteel import layers
    >>> layers.on_stop(sc, lambda: None)
    """
    sc._on_stop.append(callback)


def on_py_file(sc: SparkContext, callback: Callable[[str], None]) -> None:
    """Call a function with the path of each file that `SparkContext.addPyFile` adds from now on.

    Parameters
    ----------
    sc : SparkContext
        The running context.
    callback : callable
        Makes the file importable where the layer runs Python.

    Examples
    --------
    >>> from firesteel import layers
    >>> layers.on_py_file(sc, lambda path: None)
    """
    sc._on_py_file.append(callback)


def workers_python(sc: SparkContext) -> tuple[str, list[str]]:
    """Return the interpreter of Python workers, and what they search for the driver's modules.

    Parameters
    ----------
    sc : SparkContext
        The running context.

    Returns
    -------
    tuple of (str, list of str)
        A program, and absolute paths.

    Examples
    --------
    >>> from firesteel import layers
    >>> program, path = layers.workers_python(sc)
    >>> program == sc.pythonExec
    True
    """
    python = sc._driver.python
    return python.executable, python.path()


def time_zone(sc: SparkContext) -> str:
    """Return the zone of time that Java takes for this machine's, by the name that Java has for it.

    Parameters
    ----------
    sc : SparkContext
        The running context.

    Returns
    -------
    str

    Examples
    --------
    >>> from firesteel import layers
    >>> isinstance(layers.time_zone(sc), str)
    True
    """
    zone: str = sc._driver.gateway.java.jvm.java.util.TimeZone.getDefault().getID()
    return zone
