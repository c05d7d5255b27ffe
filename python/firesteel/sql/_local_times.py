"""Timestamps of rows in the hour that a change of clocks repeats: ``fold`` marks the second time.

So it is in classic PySpark. PySpark's conversion from Arrow leaves the mark out, and the two become one time.
"""

from __future__ import annotations

import datetime
from functools import cache, wraps
from typing import Any

__all__ = ["install"]


@cache
def install() -> None:
    """Change PySpark's conversion; it is done once."""
    from pyspark.sql.conversion import ArrowTableToRowsConversion
    from pyspark.sql.types import TimestampType

    create = ArrowTableToRowsConversion._create_converter

    @wraps(create)
    def created(dataType: Any, **options: Any) -> Any:
        return local_time if isinstance(dataType, TimestampType) else create(dataType, **options)

    ArrowTableToRowsConversion._create_converter = staticmethod(created)


def local_time(value: datetime.datetime | None) -> datetime.datetime | None:
    """Return a time with a zone as one of this process's zone, without its name.

    Parameters
    ----------
    value : datetime or None
        A time with a zone.

    Returns
    -------
    datetime or None
    """
    if value is None:
        return None
    here = value.astimezone()
    naive = here.replace(tzinfo=None)
    if value.year == datetime.MINYEAR or naive.astimezone().utcoffset() == here.utcoffset():
        return naive
    return naive.replace(fold=1)
