"""DataFrames that begin with data of the RDD engine: numbers, rows, RDDs, lines of text."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from firesteel.errors import AnalysisException, PySparkTypeError
from firesteel.rdd import RDD
from firesteel.sql import types
from firesteel.sql._local import LocalFrame

if TYPE_CHECKING:
    from firesteel.sql.session import SparkSession

__all__ = ["Reader", "create", "numbers"]

_FEW = 10_000  # rows of a list; more go to the SQL engine through files


def numbers(
    session: SparkSession, start: int, end: int | None, step: int, partitions: int | None
) -> LocalFrame:
    """Return the DataFrame of `SparkSession.range`."""
    first, last = (0, start) if end is None else (start, end)
    first, last, step = int(first), int(last), int(step)
    sc = session.sparkContext
    count = len(range(first, last, step))
    rows = sc.range(first, last, step, partitions).map(_number_row) if count else sc.emptyRDD()
    return LocalFrame(
        session,
        lambda: types.StructType([types.StructField("id", types.LongType(), False)]),
        lambda: rows,
        lambda: session._spark.range(first, last, step, partitions),
        arrow=partial(_number_batches, first, last, step),
        size=count,
    )


def _number_batches(first: int, last: int, step: int, _: int) -> list[Any]:
    import numpy as np
    import pyarrow as pa

    return [pa.record_batch([np.arange(first, last, step, dtype="int64")], ["id"])]


def _number_row(number: int) -> Any:
    return types.Row(id=number)


def _text_row(line: str) -> Any:
    return types.Row(value=line)


class Reader:
    """``spark.read``: text files are lines of the RDD engine; all else is Spark's own reader.

    Parameters
    ----------
    session : SparkSession
        The session.
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def text(self, paths: Any, *more: Any, **options: Any) -> Any:
        """Return a DataFrame with a row for each line of text files.

        Parameters
        ----------
        paths : str or list of str
            Files, directories or patterns.
        wholetext, lineSep, pathGlobFilter, recursiveFileLookup, modifiedBefore, modifiedAfter : optional
            As PySpark has them.

        Returns
        -------
        DataFrame
        """
        given = {key: value for key, value in options.items() if value is not None}
        if more or given or not isinstance(paths, str):
            return self._spark.text(paths, *more, **options)
        session = self._session
        if not _exists(paths):
            raise AnalysisException(
                f"Path does not exist: file:{os.path.abspath(paths)}. SQLSTATE: 42K03",
                errorClass="PATH_NOT_FOUND",
            )
        rows = session.sparkContext.textFile(paths).map(_text_row)
        return LocalFrame(
            session,
            lambda: types.StructType([types.StructField("value", types.StringType(), True)]),
            lambda: rows,
            lambda: self._spark.text(paths),
        )

    def json(self, path: Any, *arguments: Any, **options: Any) -> Any:
        """Return a DataFrame of JSON files, or of an RDD of JSON texts."""
        return self._spark.json(self._lines(path), *arguments, **options)

    def csv(self, path: Any, *arguments: Any, **options: Any) -> Any:
        """Return a DataFrame of CSV files, or of an RDD of lines."""
        return self._spark.csv(self._lines(path), *arguments, **options)

    def _lines(self, path: Any) -> Any:
        """Return a DataFrame of an RDD's texts; anything else as it is."""
        if not isinstance(path, RDD):
            return path
        return self._session.createDataFrame(path, types.StringType(), verifySchema=False)._frame

    @property
    def _spark(self) -> Any:
        return self._session._spark.read

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._spark, name)


def _exists(path: str) -> bool:
    """Tell whether a plain path is there; patterns and other file systems are for the engines to look at."""
    return any(sign in path for sign in "*?[{,:") or os.path.exists(path)


def create(session: SparkSession, data: Any, schema: Any, sampled: float | None, verify: bool) -> Any:
    """Return the DataFrame of `SparkSession.createDataFrame`."""
    from firesteel.sql._installed import require_installed

    require_installed()
    if isinstance(data, LocalFrame) or (type(data).__module__, type(data).__name__) == (
        "pyspark.sql.connect.dataframe",
        "DataFrame",
    ):
        raise PySparkTypeError(
            errorClass="INVALID_TYPE", messageParameters={"arg_name": "data", "arg_type": "DataFrame"}
        )
    if isinstance(schema, str):
        schema = session._spark._parse_ddl(schema)
    if isinstance(data, RDD):
        return _of_rdd(session, data, schema, sampled, verify)
    package = type(data).__module__.partition(".")[0]
    if session._sc is None or package in ("numpy", "pyarrow"):
        return session._spark.createDataFrame(data, schema)
    if package == "pandas":
        from firesteel.sql import _pandas

        return _pandas.of_pandas(session, data, schema, verify, partial(_of_list, session))
    return _of_list(session, list(data), schema, verify)


def _of_rdd(
    session: SparkSession, rdd: RDD[Any], schema: Any, sampled: float | None, verify: bool
) -> LocalFrame:
    from firesteel.sql import _inference
    from firesteel.sql._exchange import batches_of, converted

    form = _inference.of_rdd(rdd, schema, session.conf, sampled, verify)
    rows = rdd if form.prepare is None else rdd.map(form.prepare)
    text = form.schema.json()
    return LocalFrame(
        session,
        lambda: form.schema,
        lambda: rows.mapPartitions(partial(converted, schema_text=text, verified=form.verify)),
        lambda: _source_frame(session, rows, form.schema, form.verify),
        arrow=partial(batches_of, rows, form.schema, form.verify),
    )


def _of_list(session: SparkSession, data: list[Any], schema: Any, verify: bool) -> LocalFrame:
    from firesteel.sql import _inference
    from firesteel.sql._exchange import batches_of, converted

    form = _inference.of_list(data, schema, session.conf, verify)
    rows = data if form.prepare is None else [form.prepare(row) for row in data]
    text = form.schema.json()
    collected: list[Any] = list(converted(rows, text, form.verify))

    def frame() -> Any:
        if len(rows) <= _FEW:
            return session._spark.createDataFrame(collected, form.schema)
        return _source_frame(session, session.sparkContext.parallelize(rows), form.schema, False)

    return LocalFrame(
        session,
        lambda: form.schema,
        lambda: session.sparkContext.parallelize(collected),
        frame,
        lambda: list(collected),
        lambda most: batches_of(session.sparkContext.parallelize(rows), form.schema, False, most),
        len(rows),
    )


def _source_frame(session: SparkSession, rows: RDD[Any], schema: Any, verify: bool) -> Any:
    """Return Spark's DataFrame of an RDD of rows, whose files are written when a query first reads them."""
    from firesteel.sql._engine import engine_of

    spark = session._spark
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.plan import DataSource

    name, source = engine_of(session.sparkContext).source(rows, schema.json(), verify)
    plan = DataSource(format="firesteel", schema=schema.json(), options={"id": name})
    plan._firesteel_source = source  # the files live as long as the plan
    return DataFrame(plan, spark)
