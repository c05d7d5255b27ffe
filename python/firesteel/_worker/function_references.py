"""Functions that a Java program names: ``module:function``, or a function of a piece of source.

Java cannot pickle a Python function. A closure written by Java calls `resolve` when a task unpickles it.
"""

from __future__ import annotations

import importlib
import importlib.util
import linecache
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.machinery import PathFinder
from types import CodeType
from typing import Any

from firesteel._worker.requirements import missing

__all__ = ["FunctionUnusable", "resolve"]


class FunctionUnusable(Exception):
    """A function that a Java program names does not exist, or its requirements are not met."""


def resolve(
    reference: str, source: str | None, path: list[str], requirements: list[str]
) -> Callable[..., Any]:
    """Find a function by its name.

    Parameters
    ----------
    reference
        ``module:function``; the function's name alone when there is a source.
    source
        Python source that defines it.
    path
        Directories and archives to search before all others.
    requirements
        What must be installed, such as ``numpy>=1.24``.

    Returns
    -------
    callable
        The user's own function, so that its frames are found in tracebacks.

    Raises
    ------
    FunctionUnusable
        It cannot be used; the message says why, and what to do.

    Examples
    --------
    >>> resolve("math:sqrt", None, [], [])(9)
    3.0
    >>> resolve("twice", "def twice(x): return 2 * x", [], [])(4)
    8
    """
    lacking = missing(tuple(requirements))
    if lacking:
        raise FunctionUnusable(f"the Python function {reference} cannot be used: {lacking}")
    _search(path)
    found = _imported(reference) if source is None else _defined(reference, source)
    if not callable(found):
        raise FunctionUnusable(f"{reference} is a {type(found).__qualname__}, and not a function")
    checked: Callable[..., Any] = found
    return checked


_searched: set[str] = set()
_last: list[str] = []


def _search(path: list[str]) -> None:
    """Put directories at the front of the module path; the engine's own directory comes last."""
    for entry in reversed(path):
        if entry in sys.path:
            sys.path.remove(entry)
        sys.path.insert(0, entry)
    with suppress(FileNotFoundError):  # the program's working directory may have been removed
        here = os.getcwd()
        if here not in sys.path:
            sys.path.append(here)
    importlib.invalidate_caches()
    if path != _last:
        _forget_others()
        _last[:] = path
        _searched.update(path)


def _forget_others() -> None:
    """Remove modules of other functions' paths whose names mean other modules in this path."""
    for name, module in list(sys.modules.items()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        if "." in name or not isinstance(origin, str):
            continue
        if any(origin.startswith(os.path.join(entry, "")) for entry in _searched):
            spec = PathFinder.find_spec(name)
            if spec is not None and spec.origin != origin:
                for each in [each for each in sys.modules if each == name or each.startswith(name + ".")]:
                    del sys.modules[each]


def _imported(reference: str) -> Any:
    name, separator, attribute = reference.partition(":")
    if not (name and separator and attribute):
        raise FunctionUnusable(f"{reference!r} names no Python function: write it as 'module:function'")
    try:
        found: Any = importlib.import_module(name)
    except ModuleNotFoundError as failure:
        if failure.name is None or not (name + ".").startswith(failure.name + "."):
            raise FunctionUnusable(
                f"the Python function {reference} cannot be used, as its module imports {failure.name}, "
                f"which the interpreter {sys.executable} does not have"
            ) from failure
        searched = ", ".join(entry for entry in sys.path if os.path.exists(entry))
        raise FunctionUnusable(
            f"the Python function {reference} cannot be used: there is no module {failure.name}. Searched "
            f"were {searched}. Give its directory as the function's pythonPath"
        ) from None
    except Exception as failure:
        raise FunctionUnusable(
            f"the Python function {reference} cannot be used: importing {name} raised "
            f"{type(failure).__qualname__}: {failure}"
        ) from failure
    for part in attribute.split("."):
        if not hasattr(found, part):
            where = getattr(found, "__file__", None) or name
            raise FunctionUnusable(f"the Python function {reference} cannot be used: {where} has no {part}")
        found = getattr(found, part)
    return found


def _defined(name: str, source: str) -> Any:
    namespace: dict[str, Any] = {"__name__": "__source__"}
    try:
        exec(_compiled(name, source), namespace)
    except Exception as failure:
        raise FunctionUnusable(
            f"the Python source of {name} cannot be used: {type(failure).__qualname__}: {failure}"
        ) from failure
    if name not in namespace:
        raise FunctionUnusable(f"the Python source defines no {name}")
    return namespace[name]


@lru_cache(maxsize=64)
def _compiled(name: str, source: str) -> CodeType:
    title = f"<source of {name}>"
    linecache.cache[title] = (len(source), None, source.splitlines(keepends=True), title)
    return compile(source, title, "exec")
