"""Files in the memory tier: allowances are extended before they are passed; no partial file is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from firesteel._data.errors import DiskError
from firesteel._data.tiered import NoRoom, TieredFile

MIB = 1 << 20


class Engine:
    """Grants what there is room for."""

    def __init__(self, room: int, otherwise: str | None = None) -> None:
        self.room = room
        self.otherwise = otherwise
        self.asked: list[tuple[str, int, int]] = []

    def ask(self, name: str, wish: int, least: int) -> tuple[int, str | None]:
        self.asked.append((name, wish, least))
        for bytes_ in (wish, least):
            if bytes_ <= self.room:
                self.room -= bytes_
                return bytes_, None
        return 0, self.otherwise


def new_file(directory: Path, engine: Engine, allowed: int | None) -> TieredFile:
    return TieredFile(str(directory / "block"), "rdd_0_1_0", allowed, engine.ask, str(directory / "spare"))


def files(directory: Path) -> list[str]:
    return sorted(os.listdir(directory))


def test_nothing_is_asked_within_the_allowance(tmp_path: Path) -> None:
    engine = Engine(0)
    with new_file(tmp_path, engine, 10) as file:
        file.write(b"12345")
        file.write(b"67890")
        assert "block" not in files(tmp_path)
    assert (tmp_path / "block").read_bytes() == b"1234567890"
    assert files(tmp_path) == ["block"]
    assert engine.asked == []


def test_the_allowance_is_extended_before_it_is_passed(tmp_path: Path) -> None:
    engine = Engine(4 * MIB)
    pieces = [os.urandom(300_000) for _ in range(12)]
    with new_file(tmp_path, engine, MIB) as file:
        for piece in pieces:
            file.write(piece)
            assert file.size <= MIB + 4 * MIB - engine.room
    assert (tmp_path / "block").read_bytes() == b"".join(pieces)
    assert engine.asked == [
        ("rdd_0_1_0", MIB, 4 * 300_000 - MIB),
        ("rdd_0_1_0", 2 * MIB, 7 * 300_000 - 2 * MIB),
    ]


def test_a_file_goes_on_where_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    engine = Engine(0, str(tmp_path / "disk" / "block"))
    pieces = [bytes([number]) * 70_000 for number in range(20)]
    with new_file(tmp_path, engine, 200_000) as file:
        for piece in pieces:
            file.write(piece)
    assert file.path == str(tmp_path / "disk" / "block")
    assert file.kept
    assert Path(file.path).read_bytes() == b"".join(pieces)
    assert files(tmp_path) == ["disk"]
    assert len(engine.asked) == 1


def test_without_room_what_is_written_can_be_read_still(tmp_path: Path) -> None:
    with new_file(tmp_path, Engine(0), 100) as file:
        file.write(b"a" * 60)
        with pytest.raises(NoRoom):
            file.reserve(60, must=False)
        descriptor = file.abandon()
        assert files(tmp_path) == []
        assert os.pread(descriptor, 1000, 0) == b"a" * 60
        os.close(descriptor)
    assert files(tmp_path) == []


def test_what_must_be_written_without_room_is_not_kept(tmp_path: Path) -> None:
    with new_file(tmp_path, Engine(0), 100) as file:
        file.write(b"a" * 60)
        file.write(b"b" * 60)
    assert not file.kept
    assert files(tmp_path) == ["spare"]
    assert (tmp_path / "spare").read_bytes() == b"a" * 60 + b"b" * 60


@pytest.mark.parametrize("allowed", [None, 1000])
def test_a_failure_leaves_no_file(tmp_path: Path, allowed: int | None) -> None:
    def fail() -> None:
        with new_file(tmp_path, Engine(0), allowed) as file:
            file.write(b"half")
            raise KeyError("of the user's")

    with pytest.raises(KeyError, match="of the user's"):
        fail()
    assert files(tmp_path) == []


@pytest.mark.parametrize("allowed", [None, 1000])
def test_a_file_that_somebody_removes_meanwhile_is_an_error_of_the_disk(
    tmp_path: Path, allowed: int | None
) -> None:
    def write() -> None:
        with new_file(tmp_path, Engine(0), allowed) as file:
            file.write(b"half")
            file._flush()
            (tmp_path / "block.tmp").unlink()

    with pytest.raises(DiskError, match=r"block\.tmp"):
        write()
