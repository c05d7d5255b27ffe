"""The API of Spark 1: `SQLContext`, and what its queries return, which is a DataFrame and an RDD of rows.

Programs written before Spark 1.3 call ``map`` or ``reduceByKey`` on the result of ``sqlContext.sql``. So a
`SchemaRDD` has the DataFrame's methods, and those of its RDD that the DataFrame lacks; ``filter`` and
``groupBy`` are the RDD's when they are given a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from firesteel.errors import PySparkNotImplementedError
from firesteel.rdd import RDD
from firesteel.sql.session import SparkSession

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = ["HiveContext", "SQLContext", "SchemaRDD"]

_OF_RDD_IF_FUNCTION = frozenset(("filter", "foreach", "foreachPartition", "groupBy"))
_OF_RDD = frozenset(("union", "intersection", "subtract", "join", "cartesian", "zip"))  # if given an RDD


class SchemaRDD:
    """The result of a query: a DataFrame with the methods of an RDD of its rows.

    Parameters
    ----------
    frame : DataFrame
        The DataFrame.
    context : SQLContext
        Where it comes from.

    Examples
    --------
    >>> from firesteel.sql import SQLContext, SparkSession
    >>> numbers = SchemaRDD(SparkSession.builder.getOrCreate().range(3), SQLContext(sc))
    >>> numbers.map(lambda row: row.id * 2).collect()
    [0, 2, 4]
    """

    def __init__(self, frame: Any, context: SQLContext) -> None:
        self._frame = frame
        self._context = context

    @property  # type: ignore[misc] # read-only: this is a proxy
    def __class__(self) -> Any:
        return self._frame.__class__

    def registerTempTable(self, name: str) -> None:
        """Give the rows a name that queries can use.

        Parameters
        ----------
        name : str
            The name.
        """
        self._frame.createOrReplaceTempView(name)

    def registerAsTable(self, name: str) -> None:
        """Do what `registerTempTable` does, by its name in Spark 1.0."""
        self.registerTempTable(name)

    def saveAsParquetFile(self, path: str) -> None:
        """Write the rows as Parquet files into a new directory."""
        self._frame.write.parquet(path)

    def schemaString(self) -> str:
        """Return the schema as a tree, as `printSchema` prints it."""
        tree: str = self._frame.schema.treeString()
        return tree

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _OF_RDD_IF_FUNCTION:
            return self._either(name, callable)
        if name in _OF_RDD:
            return self._either(name, lambda other: isinstance(other, RDD))
        if not name.startswith("_") and hasattr(RDD, name) and not hasattr(type(self._frame), name):
            return getattr(self._frame.rdd, name)
        found = getattr(self._frame, name)
        return self._wrapping(found) if callable(found) else found

    def _either(self, name: str, of_rdd: Callable[[Any], bool]) -> Callable[..., Any]:
        """Return a method of the RDD or of the DataFrame, as its first argument says."""

        def call(*arguments: Any, **named: Any) -> Any:
            first = next(iter([*arguments, *named.values()]), None)
            if type(first).__name__ == "Column" or not of_rdd(first):
                return self._wrapping(getattr(self._frame, name))(*arguments, **named)
            return getattr(self._frame.rdd, name)(*arguments, **named)

        return call

    def _wrapping(self, method: Any) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            plain = [each._frame if type(each) is SchemaRDD else each for each in arguments]
            return self._context._wrapped(method(*plain, **named))

        return call

    def __getitem__(self, item: Any) -> Any:
        return self._context._wrapped(self._frame[item])

    def __repr__(self) -> str:
        return repr(self._frame)


class Grouped:
    """What ``groupBy`` of a `SchemaRDD` returns: groups, whose aggregates are such results again."""

    def __init__(self, groups: Any, context: SQLContext) -> None:
        self._groups = groups
        self._context = context

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._groups, name)
        if not callable(found):
            return found
        return lambda *arguments, **named: self._context._wrapped(found(*arguments, **named))


class SQLContext:
    """The entry point to SQL before `SparkSession`.

    Parameters
    ----------
    sparkContext : SparkContext
        The running context.
    sparkSession : SparkSession, optional
        The session; that of the context by default.
    jsqlContext : optional
        Accepted for compatibility.

    Examples
    --------
    >>> from firesteel.sql import SQLContext
    >>> SQLContext(sc).range(2).collect()
    [Row(id=0), Row(id=1)]
    """

    _instantiatedContext: ClassVar[SQLContext | None] = None

    def __init__(
        self,
        sparkContext: SparkContext,
        sparkSession: SparkSession | None = None,
        jsqlContext: Any = None,  # noqa: ARG002
    ) -> None:
        self._sc = sparkContext
        self.sparkSession = sparkSession or SparkSession.builder.getOrCreate()
        SQLContext._instantiatedContext = self

    @classmethod
    def getOrCreate(cls, sc: SparkContext) -> SQLContext:
        """Return the context that was made last, or make one."""
        made = cls._instantiatedContext
        return cls(sc) if made is None or made.sparkSession.is_stopped else made

    def newSession(self) -> SQLContext:
        """Return a context with settings, views and functions of its own."""
        return type(self)(self._sc, self.sparkSession.newSession())

    def _wrapped(self, result: Any) -> Any:
        if type(result).__name__ in ("DataFrame", "LocalFrame"):
            return SchemaRDD(result, self)
        return Grouped(result, self) if type(result).__name__ == "GroupedData" else result

    def setConf(self, key: str, value: Any) -> None:
        """Set a setting of the session."""
        self.sparkSession.conf.set(key, value)

    def getConf(self, key: str, *default: Any) -> str | None:
        """Return a setting of the session."""
        return self.sparkSession.conf.get(key, *default)

    def sql(self, sqlQuery: str, *arguments: Any, **named: Any) -> Any:
        """Return the result of a query.

        Parameters
        ----------
        sqlQuery : str
            The query.
        *arguments, **named
            As for `SparkSession.sql`.

        Returns
        -------
        SchemaRDD
        """
        return self._wrapped(self.sparkSession.sql(sqlQuery, *arguments, **named))

    def inferSchema(self, rdd: RDD[Any], samplingRatio: float | None = None) -> Any:
        """Return the rows of an RDD of Rows, dicts or tuples with a schema that is inferred."""
        return self._wrapped(self.sparkSession.createDataFrame(rdd, None, samplingRatio))

    def applySchema(self, rdd: RDD[Any], schema: Any) -> Any:
        """Return the rows of an RDD with a schema."""
        return self._wrapped(self.sparkSession.createDataFrame(rdd, schema))

    def createDataFrame(self, data: Any, *arguments: Any, **named: Any) -> Any:
        """Do what `SparkSession.createDataFrame` does."""
        return self._wrapped(self.sparkSession.createDataFrame(data, *arguments, **named))

    def range(
        self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None
    ) -> Any:
        """Do what `SparkSession.range` does."""
        return self._wrapped(self.sparkSession.range(start, end, step, numPartitions))

    def registerDataFrameAsTable(self, df: Any, tableName: str) -> None:
        """Give the rows of a DataFrame a name that queries can use."""
        df.createOrReplaceTempView(tableName)

    registerRDDAsTable = registerDataFrameAsTable  # its name before Spark 1.3

    def dropTempTable(self, tableName: str) -> None:
        """Take a name away again."""
        self.sparkSession.catalog.dropTempView(tableName)

    def registerFunction(self, name: str, f: Callable[..., Any], returnType: Any = None) -> Any:
        """Let queries call a Python function; it returns text unless a type is given."""
        from firesteel.sql.types import StringType

        return self.sparkSession.udf.register(name, f, returnType or StringType())

    @property
    def udf(self) -> Any:
        """What registers functions."""
        return self.sparkSession.udf

    @property
    def read(self) -> Any:
        """What reads DataFrames."""
        return self.sparkSession.read

    def table(self, tableName: str) -> Any:
        """Return the rows of a table or view."""
        return self._wrapped(self.sparkSession.table(tableName))

    def tables(self, dbName: str | None = None) -> Any:
        """Return the names of tables and views, as rows."""
        return self.sql("SHOW TABLES" if dbName is None else f"SHOW TABLES IN `{dbName}`")

    def tableNames(self, dbName: str | None = None) -> list[str]:
        """Return the names of tables and views."""
        return [row.tableName for row in self.tables(dbName).collect()]

    def cacheTable(self, tableName: str) -> None:
        """Keep the rows of a table in memory once a query has read them."""
        self.sparkSession.catalog.cacheTable(tableName)

    def uncacheTable(self, tableName: str) -> None:
        """Drop the rows of a table from memory."""
        self.sparkSession.catalog.uncacheTable(tableName)

    def clearCache(self) -> None:
        """Drop the rows of every table from memory."""
        self.sparkSession.catalog.clearCache()

    def jsonFile(self, path: str, schema: Any = None, samplingRatio: float = 1.0) -> Any:
        """Return the rows of files with a JSON object on each line."""
        return self._wrapped(self.sparkSession.read.json(path, schema, samplingRatio=samplingRatio))

    def jsonRDD(self, rdd: RDD[str], schema: Any = None, samplingRatio: float = 1.0) -> Any:
        """Return the rows of an RDD of texts, each a JSON object."""
        return self._wrapped(self.sparkSession.read.json(rdd, schema, samplingRatio=samplingRatio))

    def parquetFile(self, *paths: str) -> Any:
        """Return the rows of Parquet files."""
        return self._wrapped(self.sparkSession.read.parquet(*paths))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.sparkSession, name)


class HiveContext(SQLContext):
    """Refused: there is no Hive here."""

    def __init__(self, sparkContext: SparkContext, *arguments: Any) -> None:  # noqa: ARG002
        raise PySparkNotImplementedError(
            "There is no Hive here: Firesteel has no metastore. SQLContext(sc) has tables, views and SQL "
            "without it, and Spark's own PySpark runs the program with it."
        )
