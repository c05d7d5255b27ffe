"""Small things that PySpark programs import from ``pyspark.util``."""

from __future__ import annotations

import copy
import functools
import gc
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from firesteel.errors import PySparkRuntimeError, PySparkTypeError

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = [
    "InheritableThread",
    "VersionUtils",
    "disable_gc",
    "fail_on_stopiteration",
    "inheritable_thread_target",
    "is_remote_only",
    "print_exec",
    "try_simplify_traceback",
    "walk_tb",
]

F = TypeVar("F", bound=Callable[..., Any])

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_MEGABYTES = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1 << 20}


def print_exec(stream: TextIO) -> None:
    """Print the traceback of the exception that is being handled.

    Parameters
    ----------
    stream : text file

    Examples
    --------
    >>> import io
    >>> written = io.StringIO()
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError:
    ...     print_exec(written)
    >>> written.getvalue().splitlines()[-1]
    'ZeroDivisionError: division by zero'
    """
    traceback.print_exception(*sys.exc_info(), file=stream)


class VersionUtils:
    """Reads version numbers.

    Examples
    --------
    >>> VersionUtils.majorMinorVersion("4.3.0")
    (4, 3)
    """

    @staticmethod
    def majorMinorVersion(sparkVersion: str) -> tuple[int, int]:
        """Return the first two numbers of a version.

        Parameters
        ----------
        sparkVersion : str
            Such as ``4.3.0-SNAPSHOT``.

        Returns
        -------
        (int, int)

        Raises
        ------
        ValueError
            When it does not begin with two numbers.

        Examples
        --------
        >>> VersionUtils.majorMinorVersion("2.4.0-SNAPSHOT")
        (2, 4)
        """
        found = re.match(r"^(\d+)\.(\d+)(\..*)?$", sparkVersion)
        if found is None:
            raise ValueError(
                f"cannot tell the major and minor version of {sparkVersion!r}: it should begin with two "
                "numbers, such as 4.3"
            )
        return int(found[1]), int(found[2])


def fail_on_stopiteration(f: F) -> F:
    """Wrap a function so that a StopIteration it raises becomes an error and does not end a loop.

    Parameters
    ----------
    f : callable

    Returns
    -------
    callable

    Examples
    --------
    >>> fail_on_stopiteration(next)(iter([7]))
    7
    """

    @functools.wraps(f, assigned=[name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(f, name)])
    def wrapper(*args: Any, **keywords: Any) -> Any:
        try:
            return f(*args, **keywords)
        except StopIteration as failure:
            raise PySparkRuntimeError(
                errorClass="STOP_ITERATION_OCCURRED", messageParameters={"exc": str(failure)}
            ) from failure

    return wrapper  # type: ignore[return-value]  # it takes what f takes


def walk_tb(tb: TracebackType | None) -> Iterator[TracebackType]:
    """Yield a traceback and all below it.

    Parameters
    ----------
    tb : traceback or None

    Returns
    -------
    iterator of traceback

    Examples
    --------
    >>> list(walk_tb(None))
    []
    """
    while tb is not None:
        yield tb
        tb = tb.tb_next


def try_simplify_traceback(tb: TracebackType) -> TracebackType | None:
    """Leave out the frames of this package: what remains is the user's own.

    Parameters
    ----------
    tb : traceback

    Returns
    -------
    traceback or None
        None when nothing of it is ours, or all is.

    Examples
    --------
    >>> try:
    ...     VersionUtils.majorMinorVersion("four")
    ... except ValueError as error:
    ...     simple = try_simplify_traceback(error.__traceback__)
    >>> simple.tb_next is None
    True
    """
    kept = [each for each in walk_tb(tb) if not each.tb_frame.f_code.co_filename.startswith(_OURS)]
    if len(kept) == sum(1 for _ in walk_tb(tb)):
        return None
    simple: TracebackType | None = None
    for each in reversed(kept):
        simple = TracebackType(simple, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return simple


def _parse_memory(s: str) -> int:
    """Return the megabytes of a size such as ``512m`` or ``2g``."""
    unit = s[-1:].lower()
    if unit not in _MEGABYTES:
        raise ValueError(f"a size needs a unit (k, m, g or t), such as 512m: {s!r}")
    return int(float(s[:-1]) * _MEGABYTES[unit])


@contextmanager
def disable_gc() -> Iterator[None]:
    """Collect no garbage for a while.

    Examples
    --------
    >>> import gc
    >>> with disable_gc():
    ...     gc.isenabled()
    False
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def is_remote_only() -> bool:
    """Say whether only Spark Connect is installed: never.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_remote_only()
    False
    """
    return False


def _no_context() -> SparkContext | None:
    return None


_find_context: Callable[[], SparkContext | None] = _no_context
"""Finds the running context; set by `firesteel.context` when it is imported."""


def _running() -> SparkContext | None:
    return _find_context()


def _snapshot() -> dict[str, str]:
    running = _running()
    return {} if running is None else copy.copy(running._own_properties())


def _with_properties(function: Callable[..., Any], properties: dict[str, str]) -> Callable[..., Any]:
    """Make a function that runs with these local properties in whatever thread calls it."""

    @functools.wraps(function, assigned=[n for n in functools.WRAPPER_ASSIGNMENTS if hasattr(function, n)])
    def run(*args: Any, **keywords: Any) -> Any:
        running = _running()
        if running is None:
            return function(*args, **keywords)
        before = running._own_properties()
        running._local.properties = dict(properties)
        try:
            return function(*args, **keywords)
        finally:
            running._local.properties = before

    return run


def inheritable_thread_target(f: Callable[..., Any] | Any) -> Callable[..., Any]:
    """Make a function run, in another thread, with the local properties of this one.

    Properties are a job group, tags, a description, ``spark.scheduler.pool`` and what `setLocalProperty` has
    set. They are copied when this is called: use it in the thread that starts the other one.

    Parameters
    ----------
    f : callable
        The target of the thread.

    Returns
    -------
    callable

    Examples
    --------
    >>> from threading import Thread
    >>> sc.setLocalProperty("mood", "calm")
    >>> thread = Thread(target=inheritable_thread_target(lambda: print(sc.getLocalProperty("mood"))))
    >>> thread.start(); thread.join()
    calm
    >>> sc.setLocalProperty("mood", None)
    """
    if not callable(f):
        raise PySparkTypeError(
            f"inheritable_thread_target takes the thread's function, not a {type(f).__name__}"
        )
    return _with_properties(f, _snapshot())


class InheritableThread(threading.Thread):
    """A thread whose jobs have the local properties of the thread that starts it.

    Parameters
    ----------
    target : callable
        What it runs.
    *args, **kwargs
        As of `threading.Thread`.
    session : optional
        Accepted for compatibility.

    Examples
    --------
    >>> sc.setJobGroup("nightly", "counts")
    >>> thread = InheritableThread(target=lambda: print(sc.getLocalProperty("spark.jobGroup.id")))
    >>> thread.start(); thread.join()
    nightly
    >>> sc.setLocalProperty("spark.jobGroup.id", None)
    """

    def __init__(
        self,
        target: Callable[..., Any],
        *args: Any,
        session: Any | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> None:
        self._inherited: dict[str, str] = {}

        def run(*arguments: Any, **keywords: Any) -> Any:
            return _with_properties(target, self._inherited)(*arguments, **keywords)

        super().__init__(None, run, *args, **kwargs)

    def start(self) -> None:
        """Start the thread, with this one's properties as they are now.

        Examples
        --------
        >>> thread = InheritableThread(target=print, args=("started",))
        >>> thread.start(); thread.join()
        started
        """
        self._inherited = _snapshot()
        super().start()
