"""Splits (key, value) pairs; the error for a record that is not a pair."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from firesteel._data.errors import RecordError, shorten
from firesteel._data.payloads import Columns

__all__ = ["columns_of", "not_a_pair", "pairs_of"]


def not_a_pair(record: Any, site: str | None) -> RecordError:
    """Return the error for a record that is not a pair."""
    return RecordError(
        f"a (key, value) pair is expected by {site or 'the shuffle'}, "
        f"not {type(record).__qualname__}: {shorten(record)}",
        site,
    )


def columns_of(records: list[Any] | Columns, site: str | None = None) -> tuple[list[Any], list[Any]]:
    """Split pairs into keys and values; a record that is not a pair is an error that shows it."""
    if isinstance(records, Columns) and len(records.columns) == 2:
        keys, values = records.columns
        return keys, values
    if _tuples(records):
        return list(map(itemgetter(0), records)), list(map(itemgetter(1), records))
    keys, values = [], []
    for record in records:
        try:
            key, value = record
        except (TypeError, ValueError) as failure:
            raise not_a_pair(record, site) from failure
        keys.append(key)
        values.append(value)
    return keys, values


def pairs_of(records: list[Any] | Columns, site: str | None = None) -> Iterable[Any]:
    """Convert pairs to tuples; a record that is not a pair is an error that shows it."""
    if isinstance(records, Columns) or _tuples(records):
        return records
    return zip(*columns_of(records, site))  # noqa: B905 - of one length


def _tuples(records: list[Any] | Columns) -> bool:
    return set(map(type, records)) == {tuple} and set(map(len, records)) == {2}
