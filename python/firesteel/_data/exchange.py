"""Pickles of basic types, for records that pass between Python and Java.

Each side writes pickles that the other reads. A type that has no opcode of its own is written as a call of
one of the functions in `_MADE`: Java knows their names, and Python calls them when it unpickles. The pickler
is Python's own, in C; only values of other than plain types pass through `_ForJava.reducer_override`.
"""

from __future__ import annotations

import array
import datetime
import decimal
import io
import pickle
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy

from firesteel._data.errors import RecordError, shorten
from firesteel._data.payloads import pickled_plain
from firesteel._data.result_iterable import ResultIterable

__all__ = ["NotForJava", "encode_for_java"]

_PROTOCOL = 5
_TYPE_CODES = {"b": "b", "h": "h", "i": "i", "l": "q", "q": "q", "f": "f", "d": "d"}
_DTYPES = {"?": "?", "b": "b", "h": "h", "i": "i", "l": "q", "q": "q", "f": "f", "d": "d"}
_MOST_OFFSET = datetime.timedelta(hours=18)


class NotForJava(RecordError):
    """A record has a value that Java has no type for.

    Parameters
    ----------
    what
        The value, and what to do instead.
    record
        Shortened repr of the record.
    site
        The operation that made the record.
    """

    def __init__(self, what: str, record: str | None = None, site: str | None = None) -> None:
        where = f" of {site}" if site else ""
        text = f": {record}" if record else ""
        super().__init__(f"a record{where} cannot go to Java: {what}{text}", site)
        self.what = what


def encode_for_java(records: list[Any], site: str | None = None) -> bytes:
    """Pickle the records of one batch for Java.

    Parameters
    ----------
    records
        The records.
    site
        The operation that made them, for the error.

    Raises
    ------
    NotForJava
        A record holds a value that is not of a basic type.

    Examples
    --------
    >>> pickle.loads(encode_for_java([1, "a", (2.0, None)]))
    [1, 'a', (2.0, None)]
    >>> encode_for_java([1j])
    Traceback (most recent call last):
        ...
    firesteel._data.exchange.NotForJava: a record cannot go to Java: it holds a complex: 1j
    """
    plain = pickled_plain(records)
    if plain is not None:
        return plain
    try:
        return _pickled(records)
    except (NotForJava, RecursionError):
        for record in records:
            try:
                _pickled(record)
            except NotForJava as refusal:
                raise NotForJava(refusal.what, shorten(record), site) from None
            except RecursionError:
                raise NotForJava("it is nested too deeply", None, site) from None
        raise


def _pickled(value: object) -> bytes:
    buffer = io.BytesIO()
    _ForJava(buffer, _PROTOCOL).dump(value)
    return buffer.getvalue()


class _ForJava(pickle.Pickler):
    """Called for every value except None, bools, numbers, text, bytes and built-in collections."""

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind in (FunctionType, type) and value in _MADE:
            return NotImplemented  # a name that Java knows, pickled by reference
        reduce = _REDUCERS.get(kind)
        if reduce is None:
            reduce = next((known for base, known in _FAMILIES if isinstance(value, base)), None)
        if reduce is None:
            raise NotForJava(_refusal(value))
        return reduce(value)


def _refusal(value: object) -> str:
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, type) or callable(value):
        return f"it holds the {kind.__name__} {getattr(value, '__qualname__', value)}"
    for base in (tuple, dict, list, set, str, int, float):
        if isinstance(value, base):
            return f"it holds a {name}; make a plain {base.__name__} of it"
    return f"it holds a {name}"


# The functions that pickles call. Java knows their names, and writes the same calls.


def itself(value: Any) -> Any:
    """Return the value: a scalar of NumPy is pickled as a call with the plain value."""
    return value


def moment(
    year: int,
    month: int,
    day: int,
    hour: int,
    minute: int,
    second: int,
    microsecond: int,
    offset: int | None,
    zone: str | None,
) -> datetime.datetime:
    """Make a datetime, with an offset in seconds, or with a zone and its offset at that time."""
    naive = datetime.datetime(year, month, day, hour, minute, second, microsecond)
    if offset is None:
        return naive
    if zone is None:
        return naive.replace(tzinfo=datetime.timezone(datetime.timedelta(seconds=offset)))
    import zoneinfo

    local = naive.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return local if _seconds(local.utcoffset()) == offset else local.replace(fold=1)


def numbers(code: str, data: bytes) -> array.array[Any]:
    """Make an array of numbers from their little-endian bytes."""
    made = array.array(code)
    made.frombytes(data)
    return made


def table(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    """Make a dict; refuse keys that are equal in Python but not in Java."""
    made = dict(zip(keys, values, strict=True))
    if len(made) != len(keys):
        raise ValueError("a Map of Java has keys that are equal in Python, as 1 and 1.0 are")
    return made


def unique(values: list[Any]) -> set[Any]:
    """Make a set; refuse elements that are equal in Python but not in Java."""
    made = set(values)
    if len(made) != len(values):
        raise ValueError("a Set of Java has elements that are equal in Python, as 1 and 1.0 are")
    return made


def frozen(values: list[Any]) -> frozenset[Any]:
    """Make a frozenset, for a set within a set or as a key."""
    return frozenset(unique(values))


_MADE = frozenset(
    {
        itself,
        moment,
        numbers,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
    }
)


def _date(value: datetime.date) -> Any:
    return datetime.date, (value.year, value.month, value.day)


def _time(value: datetime.time) -> Any:
    if value.tzinfo is not None:
        raise NotForJava("it holds a time with a time zone; give a datetime, or take the zone away")
    return datetime.time, (value.hour, value.minute, value.second, value.microsecond)


def _datetime(value: datetime.datetime) -> Any:
    parts = value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond
    offset = value.utcoffset()
    if offset is None:
        return moment, (*parts, None, None)
    if abs(offset) > _MOST_OFFSET or offset.microseconds:
        raise NotForJava(
            f"it holds a datetime with the offset {offset}, and Java has whole seconds up to 18 h"
        )
    return moment, (*parts, _seconds(offset), getattr(value.tzinfo, "key", None))


def _seconds(offset: datetime.timedelta | None) -> int:
    assert offset is not None
    return offset.days * 86400 + offset.seconds


def _timedelta(value: datetime.timedelta) -> Any:
    return datetime.timedelta, (value.days, value.seconds, value.microseconds)


def _decimal(value: decimal.Decimal) -> Any:
    if not value.is_finite():
        raise NotForJava(f"it holds a Decimal that is no number ({value})")
    return decimal.Decimal, (str(value),)


def _numbers(value: array.array[Any]) -> Any:
    code = _TYPE_CODES.get(value.typecode)
    if code is None:
        raise NotForJava(f"it holds an array of type {value.typecode!r}, which Java does not have")
    return numbers, (code, value.tobytes())


def _ndarray(value: numpy.ndarray[Any, Any]) -> Any:
    code = _DTYPES.get(value.dtype.char)
    if value.ndim != 1 or code is None:
        raise NotForJava(
            f"it holds a numpy array of {value.ndim} dimensions and dtype {value.dtype}; one of a single "
            "dimension and of bool, int8 to int64, float32 or float64 can go, or its tolist()"
        )
    return numbers, (code, value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes())


def _scalar(value: numpy.generic) -> Any:
    plain = value.item()
    if type(plain) not in (bool, int, float, str, bytes):
        raise NotForJava(f"it holds a numpy.{type(value).__name__}")
    return itself, (plain,)


def _values(value: ResultIterable[Any]) -> Any:
    return itself, (list(value),)


_REDUCERS: dict[type, Callable[[Any], Any]] = {
    datetime.date: _date,
    datetime.time: _time,
    datetime.datetime: _datetime,
    datetime.timedelta: _timedelta,
    decimal.Decimal: _decimal,
    array.array: _numbers,
    numpy.ndarray: _ndarray,
    ResultIterable: _values,
}
_FAMILIES: tuple[tuple[type, Callable[[Any], Any]], ...] = ((numpy.generic, _scalar),)
