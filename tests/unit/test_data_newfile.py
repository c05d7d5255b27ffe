"""A disk on which no file can even be made: the error says where, and how much it should have held."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from firesteel._data.errors import DiskError
from firesteel._data.newfile import NewFile
from firesteel._data.spill import SpillFile
from firesteel._data.tiered import TieredFile

FULL = "full"


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in which no file can be made."""
    opened = os.open
    place = tmp_path / FULL
    place.mkdir()

    def refusing(path: Any, *arguments: Any, **more: Any) -> int:
        if os.path.dirname(path) == str(place):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return opened(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refusing)
    return place


def check(failure: DiskError, place: Path, wanted: int) -> None:
    assert failure.wanted == wanted
    assert f"writing {wanted} bytes to" in str(failure)
    assert f"in {place} failed, where" in str(failure)
    assert "bytes are free" in str(failure)
    assert list(place.iterdir()) == []


def test_a_new_file(full: Path) -> None:
    with pytest.raises(DiskError) as caught, NewFile(str(full / "block")) as file:
        file.write(b"1234567890")
    check(caught.value, full, 10)


def test_a_new_file_that_is_large(full: Path) -> None:
    with pytest.raises(DiskError) as caught, NewFile(str(full / "block")) as file:
        file.write(bytes(1 << 20))
    check(caught.value, full, 1 << 20)


def test_a_new_file_without_content_is_made_all_the_same(tmp_path: Path) -> None:
    with NewFile(str(tmp_path / "block")):
        assert list(tmp_path.iterdir()) == []
    assert (tmp_path / "block").read_bytes() == b""


def test_a_spill(full: Path) -> None:
    with pytest.raises(DiskError) as caught:
        SpillFile(str(full)).append(b"12345678")
    check(caught.value, full, 8)


def test_a_file_that_has_nowhere_else_to_go(full: Path) -> None:
    with (
        pytest.raises(DiskError) as caught,
        TieredFile(str(full / "block"), "rdd_0_1_0", None, nothing, "") as file,
    ):
        file.write(b"123456789012")
    check(caught.value, full, 12)


def nothing(name: str, wish: int, least: int) -> tuple[int, str | None]:
    raise AssertionError(f"{name} asked for {wish} or {least}")


def test_a_file_of_a_full_memory_tier_goes_to_disk(full: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    def elsewhere(name: str, wish: int, least: int) -> tuple[int, str | None]:
        return 0, str(disk)

    with TieredFile(str(full / "block"), "rdd_0_1_0", 100, elsewhere, "") as file:
        file.write(b"123456789012")
    assert disk.read_bytes() == b"123456789012"
    assert file.path == str(disk)
    assert sorted(os.listdir(tmp_path)) == ["disk", FULL]
