"""Keys that are NaN, or tuples and frozensets that hold it, as one key.

NaN is not equal to itself, so a dictionary has an entry for every NaN object, and which values it brings
together depends on where they were unpickled. Here all NaNs are one, as in Spark's SQL and in pandas: they
are replaced by one object for each process, which a dictionary finds by its identity, inside tuples and
frozensets too. (NaNs of Python and NumPy, of any precision, sign and payload, become `math.nan`.)

The loops that aggregate do not look for NaN. Those that hash keys by the batch do, at no cost: whatever is
NaN there becomes one, and is written as `OneNan`, a list whose NaNs are one again when it is unpickled.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection
from decimal import Decimal
from itertools import chain
from operator import is_, ne
from typing import Any

__all__ = ["OneNan", "any_nan", "holds_nan", "is_nan", "marked", "one_nan", "unify", "unite"]

_NEVER = frozenset({str, bytes, int, bool, type(None)})
_PERHAPS = _NEVER | {float}
_other: dict[Any, Any] = {}  # the one object for each that is neither NaN of a real number nor of a container


def is_nan(value: Any) -> bool:
    """Tell whether a value is a number, or a time of NumPy's, that is not equal to itself.

    Examples
    --------
    >>> import numpy as np
    >>> is_nan(float("nan")), is_nan(np.datetime64("NaT")), is_nan(1.0), is_nan("nan")
    (True, True, False, False)
    """
    kind = type(value)
    if kind is Decimal:
        return bool(value.is_nan())
    return (kind is float or kind is complex or _of_numpy(kind)) and bool(value != value)


def _of_numpy(kind: type) -> bool:
    """Tell whether a class is that of a scalar of NumPy's, which need not be loaded."""
    return kind.__module__ == "numpy" and issubclass(kind, sys.modules["numpy"].generic)


def _is_container(value: Any) -> bool:
    """Tell whether a value is a tuple or a frozenset that compares its members, and nothing else."""
    for base in (tuple, frozenset):
        if isinstance(value, base):
            return type(value).__eq__ is base.__eq__ and type(value).__hash__ is base.__hash__
    return False


def holds_nan(value: Any) -> bool:
    """Tell whether a key is NaN, or a tuple or frozenset that holds it, however deep.

    Examples
    --------
    >>> holds_nan((1, (2, float("nan")))), holds_nan((1, 2))
    (True, False)
    """
    return any(map(holds_nan, value)) if _is_container(value) else is_nan(value)


def any_nan(keys: Collection[Any]) -> bool:
    """Tell whether one of some keys holds NaN; of most, without a loop in Python.

    Examples
    --------
    >>> any_nan(["a", "b"]), any_nan([("a", float("nan"))])
    (False, True)
    """
    types = set(map(type, keys))
    if types == {tuple}:
        keys = list(chain.from_iterable(keys))
        types = set(map(type, keys))
    if types <= _PERHAPS:
        return float in types and any(map(ne, keys, keys))
    return any(map(holds_nan, keys))


def one_nan(value: Any) -> Any:
    """Give a key with all NaNs replaced by one object; the key itself where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> one_nan(float("nan")) is one_nan(np.float32("nan")) is math.nan
    True
    >>> len({one_nan((1, float("nan"))), one_nan((1, float("nan")))})
    1
    """
    if _is_container(value):
        members = list(map(one_nan, value))
        return value if all(map(is_, members, value)) else _made_again(value, members)
    if not is_nan(value):
        return value
    kind = type(value)
    if isinstance(value, float) or (_of_numpy(kind) and value.dtype.kind == "f"):
        return math.nan
    if isinstance(value, complex) or (_of_numpy(kind) and value.dtype.kind == "c"):
        real, imaginary = one_nan(float(value.real)), one_nan(float(value.imag))
        return _other.setdefault((real, imaginary), complex(real, imaginary))
    return _other.setdefault(kind, value)


def _made_again(value: Any, members: list[Any]) -> Any:
    """Give a tuple or a frozenset of the same class, with its attributes, of other members."""
    kind = type(value)
    made = (tuple if isinstance(value, tuple) else frozenset).__new__(kind, members)
    if hasattr(value, "__dict__"):
        made.__dict__.update(value.__dict__)
    return made


class OneNan(list[Any]):
    """Keys that are to be unpickled with their NaNs as one; it is a list then. So are its slices."""

    __slots__ = ()

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return OneNan(found) if isinstance(at, slice) else found

    def __reduce_ex__(self, _protocol: Any) -> tuple[Callable[..., list[Any]], tuple[list[Any]]]:
        return unify, (list(self),)


def unify(keys: Collection[Any]) -> list[Any]:
    """Give keys with all NaNs replaced by one object.

    Examples
    --------
    >>> len(set(unify([float("nan"), float("nan"), 1.0])))
    2
    """
    return list(map(one_nan, keys))


def marked(keys: list[Any]) -> list[Any]:
    """Give keys as they are to be written: as `OneNan`, where one of them holds NaN."""
    return OneNan(keys) if any_nan(keys) else keys


def unite(combined: dict[Any, Any], merge: Callable[[Any, Any], Any]) -> None:
    """Make those entries one whose keys are equal but for their NaNs.

    Parameters
    ----------
    combined
        Changed in place. Where no key holds NaN, as nearly always, it stays as it is.
    merge
        Merges the values of two entries.

    Examples
    --------
    >>> counts = {float("nan"): 1, "a": 1, float("nan"): 2}
    >>> unite(counts, lambda one, other: one + other)
    >>> counts
    {nan: 3, 'a': 1}
    """
    if not any_nan(combined):
        return
    entries = list(zip(unify(combined), combined.values(), strict=True))
    combined.clear()
    for key, value in entries:
        combined[key] = merge(combined[key], value) if key in combined else value
