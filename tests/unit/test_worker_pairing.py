"""Pairs of two sources: places compared, all pairs in a fixed order, kept in a file where memory is short."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from firesteel._data.errors import RecordError
from firesteel._data.memory import Memory
from firesteel._worker.pairing import product, zipped


class Short(Memory):
    """Memory that is exhausted at every look."""

    def exhausted(self, records: int) -> bool:
        return records > 0


def all_pairs(left: Any, right: Any, memory: Memory) -> list[Any]:
    return list(chain.from_iterable(product(iter(left), iter(right), memory)))


def test_places_are_paired() -> None:
    assert list(zipped(iter("ab"), iter([1, 2]))) == [("a", 1), ("b", 2)]
    assert list(zipped(iter(()), iter(()))) == []


@pytest.mark.parametrize(
    ("left", "right", "longer"), [(3, 2, "left"), (2, 3, "right"), (0, 1, "right"), (1, 0, "left")]
)
def test_a_side_that_ends_early_is_noticed(left: int, right: int, longer: str) -> None:
    pairs = zipped(iter(range(left)), iter(range(right)))
    with pytest.raises(RecordError, match=f"the {longer} one has more"):
        list(pairs)


def test_a_pair_is_given_before_the_next_records_are_asked_for() -> None:
    def once() -> Iterator[int]:
        yield 1
        raise AssertionError("asked for more than was wanted")

    assert next(zipped(once(), once())) == (1, 1)


@pytest.mark.parametrize(("left", "right"), [(0, 3), (3, 0), (2, 3), (300, 700)])
def test_all_pairs_in_the_same_order_whether_spilled_or_not(tmp_path: Path, left: int, right: int) -> None:
    kept = all_pairs(range(left), range(right), Memory(1 << 40, str(tmp_path)))
    short = Short(1, str(tmp_path))
    assert all_pairs(range(left), range(right), short) == kept
    assert sorted(kept) == list(itertools.product(range(left), range(right)))
    assert (short.spilled > 0) == (left > 0 and right > 0)
    if left <= 256 >= right:
        assert kept == sorted(kept)
