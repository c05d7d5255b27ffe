"""Which call of the program is running, as PySpark's `traceback_utils` tells it."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

__all__ = ["CallSite", "SCCallSiteSync", "first_spark_call"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class CallSite(NamedTuple):
    """The function of this package that the program called, and from where."""

    function: str
    file: str
    linenum: int


class SCCallSiteSync:
    """A ``with`` block whose jobs are said to be of the call that the program is in, as jobs here are anyway.

    Parameters
    ----------
    sc : SparkContext
        The running context.

    Examples
    --------
    >>> from pyspark.traceback_utils import SCCallSiteSync
    >>> with SCCallSiteSync(sc):
    ...     sc.parallelize([1, 2]).count()
    2
    """

    def __init__(self, sc: object) -> None:
        self._sc = sc

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, *_: object) -> None:
        """End the block."""


def first_spark_call() -> CallSite | None:
    """Return the outermost call from the program into this package; called by the program itself, that call.

    Returns
    -------
    CallSite or None
        None when there is no caller.
    """
    frame = sys._getframe(1)
    stack = []
    while frame is not None:
        stack.append((frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno))
        if frame.f_back is None:
            break
        frame = frame.f_back
    for (function, path, _), (_, file, line) in zip(reversed(stack[:-1]), reversed(stack[1:]), strict=True):
        if path.startswith(_PACKAGE) and not file.startswith((_PACKAGE, "<frozen ")):
            return CallSite(function, file, line)
    return CallSite("first_spark_call", stack[0][1], stack[0][2]) if stack else None
