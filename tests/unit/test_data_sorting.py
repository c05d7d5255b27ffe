"""Sorting, by column or as records, in memory or with next to none, gives what plain Python gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tight import Tight

from firesteel._data.codec import BatchSize
from firesteel._data.errors import RecordError
from firesteel._data.memory import Memory
from firesteel._data.merging import merge_runs
from firesteel._data.pair_sorting import PairSorting, numbers_of
from firesteel._data.payloads import Columns
from firesteel._data.sorting import Sorting, order_of

LARGE = st.sampled_from([2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**30])
FLOATS = st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0, 1.0, float("inf"), float("-inf"), 2.0**53])
KEYS = (
    st.lists(st.integers(-3, 3)),
    st.lists(FLOATS),
    st.lists(LARGE | st.integers()),
    st.lists(FLOATS | LARGE | st.booleans() | st.integers(-2, 2)),
    st.lists(st.booleans()),
    st.lists(st.text("ab", max_size=2)),
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1))),
    st.lists(FLOATS.map(np.float64) | FLOATS),
)


def taken_in(sorting: PairSorting, records: list[Any], batches: bool) -> None:
    """Hand records over as they come from functions, or as they come from files."""
    if not batches:
        sorting.add(iter(records))
        return
    for at in range(0, len(records), 4):
        some = records[at : at + 4]
        sorting.add_batch(Columns([[key for key, _ in some], [value for _, value in some]]))


def in_order(sorting: PairSorting, size: int = 3) -> list[Any]:
    return list(chain.from_iterable(sorting.batches(BatchSize(size))))


@given(
    st.one_of(KEYS),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from([None, None, repr]),
    st.booleans(),
)
def test_pairs_are_sorted_as_by_sorted(
    tmp_path_factory: pytest.TempPathFactory,
    keys: list[Any],
    every: int,
    ascending: bool,
    function: Callable[[Any], Any] | None,
    batches: bool,
) -> None:
    records = [(key, number) for number, key in enumerate(keys)]
    wanted = sorted(records, key=order_of(function), reverse=not ascending)
    for memory in (Memory(1 << 40, "/nowhere"), Tight(tmp_path_factory.mktemp("s"), every)):
        sorting = PairSorting(memory, function, ascending, None)
        taken_in(sorting, records, batches)
        found = in_order(sorting)
        assert list(map(repr, found)) == list(map(repr, wanted))  # -0.0, True and 1.0 stay what they were
        assert [type(key) for key, _ in found] == [type(key) for key, _ in wanted]
        assert sorting.records == len(records)


@given(
    st.lists(st.integers(-5, 5)) | st.lists(st.integers(-(1 << 63), (1 << 63) - 1)) | st.lists(FLOATS),
    st.integers(1, 9),
    st.integers(1, 9),
    st.booleans(),
)
def test_batches_are_cut_alike_wherever_columns_spill(
    tmp_path_factory: pytest.TempPathFactory, keys: list[Any], every: int, size: int, ascending: bool
) -> None:
    cut = []
    for memory in (Memory(1 << 40, "/nowhere"), Tight(tmp_path_factory.mktemp("s"), every, 5)):
        sorting = PairSorting(memory, None, ascending, None)
        sorting.add(zip(keys, range(len(keys)), strict=True))
        batches = list(sorting.batches(BatchSize(size)))
        assert all(isinstance(batch, Columns) for batch in batches)
        cut.append([repr(list(batch)) for batch in batches])
    assert cut[0] == cut[1]


def test_values_come_back_as_they_are() -> None:
    values = [[1, 2], (3, 4), np.arange(3), None, np.arange(3), {}, "text", np.float64(1)]
    sorting = PairSorting(Memory(1 << 40, "/nowhere"), None, False, None)
    sorting.add((float(number), value) for number, value in enumerate(values))
    assert [id(value) for _, value in in_order(sorting)] == list(map(id, reversed(values)))


@pytest.mark.parametrize("number", [0, 5000, 19_999])
@pytest.mark.parametrize(
    ("every", "other"),  # NaN has no place in an order, and is where it is by what was spilled
    [(1 << 40, float("nan")), *((every, other) for every in (1 << 40, 3) for other in (1, True, 2**70))],
)
def test_a_key_of_another_kind_may_come_late(tmp_path: Path, number: int, other: Any, every: int) -> None:
    draw = random.Random(number)
    records = [(draw.random(), at) for at in range(20_000)]
    records[number] = (other, number)
    sorting = PairSorting(Tight(tmp_path, every, 1000), None, True, None)
    sorting.add(records)
    assert list(map(repr, in_order(sorting))) == list(map(repr, sorted(records, key=order_of(None))))


def test_only_plain_numbers_go_by_column() -> None:
    assert numbers_of([1.5, 2.0]) is not None
    assert numbers_of([1, -(2**63)]) is not None
    for keys in ([1.5, 2], [1, True], [True], [float("nan")], [2**63], [np.float64(1)], ["a"], [None]):
        assert numbers_of(keys) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())), st.integers(1, 5), st.booleans(), st.booleans())
def test_spilled_sorting_is_stable(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[int, int]],
    every: int,
    ascending: bool,
    by_function: bool,
) -> None:
    key = order_of((lambda k: k % 3) if by_function else None)
    sorting = Sorting(Tight(tmp_path_factory.mktemp("s"), every, 5), key, ascending)
    sorting.add(records)
    assert list(sorting.sorted()) == sorted(records, key=key, reverse=not ascending)


@given(st.lists(st.lists(st.lists(st.integers(0, 9), max_size=5)), max_size=5), st.booleans(), st.data())
def test_runs_are_merged_stably(runs: list[list[list[int]]], descending: bool, data: st.DataObject) -> None:
    numbered = []
    for number, batches in enumerate(runs):
        flat = sorted(chain.from_iterable(batches), reverse=descending)
        marked = [(key, number, at) for at, key in enumerate(flat)]
        cuts = sorted(data.draw(st.lists(st.integers(0, len(flat)), max_size=4)))
        numbered.append([marked[a:b] for a, b in zip([0, *cuts], [*cuts, len(flat)], strict=True)])
    calls: list[Any] = []

    def key(record: tuple[int, int, int]) -> int:
        calls.append(record)
        return record[0]

    found = list(chain.from_iterable(merge_runs(map(iter, numbered), key, descending)))
    every = list(chain.from_iterable(chain.from_iterable(numbered)))
    assert sorted(calls) == sorted(every)  # once for each
    assert found == sorted(every, key=lambda record: record[0], reverse=descending)


def test_what_is_sorted_can_be_read_when_the_sorting_has_gone(tmp_path: Path) -> None:
    def in_files() -> Iterator[int]:
        sorting = Sorting(Tight(tmp_path, 2), lambda number: number, True)
        sorting.add([3, 1, 2] * 10)
        return sorting.sorted()

    assert list(in_files()) == [1] * 10 + [2] * 10 + [3] * 10


def test_merging_reads_no_more_than_it_needs() -> None:
    read: list[int] = []

    def batches(run: int) -> Iterator[list[int]]:
        for at in range(100):
            read.append(run)
            yield [2 * at + run]

    merged = merge_runs([batches(0), batches(1)], lambda number: number, False)
    assert next(merged) == [0]
    assert len(read) <= 2


@pytest.mark.parametrize("every", [1 << 40, 1])
@pytest.mark.parametrize("pairs", [False, True])
def test_keys_that_cannot_be_compared_are_explained(tmp_path: Path, every: int, pairs: bool) -> None:
    memory = Tight(tmp_path, every, 2)
    records = [(1, 0), (2, 0), ("a", 0)]
    site = "sortByKey at app.py:4"

    def run() -> None:
        if pairs:
            by_key = PairSorting(memory, None, True, site)
            by_key.add(records)
            in_order(by_key)
        else:
            sorting = Sorting(memory, order_of(None), True, site)
            sorting.add(records)
            list(sorting.sorted())

    told = "cannot be compared in sortByKey at app\\.py:4: '<' not supported.*\\. Give a keyfunc"
    with pytest.raises(RecordError, match=told):
        run()


class Proud:
    """Compares with nobody, and says why."""

    def __lt__(self, other: object) -> bool:
        raise TypeError("not with me")


@pytest.mark.parametrize("every", [1 << 40, 1])
def test_the_type_error_of_the_user_s_own_code_stays_as_it_is(tmp_path: Path, every: int) -> None:
    def function(key: Any) -> Any:
        raise TypeError("not this key")

    for keys, own, text in (([1, 2], function, "not this key"), ([Proud(), Proud()], None, "not with me")):
        sorting = PairSorting(Tight(tmp_path, every, 1), own, True, "sortByKey at app.py:4")

        def run(sorting: PairSorting = sorting, keys: list[Any] = keys) -> None:
            sorting.add((key, 0) for key in keys)
            in_order(sorting)

        with pytest.raises(TypeError, match=text):
            run()
