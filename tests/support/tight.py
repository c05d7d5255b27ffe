"""A budget of memory that is used up whenever a test says so."""

from __future__ import annotations

from pathlib import Path

from firesteel._data.memory import Memory


class Tight(Memory):
    """Reports that memory is used up at every n-th check."""

    def __init__(self, scratch: Path, every: int, step: int = 3) -> None:
        super().__init__(1 << 40, str(scratch))
        self.every, self.looks, self.step, self.spills = every, 0, step, 0

    def exhausted(self, records: int, needed: int = 0) -> bool:
        self.looks += 1
        return self.looks % self.every == 0

    def has_room(self) -> bool:
        return self.looks % 2 == 0

    def spill_done(self, written: int) -> None:
        self.spills += 1
        self.spilled += written
