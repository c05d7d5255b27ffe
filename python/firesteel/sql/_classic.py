"""Gives the Connect client the meaning of classic PySpark, where the two differ without a word.

=============================  ================================  ==========================================
What                           Connect by itself                 Here, as in classic PySpark
=============================  ================================  ==========================================
a function's variable changes  the query sees the later value    the value when the function was first used
a broadcast in a function      an error                          its value
an accumulator in a function   nothing is added                  refused (classic PySpark adds)
a view is replaced, a setting  DataFrames made before follow     they stay as they were analysed
set, a function registered
a DataFrame that cannot be     an error when it is first used    an error where it is made
a column that is not there     ``frame.name`` is a Column        an AttributeError
``a.join(b, a.k == a.k)``      always true                       compares a's ``k`` with b's, where b is
                                                                 made from a
=============================  ================================  ==========================================
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

from firesteel.sql import _analysis

__all__ = ["install"]

_EQUALITIES = ("==", "<=>")


@cache
def install() -> None:
    """Change the client's classes; it is done once."""
    from pyspark.sql.connect.dataframe import DataFrame

    from firesteel.sql import _functions

    DataFrame.join = _between_sides(DataFrame.join)
    _analysis.install()
    _functions.install()
    os.environ.setdefault("PYSPARK_VALIDATE_COLUMN_NAME_LEGACY", "1")  # the client's own switch for that


def _between_sides(join: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``join`` for which a column compared with itself is one of each side, if both sides have it."""

    @wraps(join)
    def call(self: Any, other: Any, on: Any = None, how: Any = None) -> Any:
        from pyspark.sql.connect.column import Column

        conditions = on if isinstance(on, list) else [on]
        if any(isinstance(each, Column) for each in conditions) and hasattr(other, "_plan"):
            left, right = self._plan, other._plan
            shared = {plan._plan_id for plan in _below(left)} & {plan._plan_id for plan in _below(right)}
            if shared:
                split = [
                    Column(_split(each._expr, shared, left._plan_id, right._plan_id))
                    if isinstance(each, Column)
                    else each
                    for each in conditions
                ]
                on = split if isinstance(on, list) else split[0]
        return join(self, other, on, how)

    return call


def _below(plan: Any) -> Iterator[Any]:
    """Give a plan and all that it is made from."""
    from pyspark.sql.connect.plan import LogicalPlan

    waiting, seen = [plan], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        for value in vars(each).values():
            values = value if isinstance(value, (list, tuple)) else (value,)
            waiting += [found for found in values if isinstance(found, LogicalPlan)]


def _split(expression: Any, shared: set[int], left: int, right: int) -> Any:
    """Return a condition in which a shared column compared with itself is one of each side.

    That is what Spark's `Dataset.join` does (spark.sql.selfJoinAutoResolveAmbiguity).
    """
    from pyspark.sql.connect.expressions import ColumnReference, UnresolvedFunction

    if not isinstance(expression, UnresolvedFunction):
        return expression
    arguments = [_split(each, shared, left, right) for each in expression._args]
    if expression._name in _EQUALITIES and all(isinstance(each, ColumnReference) for each in arguments):
        one, two = arguments
        if one._plan_id in shared and (one.name(), one._plan_id) == (two.name(), two._plan_id):
            arguments = [ColumnReference(one.name(), left), ColumnReference(two.name(), right)]
    return UnresolvedFunction(expression._name, arguments, expression._is_distinct)
