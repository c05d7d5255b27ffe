"""`pyspark.sql`: Firesteel's session, and the classes of the installed `pyspark`, found when used."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

from pyspark._behind import extend

extend(__name__)

_HOMES = {
    "Catalog": "pyspark.sql.catalog",
    "Column": "pyspark.sql.column",
    "DataFrame": "pyspark.sql.dataframe",
    "DataFrameNaFunctions": "pyspark.sql.dataframe",
    "DataFrameReader": "pyspark.sql.readwriter",
    "DataFrameStatFunctions": "pyspark.sql.dataframe",
    "DataFrameWriter": "pyspark.sql.readwriter",
    "DataFrameWriterV2": "pyspark.sql.readwriter",
    "Geography": "pyspark.sql.types",
    "Geometry": "pyspark.sql.types",
    "GroupedData": "pyspark.sql.group",
    "HiveContext": "firesteel.sql.context",
    "MergeIntoWriter": "pyspark.sql.merge",
    "Observation": "pyspark.sql.observation",
    "PandasCogroupedOps": "pyspark.sql.pandas.group_ops",
    "Row": "pyspark.sql.types",
    "SQLContext": "firesteel.sql.context",
    "SparkSession": "firesteel.sql.session",
    "UDFRegistration": "pyspark.sql.udf",
    "UDTFRegistration": "pyspark.sql.udtf",
    "VariantVal": "pyspark.sql.types",
    "Window": "pyspark.sql.window",
    "WindowSpec": "pyspark.sql.window",
    "is_remote": "pyspark.sql.utils",
}

__all__ = list(_HOMES)


_LAZY = ("functions", "types")  # large modules, which many programs import and not all use


def _lazily(name: str) -> Any:
    """Return a module that is loaded when something of it is used."""
    full = f"{__name__}.{name}"
    found = sys.modules.get(full)
    if found is not None:
        return found
    spec = importlib.util.find_spec(full)
    if spec is None or spec.loader is None:
        return importlib.import_module(full)  # which says what is missing
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    globals()[name] = module
    return module


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return _lazily(name)
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'pyspark.sql' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
