"""The types of SQL, and `Row`: PySpark's own where it is installed, otherwise ours, of the same form."""

from __future__ import annotations

from typing import Any

from firesteel import install_as_pyspark


def __getattr__(name: str) -> Any:
    install_as_pyspark()
    import pyspark.sql.types

    value = getattr(pyspark.sql.types, name)
    globals()[name] = value
    return value
