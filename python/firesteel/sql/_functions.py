"""Functions for the SQL engine's workers, which are Spark's own: pickled when they are first used.

A broadcast variable goes with the function, as its value. An accumulator is refused: nothing that these
workers add would come back.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any

from pyspark import cloudpickle
from pyspark._behind import behind

from firesteel.accumulators import Accumulator
from firesteel.broadcast import Broadcast
from firesteel.errors import PySparkPicklingError

__all__ = ["install"]


class _Pickler(cloudpickle.CloudPickler):  # type: ignore[misc]
    """Pickles what Spark's workers can unpickle, with no module of ours."""

    def reducer_override(self, value: Any) -> Any:
        """Take broadcast variables by value, and refuse accumulators."""
        if isinstance(value, Broadcast):
            return SimpleNamespace, (), {"value": value.value}
        if isinstance(value, Accumulator):
            raise PySparkPicklingError(
                "A function of SQL uses an accumulator, and would add to a copy that is lost: the workers of "
                "the SQL engine do not report to accumulators. Use one in operations of df.rdd, or "
                "count with an aggregation or DataFrame.observe"
            )
        return super().reducer_override(value)


def _dumps(value: Any) -> bytes:
    with io.BytesIO() as file:
        _Pickler(file, protocol=pickle.DEFAULT_PROTOCOL).dump(value)
        return file.getvalue()


class _Serializer(behind("pyspark.serializers").CloudPickleSerializer):  # type: ignore[misc]
    """What the client pickles functions, table functions and data sources with."""

    def dumps(self, obj: Any) -> bytes:
        """Return the pickled object."""
        return _dumps(obj)


class _Taken:
    """A function as it was pickled; unpickling it gives the function itself."""

    def __init__(self, function: Any) -> None:
        self._pickled = _dumps(function)
        self._text = repr(function)

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self._pickled,)

    def __repr__(self) -> str:
        return self._text


def install() -> None:
    """Make the client take functions so."""
    from pyspark.sql.connect import expressions, plan
    from pyspark.sql.connect.udf import UDFRegistration, UserDefinedFunction

    expressions.CloudPickleSerializer = plan.CloudPickleSerializer = _Serializer
    expressions.PythonUDF.__init__ = _taking(expressions.PythonUDF.__init__)
    UserDefinedFunction._build_common_inline_user_defined_function = _taking_once(
        UserDefinedFunction._build_common_inline_user_defined_function
    )
    UDFRegistration.register = _naming(UDFRegistration.register, UserDefinedFunction)


def _naming(register: Callable[..., Any], kind: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``register``, whose result has the name, also where a function of a query is registered."""

    @wraps(register)
    def call(self: Any, name: str, f: Any, *arguments: Any, **named: Any) -> Any:
        found = register(self, name, f, *arguments, **named)
        if found is not f:
            return found
        return kind(f.func, f.returnType, name, f.evalType, f.deterministic)._wrapped()

    return call


def _taking(made: Callable[..., None]) -> Callable[..., None]:
    @wraps(made)
    def initialize(self: Any, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **named)
        if not isinstance(self._func, _Taken):
            self._func = _Taken(self._func)

    return initialize


def _taking_once(build: Callable[..., Any]) -> Callable[..., Any]:
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

    return built
