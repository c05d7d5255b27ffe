"""The exceptions of the public API, with PySpark's names, bases and conditions.

::

    PySparkException
    ├── PySparkRuntimeError (RuntimeError)         ├── PySparkIndexError (IndexError)
    ├── PySparkTypeError (TypeError)               ├── PySparkKeyError (KeyError)
    ├── PySparkValueError (ValueError)             ├── PySparkAssertionError (AssertionError)
    ├── PySparkAttributeError (AttributeError)     ├── PySparkImportError (ImportError)
    ├── PySparkNotImplementedError                 ├── PySparkPicklingError (PicklingError)
    └── those of SQL: AnalysisException, …         └── …

A *condition* is the stable name of an error (``MASTER_URL_NOT_SET``); its sentence, in our words, is in
`CONDITIONS`. The error of a failed job is `firesteel.JobError`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pickle import PicklingError
from typing import Any

__all__ = [
    "AnalysisException",
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "DateTimeException",
    "IllegalArgumentException",
    "NumberFormatException",
    "ParseException",
    "PickleException",
    "PySparkAssertionError",
    "PySparkAttributeError",
    "PySparkException",
    "PySparkImportError",
    "PySparkIndexError",
    "PySparkKeyError",
    "PySparkNotImplementedError",
    "PySparkPicklingError",
    "PySparkRuntimeError",
    "PySparkTypeError",
    "PySparkValueError",
    "PythonException",
    "QueryExecutionException",
    "SessionNotSameException",
    "SparkNoSuchElementException",
    "SparkRuntimeException",
    "SparkUpgradeException",
    "StreamingPythonRunnerInitializationException",
    "StreamingQueryException",
    "TempTableAlreadyExistsException",
    "UnknownException",
    "UnsupportedOperationException",
]

CONDITIONS: dict[str, str] = {
    "APPLICATION_NAME_NOT_SET": "No application name is set. Give one: SparkContext(master, 'name'), or "
    "SparkConf().setAppName('name').",
    "BARRIER_TIMEOUT": "The other tasks of the barrier stage did not come to {call}() within {seconds} s "
    "(spark.barrier.sync.timeout).",
    "BROADCAST_VARIABLE_NOT_LOADED": "Broadcast variable `{variable}` is not available in this process.",
    "CALL_BEFORE_INITIALIZE": "{func_name} needs a running {object}; create one first.",
    "CONTEXT_ONLY_VALID_ON_DRIVER": "A SparkContext is used inside a function that runs on workers. It "
    "exists only on the driver, so a function given to a transformation, an action or a broadcast may "
    "not refer to it (SPARK-5063).",
    "CONTEXT_STOPPED": "This SparkContext was stopped{where}, so {operation} is not possible any more. "
    "Create a new SparkContext.",
    "ENGINE_LOST": "{message}",
    "ENGINE_NOT_STARTED": "{message}",
    "FILES_REMOVED": "The directory {directory}, where this application keeps its files, was removed while "
    "it ran: by a cleaner of temporary files? What was stored is lost. Stop this SparkContext, create a new "
    "one, and set spark.local.dir to a directory that nothing cleans.",
    "FORKED_PROCESS": "This process was forked from the driver (process {driver}), and the SparkContext "
    "belongs to the driver. Use it there, or create a SparkContext of its own in a process that is "
    "started, not forked (multiprocessing's 'spawn').",
    "INVALID_BROADCAST_OPERATION": "A broadcast can be {operation} only on the driver.",
    "KEY_VALUE_PAIR_REQUIRED": "Give either a key with its value, or pairs, and not both.",
    "MASTER_URL_NOT_SET": "No master is set. Give one: SparkContext('local[2]', 'name'), or "
    "SparkConf().setMaster('local[2]').",
    "MASTER_URL_INVALID": "{message}",
    "NOT_YET": "{feature} is not there yet. {instead}",
    "NOT_IN_TASK": "No task is running here that has a {class}: call it in a function that runs on workers.",
    "NOT_IN_BARRIER_STAGE": "This task is not of a barrier stage: use RDD.barrier().mapPartitions(...), "
    "and call BarrierTaskContext.get() inside that function.",
    "NOT_PROFILED": "Nothing is profiled. Set spark.python.profile=true before the SparkContext is created.",
    "OUTPUT_EXISTS": "Output directory file:{path} already exists.",
    "PLATFORM_NOT_SUPPORTED": "Firesteel runs on Linux; this is {platform}. On macOS and Windows use a Linux "
    "container or WSL.",
    "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER": "An RDD is used inside a function that runs on workers (as in "
    "rdd1.map(lambda x: rdd2.count() * x)), or is being broadcast. Transformations and actions are only "
    "possible on the driver (SPARK-5063). Collect or broadcast the values that the function needs.",
    "STOP_ITERATION_OCCURRED": "A function raised StopIteration (next() on an iterator that had ended?), "
    "which would have cut the data short: {exc}",
    "VALUE_NOT_ACCESSIBLE": "Value `{value}` cannot be read inside tasks.",
}


Template = Callable[[str], "str | None"]
"""Finds the sentence of a condition, with fields as ``<field>``."""

_templates: list[Template] = []


def add_conditions(template: Template) -> None:
    """Let a layer say what its conditions mean.

    Parameters
    ----------
    template : callable
        Returns the sentence of a condition, with fields as ``<field>``, or None if it does not know it.

    Examples
    --------
    >>> add_conditions({"NO_WINE": "There is no <colour> wine."}.get)
    >>> print(PySparkValueError(errorClass="NO_WINE", messageParameters={"colour": "red"}))
    [NO_WINE] There is no red wine.
    """
    _templates.append(template)


def _sentence(condition: str, parameters: dict[str, str]) -> str:
    """Return the sentence of a condition, its fields filled in."""
    if condition in CONDITIONS:
        return CONDITIONS[condition].format(**parameters)
    for template in _templates:
        found = template(condition)
        if found is not None:
            return re.sub(r"<(\w+)>", lambda field: str(parameters.get(field[1], field[0])), found)
    return condition


class PySparkException(Exception):
    """The base of the errors that the public API raises.

    Parameters
    ----------
    message : str, optional
        The whole message, for an error without a condition.
    errorClass : str, optional
        A condition, a key of `CONDITIONS`.
    messageParameters : dict of str to str, optional
        What fills the fields of the condition's sentence.
    contexts : list, optional
        Where in a query the error is; errors of SQL have them.

    Examples
    --------
    >>> PySparkRuntimeError("no room").getMessage()
    'no room'
    """

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: dict[str, str] | None = None,
        contexts: list[Any] | None = None,
    ) -> None:
        self._condition = errorClass
        self._parameters = dict(messageParameters or {})
        self._contexts = list(contexts or [])
        if message is None:
            message = _sentence(str(errorClass), self._parameters)
        self._message = message
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._message, self._condition, self._parameters))

    def getCondition(self) -> str | None:
        """Return the condition, the stable name of this error.

        Returns
        -------
        str or None

        Examples
        --------
        >>> PySparkRuntimeError(errorClass="MASTER_URL_NOT_SET").getCondition()
        'MASTER_URL_NOT_SET'
        """
        return self._condition

    def getErrorClass(self) -> str | None:
        """Return the condition, under its name before Spark 4.

        Returns
        -------
        str or None
        """
        warnings.warn("getErrorClass is deprecated: use getCondition", FutureWarning, stacklevel=2)
        return self._condition

    def getMessageParameters(self) -> dict[str, str]:
        """Return what filled the fields of the message.

        Returns
        -------
        dict of str to str
        """
        return dict(self._parameters)

    def getSqlState(self) -> str | None:
        """Return the SQL state, which only errors of SQL have.

        Returns
        -------
        None
        """
        return None

    def getBreakingChangeInfo(self) -> dict[str, Any] | None:
        """Return what changed between versions of Spark that causes the error: nothing, for errors of RDDs.

        Returns
        -------
        None
        """
        return None

    def _log_exception(self) -> None:
        """Do nothing: PySpark can log errors of DataFrames as JSON, and these are shown to the user."""

    def getMessage(self) -> str:
        """Return the message, after the condition in brackets if there is one.

        Returns
        -------
        str
        """
        return f"[{self._condition}] {self._message}" if self._condition else self._message

    def getQueryContext(self) -> list[Any]:
        """Return where in a query the error is; nothing for errors of RDDs.

        Returns
        -------
        list
        """
        return self._contexts

    def __str__(self) -> str:
        return self.getMessage()


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A RuntimeError of the API."""


class PySparkTypeError(PySparkException, TypeError):
    """A TypeError of the API."""


class PySparkValueError(PySparkException, ValueError):
    """A ValueError of the API."""


class PySparkAttributeError(PySparkException, AttributeError):
    """An AttributeError of the API."""


class PySparkAssertionError(PySparkException, AssertionError):
    """An AssertionError of the API."""


class PySparkIndexError(PySparkException, IndexError):
    """An IndexError of the API."""


class PySparkKeyError(PySparkException, KeyError):
    """A KeyError of the API."""


class PySparkImportError(PySparkException, ImportError):
    """An ImportError of the API."""


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """Something that this version does not do yet; the message says what to use."""


class PySparkPicklingError(PySparkException, PicklingError):
    """A function or value that cannot be sent to the workers; the message names the part that cannot."""


class AnalysisException(PySparkException):
    """A query refers to something that is not there, or that does not fit its place."""


class ArithmeticException(PySparkException):
    """Arithmetic in a query failed: a division by zero, a number out of its type's range."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """A query asked for an element that an array does not have."""


class DateTimeException(PySparkException):
    """A query met a date or time that cannot be read or represented."""


class IllegalArgumentException(PySparkException):
    """An argument or a setting has a value that is not allowed."""


class NumberFormatException(IllegalArgumentException):
    """A query met text that is not the number that it should be."""


class ParseException(AnalysisException):
    """The text of a query is not SQL."""


class PickleException(PySparkException):
    """The SQL engine cannot read or write what was pickled."""


class PythonException(PySparkException):
    """A Python function that a query called failed."""


class QueryExecutionException(PySparkException):
    """A query failed while it ran."""


class SessionNotSameException(PySparkException):
    """DataFrames of different sessions were used together."""


class SparkNoSuchElementException(PySparkException):
    """A setting, or an element of a map, is not there."""


class SparkRuntimeException(PySparkException):
    """A query failed while it ran, over a value that it met."""


class SparkUpgradeException(PySparkException):
    """A query means something else than it did in an earlier version of Spark."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """The Python process of a streaming query did not start."""


class StreamingQueryException(PySparkException):
    """A streaming query failed."""


class TempTableAlreadyExistsException(AnalysisException):
    """A temporary view of that name is there already."""


class UnknownException(PySparkException):
    """The SQL engine failed in a way that it has no name for."""


class UnsupportedOperationException(PySparkException):
    """An operation that the SQL engine does not support."""
