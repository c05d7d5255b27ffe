"""Stores the equal-shaped arrays of a batch as one array (stacking), and restores them as views.

Arrays are stacked only if they are restored exactly as pickle would restore them: plain ``numpy.ndarray``
objects of one simple dtype and one shape, all different objects. These rules of pickle hold: contiguous
arrays keep their order and read-only flag; one-dimensional arrays that are not contiguous become contiguous
and writable; dates become writable. NumPy is never imported here: without it there are no arrays.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import attrgetter, is_
from typing import Any

__all__ = ["Layout", "is_array", "stackable", "stacked", "unstacked"]

Layout = tuple[str, tuple[int, ...], bool, bool]
"""A stacked column: its dtype, the shape of an array, whether in Fortran order, whether writable."""

_KINDS = frozenset("biufcMmSU?")
_DATES = frozenset("Mm")
_C, _FORTRAN, _WRITABLE = 0x1, 0x2, 0x400
_DTYPE, _SHAPE, _FLAGS = attrgetter("dtype"), attrgetter("shape"), attrgetter("flags.num")


def is_array(value: object) -> bool:
    """Tell whether a value is exactly a ``numpy.ndarray``."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray


def stackable(values: Sequence[Any]) -> Layout | None:
    """Return the layout in which values can be stacked, or None if they cannot.

    Parameters
    ----------
    values
        One column of a batch.

    Returns
    -------
    Layout or None
        None also if an array occurs twice, because it has to stay one object.
    """
    if not values or not is_array(values[0]) or len(set(map(type, values))) > 1:
        return None
    first = values[0]
    dtype, shape = first.dtype, first.shape
    if dtype.kind not in _KINDS or dtype.metadata is not None or not shape or not first.size:
        return None
    if not all(map(is_, map(_DTYPE, values), repeat(dtype))) and not _alike(map(_DTYPE, values), dtype):
        return None
    if len(set(map(_SHAPE, values))) > 1:
        return None
    if len(set(map(id, values))) < len(values):
        return None
    found = {_form(flags, len(shape), dtype) for flags in set(map(_FLAGS, values))}
    form = found.pop()
    if found or form is None or not dtype.itemsize:
        return None
    return dtype.str, shape, form[0], form[1]


def _alike(dtypes: Iterable[Any], dtype: Any) -> bool:
    """Tell whether all dtypes equal one and have no metadata either, which equality ignores."""
    return all(each == dtype and each.metadata is None for each in dtypes)


def _form(flags: int, dimensions: int, dtype: Any) -> tuple[bool, bool] | None:
    """Return (Fortran order, writable) as pickle would restore them, or None if that cannot be told."""
    contiguous, date = bool(flags & (_C | _FORTRAN)), dtype.kind in _DATES
    if (date or not contiguous) and not dtype.isnative:
        return None  # pickle converts these to native byte order
    if not contiguous:
        return (False, True) if dimensions == 1 else None
    return not flags & _C, bool(flags & _WRITABLE) or date


def stacked(values: Sequence[Any], layout: Layout) -> memoryview:
    """Put arrays into one buffer; copies them, unless there is only one.

    Parameters
    ----------
    values
        The arrays.
    layout
        What `stackable` gave for them.

    Returns
    -------
    memoryview
        The bytes, one array after another.
    """
    numpy = sys.modules["numpy"]
    dtype, shape, fortran, _ = layout
    if fortran:
        shape = shape[::-1]
        values = [value.T for value in values]
    if len(values) == 1 and values[0].flags.c_contiguous:
        return memoryview(values[0].reshape(-1).view(numpy.uint8))
    whole = numpy.empty((len(values) * shape[0], *shape[1:]), numpy.dtype(dtype))
    numpy.concatenate(values, out=whole, casting="equiv")
    return memoryview(whole.reshape(-1).view(numpy.uint8))


def unstacked(buffer: memoryview, layout: Layout, records: int) -> list[Any]:
    """Return the arrays as views of a buffer.

    Parameters
    ----------
    buffer
        What `stacked` gave; the arrays keep it alive.
    layout
        The layout.
    records
        How many arrays there are.

    Returns
    -------
    list of numpy.ndarray
        The arrays.
    """
    import numpy

    dtype, shape, fortran, writable = layout
    flat = numpy.frombuffer(buffer, numpy.dtype(dtype))
    if flat.size != records * math.prod(shape):
        raise ValueError(f"{flat.size} values are not {records} arrays of shape {shape}")
    whole = flat.reshape((records, *(shape[::-1] if fortran else shape)))
    if not writable:
        whole.flags.writeable = False
    return [each.T for each in whole] if fortran else list(whole)
