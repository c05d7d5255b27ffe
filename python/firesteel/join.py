"""Joins as functions, for programs that import ``pyspark.join``: those of `RDD` under other names."""

from __future__ import annotations

from firesteel._compat.join import (
    python_cogroup,
    python_full_outer_join,
    python_join,
    python_left_outer_join,
    python_right_outer_join,
)

__all__ = [
    "python_cogroup",
    "python_full_outer_join",
    "python_join",
    "python_left_outer_join",
    "python_right_outer_join",
]
