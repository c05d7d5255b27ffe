"""Gives the Connect client the meaning of classic PySpark, where the two differ without a word.

=============================  ================================  ==========================================
What                           Connect by itself                 Here, as in classic PySpark
=============================  ================================  ==========================================
a function's variable changes  the query sees the later value    the value when the function was first used
a view is replaced             DataFrames made from it follow    they keep the view that they were made from
a DataFrame that cannot be     an error when it is first used    an error where it is made
a column that is not there     ``frame.name`` is a Column        an AttributeError
=============================  ================================  ==========================================
"""

from __future__ import annotations

import inspect
import os
import re
import threading
import uuid
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

__all__ = ["install"]

_MAKES_VIEW = re.compile(r"\bview\b", re.IGNORECASE)
_FREEZE = "firesteel/freeze"  # ConnectServer's plugin FreezePlugin takes this
_VIEW_METHODS = (
    "createGlobalTempView",
    "createOrReplaceGlobalTempView",
    "createOrReplaceTempView",
    "createTempView",
    "registerTempTable",
)


class _Depth(threading.local):
    inside = False


_depth = _Depth()


@cache
def install() -> None:
    """Change the client's classes; it is done once."""
    from pyspark.sql.connect.dataframe import DataFrame, DataFrameNaFunctions, DataFrameStatFunctions
    from pyspark.sql.connect.expressions import PythonUDF
    from pyspark.sql.connect.group import GroupedData
    from pyspark.sql.connect.readwriter import DataFrameReader
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.connect.udf import UserDefinedFunction

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
                setattr(owner, name, _analysed(function, DataFrame))
    for name in _VIEW_METHODS:
        if hasattr(DataFrame, name):
            setattr(DataFrame, name, _noting_views(getattr(DataFrame, name)))
    SparkSession.sql = _keeping_views(SparkSession.sql, DataFrame)
    SparkSession.table = _keeping_views(SparkSession.table, DataFrame)
    DataFrameReader.table = _keeping_views(DataFrameReader.table, DataFrame)
    _take_functions_as_they_are(PythonUDF, UserDefinedFunction)
    os.environ.setdefault("PYSPARK_VALIDATE_COLUMN_NAME_LEGACY", "1")  # the client's own switch for that


def _analysed(function: Callable[..., Any], frame: type) -> Callable[..., Any]:
    """Return a method whose result, if it is a DataFrame of our engine, is analysed at once."""

    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if _depth.inside:
            return function(self, *arguments, **named)
        _depth.inside = True
        try:
            result = function(self, *arguments, **named)
            if type(result) is frame and hasattr(result._session, "_firesteel"):  # type: ignore[attr-defined]
                result._cached_schema = None  # type: ignore[attr-defined] # a filter has taken its parent's
                result._schema  # type: ignore[attr-defined] # noqa: B018 # asks the engine, and keeps the answer
            return result
        finally:
            _depth.inside = False

    return call


def _noting_views(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        self._session._firesteel_views = True
        engine = getattr(self._session, "_firesteel", None)
        if engine is not None:
            engine.pin(self._plan.to_proto(self._session.client).SerializeToString())
        return function(self, *arguments, **named)

    return call


def _keeping_views(function: Callable[..., Any], frame: type) -> Callable[..., Any]:
    """Return ``sql`` or ``table`` whose DataFrames keep the views that they were made from."""

    @wraps(function)
    def call(self: Any, query: str, *arguments: Any, **named: Any) -> Any:
        session = self if hasattr(self, "_session_id") else self._client  # a reader calls its session that
        result = function(self, query, *arguments, **named)
        if isinstance(query, str) and _MAKES_VIEW.search(query):
            session._firesteel_views = True
        if type(result) is frame and getattr(session, "_firesteel_views", False):
            return _frozen(result, frame)
        return result

    return call


def _frozen(result: Any, frame: type) -> Any:
    """Return a DataFrame with the same plan, analysed now and kept by the server."""
    session = result._session
    if not hasattr(session, "_firesteel"):
        return result
    import pyspark.sql.connect.proto as proto
    from pyspark.sql.connect.plan import CachedRemoteRelation

    name = uuid.uuid4().hex
    command = proto.Command()
    command.extension.type_url = _FREEZE
    command.extension.value = name.encode() + result._plan.to_proto(session.client).root.SerializeToString()
    session.client.execute_command(command)
    return frame(CachedRemoteRelation(name, session), session)


class _Taken:
    """A function as it was pickled; unpickling it gives the function itself."""

    def __init__(self, function: Any) -> None:
        from pyspark import cloudpickle

        self._pickled = cloudpickle.dumps(function)
        self._text = repr(function)

    def __reduce__(self) -> tuple[Any, ...]:
        from pyspark import cloudpickle

        return cloudpickle.loads, (self._pickled,)

    def __repr__(self) -> str:
        return self._text


def _take_functions_as_they_are(udf: Any, user_defined: Any) -> None:
    made = udf.__init__
    build = user_defined._build_common_inline_user_defined_function

    @wraps(made)
    def initialize(self: Any, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **named)
        if not isinstance(self._func, _Taken):
            self._func = _Taken(self._func)

    @wraps(build)
    def built(self: Any, *arguments: Any, **named: Any) -> Any:
        taken = self.__dict__.get("_firesteel_taken")
        function = self.func
        if taken is None:
            taken = self.__dict__["_firesteel_taken"] = _Taken(function)
        self.func = taken
        try:
            return build(self, *arguments, **named)
        finally:
            self.func = function

    udf.__init__ = initialize
    user_defined._build_common_inline_user_defined_function = built
