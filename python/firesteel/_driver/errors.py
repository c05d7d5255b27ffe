"""The error of a failed job, in the user's terms; programs catch it as `py4j.protocol.Py4JJavaError`.

Existing programs catch that class. Its constructor and text need a live gateway, so `JobError` has its own.
This module imports Py4J, so it is only imported when a context is created or a job fails.
"""

from __future__ import annotations

import linecache
import pickle
import re
from typing import Any

from py4j.protocol import Py4JJavaError

from firesteel._data.errors import (
    CheckpointDamaged,
    DriverFileDamaged,
    ForeignFile,
    InputDamaged,
    LibraryMissing,
    RecordUnreadable,
)
from firesteel._data.interrupts import let_pass
from firesteel._driver.callsite import cell

__all__ = ["FailedJob", "JobCancelledError", "JobError", "job_error"]

_LONGEST_HEADLINE = 200
_FRAME = re.compile(r'  File "(.+)", line (\d+),? in (.+)')  # of a traceback, or of faulthandler

_ADVICE = {
    "worker": (
        "A worker ends like this when memory runs out ('dmesg | grep -i oom' shows it), when a C extension "
        "crashes, or when a function ends the process (os._exit, os.kill)."
    ),
    "corrupt": (
        "A stored block is missing or damaged, again and again. Something removes or overwrites files under "
        "spark.local.dir, or the disk fails. Stop this SparkContext, see to that, and create a new one."
    ),
    "source": (
        "An input file is gone, cannot be read, or was changed while the job ran. Put it back, or make "
        "the RDD again (sc.textFile) so that it is listed afresh."
    ),
    "barrier": (
        "The tasks of a barrier stage are launched together and meet in BarrierTaskContext.barrier() and "
        "allGather()."
    ),
    "unpicklable": (
        "Results and records that are shuffled or persisted are pickled. Return plain values (numbers, "
        "text, lists, dicts, arrays), or what is needed to make the object again."
    ),
    "unreadable": (
        "The records were made on the workers, and making them again here, from their pickles, failed: look "
        "at the __setstate__ or __reduce__ of their class, and at what it imports."
    ),
    "broadcast": (
        "Nothing but its file has the value of a broadcast: make it again with sc.broadcast, and the RDDs "
        "whose functions use it. If it happens again, something else writes or cleans there."
    ),
    "disk": "What was written of the file is removed, and the context goes on.",
    "indeterminate": (
        "A task was run again and gave other records than the first time, after some of the first had "
        "been used. Make the function deterministic (seed its random numbers), or persist the RDD before "
        "the shuffle."
    ),
    "result_size": (
        "Bring less to the driver (aggregate first, take(n), saveAsTextFile), or raise "
        "spark.driver.maxResultSize."
    ),
    "internal": (
        "This is a fault of the engine, not of your program. Set firesteel.errors.java=true to see the "
        "engine's own stack, and please report it."
    ),
}


_DAMAGED = (
    "The file itself is damaged, or was cut short while it was written or copied. "
    "Fetch or make it anew; 'gzip -t', 'bzip2 -t' and 'zstd -t' test archives."
)

_ADVICE_BY_TYPE = {
    InputDamaged: _DAMAGED,
    LibraryMissing: (
        "Install it for the workers' interpreter: pip install 'firesteel[zstd]', or pip install zstandard. "
        "Python 3.14 has it."
    ),
    ForeignFile: (
        "Have PySpark write it in another form, text for example, and read that: files of saveAsPickleFile "
        "are PySpark's or Firesteel's own, and neither reads the other's."
    ),
    CheckpointDamaged: (
        "A checkpoint has no lineage: nothing is left that its files could be computed from. Put them back "
        "from a copy, or have the program make the RDD, and its checkpoint, anew from the source. If it "
        "happens again, something else writes in the checkpoint directory, or its disk fails."
    ),
    DriverFileDamaged: (
        "Something removes or overwrites files under spark.local.dir, or the disk fails. Stop this "
        "SparkContext, see to that, and create a new one: only the program can make this file again."
    ),
}
"""The advice for failures of kind `source`, by the type of the error."""


class FailedJob:
    """The part of a Java exception that programs use, as `JobError.java_exception`.

    Parameters
    ----------
    message : str
        The whole text.
    stack : str or None
        The engine's Java stack, where there is one.
    name : str, optional
        The Java class that Spark would have thrown.
    """

    _target_id = ""

    def __init__(
        self, message: str, stack: str | None, name: str = "org.apache.spark.SparkException"
    ) -> None:
        self._name = name
        self._message = message
        self._stack = stack

    def getMessage(self) -> str:
        """Return the text."""
        return self._message

    def getLocalizedMessage(self) -> str:
        """Return the text."""
        return self._message

    def toString(self) -> str:
        """Return the text after the name that Spark's own exception has."""
        return f"{self._name}: {self._message}"

    def getCause(self) -> None:
        """Return nothing: the cause is the Python exception, `JobError.cause`."""

    def getStackTrace(self) -> list[str]:
        """Return the lines of the engine's Java stack."""
        return (self._stack or "").splitlines()

    def __str__(self) -> str:
        return self.toString()


class JobError(Py4JJavaError):  # type: ignore[misc]
    """A job failed. The text tells what happened, where in the program, and what can be done.

    Parameters
    ----------
    text : str
        The message.
    failure : dict, optional
        The engine's failure map.

    Attributes
    ----------
    kind : str
        ``user``, ``worker``, ``corrupt``, ``source``, ``unpicklable``, ``cancelled``, …
    cause : BaseException or None
        The exception that the user's function raised; also the ``__cause__``.

    Examples
    --------
    >>> from firesteel import JobError
    >>> try:
    ...     sc.parallelize([1, 0]).map(lambda value: 1 / value).collect()
    ... except JobError as error:
    ...     print(error.kind, repr(error.cause))
    user ZeroDivisionError('division by zero')
    """

    tells_all = True  # the text includes the cause, so tracebacks.py does not show the cause again

    def __init__(self, text: str, failure: dict[str, Any] | None = None) -> None:
        Exception.__init__(self, text)
        self.errmsg = text
        self.failure = dict(failure or {})
        self.kind = str(self.failure.get("kind", "internal"))
        self.cause: BaseException | None = None
        java = {"name": self.failure["thrown"]} if "thrown" in self.failure else {}
        self.java_exception = FailedJob(text, self.failure.get("java"), **java)

    def __str__(self) -> str:
        return str(self.errmsg)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.errmsg, self.failure))


class JobCancelledError(JobError):
    """A job was cancelled."""


# Where users find them, and what a printed error is called. (They are defined here because they need Py4J.)
JobError.__module__ = JobCancelledError.__module__ = "firesteel"


def job_error(failure: dict[str, Any], action: str, show_java: bool) -> JobError:
    """Make the error of a failed job.

    Parameters
    ----------
    failure : dict
        The engine's failure map.
    action : str
        The action and its place, such as ``collect at app.py:12``.
    show_java : bool
        Whether to show the engine's Java stack.

    Returns
    -------
    JobError
        With the user's exception as ``cause`` and ``__cause__``, where it can be unpickled.
    """
    kind = failure.get("kind", "internal")
    detail: dict[str, Any] = failure.get("error") or {}
    headline = _headline(kind, failure, detail)
    lines = [headline, *_place(failure, detail, action, headline)]
    if detail.get("record") and str(detail["record"]) not in headline:
        lines.append(f"  record: {detail['record']}")
    notes: list[str] = []
    cause = _original(detail, notes)
    if detail.get("traceback") and kind in ("user", "worker") and not _is_ours(detail):
        lines += ["", _with_source(str(detail["traceback"]).rstrip())]
    advice = _advice(kind, detail)
    if advice:
        lines += ["", advice]
    lines += notes
    if failure.get("java") and (show_java or kind == "internal"):
        lines += ["", "The engine's stack:", str(failure["java"]).rstrip()]
    made = JobCancelledError if kind == "cancelled" else JobError
    error = made("\n".join(lines), failure)
    error.cause = cause
    error.__cause__ = cause
    return error


def unsupported(text: str) -> JobError:
    """Make the error for a call that Spark's classes refuse; programs catch it like that of a failed job.

    Parameters
    ----------
    text : str
        What was refused, and what to do instead.

    Returns
    -------
    JobError
    """
    return JobError(text, {"kind": "unsupported", "thrown": "java.lang.UnsupportedOperationException"})


def unread_result(error: Exception, action: str) -> JobError:
    """Make the error of a job that succeeded but whose results the driver cannot read.

    Parameters
    ----------
    error : BlockCorrupt or RecordUnreadable
        The exception raised by reading them.
    action : str
        The action and its place.

    Returns
    -------
    JobError
    """
    kind = "unreadable" if isinstance(error, RecordUnreadable) else "corrupt"
    failed = JobError(f"Job aborted: {error}\n  action: {action}\n\n{_ADVICE[kind]}", {"kind": kind})
    failed.cause = error.__cause__
    return failed


def _headline(kind: str, failure: dict[str, Any], detail: dict[str, Any]) -> str:
    if kind == "user" and detail.get("type") and not _is_ours(detail):
        name = str(detail["type"]).removeprefix("builtins.")
        message, *more = str(detail.get("message") or "").strip().split("\n", 1)
        if more or len(message) > _LONGEST_HEADLINE:
            message = message[:_LONGEST_HEADLINE] + " ..."  # the traceback ends with the whole message
        return f"Job aborted: a function of the program raised {name}{': ' + message if message else ''}"
    if kind == "cancelled":
        return f"Job {failure.get('job')} cancelled: {failure.get('message') or 'no reason given'}"
    message = str(failure.get("message") or detail.get("message") or f"the job failed ({kind})")
    extra = str(detail.get("message") or "")
    return f"Job aborted: {message}" + (f": {extra}" if extra and extra not in message else "")


def _with_source(trace: str) -> str:
    """Add what only the driver knows of what was typed: the cell's name, and the line where it is missing."""
    lines = trace.split("\n")
    shown = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        frame = _FRAME.fullmatch(line)
        typed = cell(frame[1]) if frame else None
        shown.append(f"  Cell {typed}, line {frame[2]}, in {frame[3]}" if frame and typed else line)
        if frame and not following.startswith("    "):
            source = linecache.getline(frame[1], int(frame[2])).strip()
            shown += [f"    {source}"] if source else []
    return "\n".join(shown)


def _is_ours(detail: dict[str, Any]) -> bool:
    """Tell whether the exception is one that the worker raised about records: its message says it all."""
    return str(detail.get("type")).startswith(("firesteel._", "dev.firesteel."))


def _place(failure: dict[str, Any], detail: dict[str, Any], action: str, headline: str) -> list[str]:
    operation = detail.get("operation")
    candidates = detail.get("candidates") or []
    lines = []
    if operation:
        if str(operation) not in headline:
            lines.append(f"  in {operation}")
    elif candidates:
        lines.append(f"  in one of: {', '.join(dict.fromkeys(map(str, candidates)))}")
    elif failure.get("site") and failure["site"] != action:
        lines.append(f"  in {failure['site']}")
    where = f"  action: {action} (job {failure.get('job')}"
    if _number(failure, "stage") >= 0:
        where += f", stage {failure['stage']}"
    if _number(failure, "partition") >= 0:
        where += f", partition {failure['partition']}"
        attempts = failure.get("attempts") or 0
        if attempts > 1:
            where += f", after {attempts} attempts"
    return [*lines, where + ")"]


def _number(failure: dict[str, Any], name: str) -> int:
    value = failure.get(name)
    return -1 if value is None else int(value)


def _original(detail: dict[str, Any], notes: list[str]) -> BaseException | None:
    data = detail.get("exception")
    reason = ""
    try:
        cause = pickle.loads(data) if data else None
    except (Exception, SystemExit) as error:  # unpickling runs code of the user's class
        let_pass(error)
        cause, reason = None, f": {type(error).__name__}: {error}"
    if cause is None and detail.get("type") and not _is_ours(detail) and detail.get("language") != "java":
        notes += [
            "",
            f"(The exception itself could not be brought to the driver{reason}. An "
            "exception whose __init__ takes other arguments than it gives to super().__init__ needs "
            "a __reduce__.)",
        ]
    if _is_ours(detail) and isinstance(cause, TypeError):
        return TypeError(str(cause))  # the class that programs expect
    return cause if isinstance(cause, BaseException) else None


def _advice(kind: str, detail: dict[str, Any]) -> str | None:
    if detail.get("type") == "dev.firesteel.interpreter.DamagedArchiveException":
        return _DAMAGED
    for of_type, advice in _ADVICE_BY_TYPE.items():
        if detail.get("type") == f"{of_type.__module__}.{of_type.__qualname__}":
            return advice
    return _ADVICE.get(kind) or _user_advice(kind, detail)


def _user_advice(kind: str, detail: dict[str, Any]) -> str | None:
    if kind != "user":
        return None
    name = str(detail.get("type") or "").rpartition(".")[2]
    if name == "ModuleNotFoundError":
        return (
            "The module is not found on the workers. They search the driver's sys.path; give the module with "
            "--py-files or sc.addPyFile, or install it for the workers' interpreter (PYSPARK_PYTHON)."
        )
    if name == "MemoryError":
        return "A task ran out of memory. Use more partitions, or hold less at once in the function."
    if name == "SystemExit":
        return "A function called sys.exit() inside a task. Raise an exception, or return, instead."
    return None
