"""Checks of the scalars that a program passes: numbers become Python's own, or the call is refused.

What reaches the engine is plain. NumPy's numbers are as good as Python's, and a float that is a whole number
is one; text and other types are refused where the program passed them.
"""

from __future__ import annotations

import operator
from numbers import Real
from typing import Any

from firesteel.errors import PySparkTypeError, PySparkValueError

__all__ = ["MOST_COPIES", "MOST_PARTITIONS", "number", "partitions", "whole"]

MOST_PARTITIONS = MOST_COPIES = (1 << 31) - 1
_LONGEST = 100


def whole(value: Any, name: str, least: int | None = None, most: int | None = None) -> int:
    """Return an argument as a whole number.

    Parameters
    ----------
    value : object
        What was passed.
    name : str
        The parameter's name, for the error.
    least, most : int, optional
        The bounds.

    Returns
    -------
    int

    Raises
    ------
    PySparkTypeError
        When it is no whole number.
    PySparkValueError
        When it is out of bounds.

    Examples
    --------
    >>> whole(True, "num"), whole(3.0, "num")
    (1, 3)
    >>> whole(2.5, "num")
    Traceback (most recent call last):
    firesteel.errors.PySparkTypeError: num must be a whole number, not 2.5 (float)
    """
    try:
        found = operator.index(value)
    except TypeError:
        if not isinstance(value, Real) or float(value) % 1:  # of NaN and of infinity it is NaN
            raise _refused(value, name, "a whole number") from None
        found = int(float(value))
    if least is not None and found < least:
        raise PySparkValueError(f"{name} must be at least {least}, not {found}")
    if most is not None and found > most:
        raise PySparkValueError(f"{name} must be at most {most}, not {found}")
    return found


def partitions(value: Any, name: str = "numPartitions") -> int:
    """Return an argument as a number of partitions, at least 1.

    Examples
    --------
    >>> partitions(2**31)
    Traceback (most recent call last):
    firesteel.errors.PySparkValueError: numPartitions must be at most 2147483647, not 2147483648
    """
    return whole(value, name, 1, MOST_PARTITIONS)


def number(value: Any, name: str) -> float:
    """Return an argument as a float.

    Raises
    ------
    PySparkTypeError
        When it is no real number.

    Examples
    --------
    >>> number(1, "fraction")
    1.0
    >>> number("1", "fraction")
    Traceback (most recent call last):
    firesteel.errors.PySparkTypeError: fraction must be a number, not '1' (str)
    """
    try:
        return float(operator.index(value))
    except OverflowError:
        raise PySparkValueError(f"{name} is too large: {_shown(value)}") from None
    except TypeError:
        if not isinstance(value, Real):
            raise _refused(value, name, "a number") from None
        return float(value)


def _refused(value: Any, name: str, wanted: str) -> PySparkTypeError:
    return PySparkTypeError(f"{name} must be {wanted}, not {_shown(value)} ({type(value).__name__})")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."
