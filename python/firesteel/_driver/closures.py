"""Closures: the functions of one plan step, pickled once into a file that workers read.

A function that cannot be pickled is an error that names the part of it that cannot: which captured
variable, global, default or attribute, and where the function is.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from firesteel import broadcast as broadcast_module
from firesteel._data.interrupts import let_pass
from firesteel._data.newfile import NewFile
from firesteel._data.sealed import sealed
from firesteel._driver.callsite import cell
from firesteel._driver.tracebacks import users_frames
from firesteel.broadcast import Broadcast
from firesteel.errors import PySparkException, PySparkPicklingError, PySparkRuntimeError

_DEPTH = 6
_REFERENCE_CONDITIONS = ("CONTEXT_ONLY_VALID_ON_DRIVER", "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER")


def pickle_payload(payload: Any, site: str) -> tuple[bytes, list[Broadcast[Any]]]:
    """Pickle the functions of a plan step.

    Parameters
    ----------
    payload : object
        What the worker unpickles: a list of (kind, function, site), or a tuple of functions.
    site : str
        The operation that it belongs to, for errors.

    Returns
    -------
    (bytes, list of Broadcast)
        The pickle, and the broadcasts that it refers to.

    Raises
    ------
    PySparkPicklingError
        When a function cannot be pickled.
    PySparkRuntimeError
        When a function refers to a SparkContext or an RDD.
    """
    from firesteel._data import cloudpickling

    collected: list[Broadcast[Any]] = []
    outer = getattr(broadcast_module._pickling, "collected", None)
    broadcast_module._pickling.collected = collected
    try:
        data = cloudpickling.dumps(payload)
    except Exception as error:
        let_pass(error)
        error.__traceback__ = users_frames(error.__traceback__)  # where a __reduce__ of theirs failed
        explained = _explain(payload, site, error)
        raise explained from None if isinstance(error, PySparkException) else error
    finally:
        broadcast_module._pickling.collected = outer
    return data, collected


def write_closure(data: bytes, path: str) -> None:
    """Write a closure's bytes to a new file that only the user can read.

    Parameters
    ----------
    data : bytes
        The pickle.
    path : str
        The file, which must not exist.
    """
    with NewFile(path) as file:
        file.write(sealed(os.path.basename(path), data))


def not_serializable(what: str, error: Exception) -> PySparkPicklingError:
    """Make the error for data, or a broadcast value, that cannot be pickled.

    Parameters
    ----------
    what : str
        What it is, such as ``a record of parallelize at app.py:3``.
    error : Exception
        What the pickler raised.

    Returns
    -------
    PySparkPicklingError
    """
    reason = f"{type(error).__name__}: {error}" if not isinstance(error, pickle.PicklingError) else error
    return PySparkPicklingError(
        f"Could not serialize {what} ({reason}). It is pickled to reach the workers: use plain values "
        "(numbers, text, lists, dicts, arrays), or what is needed to make the object there."
    )


def _failure(value: Any) -> Exception | None:
    """Return the exception that pickling a value raises; None if it can be pickled."""
    from firesteel._data import cloudpickling

    try:
        cloudpickling.dumps(value)
    except Exception as error:  # the exception is the result
        let_pass(error)
        return error.with_traceback(None)
    return None


def _condition(error: Exception | None) -> str | None:
    return error.getCondition() if isinstance(error, PySparkException) else None


def _parts(value: Any) -> list[tuple[str, Any]]:
    """List the parts that are pickled with a value: (description, part)."""
    import functools

    parts: list[tuple[str, Any]] = []
    if isinstance(value, MethodType):
        return [("the object whose method it is", value.__self__)]
    if type(value).__module__.partition(".")[0] == "firesteel":
        return []  # the parts of a context or an RDD explain nothing
    code = getattr(value, "__code__", None)
    if isinstance(value, FunctionType) and code is not None:
        for name, cell in zip(code.co_freevars, value.__closure__ or (), strict=False):
            try:
                parts.append((f"the variable '{name}' that it captures", cell.cell_contents))
            except ValueError:
                continue  # a cell that is not filled yet holds nothing
        parts += [
            (f"the global variable '{name}' that it uses", value.__globals__[name])
            for name in _global_names(code)
            if name in value.__globals__
        ]
        parts += [("a default value of its parameters", default) for default in value.__defaults__ or ()]
        for name, default in (value.__kwdefaults__ or {}).items():
            parts.append((f"the default value of its parameter '{name}'", default))
    elif isinstance(value, functools.partial):
        parts.append(("the function of the partial", value.func))
        parts += [(f"argument {index} of the partial", part) for index, part in enumerate(value.args)]
        parts += [(f"argument '{name}' of the partial", part) for name, part in value.keywords.items()]
    elif isinstance(value, dict):
        parts += [(f"its element {key!r:.40}", part) for key, part in value.items()]
    elif isinstance(value, (list, tuple)):
        parts += [(f"its element {index}", part) for index, part in enumerate(value)]
    elif isinstance(value, (set, frozenset)):
        parts += [("one of its elements", part) for part in value]
    elif not isinstance(value, type):
        parts += [(f"its attribute '{name}'", part) for name, part in getattr(value, "__dict__", {}).items()]
        if type(value).__module__ == "__main__":  # then its class is pickled too
            parts += [
                (f"its method '{name}'", part)
                for name, part in vars(type(value)).items()
                if isinstance(part, FunctionType)
            ]
    return parts


def _global_names(code: Any) -> list[str]:
    names = list(code.co_names)
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            names += _global_names(constant)
    return names


def _culprit(
    value: Any, trail: tuple[str, ...], seen: set[int], condition: str | None
) -> tuple[tuple[str, ...], Any]:
    """Follow the parts that cannot be pickled for the same reason, down to the innermost one."""
    if len(trail) >= _DEPTH:
        return trail, value
    for text, part in _parts(value):
        if id(part) in seen:
            continue
        failure = _failure(part)
        if failure is not None and _condition(failure) == condition:
            return _culprit(part, (*trail, text), seen | {id(part)}, condition)
    return trail, value


def _functions(payload: Any) -> list[Callable[..., Any]]:
    entries = payload if isinstance(payload, list) else [payload]
    return [item for entry in entries for item in entry if callable(item)]


def _user_function(function: Any) -> Any:
    """Return the function that the user wrote, without the wrappers around it."""
    for name in ("function", "func", "op", "key", "merge"):
        inner = getattr(function, name, None)
        if callable(inner) and type(function).__module__.startswith("firesteel."):
            return _user_function(inner)
    return function


def _describe(function: Any) -> str:
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", None) or type(function).__name__
    if code is None:
        return f"'{name}'"
    typed = cell(code.co_filename)
    return f"'{name}' ({f'Cell {typed}' if typed else code.co_filename}, line {code.co_firstlineno})"


def _explain(payload: Any, site: str, error: Exception) -> PySparkException:
    guilty = next((function for function in _functions(payload) if _failure(function) is not None), None)
    condition = _condition(error)
    if guilty is None:
        where, what = "", ""
    else:
        guilty = _user_function(guilty)
        trail, value = _culprit(guilty, (), {id(guilty)}, condition)
        where = f" the function {_describe(guilty)}"
        what = (
            f": {', '.join(trail)}, is a {type(value).__module__}.{type(value).__qualname__}" if trail else ""
        )
    if condition in _REFERENCE_CONDITIONS:
        assert isinstance(error, PySparkException)
        found = f" Found in {site}:{where}{what}." if where else f" Found in {site}."
        return PySparkRuntimeError(error._message + found, condition, error.getMessageParameters())
    if isinstance(error, RecursionError) or "recursion" in str(error):
        hint = "The object is nested too deeply to be pickled; make it flatter."
    else:
        hint = (
            "Functions travel to the workers with everything they refer to. Create such an object inside the "
            "function (or once per partition, with mapPartitions), or pass the plain values it is made from."
        )
    reason = error if isinstance(error, pickle.PicklingError) else f"{type(error).__name__}: {error}"
    return PySparkPicklingError(
        f"Could not serialize{where or ' what is needed'} of {site}{what} ({reason}). {hint}"
    )
