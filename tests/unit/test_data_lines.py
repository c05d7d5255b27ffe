"""Lines: the same as a plain model of Hadoop's LineRecordReader gives, wherever splits and chunks fall."""

from __future__ import annotations

import bz2
import gzip
import os
import sys
import zlib
from itertools import chain, pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from firesteel._data.archives import SUFFIXES, open_archive
from firesteel._data.errors import LibraryMissing, SourceError
from firesteel._data.lines import line_batches, read_text

COMPRESS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def read_line(data: bytes, at: int) -> tuple[bytes, int]:
    """Hadoop's LineReader.readDefaultLine: one line from a position, and the bytes it took."""
    for i in range(at, len(data)):
        if data[i : i + 1] == b"\n":
            return data[at:i], i + 1 - at
        if data[i : i + 1] == b"\r":
            return data[at:i], i + (2 if data[i + 1 : i + 2] == b"\n" else 1) - at
    return data[at:], len(data) - at


def model(data: bytes, start: int, length: int) -> list[str]:
    """LineRecordReader: leave out the first line unless at 0; read while position <= end."""
    at, end, lines = start, start + length, []
    if start:
        at += read_line(data, at)[1]
    while at <= end:
        line, taken = read_line(data, at)
        if not taken:
            break
        if at == 0 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
            if not line and taken == 3:
                break
        lines.append(line.decode("utf-8", "replace"))
        at += taken
    return lines


def lines(path: Path, start: int, length: int, codec: str | None = None, chunk: int = 1 << 20) -> list[str]:
    found = path.stat()
    return list(
        chain.from_iterable(
            line_batches(str(path), start, length, found.st_size, found.st_mtime_ns, codec, chunk)
        )
    )


texts = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r",
            b"\r\n",
            b"a",
            b"bc",
            "é€😀".encode(),
            b"\xff",
            b"\xe2\x82",
            b"\xef\xbb\xbf",
            b"\x85",
            b"\x0b",
            b"\x1c",
        ]
    ),
    max_size=40,
).map(b"".join)


@settings(max_examples=400)
@given(texts, st.lists(st.integers(0, 80)), st.integers(1, 20))
def test_splits_give_hadoops_lines(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, cuts: list[int], chunk: int
) -> None:
    path = tmp_path_factory.mktemp("t") / "text"
    path.write_bytes(data)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    whole = []
    for start, end in pairwise(edges):
        found = lines(path, start, end - start, chunk=chunk)
        assert found == model(data, start, end - start)
        whole += found
    assert whole == model(data, 0, len(data))
    assert lines(path, 0, len(data), chunk=chunk) == whole


def test_lines_longer_than_chunks_and_a_missing_last_line_end(tmp_path: Path) -> None:
    path = tmp_path / "t"
    long = "x" * 5_000_000
    path.write_text(f"a\n{long}\nb", encoding="utf-8")
    assert lines(path, 0, path.stat().st_size) == ["a", long, "b"]
    assert lines(path, 100, 1000) == []
    assert lines(path, 1, 10) == [long]


@settings(max_examples=60)
@given(
    st.lists(texts, min_size=1, max_size=4),
    st.integers(1, 64),
    st.sampled_from(list(COMPRESS)),
    st.booleans(),
)
def test_archives_of_several_members(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], chunk: int, codec: str, padded: bool
) -> None:
    compress = COMPRESS[codec]
    path = tmp_path_factory.mktemp("t") / "text"
    path.write_bytes(b"".join(map(compress, parts)) + (b"\0" * 700 if padded else b""))
    data = b"".join(parts)
    assert lines(path, 0, path.stat().st_size, codec, chunk) == model(data, 0, len(data))


@pytest.mark.parametrize("codec", list(COMPRESS))
def test_a_truncated_or_damaged_archive_is_an_error_that_names_it(tmp_path: Path, codec: str) -> None:
    compress = COMPRESS[codec]
    data = compress(os.urandom(300_000).hex().encode())
    path = tmp_path / "archive"
    for bad in (
        data[:-1],
        data[: len(data) // 2],
        data[:5],
        data[:-9] + b"12345678" + data[-1:],
        data[:1000] + b"\0\1\2\3" + data[1004:],
        data + b"garbage",
    ):
        path.write_bytes(bad)
        with pytest.raises(SourceError, match=r"archive: is no intact archive") as caught:
            lines(path, 0, len(bad), codec)
        assert caught.value.path == str(path)
    path.write_bytes(b"")
    assert lines(path, 0, 0, codec) == []


@pytest.mark.parametrize("codec", list(COMPRESS))
def test_what_is_written_is_read(tmp_path: Path, codec: str) -> None:
    path = tmp_path / f"text{SUFFIXES[codec]}"
    file = open_archive(str(path), codec)
    for _ in range(300):
        file.write(b"some line\n" * 1000)
    file.close()
    size = path.stat().st_size
    assert size < 1 << 20
    assert lines(path, 0, size, codec) == ["some line"] * 300_000
    assert read_text(str(path), size, 0, codec) == "some line\n" * 300_000


def test_a_library_that_is_not_there_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zstandard", "compression.zstd", "compression"):
        monkeypatch.setitem(sys.modules, name, None)
    path = tmp_path / "text.zst"
    path.write_bytes(COMPRESS["zstd"](b"a"))
    with pytest.raises(LibraryMissing, match=r"text\.zst: is of zstd, which this Python has no library for"):
        lines(path, 0, path.stat().st_size, "zstd")
    with pytest.raises(LibraryMissing):
        open_archive(str(path), "zstd")


def test_a_changed_or_missing_source_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"a\nb\n")
    found = path.stat()
    with pytest.raises(SourceError, match="it had 5 bytes, now 4"):
        list(line_batches(str(path), 0, 4, 5, found.st_mtime_ns))
    with pytest.raises(SourceError, match="modification time"):
        list(line_batches(str(path), 0, 4, 4, found.st_mtime_ns - 10**9))
    path.unlink()
    with pytest.raises(SourceError, match="No such file"):
        list(line_batches(str(path), 0, 4, 4, found.st_mtime_ns))


@pytest.mark.parametrize(
    ("data", "wanted"),  # what java.nio.charset's decoder for UTF-8 gives, as Spark's readers use it
    [
        (b"x\xed\xa0\x80y", "x\ufffdy"),
        (b"\xed\xbf\xbf", "\ufffd"),
        (b"\xed\xa0", "\ufffd"),
        (b"\xed\xa0\xdf", "\ufffd\ufffd"),
        (b"\xed\xbfA", "\ufffdA"),
        (b"\xed", "\ufffd"),
        (b"\xed\x80", "\ufffd"),
        (b"\xed\xc0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xed\x9f\xbf", "\ud7ff"),
        (b"\xc0\x80", "\ufffd\ufffd"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_malformed_bytes_are_replaced_as_java_does(tmp_path: Path, data: bytes, wanted: str) -> None:
    path = tmp_path / "t"
    path.write_bytes(data)
    found = path.stat()
    assert lines(path, 0, len(data)) == [wanted]
    assert read_text(str(path), found.st_size, found.st_mtime_ns) == wanted


def test_a_whole_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(gzip.compress("é\r\n".encode()) + gzip.compress(b"\xff"))
    found = path.stat()
    assert read_text(str(path), found.st_size, found.st_mtime_ns, "gzip") == "é\r\n\ufffd"
