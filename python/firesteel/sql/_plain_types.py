"""`Row` and the types of SQL where no `pyspark` is installed: the same names, forms and texts as PySpark's.

They describe rows, compare, and go to JSON and back. What needs the SQL engine (parsing DDL, inferring and
verifying rows) is in PySpark's own `types` module, which takes this one's place where it is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

__all__ = [
    "ArrayType",
    "AtomicType",
    "BinaryType",
    "BooleanType",
    "ByteType",
    "CharType",
    "DataType",
    "DateType",
    "DayTimeIntervalType",
    "DecimalType",
    "DoubleType",
    "FloatType",
    "FractionalType",
    "IntegerType",
    "IntegralType",
    "LongType",
    "MapType",
    "NullType",
    "NumericType",
    "Row",
    "ShortType",
    "StringType",
    "StructField",
    "StructType",
    "TimestampNTZType",
    "TimestampType",
    "VarcharType",
    "YearMonthIntervalType",
]


class Row(tuple[Any, ...]):
    """A row: a tuple whose fields have names.

    ``Row(name="Ann", age=3)`` is a row; ``Row("name", "age")`` makes rows of those fields when it is called.

    Examples
    --------
    >>> person = Row("name", "age")
    >>> person("Ann", 3)
    Row(name='Ann', age=3)
    >>> person("Ann", 3).age
    3
    """

    __fields__: list[str]

    def __new__(cls, *values: Any, **named: Any) -> Row:
        """Make a row of named values, or of values only."""
        if values and named:
            raise ValueError("a Row is made of values, or of named values, and not of both")
        if not named:
            return super().__new__(cls, values)
        row = super().__new__(cls, named.values())
        row.__fields__ = list(named)
        return row

    def __call__(self, *values: Any) -> Row:
        """Make a row with these fields."""
        if len(values) > len(self):
            raise ValueError(f"{len(values)} values are given, and the fields are {list(self)}")
        return _row(list(self), values)

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """Return the fields and their values.

        Parameters
        ----------
        recursive : bool, optional
            Whether rows in the row become dictionaries too.

        Returns
        -------
        dict

        Examples
        --------
        >>> Row(name="Ann", age=3).asDict()
        {'name': 'Ann', 'age': 3}
        """
        if not hasattr(self, "__fields__"):
            raise TypeError("a Row without names of fields cannot become a dictionary")
        values = map(_plain, self) if recursive else self
        return dict(zip(self.__fields__, values, strict=False))

    def __contains__(self, item: object) -> bool:
        return item in self.__fields__ if hasattr(self, "__fields__") else super().__contains__(item)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return super().__getitem__(item)
        try:
            return super().__getitem__(self.__fields__.index(item))
        except (AttributeError, ValueError):
            raise KeyError(item) from None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except (KeyError, IndexError):
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "__fields__":
            raise RuntimeError("a Row cannot be changed")
        self.__dict__[name] = value

    def __reduce__(self) -> tuple[Any, ...]:
        if hasattr(self, "__fields__"):
            return _row, (self.__fields__, tuple(self))
        return tuple.__reduce__(self)  # type: ignore[return-value]

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            fields = zip(self.__fields__, tuple(self), strict=False)
            return f"Row({', '.join(f'{name}={value!r}' for name, value in fields)})"
        return f"<Row({', '.join(map(repr, self))})>"


def _row(fields: list[str], values: Iterable[Any]) -> Row:
    row = Row(*values)
    row.__fields__ = fields
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


class DataType:
    """A type of a column. Types are equal if they have the same parts.

    Examples
    --------
    >>> ArrayType(LongType()).simpleString()
    'array<bigint>'
    """

    _simple: ClassVar[str | None] = None

    @classmethod
    def typeName(cls) -> str:
        """Return the type's name in JSON."""
        return cls.__name__.removesuffix("Type").lower()

    def simpleString(self) -> str:
        """Return the type as SQL writes it."""
        return self._simple or self.typeName()

    def jsonValue(self) -> Any:
        """Return what the type is in JSON."""
        return self.typeName()

    def json(self) -> str:
        """Return the type as JSON."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class NullType(DataType):
    """The type of None."""

    @classmethod
    def typeName(cls) -> str:
        """Return ``void``."""
        return "void"


class AtomicType(DataType):
    """A type without parts."""


class NumericType(AtomicType):
    """A type of numbers."""


class IntegralType(NumericType):
    """A type of whole numbers."""


class FractionalType(NumericType):
    """A type of numbers with fractions."""


class StringType(AtomicType):
    """Text. Its collation is that of bytes."""


class BinaryType(AtomicType):
    """Bytes."""


class BooleanType(AtomicType):
    """True or false."""


class DateType(AtomicType):
    """A day."""


class TimestampType(AtomicType):
    """An instant, shown in the session's time zone."""


class TimestampNTZType(AtomicType):
    """A day and time of day, without a time zone."""

    @classmethod
    def typeName(cls) -> str:
        """Return ``timestamp_ntz``."""
        return "timestamp_ntz"


class DoubleType(FractionalType):
    """A 64-bit floating-point number."""


class FloatType(FractionalType):
    """A 32-bit floating-point number."""


class ByteType(IntegralType):
    """An 8-bit whole number."""

    _simple = "tinyint"


class ShortType(IntegralType):
    """A 16-bit whole number."""

    _simple = "smallint"


class IntegerType(IntegralType):
    """A 32-bit whole number."""

    _simple = "int"


class LongType(IntegralType):
    """A 64-bit whole number."""

    _simple = "bigint"


class DecimalType(FractionalType):
    """A number of decimal digits.

    Parameters
    ----------
    precision : int, optional
        How many digits, at most 38.
    scale : int, optional
        How many of them are after the point.
    """

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        """Return such as ``decimal(10,0)``."""
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        """Return such as ``decimal(10,0)``."""
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"


class _Sized(AtomicType):
    """Text of a length."""

    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        """Return such as ``char(3)``."""
        return f"{self.typeName()}({self.length})"

    def jsonValue(self) -> str:
        """Return such as ``char(3)``."""
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length})"


class CharType(_Sized):
    """Text of exactly a length."""


class VarcharType(_Sized):
    """Text of at most a length."""


class _Interval(AtomicType):
    """A span between two fields of time."""

    _fields: ClassVar[tuple[str, ...]]

    def __init__(self, startField: int | None = None, endField: int | None = None) -> None:
        last = len(self._fields) - 1
        if startField is None and endField is None:
            startField, endField = 0, last
        elif startField is not None and endField is None:
            endField = startField
        if startField is None or endField is None or not 0 <= startField <= endField <= last:
            raise ValueError(f"an interval has no fields {startField} to {endField}: there are 0 to {last}")
        self.startField = startField
        self.endField = endField

    def simpleString(self) -> str:
        """Return such as ``interval day to second``."""
        first, last = self._fields[self.startField], self._fields[self.endField]
        return f"interval {first}" if first == last else f"interval {first} to {last}"

    def jsonValue(self) -> str:
        """Return such as ``interval day to second``."""
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"


class DayTimeIntervalType(_Interval):
    """A span of days, hours, minutes and seconds."""

    DAY, HOUR, MINUTE, SECOND = range(4)
    _fields = ("day", "hour", "minute", "second")


class YearMonthIntervalType(_Interval):
    """A span of years and months."""

    YEAR, MONTH = range(2)
    _fields = ("year", "month")


class ArrayType(DataType):
    """A list.

    Parameters
    ----------
    elementType : DataType
        The type of its elements.
    containsNull : bool, optional
        Whether elements may be None.
    """

    def __init__(self, elementType: DataType, containsNull: bool = True) -> None:
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self) -> str:
        """Return such as ``array<int>``."""
        return f"array<{self.elementType.simpleString()}>"

    def jsonValue(self) -> dict[str, Any]:
        """Return what the type is in JSON."""
        return {
            "type": "array",
            "elementType": self.elementType.jsonValue(),
            "containsNull": self.containsNull,
        }

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"


class MapType(DataType):
    """A dictionary.

    Parameters
    ----------
    keyType, valueType : DataType
        The types of its keys and values.
    valueContainsNull : bool, optional
        Whether values may be None.
    """

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True) -> None:
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        """Return such as ``map<string,int>``."""
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def jsonValue(self) -> dict[str, Any]:
        """Return what the type is in JSON."""
        return {
            "type": "map",
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"


class StructField(DataType):
    """A column, or a field of a row in a column.

    Parameters
    ----------
    name : str
        Its name.
    dataType : DataType
        Its type.
    nullable : bool, optional
        Whether it may be None.
    metadata : dict, optional
        What else is known of it.
    """

    def __init__(
        self, name: str, dataType: DataType, nullable: bool = True, metadata: dict[str, Any] | None = None
    ) -> None:
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self) -> str:
        """Return such as ``name:string``."""
        return f"{self.name}:{self.dataType.simpleString()}"

    def jsonValue(self) -> dict[str, Any]:
        """Return what the field is in JSON."""
        return {
            "name": self.name,
            "type": self.dataType.jsonValue(),
            "nullable": self.nullable,
            "metadata": self.metadata,
        }

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"


class StructType(DataType):
    """The columns of a table, or the fields of a row in a column.

    Parameters
    ----------
    fields : list of StructField, optional
        The columns.

    Examples
    --------
    >>> StructType().add("name", StringType()).add("age", "int").simpleString()
    'struct<name:string,age:int>'
    """

    def __init__(self, fields: list[StructField] | None = None) -> None:
        self.fields = list(fields or [])
        self.names = [field.name for field in self.fields]

    def add(
        self,
        field: str | StructField,
        data_type: DataType | str | None = None,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType:
        """Add a column.

        Parameters
        ----------
        field : str or StructField
            The column, or its name.
        data_type : DataType or str, optional
            Its type, or the name of a type without parts.
        nullable, metadata : optional
            As in `StructField`.

        Returns
        -------
        StructType
            This type.
        """
        if isinstance(field, StructField):
            added = field
        elif data_type is None:
            raise ValueError(f"column {field!r} has no type")
        else:
            added = StructField(
                field, type_of(data_type) if isinstance(data_type, str) else data_type, nullable, metadata
            )
        self.fields.append(added)
        self.names.append(added.name)
        return self

    def fieldNames(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.names)

    def simpleString(self) -> str:
        """Return such as ``struct<name:string>``."""
        return f"struct<{','.join(field.simpleString() for field in self.fields)}>"

    def jsonValue(self) -> dict[str, Any]:
        """Return what the type is in JSON."""
        return {"type": "struct", "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructType:
        """Return the type that `jsonValue` describes.

        Examples
        --------
        >>> schema = StructType([StructField("ids", ArrayType(LongType()))])
        >>> StructType.fromJson(schema.jsonValue()) == schema
        True
        """
        found = type_of(json)
        assert isinstance(found, StructType)
        return found

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __getitem__(self, key: str | int | slice) -> Any:
        if isinstance(key, str):
            if key not in self.names:
                raise KeyError(f"there is no column {key!r}")
            return self.fields[self.names.index(key)]
        return StructType(self.fields[key]) if isinstance(key, slice) else self.fields[key]

    def __repr__(self) -> str:
        return f"StructType([{', '.join(map(repr, self.fields))}])"


_ATOMIC: dict[str, type[DataType]] = {
    name: kind
    for kind in (
        NullType,
        StringType,
        BinaryType,
        BooleanType,
        DateType,
        TimestampType,
        TimestampNTZType,
        DoubleType,
        FloatType,
        ByteType,
        ShortType,
        IntegerType,
        LongType,
    )
    for name in (kind.typeName(), kind().simpleString())
}


def type_of(described: Any) -> DataType:
    """Return the type that JSON, or a name, describes.

    Parameters
    ----------
    described : str or dict
        What `DataType.jsonValue` returns.

    Returns
    -------
    DataType

    Raises
    ------
    ValueError
        It describes none.
    """
    if isinstance(described, dict):
        if described["type"] == "struct":
            return StructType([_field(each) for each in described["fields"]])
        if described["type"] == "array":
            return ArrayType(type_of(described["elementType"]), described["containsNull"])
        if described["type"] == "map":
            key, value = type_of(described["keyType"]), type_of(described["valueType"])
            return MapType(key, value, described["valueContainsNull"])
    elif described in _ATOMIC:
        return _ATOMIC[described]()
    elif described == "decimal":
        return DecimalType()
    else:
        for kind in (DayTimeIntervalType, YearMonthIntervalType):
            for first in range(len(kind._fields)):
                for last in range(first, len(kind._fields)):
                    if kind(first, last).simpleString() == described:
                        return kind(first, last)
        name, _, numbers = described.rstrip(")").partition("(")
        sized: dict[str, Any] = {"decimal": DecimalType, "char": CharType, "varchar": VarcharType}
        if name in sized and numbers:
            found: DataType = sized[name](*map(int, numbers.split(",")))
            return found
    raise ValueError(f'{described!r} is no type that is known without pyspark: pip install "firesteel[sql]"')


def _field(described: dict[str, Any]) -> StructField:
    return StructField(
        described["name"], type_of(described["type"]), described["nullable"], described.get("metadata")
    )
