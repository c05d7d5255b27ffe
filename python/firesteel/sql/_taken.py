"""Values as classic PySpark's JVM takes them where they are not of their column's type.

PySpark compares rows with a schema that was given, unless told not to, and not with one that it inferred. A
number, text or truth value of another type than its column's is then null; a decimal is rounded half up to
the digits of its type. Arrow would cut a fraction off without a word, and round to the even digit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from firesteel.errors import ArithmeticException

__all__ = ["taker"]

_SCALARS = (bool, int, float, complex, str, bytes, bytearray, Decimal, date, datetime, timedelta)
_CLASSES: dict[str, tuple[type, ...]] = {
    "BooleanType": (bool,),
    "ByteType": (int,),
    "ShortType": (int,),
    "IntegerType": (int,),
    "LongType": (int,),
    "FloatType": (float,),
    "DoubleType": (float,),
    "DecimalType": (Decimal,),
}

_WIDE = Context(prec=1000)  # more digits than a value may have: rounding only takes some off

Take = Callable[[Any], Any]


def taker(data_type: Any) -> Take | None:
    """Return what makes values of a type from those that are given.

    Parameters
    ----------
    data_type : pyspark.sql.types.DataType
        A column's type.

    Returns
    -------
    callable or None
        None when every value is taken as it is.

    Examples
    --------
    >>> from firesteel.sql.types import IntegerType
    >>> [taker(IntegerType())(value) for value in (1, 1.5, "1", None)]
    [1, None, None, None]
    """
    kind = type(data_type).__name__
    if kind in _CLASSES:
        return _scalar(_CLASSES[kind], data_type if kind == "DecimalType" else None)
    if kind == "ArrayType":
        return _of_array(taker(data_type.elementType))
    if kind == "MapType":
        return _of_map(taker(data_type.keyType), taker(data_type.valueType))
    if kind == "StructType":
        return _of_struct([(field.name, taker(field.dataType)) for field in data_type.fields])
    return None


def _scalar(classes: tuple[type, ...], decimal_type: Any) -> Take:
    others = tuple(each for each in _SCALARS if each not in classes)

    def take(value: Any) -> Any:
        if type(value) in others:
            return None
        if decimal_type is not None and isinstance(value, Decimal) and value.is_finite():
            return _rounded(value, decimal_type.precision, decimal_type.scale)
        return value

    return take


def _rounded(value: Decimal, precision: int, scale: int) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        value = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    if value and value.adjusted() >= precision - scale:
        raise ArithmeticException(
            f"{value} has more digits than decimal({precision},{scale}) holds",
            errorClass="NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
        )
    return value


def _of_array(take: Take | None) -> Take | None:
    if take is None:
        return None
    return lambda values: [take(value) for value in values] if isinstance(values, (list, tuple)) else values


def _of_map(key: Take | None, value: Take | None) -> Take | None:
    if key is None and value is None:
        return None

    def take(given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key(name) if key else name: value(each) if value else each for name, each in given.items()}

    return take


def _of_struct(fields: list[tuple[str, Take | None]]) -> Take | None:
    if all(take is None for _, take in fields):
        return None
    by_name = dict(fields)

    def take(given: Any) -> Any:
        if isinstance(given, dict):
            return {
                name: made(value) if (made := by_name.get(name)) else value for name, value in given.items()
            }
        if not isinstance(given, (list, tuple)) or len(given) != len(fields):
            return given
        return tuple(made(value) if made else value for (_, made), value in zip(fields, given, strict=True))

    return take
