"""What the worker's tests share: closures, tables and TASK frames made by hand, tasks run in this process."""

from __future__ import annotations

import itertools
import os
import struct
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import cloudpickle
from crc32c import crc32c
from plans import flat

from firesteel._data.reading import read_block
from firesteel._data.sealed import sealed
from firesteel._worker.frames import Frame
from firesteel._worker.loop import Worker


class Rig:
    """A directory with closures, inputs and shuffles, and a worker's task runner in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.worker = Worker("unused", b"")
        self.files: dict[str, str] = {}
        self.memory = 1 << 40
        self.inline = 1 << 30
        self._numbers = itertools.count(1)

    def close(self) -> None:
        self.worker._process_state.restore()

    def closure(self, payload: Any) -> str:
        name = f"closure_0_{next(self._numbers)}"
        path = self.root / name
        path.write_bytes(sealed(name, cloudpickle.dumps(payload)))
        self.files[name] = str(path)
        return name

    def pipeline(self, source: list[Any], *steps: tuple[str, Any], partition: int = 0) -> list[Any]:
        payload = [
            (kind, function, f"{kind} at app.py:{line}") for line, (kind, function) in enumerate(steps, 1)
        ]
        return ["Pipeline", source, self.closure(payload), partition]

    def body(self, plan: list[Any], partition: int = 0, **files: str) -> dict[str, Any]:
        return {
            "task": {
                "id": next(self._numbers),
                "job": 0,
                "stage": 0,
                "stage_attempt": 0,
                "partition": partition,
                "attempt": 0,
            },
            "plan": flat(plan),
            "files": {**self.files, **files},
            "path": list(self.worker._process_state._own_path),
            "properties": {},
            "inline": self.inline,
            "memory": self.memory,
            "scratch": str(self.root / "scratch"),
            "cpus": 1,
        }

    def run(self, plan: list[Any], partition: int = 0, **files: str) -> tuple[Frame, dict[str, Any]]:
        return self.worker.task(self.body(plan, partition, **files))

    def done(self, plan: list[Any], partition: int = 0, **files: str) -> dict[str, Any]:
        kind, body = self.run(plan, partition, **files)
        assert kind == Frame.DONE, body["error"]["traceback"]
        return body

    def failed(self, plan: list[Any], partition: int = 0, **files: str) -> dict[str, Any]:
        kind, body = self.run(plan, partition, **files)
        assert kind == Frame.FAILED
        return body

    def collect(self, source: list[Any], partition: int = 0) -> list[Any]:
        body = self.body(["Result", source, "result_0_0"], partition)
        kind, done = self.worker.task(body)
        assert kind == Frame.DONE, done["error"]["traceback"]
        return records_of(done["result"], "result_0_0", body["task"]["id"])

    def slice(self, records: Iterable[Any]) -> list[Any]:
        from firesteel._data.blocks import write_slices

        name = f"input_0_{next(self._numbers)}"
        self.files[name] = str(self.root / name)
        (row,) = write_slices(self.files[name], name, [records])
        return ["FileSlice", name, *row]

    def shuffle(
        self, sources: list[list[Any]], partitions: int, partitioner: list[Any], combine: list[Any] | None
    ) -> str:
        """Run the map side of a shuffle over the sources, and write its table."""
        name = f"shuffle_0_{next(self._numbers)}"
        outputs = []
        for number, source in enumerate(sources):
            of_map = f"{name}_{number}"
            body = self.body(
                ["ShuffleWrite", source, of_map, partitions, partitioner, combine],
                number,
                **{of_map: str(self.root / of_map)},
            )
            kind, done = self.worker.task(body)
            assert kind == Frame.DONE, done["error"]["traceback"]
            outputs.append((body["task"]["id"], str(self.root / of_map), done["shuffle"]))
        self.files[name] = str(self.root / (name + ".table"))
        write_table(self.files[name], outputs, partitions)
        return name

    def read(self, name: str, partitions: int, how: list[Any]) -> list[list[Any]]:
        return [self.collect(["ShuffleRead", name, number, how], number) for number in range(partitions)]


def write_table(path: str, outputs: list[tuple[int, str, dict[str, Any]]], partitions: int) -> None:
    """Write a shuffle table as the engine does."""
    paths = [os.fsencode(each) for _, each, _ in outputs]
    front = struct.pack("<4sIII", b"FST1", len(outputs), partitions, sum(map(len, paths)))
    front += b"".join(
        struct.pack("<QI", attempt, len(raw)) for (attempt, _, _), raw in zip(outputs, paths, strict=True)
    )
    front += b"".join(paths)
    data = front + struct.pack("<I", crc32c(front))
    for number in range(partitions):
        row = b"".join(
            struct.pack(
                "<QQQ", sum(said["lengths"][:number]), said["lengths"][number], said["records"][number]
            )
            for _, _, said in outputs
        )
        data += row + struct.pack("<I", crc32c(row))
    Path(path).write_bytes(data)


def records_of(data: bytes | str, name: str, attempt: int) -> list[Any]:
    return list(chain.from_iterable(read_block(data, name, attempt)))
