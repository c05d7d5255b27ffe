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
``a.join(b, a.k == a.k)``      always true                       compares a's ``k`` with b's, where b is a
                                                                 or made from it
``rand()`` in a text           other numbers in each query       the same numbers
``typeof`` of a given string    ``string collate UTF8_BINARY``    ``string``
an hour that comes twice       ``fold`` is always 0              1 for the second time
=============================  ================================  ==========================================
"""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import copy
from functools import cache, wraps
from typing import Any

from firesteel.errors import AnalysisException
from firesteel.sql import _analysis

__all__ = ["install"]

_TYPE_TO_PROTO = "pyspark_types_to_proto_types"
_EQUALITIES = ("==", "<=>")


@cache
def install() -> None:
    """Change the client's classes; it is done once."""
    from pyspark.sql.connect import expressions, plan, types
    from pyspark.sql.connect.dataframe import DataFrame

    from firesteel.sql import _functions, _local_times

    types_to_proto = getattr(types, _TYPE_TO_PROTO)

    DataFrame.join = _between_sides(DataFrame.join)
    for module in (types, expressions, plan):
        if hasattr(module, _TYPE_TO_PROTO):
            setattr(module, _TYPE_TO_PROTO, _without_collation(types_to_proto))
    for name in ("checkpoint", "localCheckpoint"):
        setattr(DataFrame, name, _as_its_parent(getattr(DataFrame, name)))
    _analysis.install()
    _functions.install()
    _local_times.install()
    os.environ.setdefault("PYSPARK_VALIDATE_COLUMN_NAME_LEGACY", "1")  # the client's own switch for that


def _between_sides(join: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``join`` for which a column compared with itself is one of each side, if both sides have it."""

    @wraps(join)
    def call(self: Any, other: Any, on: Any = None, how: Any = None) -> Any:
        from pyspark.sql.connect.column import Column

        conditions = on if isinstance(on, list) else [on]
        if any(isinstance(each, Column) for each in conditions) and hasattr(other, "_plan"):
            if other._plan is self._plan:
                other = other.select("*")
            sides = _Sides(self._plan, other._plan)
            split = [sides.split(each) if isinstance(each, Column) else each for each in conditions]
            on = split if isinstance(on, list) else split[0]
        return join(self, other, on, how)

    return call


def _without_collation(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the conversion of types for which the default collation goes without saying."""

    @wraps(convert)
    def call(data_type: Any) -> Any:
        made = convert(data_type)
        if made.WhichOneof("kind") == "string" and made.string.collation == "UTF8_BINARY":
            made.string.ClearField("collation")
        return made

    return call


def _below(plan: Any) -> set[int]:
    """Return the numbers of a plan and of all that it is made from."""
    from pyspark.sql.connect.plan import LogicalPlan

    waiting, seen = [plan], {}
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen[id(each)] = each
        for value in vars(each).values():
            values = value if isinstance(value, (list, tuple)) else (value,)
            waiting += [found for found in values if isinstance(found, LogicalPlan)]
    return {each._plan_id for each in seen.values()}


class _Sides:
    """The plans of a join's sides, and what in a condition is of which.

    A shared column compared with itself is taken for one of each side, as Spark's `Dataset.join` does
    (spark.sql.selfJoinAutoResolveAmbiguity). A condition of shared columns only is refused, as there.
    """

    def __init__(self, left: Any, right: Any) -> None:
        self._left, self._right = left._plan_id, right._plan_id
        lefts, rights = _below(left), _below(right)
        self._shared = lefts & rights
        self._only_right = rights - lefts

    def split(self, condition: Any) -> Any:
        """Return the condition with references to the left and to the right."""
        from pyspark.sql.connect.column import Column

        if not self._shared:
            return condition
        expression = self._split(condition._expr)
        plans: set[int | None] = set()
        expression.foreach(lambda each: plans.add(each._plan_id) if _is_reference(each) else None)
        if plans & self._shared and None not in plans and not plans & {self._right, *self._only_right}:
            raise AnalysisException(
                f"The condition {condition!s} of the join compares columns of both sides with themselves. "
                "Name the sides: a.alias('x').join(b.alias('y'), col('x.k') > col('y.k'))",
                errorClass="AMBIGUOUS_COLUMN_REFERENCE",
            )
        return Column(expression)

    def _split(self, expression: Any) -> Any:
        from pyspark.sql.connect.expressions import ColumnReference, UnresolvedFunction

        if isinstance(expression, UnresolvedFunction) and expression._name in _EQUALITIES:
            one, two = expression._args
            if _is_reference(one) and _is_reference(two) and self._is_both(one, two):
                sides = [ColumnReference(one.name(), self._left), ColumnReference(two.name(), self._right)]
                return UnresolvedFunction(expression._name, sides, expression._is_distinct)
        made = copy(expression)
        for name, value in vars(expression).items():
            setattr(made, name, self._within(value))
        return made

    def _is_both(self, one: Any, two: Any) -> bool:
        return one._plan_id in self._shared and (one.name(), one._plan_id) == (two.name(), two._plan_id)

    def _within(self, value: Any) -> Any:
        from pyspark.sql.connect.expressions import Expression

        if isinstance(value, Expression):
            return self._split(value)
        if isinstance(value, list):
            return [self._within(each) for each in value]
        if type(value) is tuple:
            return tuple(self._within(each) for each in value)
        return value


def _is_reference(expression: Any) -> bool:
    from pyspark.sql.connect.expressions import ColumnReference

    return isinstance(expression, ColumnReference)


def _as_its_parent(checkpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``checkpoint`` whose result has the columns of the DataFrame that it is of."""

    @wraps(checkpoint)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        result = checkpoint(self, *arguments, **named)
        result._plan._root_plan_id = self._plan._plan_id
        return result

    return call
