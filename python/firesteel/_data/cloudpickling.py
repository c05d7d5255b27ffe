"""Pickles functions and classes by value, with the place and the source that tracebacks show.

cloudpickle does the work; only code objects are pickled here. Since 3.1.3 it puts ``<dynamic-code>`` in the
place of a function's file: no traceback, log record, warning or ``inspect.getsource`` in a task would lead to
the user's line. marshal keeps the file's name, in nested code too, and is quicker to write and to read.
"""

from __future__ import annotations

import io
import linecache
import marshal
from collections import ChainMap
from collections.abc import Callable
from types import CodeType
from typing import Any

import cloudpickle

__all__ = ["Pickler", "dumps"]

_MARSHAL = 2  # later formats write equal code differently by how many references there are to its constants
_FILE_NAME = 10  # its place among the parameters of CodeType, in every Python from 3.8
_LONGEST_SOURCE = 1 << 16

Reduced = tuple[Callable[..., Any], tuple[Any, ...]]

_cloudpickles: Callable[[CodeType], Reduced] = cloudpickle.Pickler.dispatch_table[CodeType]


def _reduced(code: CodeType) -> Reduced:
    try:
        data = marshal.dumps(code, _MARSHAL)
    except ValueError:  # a constant that no compiler makes, or a slice, which that of Python 3.14 makes
        make, arguments = _cloudpickles(code)
        return make, (*arguments[:_FILE_NAME], code.co_filename, *arguments[_FILE_NAME + 1 :])
    source = _typed_source(code.co_filename)
    return (marshal.loads, (data,)) if source is None else (_with_source, (data, code.co_filename, source))


def _typed_source(name: str) -> list[str] | None:
    """Return the lines of a notebook's cell, or of what was typed into a shell: no file holds them."""
    entry = linecache.cache.get(name)
    if entry is None or len(entry) != 4 or entry[1] is not None or entry[0] > _LONGEST_SOURCE:
        return None
    return entry[2]


def _with_source(data: bytes, name: str, lines: list[str]) -> CodeType:
    linecache.cache[name] = (sum(map(len, lines)), None, lines, name)
    code: CodeType = marshal.loads(data)
    return code


Pickler: Any = type(
    "Pickler",
    (cloudpickle.Pickler,),
    {"dispatch_table": ChainMap({CodeType: _reduced}, cloudpickle.Pickler.dispatch_table)},
)
"""cloudpickle's pickler, which keeps where code is from."""


def dumps(value: object, protocol: int = 5) -> bytes:
    """Pickle a value, functions and the classes of ``__main__`` by value.

    Parameters
    ----------
    value
        What to pickle.
    protocol
        The version of pickle's format.

    Returns
    -------
    bytes
        What `pickle.loads` reads.

    Raises
    ------
    Exception
        What pickling a part of it raises.
    """
    file = io.BytesIO()
    Pickler(file, protocol).dump(value)
    return file.getvalue()
