"""SQL and DataFrames: Spark's own SQL engine, from an installed `pyspark`, behind our session.

==============  =================================================
`session`       `SparkSession`
`context`       the API of Spark 1: `SQLContext`
`types`         the types of SQL, and `Row`
`_plain_types`  those of them that need no `pyspark`
`_settings`     ``spark.conf``
`_sources`      DataFrames of numbers, rows, RDDs and lines
`_inference`    the schema of rows
`_local`        DataFrames that answer without the SQL engine
`_pandas`       pandas DataFrames as rows, and back
`_exchange`     rows as Arrow files and back, in the workers
`_columns`      rows as columns of Arrow, and back
`_local_times`  timestamps in the hour that comes twice
`_taken`        values that are not of their column's type
`_engine`       the SQL engine of an application
`_connect`      Spark's Connect client
`_additions`    what the client lacks of the classic API
`_classic`      the classic meaning, where the client has another
`_analysis`     when DataFrames are analysed, and what is kept of it
`_functions`    functions for the SQL engine's workers
`_server`       the process of the SQL engine
`_archive`      the archive of the classes that it loads
`_frames`       what that process and this one say to each other
`_installed`    the installed `pyspark`
==============  =================================================
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel.sql.context import HiveContext, SchemaRDD, SQLContext
    from firesteel.sql.session import SparkSession

__all__ = ["HiveContext", "Row", "SQLContext", "SchemaRDD", "SparkSession"]

_HOMES = {
    "HiveContext": "firesteel.sql.context",
    "Row": "firesteel.sql.types",
    "SQLContext": "firesteel.sql.context",
    "SchemaRDD": "firesteel.sql.context",
    "SparkSession": "firesteel.sql.session",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'firesteel.sql' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
