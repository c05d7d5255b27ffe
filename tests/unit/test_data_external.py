"""Aggregating and grouping with next to no memory give what plain Python gives."""

from __future__ import annotations

import operator
import os
import subprocess
import sys
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tight import Tight

from firesteel._data.combining import Combining, Functions
from firesteel._data.errors import RecordError
from firesteel._data.grouped import GroupedValues
from firesteel._data.grouping import Grouping
from firesteel._data.memory import Memory
from firesteel._data.multiset_hash import MultisetHash
from firesteel._data.payloads import Columns
from firesteel._data.repeating import Repeating
from firesteel._data.sampling import bounds_of, merged
from firesteel._data.splitting import Parts


def add(a: Any, b: Any) -> Any:
    return a + b


keys = st.integers(-5, 5) | st.text("ab", max_size=2) | st.none() | st.tuples(st.integers(0, 2), st.none())
pairs = st.lists(st.tuples(keys, st.integers()), max_size=80)


def grouped(records: list[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, value in records:
        groups[key].append(value)
    return groups


@given(pairs, st.integers(1, 6), st.integers(1, 5))
def test_spilled_aggregation(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[Any, Any]], every: int, step: int
) -> None:
    memory = Tight(tmp_path_factory.mktemp("s"), every, step)
    combining = Combining(memory, Functions(lambda v: [v], lambda c, v: [*c, v], add))
    combining.add_values(records)
    assert dict(combining.items()) == grouped(records)  # the order of merging is kept too
    assert not any(Path(memory.scratch).glob("*")) if memory.spills else True


@given(st.lists(st.tuples(pairs, st.booleans()), max_size=6), st.integers(1, 4), st.integers(1, 5))
def test_aggregation_keeps_the_order_of_pairs_that_are_spilled_uncombined(
    tmp_path_factory: pytest.TempPathFactory,
    maps: list[tuple[list[tuple[Any, Any]], bool]],
    every: int,
    step: int,
) -> None:
    combining = Combining(Tight(tmp_path_factory.mktemp("s"), every, step), Functions(list, add, add))
    for records, made in maps:  # by turns combiners, which may be spilled as they are, and values
        if made:
            keys, values = [key for key, _ in records], [[value] for _, value in records]
            combining.add_combiners(Columns([keys, values]) if keys else [])
        else:
            combining.add_values((key, [value]) for key, value in records)
    assert dict(combining.items()) == grouped([pair for records, _ in maps for pair in records])


class Elsewhere:
    """Takes combiners until it has been asked so often."""

    def __init__(self, willing: int) -> None:
        self.willing = willing
        self.taken: list[tuple[Any, Any]] = []
        self.flushed = 0

    def take(self, keys: list[Any], values: list[Any]) -> bool:
        self.willing -= 1
        if self.willing >= 0:
            self.taken += zip(keys, values, strict=True)
        return self.willing >= 0

    def flush(self) -> None:
        self.flushed = len(self.taken)


@given(pairs, st.integers(1, 6), st.integers(1, 5), st.integers(0, 6))
def test_what_is_merged_elsewhere_and_what_is_kept_are_all_there_is(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[Any, Any]],
    every: int,
    step: int,
    willing: int,
) -> None:
    memory, outlet = Tight(tmp_path_factory.mktemp("s"), every, step), Elsewhere(willing)
    combining = Combining(memory, Functions(None, add, add), outlet=outlet)
    combining.add_values((key, [value]) for key, value in records)
    if outlet.willing >= 0:  # it never refused
        assert not combining.spilled
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, values in [*outlet.taken, *combining.items()]:
        found[key] += values
    assert found == grouped(records)  # in the order in which they came


def test_pairs_that_are_hardly_fewer_when_they_are_combined_go_elsewhere_as_they_are(tmp_path: Path) -> None:
    outlet = Elsewhere(1 << 30)
    combining = Combining(Tight(tmp_path, 2, 100), Functions(None, add, add), outlet=outlet)
    combining.add_values((number, 1) for number in chain(range(500), [7] * 500))
    assert outlet.taken[-1] == (7, 1)
    assert len(outlet.taken) + len(list(combining.items())) == 1000
    assert outlet.flushed > 500


@given(st.lists(st.lists(st.integers(-(1 << 62), 1 << 62), max_size=50), max_size=5))
def test_few_keys_are_counted_exactly(batches: list[list[int]]) -> None:
    repeating = Repeating()
    for batch in batches:
        repeating.add(np.array(batch, np.int64))
    assert repeating.pairs == sum(map(len, batches))
    assert repeating.keys() == len(set(chain.from_iterable(batches)))


def test_many_keys_are_counted_about() -> None:
    repeating = Repeating()
    for begin in range(0, 600_000, 50_000):  # every key comes twice, or nearly
        repeating.add(np.arange(begin, begin + 100_000))
    assert repeating.pairs == 1_200_000
    assert repeating.keys() == pytest.approx(650_000, rel=0.05)


def chunks_of(keys: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[tuple[Any, int]]]]:
    amounts = st.integers(1, 1 << 40) | st.integers(1 << 60, 1 << 70)
    return st.lists(st.lists(st.tuples(keys, amounts)))


@given(chunks_of(st.text("ab", max_size=2)) | chunks_of(st.integers(-5, 5)))
def test_multiset_hashes_do_not_tell_how_far_values_are_added_up(chunks: list[list[tuple[Any, int]]]) -> None:
    one, other, plain = MultisetHash(added=True), MultisetHash(added=True), MultisetHash()
    sums: dict[Any, int] = defaultdict(int)
    for chunk in chunks:
        one.add([key for key, _ in chunk], [value for _, value in chunk])
        for key, value in chunk:
            sums[key] += value
    for pair in sums.items():
        other.add([pair[0]], [pair[1]])
    assert one.checksum() == other.checksum()
    if sums:
        key = next(iter(sums))
        other.add([key], [0])  # is seen, too
        assert one.checksum() != other.checksum() != plain.checksum()


@given(st.lists(pairs, max_size=4), st.integers(1, 4))
def test_combiners_of_several_maps(
    tmp_path_factory: pytest.TempPathFactory, maps: list[list[tuple[Any, Any]]], every: int
) -> None:
    combining = Combining(Tight(tmp_path_factory.mktemp("s"), every), Functions(None, add, add))
    for records in maps:
        combining.add_combiners(records)
    assert dict(combining.items()) == {k: sum(v) for k, v in grouped([p for m in maps for p in m]).items()}


@given(
    st.lists(st.tuples(pairs, st.booleans()), max_size=6),
    st.integers(1, 6),
    st.integers(0, 3000) | st.just(1 << 60),
)
def test_spilled_grouping_keeps_the_order_of_values(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[tuple[list[tuple[Any, Any]], bool]],
    every: int,
    large: int,
) -> None:
    memory = Tight(tmp_path_factory.mktemp("s"), every, 4)
    grouping = Grouping(memory, large=large)
    for batch, by_column in batches:
        grouping.add(
            Columns([list(column) for column in zip(*batch, strict=True)]) if batch and by_column else batch
        )
    found = list(grouping.items())
    wanted = grouped([record for batch, _ in batches for record in batch])
    assert {key: list(values) for key, values in found} == wanted
    assert {key: list(values) for key, values in found} == wanted  # a second time too
    assert {key: len(values) for key, values in found} == {key: len(group) for key, group in wanted.items()}
    assert len(found) == len(wanted)


@pytest.mark.parametrize("many", [0, 3, 40, 10_000])
def test_groups_that_become_large_and_small_again_keep_their_order(
    tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Grouping, "_many", lambda *_: many)
    # Of each 100 records, as many have the key 0 as the first of these says; the others have other keys.
    records = [
        (0 if i < of_zero else 1 + i % 7, (spill, i))
        for spill, of_zero in enumerate([0, 2, 90, 1, 0, 100, 3, 50])
        for i in range(100)
    ]
    grouping = Grouping(Tight(tmp_path, 1, 100))
    for at in range(0, len(records), 100):
        grouping.add(records[at : at + 100])
    assert {key: list(values) for key, values in grouping.items()} == grouped(records)


@given(st.lists(keys, max_size=200), st.integers(0, 5))
def test_parts_have_equal_keys_together_in_their_order(of_keys: list[Any], level: int) -> None:
    parts = Parts(level, None)
    half = len(of_keys) // 2
    parts.take(of_keys[:half], list(range(half)))
    parts.take(of_keys[half:], list(range(half, len(of_keys))))
    assert len(parts) == len(of_keys)
    for own_keys, places in parts.columns:
        assert [of_keys[place] for place in places] == own_keys
        assert places == sorted(places)
    assert sum(len(set(own_keys)) for own_keys, _ in parts.columns) == len(set(of_keys))


def test_a_group_larger_than_memory_stays_in_files(tmp_path: Path) -> None:
    grouping = Grouping(Tight(tmp_path, 2, 100), large=0)
    grouping.add(("hot" if i % 10 else i, i) for i in range(50_000))
    for key, values in grouping.items():
        if key == "hot":
            assert isinstance(values, GroupedValues)
            assert sum(isinstance(piece, list) for piece in values.pieces) == 0
            assert len(values) == 45_000
            assert list(values) == [i for i in range(50_000) if i % 10]
            import pickle

            assert list(pickle.loads(pickle.dumps(values))) == list(values)


class Same:
    """Keys of equal hash that are not equal."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.name == self.name


def test_keys_of_equal_hash_are_kept_apart(tmp_path: Path) -> None:
    records = [(Same(name), i) for i, name in enumerate("abcabcab" * 20)]
    wanted = {key.name: values for key, values in grouped(records).items()}
    grouping = Grouping(Tight(tmp_path, 2))
    grouping.add(records)
    assert {key.name: list(values) for key, values in grouping.items()} == wanted
    combining = Combining(Tight(tmp_path, 1, 1), Functions(lambda v: [v], lambda c, v: [*c, v], add))
    combining.add_values(records)
    assert {key.name: values for key, values in combining.items()} == wanted


REAL = """
import operator, os, sys
from firesteel._data.combining import Combining, Functions
from firesteel._data.grouping import Grouping
from firesteel._data.memory import Memory, anonymous
memory = Memory(8 << 20, sys.argv[1])
combining = Combining(memory, Functions(None, operator.add, operator.add))
combining.add_values((f"key number {i % 150_000}", 1) for i in range(300_000))
assert combining.spilled
highest = 0
found = 0
for key, count in combining.items():
    assert count == 2
    found += 1
    if not found % 10_000:
        highest = max(highest, anonymous() - memory.base)
assert found == 150_000
assert 1_000_000 < memory.spilled < 100_000_000, memory.spilled  # not a spill every few records
assert highest < 40 << 20, highest
grouping = Grouping(memory)
grouping.add((i % 3, str(i) * 10) for i in range(400_000))
assert [sum(map(len, values)) // 10 for _, values in sorted(grouping.items())] == [
    sum(len(str(i)) for i in range(k, 400_000, 3)) for k in range(3)]
assert anonymous() - memory.base < 60 << 20, anonymous() - memory.base
assert os.listdir(sys.argv[1]) == []
"""


def test_real_memory_limits_are_kept(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", REAL, str(tmp_path)], env=environment, check=True)


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (7, "not int: 7"),
        ((1, 2, 3), r"not tuple: \(1, 2, 3\)"),
        (None, "not NoneType"),
        ("abc", "not str: 'abc'"),
    ],
)
def test_a_record_that_is_no_pair_is_shown(tmp_path: Path, record: Any, text: str) -> None:
    combining = Combining(
        Memory(1 << 40, str(tmp_path)), Functions(None, add, add, "reduceByKey at app.py:9")
    )
    with pytest.raises(
        RecordError, match=r"a \(key, value\) pair is expected by reduceByKey at app.py:9, " + text
    ):
        combining.add_values([("a", 1), record])


def test_an_unhashable_key_is_shown(tmp_path: Path) -> None:
    for take in (
        Combining(Memory(1 << 40, str(tmp_path)), Functions(None, add, add, "x at y:1")).add_values,
        Grouping(Memory(1 << 40, str(tmp_path)), "x at y:1").add,
    ):
        with pytest.raises(RecordError, match=r"unhashable key of type list.*x at y:1: \[1\]"):
            take([([1], 1)])


def test_functions_of_the_user_are_always_called() -> None:
    calls: list[Any] = []

    def counting(a: int, b: int) -> int:
        calls.append(b)
        return a + b

    combining = Combining(Memory(1 << 40, "/nowhere"), Functions(None, counting, add))
    combining.add_values([("a", 1), ("a", 2)])
    assert calls == [2]


@given(st.lists(st.lists(st.integers(0, 50), max_size=30), max_size=5), st.integers(1, 12))
def test_bounds_are_distinct_ascending_and_even(maps: list[list[int]], partitions: int) -> None:
    samples = [(sorted(keys), len(keys)) for keys in maps]
    bounds = bounds_of(samples, partitions)
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= partitions - 1
    if maps:
        assert bounds_of([merged(samples)], partitions) == bounds or len(set(chain.from_iterable(maps))) > 1


def test_samples_weigh_what_they_stand_for() -> None:
    assert bounds_of([(list(range(10)), 1_000_000), ([100], 1)], 2) in ([4], [5])
    assert bounds_of([([5], 10), ([7], 10)], 4) == [5, 7]
    assert bounds_of([([1], 1000), ([2], 1), ([3], 1)], 4) == [1]
    assert bounds_of([], 4) == []


VALUES = (
    st.integers(-3, 3)
    | st.sampled_from([2**63 - 1, 0.1, -0.0, float("nan"), float("inf"), True, "a", b"b", None, (1,)])
    | st.lists(st.integers(), max_size=2)
)


def outcome(function: Any, maps: list[list[tuple[Any, Any]]], by_column: bool) -> str:
    """Aggregate; tell the pairs in their order, or the error."""
    combining = Combining(
        Memory(1 << 40, "/nowhere"), Functions(None, function, function, "reduceByKey at x:1")
    )
    try:
        for records in maps:
            if by_column:
                columns = [[key for key, _ in records], [value for _, value in records]]
                combining.add_combiners(Columns(columns))
            else:
                combining.add_values(records)
        return repr(list(combining.items()))
    except Exception as failure:
        return f"{type(failure).__name__}: {failure}"


@given(st.lists(st.lists(st.tuples(keys, VALUES)), max_size=3))
def test_the_loop_for_operator_add_does_what_a_function_that_adds_does(
    maps: list[list[tuple[Any, Any]]],
) -> None:
    def model() -> str:
        sums: dict[Any, Any] = {}
        try:
            for key, value in chain.from_iterable(maps):
                sums[key] = sums[key] + value if key in sums else value
        except Exception as failure:
            return f"{type(failure).__name__}: {failure}"
        return repr(list(sums.items()))

    for by_column in (False, True):
        found = {outcome(function, maps, by_column) for function in (operator.add, lambda a, b: a + b)}
        assert found == {model()}
