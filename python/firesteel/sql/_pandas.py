"""pandas DataFrames as rows, and back, without the SQL engine: by PySpark's own code.

What classic PySpark makes of pandas depends on many settings and on the types of Arrow and NumPy; the code
for that is in the installed package. It begins with settings of Spark's JVM and ends there with Arrow
batches: those ends are ours here (`_SessionEnds`, `_FrameEnds`), all between them is PySpark's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.dataframe import DataFrame
from pyspark.sql.pandas.conversion import PandasConversionMixin, SparkConversionMixin
from pyspark.sql.pandas.types import to_arrow_schema

from firesteel.errors import PySparkValueError
from firesteel.sql._exchange import columns_of
from firesteel.sql._local import LocalFrame

if TYPE_CHECKING:
    from firesteel.sql.session import SparkSession as Session

__all__ = ["of_pandas", "to_pandas"]

# Spark keeps so many bytes of batches as a list of rows, and one batch a partition of what is more.
_AS_ROWS = 48 << 20


def of_pandas(
    session: Session, data: Any, schema: Any, verify: bool, of_rows: Callable[[list[Any], Any, bool], Any]
) -> Any:
    """Return the DataFrame of a pandas DataFrame.

    Parameters
    ----------
    session : SparkSession
        The session.
    data : pandas.DataFrame
        The rows.
    schema : DataType, list of str or None
        Types and names, only names, or neither.
    verify : bool
        Whether rows that do not go through Arrow are compared with a schema.
    of_rows : callable
        Makes the DataFrame of a list of rows, from it, the schema and `verify`.

    Returns
    -------
    DataFrame
    """
    ends = _passing_for(SparkSession, _SessionEnds, SparkConversionMixin)(session, of_rows)
    try:
        return ends.createDataFrame(data, schema, None, verify)
    except _Batches as made:
        if not made.schema.fields:
            return of_rows([()] * sum(batch.num_rows for batch in made.batches), made.schema, False)
        table = made.table()
        if table is not None:
            return _of_table(session, table, made)
    return session._spark.createDataFrame(data, schema)


def to_pandas(frame: LocalFrame, batches: Callable[[int], list[Any]]) -> Any:
    """Return the rows of a DataFrame for pandas.

    Parameters
    ----------
    frame : LocalFrame
        The DataFrame.
    batches : callable
        Returns its rows as Arrow batches of at most so many rows.

    Returns
    -------
    pandas.DataFrame
    """
    return _passing_for(DataFrame, _FrameEnds, PandasConversionMixin)(frame, batches)._to_pandas()


class _Batches(BaseException):
    """Arrow batches and a schema, thrown where PySpark would hand them to its JVM.

    It ends PySpark's method there, before that makes a DataFrame of its own; and it is no Exception, which
    the method would take for a reason to try without Arrow.
    """

    def __init__(self, batches: Sequence[Any], schema: str) -> None:
        super().__init__()
        self.batches = batches
        self.schema = columns_of(schema).schema

    def table(self) -> Any:
        """Return the batches as a table with the schema's types, or None.

        Spark's JVM takes the bytes of a column for the schema's type, whatever they are. Where Arrow inferred
        another type, what comes out is the JVM's to say.
        """
        expected = to_arrow_schema(self.schema, timezone="UTC", prefers_large_types=True)
        found = pa.Table.from_batches(self.batches)
        for column, field in zip(found.columns, expected, strict=True):
            if _kind(column.type) != _kind(field.type):
                return None
        return found.rename_columns(expected.names).cast(expected).combine_chunks()

    def bounds(self, cores: int) -> list[int]:
        """Return where Spark's partitions of the rows begin, and where the last one ends."""
        if sum(batch.nbytes for batch in self.batches) > _AS_ROWS:
            return list(accumulate((batch.num_rows for batch in self.batches), initial=0))
        count = sum(batch.num_rows for batch in self.batches)
        parts = max(1, min(count, cores))
        return [number * count // parts for number in range(parts + 1)]


def _kind(arrow_type: Any) -> Any:
    """Return what of a type tells how its bytes are to be read: no names, no zone of time."""
    types = pa.types
    if types.is_struct(arrow_type):
        return "struct", *(_kind(field.type) for field in arrow_type)
    if types.is_map(arrow_type):
        return "map", _kind(arrow_type.key_type), _kind(arrow_type.item_type)
    if types.is_list(arrow_type) or types.is_large_list(arrow_type):
        return "list", _kind(arrow_type.value_type)
    if types.is_timestamp(arrow_type):
        return "timestamp", arrow_type.unit, arrow_type.tz is None
    return str(arrow_type).removeprefix("large_")


def _of_table(session: Session, table: Any, made: _Batches) -> LocalFrame:
    sc = session.sparkContext
    bounds = made.bounds(sc.defaultParallelism)
    kept: list[Any] = []

    def collected() -> list[Any]:
        if not kept and len(table):
            kept.extend(columns_of(made.schema.json()).rows(table))
        return list(kept)

    def rows() -> Any:
        all_rows = collected()
        parts = [all_rows[first:last] for first, last in pairwise(bounds)]
        return sc.parallelize(parts, len(parts)).flatMap(_as_it_is)

    def arrow(most: int) -> list[Any]:
        parts = [table.slice(first, last - first) for first, last in pairwise(bounds)]
        return [batch for part in parts for batch in part.to_batches(max_chunksize=most)]

    return LocalFrame(
        session,
        lambda: made.schema,
        rows,
        lambda: session._spark.createDataFrame(table, made.schema),
        collected,
        arrow,
        len(table),
    )


def _as_it_is(rows: list[Any]) -> list[Any]:
    return rows


class _SessionEnds:
    """What PySpark's method asks of its session: settings of the JVM, and to take Arrow batches, or rows."""

    def __init__(self, session: Session, of_rows: Callable[[list[Any], Any, bool], Any]) -> None:
        self._of_rows = of_rows
        self._jconf = SimpleNamespace(getConfs=session.conf._values)
        self._jsparkSession = None
        self._sc = self._jvm = self.PythonSQLUtils = self

    def _serialize_to_jvm(self, batches: Sequence[Any], *_: Any) -> list[Any]:
        if not batches:
            return []
        sink = pa.BufferOutputStream()  # a copy: these batches are views of the user's pandas DataFrame
        with pa.ipc.new_stream(sink, batches[0].schema) as stream:
            for batch in batches:
                stream.write_batch(batch)
        return list(pa.ipc.open_stream(sink.getvalue()))

    def toDataFrame(self, batches: Sequence[Any], schema: str, _: Any) -> None:
        made = _Batches(batches, schema)
        for number, field in enumerate(made.schema.fields):
            if not field.nullable and any(batch.column(number).null_count for batch in batches):
                # As in the JVM, an error after which PySpark tries without Arrow.
                raise PySparkValueError(f"There is a null in column {field.name!r}, where none may be")
        raise made

    def _create_dataframe(self, rows: list[Any], schema: Any, _: Any, verify: bool) -> Any:
        return self._of_rows(rows, schema, verify)


class _FrameEnds:
    """What PySpark's method asks of its DataFrame."""

    def __init__(self, frame: LocalFrame, batches: Callable[[int], list[Any]]) -> None:
        self.schema = frame.schema
        self.columns = frame.columns
        self.collect = frame.collect
        self.sparkSession = self
        self._jconf = SimpleNamespace(getConfs=frame.sparkSession.conf._values)
        self._batches = batches

    def _collect_as_arrow(self, **_: Any) -> list[Any]:
        (most,) = self._jconf.getConfs(["spark.sql.execution.arrow.maxRecordsPerBatch"])
        return self._batches(int(most) if int(most) > 0 else sys.maxsize)


def _passing_for(kind: type, ends: type, methods: type) -> Callable[..., Any]:
    """Return a class of our ends and PySpark's methods, whose objects pass for another class's."""
    return type(ends.__name__, (ends, methods), {"__class__": property(lambda _: kind)})
