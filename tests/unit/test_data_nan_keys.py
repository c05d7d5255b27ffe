"""Keys that hold NaN are one key, whatever is spilled, however often they are unpickled."""

from __future__ import annotations

import decimal
import math
import pickle
from collections import Counter, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tight import Tight

from firesteel._data.combining import Combining, Functions
from firesteel._data.grouping import Grouping
from firesteel._data.hashing import hash_and_unify, hash_keys
from firesteel._data.nan_keys import any_nan, holds_nan, marked, one_nan, unify, unite
from firesteel._data.payloads import Columns, decode_payload, encode_columns

NamedPair = namedtuple("NamedPair", "first second")


def numbers() -> st.SearchStrategy[Any]:
    """Give NaNs that are objects of their own, and other keys."""
    nan = st.sampled_from([float, np.float64, np.float32, np.float16]).map(lambda kind: kind("nan"))
    return nan | st.sampled_from([0.0, 1, "a", None, True])


keys = st.recursive(
    numbers(),
    lambda inner: st.tuples(inner, inner) | st.builds(NamedPair, inner, inner) | st.frozensets(inner),
    max_leaves=4,
)


def written(key: Any) -> Any:
    """Give a key in a form that is equal for keys that are one."""
    if isinstance(key, tuple):
        return tuple(map(written, key))
    if isinstance(key, frozenset):
        return frozenset(map(written, key))
    return "NaN" if key != key else key


def anew(key: Any) -> Any:
    """Give a copy of a key whose NaNs are objects of their own."""
    return pickle.loads(pickle.dumps(key))


@given(st.lists(keys, max_size=30), st.integers(1, 6), st.integers(1, 5))
def test_spilled_sums_and_groups_have_one_entry_for_a_key(
    tmp_path_factory: pytest.TempPathFactory, some: list[Any], every: int, step: int
) -> None:
    scratch = tmp_path_factory.mktemp("s")
    combining = Combining(Tight(scratch, every, step), Functions(None, int.__add__, int.__add__))
    combining.add_values((anew(key), 1) for key in some)
    grouping = Grouping(Tight(scratch, every, step))
    grouping.add((anew(key), 1) for key in some)
    wanted = Counter(map(written, some))
    counts = list(combining.items())
    assert len(counts) == len(wanted)
    assert {written(key): count for key, count in counts} == wanted
    groups = list(grouping.items())
    assert len(groups) == len(wanted)
    assert {written(key): sum(values) for key, values in groups} == wanted


@given(st.lists(keys, max_size=30))
def test_keys_are_one_after_a_batch_has_been_read(some: list[Any]) -> None:
    united, hashes, nan = hash_and_unify(some)
    assert nan or not any(map(holds_nan, some))
    assert hashes.tolist() == hash_keys(united).tolist() == hash_keys(some).tolist()
    codec, pieces = encode_columns([marked(united), some])
    batches = [decode_payload(codec, b"".join(pieces), len(some)) for _ in range(2)]
    assert all(isinstance(batch, Columns) for batch in batches)
    found = [key for batch in batches for key, _ in batch]
    assert len(set(found)) == len(set(map(written, some)))
    assert Counter(map(written, found)) == Counter(2 * list(map(written, some)))


@given(st.lists(keys, max_size=30))
def test_any_nan_looks_at_all_keys(some: list[Any]) -> None:
    assert any_nan(some) == any(map(holds_nan, some))


def test_what_holds_no_nan_stays_the_same_object() -> None:
    for key in (1.0, "a", (1, ("b", 2.0)), frozenset([1.0]), NamedPair(1, 2), [math.nan]):
        assert one_nan(key) is key


def test_classes_and_attributes_of_keys_are_kept() -> None:
    class Row(tuple):  # type: ignore[type-arg]
        pass

    row = Row((float("nan"), 1))
    row.names = ("x", "y")  # type: ignore[attr-defined]
    found = one_nan(row)
    assert type(found) is Row
    assert found.names == ("x", "y")
    assert type(one_nan(NamedPair(float("nan"), 1))) is NamedPair


@pytest.mark.parametrize(
    "make",
    [
        lambda: decimal.Decimal("nan"),
        lambda: np.datetime64("NaT"),
        lambda: complex(math.nan, 2),
        lambda: np.complex64(complex(math.nan, 2)),
    ],
)
def test_other_values_that_are_not_equal_to_themselves(make: Any) -> None:
    assert len(set(unify([make(), (make(), 1)[0], anew(make())]))) == 1


def test_complex_keys_with_another_part_stay_apart() -> None:
    assert len(set(unify([complex(math.nan, 1), complex(math.nan, 2), complex(1, math.nan)]))) == 3


def test_entries_are_merged() -> None:
    entries = {(float("nan"), 1): [1], "a": [2], (float("nan"), 1): [3]}  # noqa: F601 - not equal
    unite(entries, list.__add__)
    assert sorted(entries.values()) == [[1, 3], [2]]
