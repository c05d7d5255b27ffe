"""Shows errors of Firesteel with the frames of the user and the message, without frames of the engine.

The frames between the user's call and the ``raise`` do not help the user, and the message already tells the
cause (the exception of the pickler, of Py4J or of the worker). Only the *display* is shortened: the exception
that a program catches keeps its traceback and its cause.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from firesteel.errors import PySparkException

_OURS = (os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep,)
_LIBRARIES = tuple(
    os.path.join("site-packages", name) + os.sep for name in ("cloudpickle", "grpc", "py4j", "pyspark")
)


def users_frames(trace: TracebackType | None) -> TracebackType | None:
    """Return the traceback without frames of Firesteel and of the libraries that it calls.

    Parameters
    ----------
    trace : traceback or None
        The whole traceback, which stays unchanged.

    Returns
    -------
    traceback or None
        None when there is no such frame.
    """
    kept = []
    while trace is not None:
        if not _is_internal(trace.tb_frame.f_code.co_filename):
            kept.append(trace)
        trace = trace.tb_next
    return _chained(kept)


def _down_to_ours(trace: TracebackType | None) -> TracebackType | None:
    """Return the frames above the first frame of Firesteel: where the user's program was waiting."""
    kept = []
    while trace is not None and not _is_internal(trace.tb_frame.f_code.co_filename):
        kept.append(trace)
        trace = trace.tb_next
    return _chained(kept)


def _chained(kept: list[TracebackType]) -> TracebackType | None:
    made: TracebackType | None = None
    for each in reversed(kept):
        made = TracebackType(made, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return made


@contextlib.contextmanager
def presentable(error: BaseException) -> Iterator[None]:
    """Shorten the tracebacks of Firesteel's errors in a chain of exceptions, and restore them afterwards.

    Parameters
    ----------
    error : BaseException
        The exception to show.
    """
    undo = []
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        pending += [each.__cause__, each.__context__]
        if _is_told(each) or isinstance(each, KeyboardInterrupt):
            undo.append((each, each.__traceback__, each.__cause__, each.__suppress_context__))
    try:
        for each, trace, cause, _ in undo:
            interrupted = isinstance(each, KeyboardInterrupt)
            each.__traceback__ = (_down_to_ours(trace) if interrupted else users_frames(trace)) or trace
            if interrupted:
                continue
            if cause is not None and (_tells_all(each) or users_frames(cause.__traceback__) is None):
                each.__cause__ = None
        yield
    finally:
        for each, trace, cause, suppressed in undo:
            each.__traceback__, each.__cause__, each.__suppress_context__ = trace, cause, suppressed


def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an exception, as `sys.excepthook` does."""
    error.__traceback__ = trace
    with presentable(error):
        sys.__excepthook__(kind, error, error.__traceback__)


def install() -> None:
    """Install this display in the process, unless the program has one of its own."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        if sys.excepthook is sys.__excepthook__:
            sys.excepthook = show
    else:
        load_ipython_extension(shell)


def load_ipython_extension(shell: Any) -> None:
    """Install this display in an IPython shell or kernel; called by ``%load_ext``."""
    if not shell.custom_exceptions:
        from firesteel._driver.errors import JobError

        shell.set_custom_exc((PySparkException, JobError, KeyboardInterrupt), _show_in_ipython)


def _show_in_ipython(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    _trace: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    with presentable(error):
        shell.showtraceback((kind, error, error.__traceback__), tb_offset=tb_offset)


def _is_internal(path: str) -> bool:
    return path.startswith(_OURS) or any(name in path for name in _LIBRARIES)


def _tells_all(error: BaseException) -> bool:
    return bool(getattr(type(error), "tells_all", False))


def _is_told(error: BaseException) -> bool:
    return isinstance(error, PySparkException) or _tells_all(error)
