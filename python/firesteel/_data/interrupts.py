"""What a signal handler of the program raises, told apart from what the interrupted code raises.

A handler runs between any two instructions of the main thread, so its exception comes out of whatever was
being done: pickling, reading, a call of the engine. Its class tells nothing: programs raise `TimeoutError`
there, which is an `OSError`, or a class of their own. Its traceback does: it has the frame of the handler.
Whoever turns the exceptions of others into errors of ours lets these pass.
"""

from __future__ import annotations

import functools
import signal
from collections.abc import Iterator
from inspect import getattr_static
from types import CodeType
from typing import Any

__all__ = ["is_from_handler", "let_pass"]


def is_from_handler(error: BaseException) -> bool:
    """Tell whether an exception has come out of one of the signal handlers that are installed.

    Examples
    --------
    >>> is_from_handler(TimeoutError())
    False
    """
    codes = set(_codes())
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False


def let_pass(error: BaseException) -> None:
    """Raise an exception again that has come out of a signal handler; without effect on others."""
    if is_from_handler(error):
        raise error


def _codes() -> Iterator[CodeType]:
    """Give the code of the installed handlers that are written in Python."""
    for number in signal.valid_signals():
        handler: Any = signal.getsignal(number)
        while isinstance(handler, functools.partial):
            handler = handler.func
        for function in (handler, getattr_static(type(handler), "__call__", None)):
            code = getattr(getattr(function, "__func__", function), "__code__", None)
            if isinstance(code, CodeType):
                yield code
