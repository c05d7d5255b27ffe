"""DataFrames that are only a source of ours: they answer the simplest questions without the SQL engine.

A `LocalFrame` gives its rows as an RDD or for pandas, collects, counts and tells its schema. Anything else
it asks of Spark's own DataFrame of the same rows, which it makes then; to ``isinstance`` it is one at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel.rdd import RDD
    from firesteel.sql.session import SparkSession

__all__ = ["LocalFrame"]


class LocalFrame:
    """A DataFrame of rows that the RDD engine has.

    Parameters
    ----------
    session : SparkSession
        The session.
    schema : callable
        Returns the schema.
    rows : callable
        Returns the RDD of the rows, as Spark would give them.
    frame : callable
        Makes Spark's own DataFrame.
    collected : callable, optional
        Returns the rows as a list, if that takes no job.
    arrow : callable, optional
        Returns the rows as Arrow batches of at most so many rows, if there is a better way than from `rows`.
    size : int, optional
        The number of rows, if it is known.
    """

    def __init__(
        self,
        session: SparkSession,
        schema: Callable[[], Any],
        rows: Callable[[], RDD[Any]],
        frame: Callable[[], Any],
        collected: Callable[[], list[Any]] | None = None,
        arrow: Callable[[int], list[Any]] | None = None,
        size: int | None = None,
    ) -> None:
        # Names that Spark's own DataFrame does not have: what it has is looked up there.
        self._local_session = session
        self._local_schema = schema
        self._local_rows = rows
        self._local_frame = frame
        self._local_collected = collected
        self._local_arrow = arrow
        self._local_size = size
        self._made: dict[str, Any] = {}

    def _once(self, what: str, make: Callable[[], Any]) -> Any:
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]

    @property
    def _frame(self) -> Any:
        """Spark's own DataFrame of these rows."""
        return self._once("frame", self._local_frame)

    @property  # type: ignore[misc] # read-only: this is a proxy
    def __class__(self) -> Any:
        from firesteel.sql import _connect

        _connect.load()
        from pyspark.sql.connect.dataframe import DataFrame

        return DataFrame

    @property
    def sparkSession(self) -> SparkSession:
        """The session."""
        return self._local_session

    @property
    def schema(self) -> Any:
        """The schema."""
        return self._once("schema", self._local_schema)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """The names of the columns, and their types in short."""
        return [(field.name, field.dataType.simpleString()) for field in self.schema.fields]

    @property
    def rdd(self) -> RDD[Any]:
        """The rows as an RDD.

        Returns
        -------
        RDD of Row
        """
        return self._once("rows", self._local_rows)  # type: ignore[no-any-return]

    def collect(self) -> list[Any]:
        """Return the rows."""
        return self.rdd.collect() if self._local_collected is None else self._local_collected()

    def count(self) -> int:
        """Return the number of rows."""
        return self.rdd.count() if self._local_size is None else self._local_size

    def toPandas(self) -> Any:
        """Return the rows as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
        """
        from firesteel.sql import _exchange, _pandas

        batches = self._local_arrow or partial(_exchange.batches_of, self.rdd, self.schema, False)
        return _pandas.to_pandas(self, batches)

    def isLocal(self) -> bool:
        """Tell whether `collect` takes no job of a cluster."""
        return self._local_collected is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_local", "_made")):
            raise AttributeError(name)
        return getattr(self._frame, name)

    def __getitem__(self, item: Any) -> Any:
        return self._frame[item]

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *dir(self._frame)})

    def __repr__(self) -> str:
        return f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in self.dtypes)}]"

    def _repr_html_(self) -> str | None:
        found: str | None = self._frame._repr_html_()
        return found
