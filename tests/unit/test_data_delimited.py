"""Records between delimiters: those of `bytes.split`, wherever splits and chunks fall."""

from __future__ import annotations

import gzip
from itertools import chain, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firesteel._data.delimited import record_batches

letters = st.sampled_from([b"a", b"b", b"\n", b"\r", b"\xc3", b"\xa4", b"\xef\xbb\xbf"])
texts = st.lists(letters, max_size=40).map(b"".join)
delimiters = st.one_of(
    st.lists(letters, min_size=1, max_size=4).map(b"".join),
    st.sampled_from([b"\n\n", b"aa", b"aba", b"\r\n"]),
)


def model(data: bytes, delimiter: bytes) -> list[str]:
    records = data.split(delimiter)
    if not records[-1]:
        records.pop()
    if records:
        records[0] = records[0].removeprefix(b"\xef\xbb\xbf")
    return [record.decode("utf-8", "replace") for record in records]


def records(
    path: Path, start: int, length: int, delimiter: bytes, chunk: int, codec: str | None = None
) -> list[str]:
    size = path.stat().st_size
    return list(
        chain.from_iterable(record_batches(str(path), start, length, size, 0, codec, delimiter, chunk))
    )


@given(texts, delimiters, st.lists(st.integers(0, 60), max_size=5), st.integers(1, 50))
def test_splits_give_each_record_once(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, delimiter: bytes, cuts: list[int], chunk: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "delimited"
    path.write_bytes(data)
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    found = [records(path, a, b - a, delimiter, chunk) for a, b in pairwise(edges)]
    assert list(chain.from_iterable(found)) == model(data, delimiter)


@given(texts, delimiters, st.integers(1, 50))
def test_archives(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, delimiter: bytes, chunk: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "delimited.gz"
    path.write_bytes(gzip.compress(data))
    assert records(path, 0, path.stat().st_size, delimiter, chunk, "gzip") == model(data, delimiter)


def test_a_long_row_of_overlapping_delimiters_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "text"
    data = b"x" + b"\n" * 200_001 + b"y"
    path.write_bytes(data)
    cuts = [0, 7, 65_536, 65_537, 131_073, 199_999, len(data)]
    found = [records(path, a, b - a, b"\n\n", 1 << 20) for a, b in pairwise(cuts)]
    assert list(chain.from_iterable(found)) == model(data, b"\n\n")
