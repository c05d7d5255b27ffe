"""ResultIterable: the values of one key, as `groupByKey` gives them."""

from __future__ import annotations

from firesteel._data.result_iterable import ResultIterable

__all__ = ["ResultIterable"]
