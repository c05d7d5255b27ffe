"""Measures how much memory a task has taken, and returns memory to the system after a spill."""

from __future__ import annotations

import ctypes
import os

__all__ = ["Memory", "anonymous", "release"]

_PAGE = os.sysconf("SC_PAGE_SIZE")


def anonymous() -> int:
    """Return the anonymous resident memory of this process (RssAnon), in bytes, without mapped files."""
    with open("/proc/self/statm", "rb") as file:
        fields = file.read().split()
    return (int(fields[1]) - int(fields[2])) * _PAGE


def _find_trim() -> ctypes._NamedFuncPointer | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None  # not glibc: its allocator returns memory by itself or not at all


_TRIM = _find_trim()


def release() -> None:
    """Return free memory to the system, if the C library can."""
    if _TRIM is not None:
        _TRIM(ctypes.c_size_t(0))


class Memory:
    """The memory budget of one task.

    Parameters
    ----------
    limit
        Growth in bytes after which aggregation, grouping and sorting spill.
    scratch
        Directory for spill files.
    base
        RssAnon when the task began; by default, now.
    compress
        Whether spill files are compressed.
    """

    __slots__ = ("_after_spill", "_before", "base", "compress", "limit", "scratch", "spilled", "step")
    FEWEST, MOST = 16, 8192

    def __init__(self, limit: int, scratch: str, base: int | None = None, compress: bool = False) -> None:
        self.compress = compress
        self.limit = limit
        self.scratch = scratch
        self.base = anonymous() if base is None else base
        self.spilled = 0
        self.step = self.FEWEST
        self._before = self.base
        self._after_spill = self.base

    def exhausted(self, records: int, needed: int = 0) -> bool:
        """Tell whether to spill; called after every `step` records, which this adapts.

        Parameters
        ----------
        records
            How many records were added since the last call.
        needed
            Bytes needed temporarily when the records are used or spilled.

        Returns
        -------
        bool
            The limit is passed, and a spill would free enough to be worth it.
        """
        now = anonymous()
        grown, self._before = now - self._before, now
        self._adapt(records, grown)
        # Memory that a spill did not free is not this structure's: a spill every few records would not help.
        enough = now - self._after_spill > min(self.limit, 64 << 20) // 8
        return enough and now - self.base + needed > self.limit

    def has_room(self) -> bool:
        """Tell whether a part of the spilled data fits in memory beside the rest."""
        return anonymous() - self.base < self.limit - self.limit // 4

    def _adapt(self, records: int, grown: int) -> None:
        if grown > self.limit // 16 and records > 0:
            self.step = max(1, self.step // 4)
        elif self.step < self.MOST:
            self.step = min(self.MOST, self.step * 2)

    def spill_done(self, written: int) -> None:
        """Note a spill of ``written`` bytes, and return the freed memory to the system."""
        self.spilled += written
        release()
        self._before = self._after_spill = anonymous()
