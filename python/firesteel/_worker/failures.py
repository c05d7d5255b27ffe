"""Describes a failure in the user's terms: their traceback, their operation, their record.

It finds the operation by comparing the code objects in the traceback with those of the functions in the
task's closures. So nothing has to be noted for each record while the task runs.
"""

from __future__ import annotations

import dis
import functools
import inspect
import os
import pickle
import traceback
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, MethodType, TracebackType
from typing import Any

from firesteel._data import cloudpickling
from firesteel._data.errors import (
    SPILL,
    BlockCorrupt,
    DiskError,
    PlanError,
    RecordError,
    SourceError,
    Unpicklable,
    shorten,
)
from firesteel._worker import memory_limit
from firesteel._worker.operations import Operation, StoppedEarly, not_iterable

__all__ = ["describe"]

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_BY_RECORD = frozenset({"map", "filter", "flatMap", "mapValues", "flatMapValues", "keyBy", "sortKey"})
_LARGEST_EXCEPTION = 1 << 20
_LONGEST_TEXT = 1 << 16


def describe(failure: BaseException, operations: list[Operation]) -> dict[str, Any]:
    """Describe a failed task.

    Parameters
    ----------
    failure
        The exception.
    operations
        The user's functions that the task had loaded.

    Returns
    -------
    dict
        The body of the FAILED frame.
    """
    kind, block, shuffle = _classify(failure)
    failure = _explained(failure, operations)
    operation, candidates, record = (
        _locate(failure, operations) if kind in ("user", "unpicklable") else (None, [], None)
    )
    if isinstance(failure, Unpicklable):
        record = failure.record
    error = {
        "type": f"{type(failure).__module__}.{type(failure).__qualname__}",
        "message": _message(failure),
        "traceback": _traceback(failure, cut=kind != "internal"),
        "operation": operation,
        "candidates": candidates,
        "record": record,
        "exception": _pickled(failure) if kind == "user" else None,
    }
    return {
        "kind": kind,
        "error": {key: _clean(value) for key, value in error.items()},
        "block": block,
        "shuffle": shuffle,
        "accumulators": None,
    }


def _classify(failure: BaseException) -> tuple[str, str | None, list[int] | None]:
    if isinstance(failure, BlockCorrupt):
        if failure.name.startswith("broadcast_"):
            return "broadcast", failure.name, None
        if failure.name == SPILL:  # the task's own file: the task is retried
            return "corrupt", None, None
        return (
            "corrupt",
            None if failure.shuffle else failure.name,
            list(failure.shuffle) if failure.shuffle else None,
        )
    if isinstance(failure, SourceError):
        return "source", None, None
    if isinstance(failure, Unpicklable):
        return "unpicklable", None, None
    if isinstance(failure, DiskError):
        return "disk", None, None
    return "internal" if _is_internal(failure) else "user", None, None


def _is_internal(failure: BaseException) -> bool:
    """Tell whether the failure is certainly a fault of the engine.

    A function written in C leaves no frame, so its exception seems to come from the engine's loops. Therefore
    only errors about plans, and the engine's own assertions, count as the engine's.
    """
    if isinstance(failure, PlanError):
        return True
    return isinstance(failure, AssertionError) and all(
        _is_ours(frame.f_code) for frame, _ in _frames(failure.__traceback__)
    )


def _is_ours(code: CodeType) -> bool:
    return code.co_filename.startswith(_OURS) or code.co_filename.startswith("<frozen runpy")


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _explained(failure: BaseException, operations: list[Operation]) -> BaseException:
    """Return a clearer error if C code found that the result of a flatMap function is not iterable."""
    text = str(failure) if type(failure) is TypeError else ""
    found, separator, _ = text.partition("' object is not iterable")
    last = list(_frames(failure.__traceback__))[-1:]
    flat = [operation for operation in operations if operation.kind == "flatMap"]
    if not separator or not found.startswith("'") or not flat or not last or not _is_ours(last[0][0].f_code):
        return failure
    site = flat[0].site if len(flat) == 1 else None
    better = not_iterable(found[1:], "flatMap", site)
    better.__cause__ = failure
    return better.with_traceback(failure.__traceback__)


def _codes(function: Any, depth: int = 3) -> Iterator[CodeType]:
    """Return the code objects of the user that a function may put on the stack."""
    if isinstance(function, MethodType):
        function = function.__func__
    if isinstance(function, functools.partial):
        yield from _codes(function.func, depth)
    elif isinstance(function, FunctionType):
        if not _is_ours(function.__code__):
            yield function.__code__
        elif depth:  # one of the driver's wrappers: look at what it captured
            for cell in function.__closure__ or ():
                try:
                    inside = cell.cell_contents
                except ValueError:
                    continue  # an empty cell
                if callable(inside):
                    yield from _codes(inside, depth - 1)
    elif not isinstance(function, type):
        call = inspect.getattr_static(type(function), "__call__", None)
        if isinstance(call, FunctionType) and not _is_ours(call.__code__):
            yield call.__code__
        for name in ("function", "create", "merge_combiners"):  # the driver's wrappers name them so
            if depth and callable(getattr(function, name, None)):
                yield from _codes(getattr(function, name), depth - 1)


def _locate(failure: BaseException, operations: list[Operation]) -> tuple[str | None, list[str], str | None]:
    """Find the operation, or the candidates, and the record."""
    sites = getattr(failure, "site", None)
    if isinstance(failure, RecordError) and sites:
        return sites, [], None
    if isinstance(failure, StoppedEarly):
        return (failure.sites[0], [], None) if len(failure.sites) == 1 else (None, failure.sites, None)
    by_code: dict[CodeType, list[Operation]] = {}
    for operation in operations:
        for code in _codes(operation.function):
            by_code.setdefault(code, []).append(operation)
    frames = [frame for frame, _ in _frames(failure.__traceback__)]
    for frame in reversed(frames):
        found = by_code.get(frame.f_code)
        if found:  # of a function that calls itself, the first call got the record
            record = _record_of(next(each for each in frames if each.f_code is frame.f_code), found[0])
            places = _distinct(found)
            return (places[0], [], record) if len(places) == 1 else (None, places, record)
    places = _distinct([each for each in operations if _in_c(each.function)] or operations)
    return (places[0], [], None) if len(places) == 1 else (None, places, None)


def _in_c(function: Any) -> bool:
    """Tell whether a function of an operation leaves no frame, so that it may be the one that failed."""
    while isinstance(function, functools.partial):
        function = function.func
    inside = getattr(function, "function", None)
    if callable(inside):
        return _in_c(inside)
    call = inspect.getattr_static(type(function), "__call__", None)
    return (
        callable(function)
        and not isinstance(function, (FunctionType, MethodType))
        and (isinstance(function, type) or not isinstance(call, FunctionType))
    )


def _distinct(operations: list[Operation]) -> list[str]:
    return list(dict.fromkeys(operation.site for operation in operations if operation.site))


_FIXED = frozenset((bool, bytes, complex, float, int, range, str))
_STORES = frozenset(("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE", "STORE_ATTR", "DELETE_ATTR"))
# Methods of lists, dictionaries, sets, deques, byte arrays and NumPy's arrays.
_CHANGING = frozenset(
    [
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "fill",
        "insert",
        "intersection_update",
        "pop",
        "popitem",
        "popleft",
        "remove",
        "resize",
        "reverse",
        "rotate",
        "setdefault",
        "setflags",
        "sort",
        "symmetric_difference_update",
        "update",
    ]
)


def _record_of(frame: FrameType, operation: Operation) -> str | None:
    """Return what the function was called with, if its argument is a record.

    None if the function assigns to that variable, or may have changed the object itself: what it was called
    with is gone then.
    """
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    if names[:1] == ("self",):
        names = names[1:]
    place = 1 if operation.kind == "combine" and len(names) == 2 else 0
    if operation.kind not in _BY_RECORD | {"combine", "partitionBy"} or len(names) <= place:
        return None
    values, name = frame.f_locals, names[place]
    if name not in values or _changes(frame.f_code, name):
        return None
    value = values[name]
    return shorten(value) if _is_fixed(value) or not _changes_objects(frame.f_code) else None


def _is_fixed(value: Any) -> bool:
    """Whether nothing can change an object, as far as its type tells."""
    if type(value) in (tuple, frozenset):
        return all(map(_is_fixed, value))
    return value is None or type(value) in _FIXED


def _changes_objects(code: CodeType) -> bool:
    """Whether a function, or one inside it, has code that changes objects: items, attributes, by a method."""
    if not _CHANGING.isdisjoint(code.co_names):
        return True
    if any(each.opname in _STORES for each in dis.get_instructions(code)):
        return True
    return any(_changes_objects(inner) for inner in code.co_consts if isinstance(inner, CodeType))


def _changes(code: CodeType, name: str) -> bool:
    """Whether a function, or one inside it, gives a variable of its own another value, or deletes it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname.startswith(("STORE_FAST", "STORE_DEREF", "DELETE_FAST", "DELETE_DEREF")):
            changed = instruction.argval
            if name == changed or (isinstance(changed, tuple) and name in changed):
                return True
    return any(
        _changes(inner, name)
        for inner in code.co_consts
        if isinstance(inner, CodeType) and name in inner.co_freevars
    )


def _message(failure: BaseException) -> str:
    try:
        if isinstance(failure, MemoryError):
            return "; ".join(filter(None, (str(failure), memory_limit.exceeded())))
        return str(failure)
    except BaseException as second:  # the user's own __str__, which may raise SystemExit too
        return f"<{type(failure).__qualname__} whose str raised {type(second).__qualname__}>"


def _traceback(failure: BaseException, cut: bool) -> str:
    """Format the traceback; when ``cut``, without frames of Firesteel."""
    formatted = traceback.TracebackException.from_exception(failure, compact=True)
    seen: set[int] = set()
    pending: list[traceback.TracebackException | None] = [formatted]
    while cut and pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        kept = [frame for frame in each.stack if not frame.filename.startswith((_OURS, "<frozen runpy"))]
        each.stack = traceback.StackSummary.from_list(kept)
        pending += [each.__cause__, each.__context__]
    return "".join(formatted.format())


def _pickled(failure: BaseException) -> bytes | None:
    """Pickle the exception, if it can be unpickled again."""
    try:
        data = cloudpickling.dumps(failure)
        if (
            len(data) <= _LARGEST_EXCEPTION
            and type(pickle.loads(data)).__qualname__ == type(failure).__qualname__
        ):
            return data
    except BaseException:  # whatever the user's class raises: the driver gets type, message and traceback
        return None
    return None


def _clean(value: Any) -> Any:
    """Make text that UTF-8 can encode, and shorten it: user strings may hold lone surrogates."""
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            half = _LONGEST_TEXT // 2
            value = f"{value[:half]}\n[... {len(value) - 2 * half} characters left out ...]\n{value[-half:]}"
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value
