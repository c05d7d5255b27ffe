"""What the Connect client lacks of the classic API, added to its classes: RDDs of DataFrames, above all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from firesteel.errors import PySparkRuntimeError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

__all__ = ["install"]


@cache
def install() -> None:
    """Add the methods; it is done once."""
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

    DataFrame.rdd = property(_rdd)
    DataFrame.foreach = _foreach
    DataFrame.foreachPartition = _foreach_partition
    DataFrame.toJSON = _to_json
    SparkSession.getActiveSession = classmethod(_active)


def _active(cls: Any) -> Any:  # noqa: ARG001
    """Return the Connect session of the thread's session, for which the SQL engine is started if need be."""
    from firesteel.sql.session import SparkSession

    door = SparkSession.getActiveSession() or SparkSession._default
    return None if door is None or door._stopped else door._spark


def _rdd(self: Any) -> RDD[Any]:
    """Return the rows as an RDD. The query runs when the RDD is first used, once, and its rows are kept.

    Returns
    -------
    RDD of Row
    """
    found = self.__dict__.get("_firesteel_rdd")
    if found is None:
        engine = getattr(self.sparkSession, "_firesteel", None)
        if engine is None:
            raise PySparkRuntimeError(
                "This DataFrame is of a Spark Connect server elsewhere, with no RDDs: collect() it, "
                "write it to files, or use a session without an address"
            )
        found = engine.rdd_of(self)
        self.__dict__["_firesteel_rdd"] = found
    return found  # type: ignore[no-any-return]


def _foreach(self: Any, f: Callable[[Any], None]) -> None:
    """Call a function with each row, in the workers."""
    self.rdd.foreach(f)


def _foreach_partition(self: Any, f: Callable[[Iterable[Any]], None]) -> None:
    """Call a function with the rows of each partition, in the workers."""
    self.rdd.foreachPartition(f)


def _to_json(self: Any, use_unicode: bool = True) -> RDD[Any]:
    """Return an RDD with a JSON text for each row."""
    from pyspark.sql.connect import functions

    texts = self.select(functions.to_json(functions.struct(functions.col("*"))).alias("value")).rdd.map(
        _first
    )
    return texts if use_unicode else texts.map(str.encode)  # type: ignore[no-any-return]


def _first(row: Any) -> Any:
    return row[0]
