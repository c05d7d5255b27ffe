"""Formats of inputs: modules with a function ``read``, found by their names, imported when they are used.

A name is that of a module of this package, such as ``text``, else of a module of a library or of the user's
program. So a new source of data is one module, and costs nothing to programs that do not use it.
`firesteel.inputs` says what a format is, and is what programs call.

=============  ===================================
`binary`       whole files as bytes
`fixedlength`  records of one length
`pickled`      what ``saveAsPickleFile`` wrote
`text`         lines of text files
`wholetext`    whole text files
=============  ===================================
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, Protocol

__all__ = ["Read", "Reading", "reader_of"]


class Reading(Protocol):
    """The task that reads a split; a format adds to what it has read."""

    bytes_read: int


Read = Callable[[bytes, Mapping[str, str], Reading], Iterator[Collection[Any]]]
"""Opens a split, with the options of the whole input, as batches of records."""


@cache
def _module(name: str) -> str:
    own = f"{__name__}.{name}"
    return own if "." not in name and importlib.util.find_spec(own) is not None else name


def reader_of(name: str) -> Read:
    """Find a format.

    Parameters
    ----------
    name
        The name in the plan.

    Returns
    -------
    callable
        What opens a split.

    Raises
    ------
    ImportError
        There is no such format, or the module is none.

    Examples
    --------
    >>> reader_of("text").__module__
    'firesteel._worker.formats.text'
    """
    module = _module(name)
    found = sys.modules.get(module)
    if found is None:
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as failure:
            if failure.name is None or not f"{module}.".startswith(f"{failure.name}."):
                raise  # the format is there, and what it imports is not
            raise ModuleNotFoundError(
                f"there is no input format {name!r}: this worker finds no module {module}. "
                "SparkContext.addPyFile gives workers a module",
                name=failure.name,
            ) from failure
    read: Read | None = getattr(found, "read", None)
    if read is None:
        raise ImportError(f"the module {module} is no input format: it has no function read", name=module)
    return read
