"""Rows of RDDs as Arrow files and back: what the workers run on both sides of the SQL engine.

A file is an Arrow stream of one partition. It is written by the worker that computes the partition, or by a
task of the SQL engine, and read by the other side, which maps it. Types are those of PySpark's own
conversions, in UTC, so that a value comes out as PySpark would give it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel._worker.formats import Reading

__all__ = ["RowsToFile", "converted", "read"]

_ROWS = 8192  # in a batch of a file


class RowsToFile:
    """Writes the rows of a partition to a file, in a task; the record that results is ``(records, path)``.

    Parameters
    ----------
    directory : str
        Where the file goes.
    schema : str
        The schema, as JSON.
    verify : bool
        Whether each row is compared with the schema first.
    """

    def __init__(self, directory: str, schema: str, verify: bool) -> None:
        self._directory = directory
        self._schema = schema
        self._verify = verify

    def __call__(self, partition: int, rows: Iterable[Any]) -> Iterator[tuple[int, str]]:
        """Write the file; it appears whole, under its final name, or not at all."""
        import pyarrow as pa

        schema, arrow_schema, verify = _prepared(self._schema, self._verify)
        path = os.path.join(self._directory, f"part-{partition:05}.arrow")
        temporary = f"{path}.{os.getpid()}"
        written = 0
        try:
            with pa.OSFile(temporary, "wb") as file, pa.ipc.new_stream(file, arrow_schema) as stream:
                iterator = iter(rows)
                while chunk := list(islice(iterator, _ROWS)):
                    if verify is not None:
                        for row in chunk:
                            verify(row)
                    stream.write_table(_table(chunk, schema))
                    written += len(chunk)
            os.replace(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
        yield written, path


@cache
def _prepared(schema_text: str, verified: bool) -> tuple[Any, Any, Callable[[Any], None] | None]:
    """Return the schema, in Spark's form and in Arrow's, and what verifies a row."""
    import json

    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType, _make_type_verifier

    schema = StructType.fromJson(json.loads(schema_text))
    arrow_schema = to_arrow_schema(schema, timezone="UTC", prefers_large_types=True)
    return schema, arrow_schema, _make_type_verifier(schema) if verified else None


def _table(rows: list[Any], schema: Any) -> Any:
    from pyspark.sql.conversion import LocalDataToArrowConversion

    return LocalDataToArrowConversion.convert(rows, schema, use_large_var_types=True)


def converted(rows: Iterable[Any], schema_text: str, verified: bool) -> Iterator[Any]:
    """Give rows as they would come out of the SQL engine.

    Parameters
    ----------
    rows : iterable
        Tuples, lists, dicts or Rows.
    schema_text : str
        Their schema, as JSON.
    verified : bool
        Whether each row is compared with the schema first.

    Returns
    -------
    iterator of Row
    """
    from pyspark.sql.conversion import ArrowTableToRowsConversion

    schema, _, verify = _prepared(schema_text, verified)
    iterator = iter(rows)
    while chunk := list(islice(iterator, _ROWS)):
        if verify is not None:
            for row in chunk:
                verify(row)
        yield from ArrowTableToRowsConversion.convert(_table(chunk, schema), schema)


def read(split: bytes, options: Mapping[str, str], reading: Reading) -> Iterator[list[Any]]:
    """Read the rows of a file that the SQL engine has written: an input format, see `firesteel.inputs`."""
    import pyarrow as pa
    from pyspark.sql.conversion import ArrowTableToRowsConversion

    count, _, path = split.decode("utf-8", "surrogateescape").partition(":")
    schema, _, _ = _prepared(options["schema"], False)
    found = 0
    with pa.memory_map(path, "rb") as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            rows = ArrowTableToRowsConversion.convert(pa.Table.from_batches([batch]), schema)
            found += len(rows)
            yield rows
        reading.bytes_read += file.size()
    if found != int(count):
        raise OSError(f"{path} has {found} rows, and {count} were written")
