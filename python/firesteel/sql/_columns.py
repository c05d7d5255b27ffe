"""Rows as columns of Arrow, and back: by column for plain types, by PySpark's own conversions for the others.

PySpark converts value by value in Python. A column whose values are all of its type's own Python class needs
none of that: Arrow reads and writes it in C. Whatever else is in a column (None apart) is taken as classic
PySpark takes it (`_taken`), and goes through PySpark's conversion, so that values, and errors, are PySpark's.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from firesteel.sql import _local_times
from firesteel.sql._taken import taker

__all__ = ["Columns"]

_PLAIN: dict[str, type] = {
    "BooleanType": bool,
    "ByteType": int,
    "DateType": datetime.date,
    "DoubleType": float,
    "IntegerType": int,
    "LongType": int,
    "ShortType": int,
    "StringType": str,
}
_RANGE = {"ByteType": 1 << 7, "IntegerType": 1 << 31, "LongType": 1 << 63, "ShortType": 1 << 15}


class _Column:
    """A column: its field, and the class that all its values have if it is plain."""

    def __init__(self, field: Any, arrow_type: Any) -> None:
        from pyspark.sql.types import StructType

        self.field = field
        self.arrow_type = arrow_type
        self.alone = StructType([field])
        self.take = taker(self.alone)
        kind = type(field.dataType).__name__
        self._classes = {_PLAIN[kind]} if kind in _PLAIN else None
        self._limit = _RANGE.get(kind)
        if self._classes is not None and field.nullable:
            self._classes.add(type(None))

    @property
    def plain(self) -> bool:
        """Whether Arrow's Python values of this type are PySpark's."""
        return self._classes is not None

    def fits(self, values: Iterable[Any]) -> bool:
        """Tell whether every value is what the type says, so that nothing has to be converted or verified."""
        if self._classes is None:
            return False
        classes = set(map(type, values))
        if not classes <= self._classes:
            return False
        if self._limit is None or int not in classes:
            return True
        numbers = values if len(classes) == 1 else [value for value in values if value is not None]
        return bool(-self._limit <= min(numbers) and max(numbers) < self._limit)


class Columns:
    """The columns of a schema.

    Parameters
    ----------
    schema : pyspark.sql.types.StructType
        The schema.
    """

    def __init__(self, schema: Any) -> None:
        from pyspark.sql.pandas.types import to_arrow_schema
        from pyspark.sql.types import Row, _make_type_verifier

        _local_times.install()
        self.schema = schema
        self.arrow_schema = to_arrow_schema(schema, timezone="UTC", prefers_large_types=True)
        self._columns = [
            _Column(field, self.arrow_schema.field(number).type) for number, field in enumerate(schema.fields)
        ]
        self._verify = _make_type_verifier(schema)
        self._take = taker(schema)
        self._row: Any = Row
        self._names = list(schema.names)
        self._distinct = len(set(self._names)) == len(self._names)

    def table(self, rows: list[Any], verify: bool) -> Any:
        """Return rows as an Arrow table.

        Parameters
        ----------
        rows : list
            Tuples, lists, dicts or Rows.
        verify : bool
            Whether they are compared with the schema.

        Returns
        -------
        pyarrow.Table
        """
        import pyarrow as pa
        from pyspark.sql.conversion import LocalDataToArrowConversion

        by_column = self._by_column(rows)
        fitting = [column.fits(values) for column, values in zip(self._columns, by_column, strict=False)]
        if verify and not (by_column and all(fitting)):
            for row in rows:
                self._verify(row)
        if not by_column:
            taken = rows if self._take is None else [self._take(row) for row in rows]
            return LocalDataToArrowConversion.convert(taken, self.schema, use_large_var_types=True)
        arrays = []
        for column, values, fits in zip(self._columns, by_column, fitting, strict=True):
            if fits:
                arrays.append(pa.array(values, column.arrow_type))
            else:
                alone = [(value,) for value in values]
                if column.take is not None:
                    alone = [column.take(row) for row in alone]
                made = LocalDataToArrowConversion.convert(alone, column.alone, use_large_var_types=True)
                arrays.append(made.column(0))
        return pa.table(arrays, schema=self.arrow_schema)

    def rows(self, table: Any) -> list[Any]:
        """Return the rows of an Arrow table or batch.

        Parameters
        ----------
        table : pyarrow.Table
            The table.

        Returns
        -------
        list of Row
        """
        from pyspark.sql.conversion import ArrowTableToRowsConversion

        if not self._columns or not self._distinct:
            return list(ArrowTableToRowsConversion.convert(table, self.schema))
        by_column = []
        for number, column in enumerate(self._columns):
            if column.plain:
                by_column.append(table.column(number).to_pylist())
            else:
                alone = ArrowTableToRowsConversion.convert(table.select([number]), column.alone)
                by_column.append([row[0] for row in alone])
        return self._made(zip(*by_column, strict=True))

    def as_given(self, rows: list[Any], verify: bool) -> list[Any]:
        """Return rows as they would come back from the SQL engine.

        Parameters
        ----------
        rows, verify
            As for `table`.

        Returns
        -------
        list of Row
        """
        by_column = self._by_column(rows)
        if by_column and all(
            column.fits(values) for column, values in zip(self._columns, by_column, strict=True)
        ):
            return self._made(rows)
        return self.rows(self.table(rows, verify))

    def _by_column(self, rows: list[Any]) -> list[tuple[Any, ...]]:
        """Return the columns of rows that are tuples of the right length; nothing for others."""
        width = len(self._columns)
        if not self._distinct or not all(isinstance(row, tuple) for row in rows):
            return []
        if set(map(len, rows)) != {width} or not width:
            return []
        return list(zip(*rows, strict=True))

    def _made(self, values: Iterable[Any]) -> list[Any]:
        new, kind, names = tuple.__new__, self._row, self._names
        rows = [new(kind, each) for each in values]
        for row in rows:
            row.__dict__["__fields__"] = names
        return rows
