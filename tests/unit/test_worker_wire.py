"""The golden frames and the golden shuffle table, which the engine's tests read too."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from firesteel._data.codec import Identity, Section
from firesteel._data.errors import PlanError
from firesteel._data.reading import read_block
from firesteel._data.shuffle import ShuffleTable
from firesteel._worker.frames import Frame, receive, send

WIRE = Path(__file__).parents[1] / "wire"


def spoken(value: Any) -> Any:
    """Undo the JSON spelling of bytes."""
    if isinstance(value, dict):
        return (
            bytes.fromhex(value["$hex"])
            if set(value) == {"$hex"}
            else {k: spoken(v) for k, v in value.items()}
        )
    return [spoken(each) for each in value] if isinstance(value, list) else value


FRAMES = sorted(
    path for path in WIRE.glob("*.msgpack") if "code" in json.loads(path.with_suffix(".json").read_text())
)


@pytest.mark.parametrize("path", FRAMES, ids=[path.stem for path in FRAMES])
def test_frames_are_read_and_written_as_agreed(path: Path) -> None:
    said = json.loads(path.with_suffix(".json").read_text())
    here, there = socket.socketpair()
    with here, there:
        there.sendall(path.read_bytes())
        assert receive(here) == (Frame[said["type"]], spoken(said["body"]))
        assert Frame[said["type"]] == said["code"]
        send(here, Frame[said["type"]], spoken(said["body"]))
        assert there.recv(1 << 20) == path.read_bytes()


def test_there_are_golden_frames() -> None:
    assert len(FRAMES) > 5


def test_the_golden_shuffle_table() -> None:
    said = json.loads((WIRE / "shuffle_table.json").read_text())
    table = ShuffleTable(str(WIRE / "shuffle_table.bin"), "shuffle_0_4")
    assert table.partitions == said["partitions"]
    for partition in range(table.partitions):
        wanted = [
            (
                f"shuffle_0_4_{number}",
                each["attempt"],
                each["path"],
                sum(each["lengths"][:partition]),
                each["lengths"][partition],
                each["records"][partition],
            )
            for number, each in enumerate(said["maps"])
            if each["lengths"][partition]
        ]
        found = [
            (s.name, s.attempt, s.path, s.offset, s.length, s.records) for s in table.sections(partition)
        ]
        assert found == wanted
    table.close()


def test_the_golden_block_is_read_and_written_byte_for_byte() -> None:
    said = spoken(json.loads((WIRE / "block.json").read_text()))
    golden = (WIRE / "block.bin").read_bytes()
    identity = Identity(said["name"], said["section"], said["attempt"])
    first, second, third = (
        list(batch) for batch in read_block(golden, identity.name, identity.attempt, records=7)
    )
    assert first == [1, "é", None]
    assert second == [(1, "a"), (2, "b")]
    assert [(array.tolist(), text) for array, text in third] == [([0, 1, 2], "a"), ([3, 4, 5], "b")]
    section = Section(identity)
    written = b""
    for batch, each in zip((first, second, third), said["batches"], strict=True):
        header, *payload = section.batch(batch)
        assert b"".join(payload) == each["payload"]
        assert header[4:6] == bytes((each["codec"], each["compression"]))
        written += header + each["payload"]
    assert written + section.trailer() == golden


def test_a_block_of_java_records_is_refused_in_words() -> None:
    golden = (WIRE / "block_java.bin").read_bytes()
    with pytest.raises(PlanError, match="rdd_0_11_2 holds records of Java"):
        list(read_block(golden, "rdd_0_11_2", 4294967301))
