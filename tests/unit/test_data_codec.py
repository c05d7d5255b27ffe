"""Blocks: records are read as they were written, and any damage is found."""

from __future__ import annotations

import math
import os
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firesteel._data.blocks import BlockWriter, write_block, write_slices
from firesteel._data.codec import BatchSize
from firesteel._data.errors import BlockCorrupt, RecordUnreadable, Unpicklable
from firesteel._data.newfile import NewFile
from firesteel._data.payloads import encode
from firesteel._data.reading import read_block, read_slice

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(scalars, inner)
)


def block(records: list[Any], name: str = "rdd_0_1_2", attempt: int = 7) -> bytes:
    data = BlockWriter(name, attempt).write("unused", records, inline=1 << 30)
    assert data is not None
    return data


def read(data: bytes | str, name: str = "rdd_0_1_2", attempt: int = 7, **known: Any) -> list[Any]:
    return list(chain.from_iterable(read_block(data, name, attempt, **known)))


@given(
    st.lists(values) | st.lists(scalars) | st.lists(st.tuples(scalars, values)) | st.lists(st.tuples(scalars))
)
def test_records_come_back_as_they_were(records: list[Any]) -> None:
    found = read(block(records))
    assert found == records
    assert [type(each) for each in found] == [type(each) for each in records]


def test_types_that_are_nearly_tuples_stay_what_they_are() -> None:
    from collections import namedtuple

    globals()["Point"] = Point = namedtuple("Point", "x y")
    Point.__module__ = __name__
    records = [Point(1, 2), (1, 2), [1, 2], (1, 2, 3), ()]
    assert [type(each) for each in read(block(records))] == [type(each) for each in records]


def test_an_object_that_is_in_a_record_twice_is_still_one() -> None:
    shared: list[int] = []
    ((first, second),) = read(block([(shared, shared)]))
    assert first is second


def test_recursive_records_survive() -> None:
    loop: list[Any] = []
    loop.append(loop)
    (found,) = read(block([loop]))
    assert found[0] is found


def test_classes_and_functions_of_the_main_program_travel_by_value() -> None:
    (function,) = read(block([lambda x: x + 1]))
    assert function(1) == 2


def test_a_record_that_cannot_be_pickled_is_named() -> None:
    with pytest.raises(Unpicklable) as caught:
        block([1, 2, ("bad one", (each for each in ()))])
    assert "bad one" in caught.value.record
    assert "generator" in caught.value.why


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (int, ("not a number",))


def test_an_intact_record_that_does_not_unpickle_is_not_called_corrupt() -> None:
    with pytest.raises(RecordUnreadable, match="not a number"):
        read(block([Bomb()]))


@pytest.mark.parametrize("records", [[], ["a"], [(word, 1) for word in "abcdefgh"], [[1], 2.5]])
def test_every_single_byte_of_damage_is_found(records: list[Any]) -> None:
    good = block(records)
    for at in range(len(good)):
        for flip in (0x01, 0x80, 0xFF):
            bad = bytearray(good)
            bad[at] ^= flip
            with pytest.raises(BlockCorrupt):
                read(bytes(bad))


@settings(max_examples=60)
@given(st.integers(0, 1 << 30), st.data())
def test_a_block_cut_anywhere_is_found(seed: int, data: st.DataObject) -> None:
    good = block([str(seed + each) * 9 for each in range(500)])
    cut = data.draw(st.integers(0, len(good) - 1))
    with pytest.raises(BlockCorrupt):
        read(good[:cut])


def test_a_block_cut_at_a_batch_boundary_or_with_batches_swapped_is_found() -> None:
    size = BatchSize()
    good = block(list(range(100_000)))
    starts = [at for at in range(len(good) - 3) if good[at : at + 4] == b"FSB1"]
    assert len(starts) > 2, size.records
    first, second, third = (good[a:b] for a, b in zip(starts, [*starts[1:3], starts[3]], strict=False))
    rest = good[starts[3] :]
    for bad in (
        first + second + good[-32:],
        second + first + third + rest,
        first + third + rest,
        good + good,
    ):
        with pytest.raises(BlockCorrupt):
            read(bad)


@pytest.mark.parametrize("wrong", [{"name": "rdd_0_1_3"}, {"attempt": 8}, {"section": 1}])
def test_a_block_of_another_identity_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BlockCorrupt, match="another"):
        read(block(["a"]), **wrong)


def test_known_counts_and_sizes_are_compared(tmp_path: Path) -> None:
    path = str(tmp_path / "b")
    size, records = write_block(path, "rdd_0_1_2", range(1000), 7)
    assert records == 1000
    assert os.stat(path).st_size == size
    assert len(read(path, records=1000, size=size)) == 1000
    with pytest.raises(BlockCorrupt, match="1000 records, 1001"):
        read(path, records=1001)
    with pytest.raises(BlockCorrupt, match="bytes"):
        read(path, size=size + 1)
    assert read(path, unlink=True) == list(range(1000))
    with pytest.raises(BlockCorrupt, match="cannot open"):
        read(path)


def test_large_and_small_batches_are_read_from_files(tmp_path: Path) -> None:
    records = [b"x" * 3_000_000, *(str(each) for each in range(60_000)), b"y" * 2_000_000, None]
    path = str(tmp_path / "b")
    write_block(path, "rdd_0_1_2", records, 7)
    assert read(path) == records


def test_batches_are_between_64_and_640_kb_once_the_size_is_known() -> None:
    size = BatchSize()
    for width in (10, 100, 5000, 100_000, 3, 900_000):
        for _ in range(12):
            size.learn(size.records, size.records * width)
        taken = size.records * width
        assert size.LOW <= taken <= size.HIGH or size.records in (1, size.MOST), width


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    def failing() -> Any:
        yield from range(100_000)
        assert not (tmp_path / "b").exists()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_block(str(tmp_path / "b"), "rdd_0_1_2", failing())
    assert list(tmp_path.iterdir()) == []
    with NewFile(str(tmp_path / "c")) as file:
        file.write(b"text")
    assert (tmp_path / "c").read_bytes() == b"text"
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o600


@given(st.lists(st.lists(scalars, max_size=40), max_size=6))
def test_slices_are_read_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, slices: list[list[Any]]
) -> None:
    path = str(tmp_path_factory.mktemp("s") / "input")
    rows = write_slices(path, "input_0_3", slices)
    found = [list(chain.from_iterable(read_slice(path, "input_0_3", *row))) for row in rows]
    assert found == slices
    for begin, end, records, first in rows:
        if records:
            with pytest.raises(BlockCorrupt):
                list(read_slice(path, "input_0_3", begin, end, records + 1, first))
            with pytest.raises(BlockCorrupt):
                list(read_slice(path, "input_0_3", begin, end, records, first + 1))


def test_scalars_are_pickled_without_memo_but_repeated_long_strings_with_it() -> None:
    long = "x" * 1000
    assert sum(map(len, encode([long] * 1000)[1])) < 10_000
    assert math.isnan(read(block([math.nan]))[0])


def test_large_bytes_are_not_copied_into_their_batch() -> None:
    large = os.urandom(3 << 20)
    for records in ([large], [large, b"small"], [("key", large)], [{"key": large, 1: 2}]):
        _, pieces = encode(records)
        assert any(piece is large for piece in pieces)
        data = BlockWriter("rdd_0_0_0").write("unused", records, inline=1 << 30)
        assert data is not None
        assert [each for batch in read_block(data, "rdd_0_0_0") for each in batch] == records
