"""When a worker's garbage collector runs: rarely while it finds nothing, and after tasks that took memory.

Reference counts free what tasks make; only cycles are the collector's. Looking for them costs about 100 ns
for each new list or tuple that stays, which is an eighth of a sort's time. So young objects are looked at
after so many new ones, and after more and more while next to none of them were garbage, until some are.
"""

from __future__ import annotations

import gc
from typing import Any

from firesteel._data.memory import anonymous, release

__all__ = ["Collector"]

FEWEST, MOST = 100_000, 1_600_000  # new objects between two looks at the young ones
_LESS_OFTEN = 4
_OLDER = 50, 100
_WORTH = 100  # one in so many has to be garbage
_GROWTH = 128 << 20
_KEPT = 8 << 20


class Collector:
    """Sets the collector's thresholds in this process.

    A threshold that is not the one set here is the user's, and left alone.
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
            release()  # or the next task would begin with what the allocator keeps of this one
            now = anonymous()
        if now - self._held > _GROWTH:
            gc.collect()
            self._held = anonymous()
        elif now < self._held:
            self._held = now
