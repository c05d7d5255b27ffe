"""`pyspark`, meaning Firesteel: the same objects under PySpark's names.

On the path of programs that the launchers start, and after ``firesteel.install_as_pyspark()``.
``__version__`` says which PySpark API is followed; ``firesteel.__version__`` is the engine's own.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import firesteel

__version__ = "4.3.0"

__all__ = [name for name in firesteel.__all__ if name != "install_as_pyspark"]

_ELSEWHERE = {
    "_NoValue": "pyspark._globals",
    "CPickleSerializer": "firesteel.serializers",
    "MarshalSerializer": "firesteel.serializers",
    "SparkExecutorInfo": "firesteel.status",
    "is_remote_only": "firesteel.util",
    "keyword_only": "firesteel._compat.decorators",
    "since": "firesteel._compat.decorators",
}
_MODULES = frozenset(each.name for each in pkgutil.iter_modules(__path__))
_LATER = frozenset(("mllib", "streaming"))  # they say so when they are imported
_SQL = ("HiveContext", "Row", "SQLContext")

importlib.import_module("pyspark._behind").extend(__name__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        value = getattr(firesteel, name)
        globals()[name] = value
        return value
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(_ELSEWHERE[name]), name)
    if name in _MODULES and name not in _LATER:
        return importlib.import_module(f"pyspark.{name}")
    if name in ("ml", "pandas", "pipelines"):
        return importlib.import_module(f"pyspark.{name}")
    if name in _SQL:
        return getattr(importlib.import_module("pyspark.sql"), name)
    raise AttributeError(f"module 'pyspark' has no attribute {name!r}")
