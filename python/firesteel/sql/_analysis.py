"""DataFrames are analysed when they are made, and only then, as in classic PySpark.

Connect by itself analyses a DataFrame anew with each query. Here it is analysed at once, so that errors come
where it is made; and before the session changes (a view is replaced, a function registered, a setting set,
another database used) the engine keeps the analysed plans of the DataFrames that there are. Until then
nothing has changed, so that their plans are those of the time when they were made.
"""

from __future__ import annotations

import inspect
import re
import threading
import uuid
import weakref
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from firesteel.errors import AnalysisException, PySparkValueError

__all__ = ["install", "settle", "settle_for"]

_FREEZE = "firesteel/freeze"  # ConnectServer's plugin FreezePlugin takes this
_PLAIN_QUERY = re.compile(r"\s*select\b", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
_READS = frozenset(
    ("select", "with", "from", "values", "table", "show", "describe", "desc", "explain", "insert", "(")
)
# Settings of how queries run: none changes what one means.
_OF_RUNNING = tuple(
    f"spark.sql.{name}"
    for name in (
        "adaptive.",
        "autoBroadcastJoinThreshold",
        "broadcastTimeout",
        "cbo.",
        "codegen.",
        "debug.",
        "execution.",
        "files.",
        "inMemoryColumnarStorage.",
        "optimizer.",
        "repl.",
        "shuffle.",
        "ui.",
    )
)
# What the analysis draws a seed for: the plan is kept at once, or each query would draw anew.
_DRAWN = re.compile(rb"(?i)(?<![a-z_])(rand|randn|random|randstr|shuffle|tablesample|uniform|uuid)(?![a-z_])")
# What cannot fail, or has told its errors already: the client knows the schema, or asks when it needs it.
_CERTAIN = frozenset(("alias", "cache", "distinct", "persist", "range", "sql", "unpersist"))
_VIEW_METHODS = (
    "createGlobalTempView",
    "createOrReplaceGlobalTempView",
    "createOrReplaceTempView",
    "createTempView",
    "registerTempTable",
)
_CATALOG_METHODS = (
    "dropGlobalTempView",
    "dropTempView",
    "dropView",
    "setCurrentCatalog",
    "setCurrentDatabase",
)
_REGISTRATIONS = ("register", "registerJavaFunction", "registerJavaUDAF")
_OUTER = "_firesteel_outer"
_BINARY = "_firesteel_binary_as_bytes"
_SESSIONS = ("_session", "_sparkSession", "sparkSession")  # where the client's objects have it


_settling_now = threading.RLock()


class _Depth(threading.local):
    inside = False


_depth = _Depth()


def install() -> None:
    """Change the client's classes."""
    from pyspark.sql.connect.catalog import Catalog
    from pyspark.sql.connect.column import Column
    from pyspark.sql.connect.dataframe import DataFrame, DataFrameNaFunctions, DataFrameStatFunctions
    from pyspark.sql.connect.group import GroupedData
    from pyspark.sql.connect.readwriter import DataFrameReader
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.connect.udf import UDFRegistration
    from pyspark.sql.connect.udtf import UDTFRegistration

    for owner in (
        DataFrame,
        DataFrameNaFunctions,
        DataFrameStatFunctions,
        GroupedData,
        DataFrameReader,
        SparkSession,
    ):
        for name, function in list(vars(owner).items()):
            if inspect.isfunction(function) and not name.startswith("_") and name != "stop":
                setattr(owner, name, _analysed(function, DataFrame, asks=name not in _CERTAIN))
    for owner, names in (
        (DataFrame, _VIEW_METHODS),
        (Catalog, _CATALOG_METHODS),
        (UDFRegistration, _REGISTRATIONS),
        (UDTFRegistration, _REGISTRATIONS),
    ):
        for name in names:
            if hasattr(owner, name):
                setattr(owner, name, _settling(getattr(owner, name), pins=owner is DataFrame))
    SparkSession.sql = _stated(SparkSession.sql, DataFrame)
    Column.outer = _outer()
    DataFrame._get_binary_as_bytes = _asked_once(DataFrame._get_binary_as_bytes)
    for name in ("scalar", "exists"):
        setattr(DataFrame, name, _kept_by_column(getattr(DataFrame, name)))


def _analysed(function: Callable[..., Any], frame: type, *, asks: bool) -> Callable[..., Any]:
    """Return a method whose result, if it is a DataFrame of our engine, is analysed at once if need be."""

    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if _depth.inside:
            return function(self, *arguments, **named)
        _depth.inside = True
        try:
            result = function(self, *arguments, **named)
            if type(result) is frame and hasattr(result._session, "_firesteel"):  # type: ignore[attr-defined]
                _looked_at(result, asks=asks)
            return result
        finally:
            _depth.inside = False

    return call


def _looked_at(frame: Any, *, asks: bool) -> Any:
    """Analyse a DataFrame, if need be, and note that it is one of its session's."""
    if asks:
        frame._cached_schema = None  # a filter has taken its parent's
        try:
            frame._schema  # noqa: B018 # asks the engine, and keeps the answer
        except AnalysisException:
            if not _has_outer_columns(frame):
                raise
            return frame  # it means nothing without the outer query
        except PySparkValueError as error:
            # The engine has a type that the client has no class for. It can show its values all the same.
            if error.getCondition() != "UNSUPPORTED_OPERATION":
                raise
    _frames_of(frame._session).add(frame)
    if _DRAWN.search(frame._plan.plan(frame._session.client).SerializeToString()):
        _keep(frame, frame._session)
    return frame


def _outer() -> Callable[[Any], Any]:
    """Return ``Column.outer``, which the client leaves out: it marks the column."""
    from pyspark.sql.connect.column import Column
    from pyspark.sql.connect.expressions import Expression

    class Outer(Expression):  # type: ignore[misc]
        def __init__(self, expression: Any) -> None:
            super().__init__()
            self._expression = expression

        def to_plan(self, session: Any) -> Any:
            vars(session)[_OUTER] = True
            return self._expression.to_plan(session)

        @property
        def children(self) -> list[Any]:
            return [self._expression]

        def __repr__(self) -> str:
            return repr(self._expression)

    def outer(self: Any) -> Any:
        """Mark the column as one of the query around a subquery."""
        return Column(Outer(self._expr))

    return outer


def _has_outer_columns(frame: Any) -> bool:
    """Tell whether a DataFrame has columns of a query around it, as a subquery may."""
    client = frame._session.client
    vars(client)[_OUTER] = False
    frame._plan.plan(client)
    return bool(vars(client)[_OUTER])


def _frames_of(session: Any) -> weakref.WeakSet[Any]:
    """Return the DataFrames of a session whose plans the engine does not keep yet."""
    found: weakref.WeakSet[Any] = session.__dict__.setdefault("_firesteel_frames", weakref.WeakSet())
    return found


def settle(session: Any) -> None:
    """Make the engine keep the plans of a session's DataFrames, before the session changes.

    Parameters
    ----------
    session : pyspark.sql.connect.session.SparkSession
        The session; one of a server elsewhere is left as it is.
    """
    engine = getattr(session, "_firesteel", None)
    sessions: Iterable[Any] = () if engine is None else engine.sessions(session)
    with _settling_now:
        for each in sessions:
            vars(each).pop(_BINARY, None)
            frames = _frames_of(each)
            while frames:
                _keep(frames.pop(), each)


def settle_for(session: Any, setting: str) -> None:
    """Do so before a setting is set, if DataFrames mean something else with it."""
    vars(session).pop(_BINARY, None)
    if not setting.startswith(_OF_RUNNING):
        settle(session)


def _keep(frame: Any, session: Any) -> None:
    """Make the engine keep a DataFrame's analysed plan, which its own stands for from now on."""
    import pyspark.sql.connect.proto as proto
    from pyspark.sql.connect.plan import CachedRemoteRelation

    plan = frame._plan
    if "plan" in vars(plan):
        return  # another DataFrame has this plan too
    name = uuid.uuid4().hex
    command = proto.Command()
    command.extension.type_url = _FREEZE
    command.extension.value = name.encode() + plan.plan(session.client).SerializeToString()
    try:
        session.client.execute_command(command)
    except AnalysisException:
        return  # what it reads is gone: whoever uses it is told so
    kept = CachedRemoteRelation(name, session)  # the engine lets go of it when this object goes

    def of_kept(client: Any) -> Any:
        relation = kept.plan(client)
        relation.common.plan_id = plan_id
        return relation

    plan_id = plan._plan_id
    plan.plan = of_kept


def _settling(function: Callable[..., Any], *, pins: bool) -> Callable[..., Any]:
    """Return a method that changes the session, and settles it first."""

    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        session = next(vars(self)[name] for name in _SESSIONS if name in vars(self))
        settle(session)
        engine = getattr(session, "_firesteel", None)
        if pins and engine is not None:
            engine.pin(self._plan.to_proto(session.client).SerializeToString())
        return function(self, *arguments, **named)

    return call


def _stated(function: Callable[..., Any], frame: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``sql``, which settles the session before a statement that may change it.

    The client has the engine run every statement, to find whether it is a query; that takes twice the time of
    analysing it, which is enough for a plain query.
    """

    @wraps(function)
    def call(self: Any, query: str, *arguments: Any, **named: Any) -> Any:
        from pyspark.sql.connect.plan import SQL

        if isinstance(query, str) and hasattr(self, "_firesteel"):
            if _PLAIN_QUERY.match(query) and not (arguments or named):
                return _looked_at(frame(SQL(query), self), asks=True)
            if _may_change(query):
                settle(self)
        return function(self, query, *arguments, **named)

    return call


def _may_change(query: str) -> bool:
    r"""Tell whether a statement may change what others mean: all that do not begin as queries do.

    Examples
    --------
    >>> [_may_change(text) for text in ("select 1", "(select 1)", "-- a note\\nSET x=1", "USE other")]
    [False, False, True, True]
    """
    rest = query[_COMMENTS.match(query).end() :]  # type: ignore[union-attr] # it matches nothing, too
    first = "(" if rest.startswith("(") else re.split(r"\W", rest, maxsplit=1)[0].lower()
    return first not in _READS


def _asked_once(ask: Callable[..., bool]) -> Callable[..., bool]:
    """Return the method that asks, with each collect, how binary values are given; settings change it."""

    @wraps(ask)
    def call(self: Any) -> bool:
        kept = vars(self._session)
        if _BINARY not in kept:
            kept[_BINARY] = ask(self)
        return bool(kept[_BINARY])

    return call


def _kept_by_column(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method whose result, a column of a subquery, keeps the DataFrame to be settled."""

    @wraps(function)
    def call(self: Any) -> Any:
        column = function(self)
        column._expr._firesteel_frame = self
        return column

    return call
