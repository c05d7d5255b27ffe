"""Tunes a worker's garbage collector, which runs rarely while it finds nothing, and when memory has grown.

Reference counting frees most objects; the collector only finds cycles. Its search costs about 100 ns for each
new list or tuple that survives, an eighth of the time of a sort. So the threshold for young objects rises
while collections find next to no garbage, and falls back when one finds some.
"""

from __future__ import annotations

import gc
from typing import Any

from firesteel._data.memory import anonymous, release

__all__ = ["Collector"]

FEWEST, MOST = 100_000, 1_600_000  # new objects between two collections of the young generation
_LESS_OFTEN = 4
_OLDER = 50, 100
_WORTH = 100  # a collection is worth its time if one object in so many is garbage
_GROWTH = 128 << 20
_KEPT = 8 << 20


class Collector:
    """Sets the collector's thresholds in this process.

    A threshold that is not the one set here was set by the user, and stays.
    """

    def __init__(self) -> None:
        self._young = FEWEST
        self._held = 0

    def start(self) -> None:
        """Begin, in a worker that has no task yet."""
        gc.set_threshold(FEWEST, *_OLDER)
        gc.callbacks.append(self._looked)
        self._held = anonymous()

    def _looked(self, phase: str, info: dict[str, Any]) -> None:
        if phase != "stop" or gc.get_threshold()[0] != self._young:
            return
        if info["collected"] > self._young // _WORTH:
            self._young = FEWEST
        elif info["generation"] == 0:
            self._young = min(MOST, self._young * _LESS_OFTEN)
        gc.set_threshold(self._young, *_OLDER)

    def after_task(self) -> None:
        """Run a full collection when memory has grown much since the last one."""
        now = anonymous()
        if now - self._held > _KEPT:
            release()  # otherwise the next task would start with memory that the allocator still holds
            now = anonymous()
        if now - self._held > _GROWTH:
            gc.collect()
            self._held = anonymous()
        elif now < self._held:
            self._held = now
