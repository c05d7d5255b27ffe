"""Rows of RDDs as Arrow files and back: what the workers run on both sides of the SQL engine.

A file is an Arrow stream of one partition. It is written by the worker that computes the partition, or by a
task of the SQL engine, and read by the other side, which maps it. Types are those of PySpark's own
conversions (`_columns`), in UTC, so that a value comes out as PySpark would give it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel._worker.formats import Reading
    from firesteel.rdd import RDD
    from firesteel.sql._columns import Columns

__all__ = ["RowsToFile", "batches_of", "columns_of", "converted", "read"]

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

        columns = columns_of(self._schema)
        path = os.path.join(self._directory, f"part-{partition:05}.arrow")
        temporary = f"{path}.{os.getpid()}"
        written = 0
        try:
            with pa.OSFile(temporary, "wb") as file, pa.ipc.new_stream(file, columns.arrow_schema) as stream:
                iterator = iter(rows)
                while chunk := list(islice(iterator, _ROWS)):
                    stream.write_table(columns.table(chunk, self._verify))
                    written += len(chunk)
            os.replace(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
        yield written, path


@cache
def columns_of(schema: str) -> Columns:
    """Return the columns of a schema that is JSON."""
    import json

    from pyspark.sql.types import StructType

    from firesteel.sql._columns import Columns

    return Columns(StructType.fromJson(json.loads(schema)))


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
    columns = columns_of(schema_text)
    iterator = iter(rows)
    while chunk := list(islice(iterator, _ROWS)):
        yield from columns.as_given(chunk, verified)


def batches_of(rows: RDD[Any], schema: Any, verified: bool, most: int) -> list[Any]:
    """Run a job that gives the rows of an RDD as Arrow.

    Parameters
    ----------
    rows : RDD
        Tuples, lists, dicts or Rows.
    schema : pyspark.sql.types.StructType
        Their schema.
    verified : bool
        Whether each row is compared with the schema first.
    most : int
        The number of rows in a batch; a partition's last one may have fewer.

    Returns
    -------
    list of pyarrow.RecordBatch
    """
    import pyarrow as pa

    packed = partial(_packed, schema_text=schema.json(), verified=verified, most=most)
    streams = [pa.ipc.open_stream(part) for part in rows.mapPartitions(packed).collect()]
    return [batch for stream in streams for batch in stream]


def _packed(rows: Iterable[Any], schema_text: str, verified: bool, most: int) -> Iterator[bytes]:
    import pyarrow as pa

    columns = columns_of(schema_text)
    sink = pa.BufferOutputStream()
    iterator = iter(rows)
    with pa.ipc.new_stream(sink, columns.arrow_schema) as stream:
        while chunk := list(islice(iterator, most)):
            for batch in columns.table(chunk, verified).combine_chunks().to_batches():
                stream.write_batch(batch)
    yield sink.getvalue().to_pybytes()


def read(split: bytes, options: Mapping[str, str], reading: Reading) -> Iterator[list[Any]]:
    """Read the rows of a file that the SQL engine has written: an input format, see `firesteel.inputs`."""
    import pyarrow as pa

    count, _, path = split.decode("utf-8", "surrogateescape").partition(":")
    columns = columns_of(options["schema"])
    found = 0
    with pa.memory_map(path, "rb") as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            rows = columns.rows(pa.Table.from_batches([batch]))
            found += len(rows)
            yield rows
        reading.bytes_read += file.size()
    if found != int(count):
        raise OSError(f"{path} has {found} rows, and {count} were written")
