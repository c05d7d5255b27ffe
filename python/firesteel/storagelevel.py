"""StorageLevel: where a persisted RDD is kept."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["StorageLevel"]


class StorageLevel:
    """Where the blocks of a persisted RDD are kept, and how many copies.

    Blocks of Python records are always serialized, whatever `deserialized` says, as in PySpark.

    Parameters
    ----------
    useDisk, useMemory, useOffHeap : bool
        Whether blocks may be on disk, in memory, or outside the Java heap.
    deserialized : bool
        Whether Java objects may be kept as objects.
    replication : int, optional
        On how many executors each block is kept.

    Examples
    --------
    >>> StorageLevel.MEMORY_AND_DISK
    StorageLevel(True, True, False, False, 1)
    >>> str(StorageLevel.DISK_ONLY_2)
    'Disk Serialized 2x Replicated'
    """

    NONE: ClassVar[StorageLevel]
    DISK_ONLY: ClassVar[StorageLevel]
    DISK_ONLY_2: ClassVar[StorageLevel]
    DISK_ONLY_3: ClassVar[StorageLevel]
    MEMORY_ONLY: ClassVar[StorageLevel]
    MEMORY_ONLY_2: ClassVar[StorageLevel]
    MEMORY_AND_DISK: ClassVar[StorageLevel]
    MEMORY_AND_DISK_2: ClassVar[StorageLevel]
    OFF_HEAP: ClassVar[StorageLevel]
    MEMORY_AND_DISK_DESER: ClassVar[StorageLevel]

    def __init__(
        self,
        useDisk: bool,
        useMemory: bool,
        useOffHeap: bool,
        deserialized: bool,
        replication: int = 1,
    ) -> None:
        self.useDisk = useDisk
        self.useMemory = useMemory
        self.useOffHeap = useOffHeap
        self.deserialized = deserialized
        self.replication = replication

    def _fields(self) -> tuple[bool, bool, bool, bool, int]:
        return (self.useDisk, self.useMemory, self.useOffHeap, self.deserialized, self.replication)

    def _to_wire(self) -> dict[str, Any]:
        return {
            "disk": bool(self.useDisk),
            "memory": bool(self.useMemory),
            "off_heap": bool(self.useOffHeap),
            "deserialized": bool(self.deserialized),
            "replication": int(self.replication),
        }

    @staticmethod
    def _from_wire(level: dict[str, Any] | None) -> StorageLevel | None:
        if level is None:
            return None
        return StorageLevel(
            level["disk"], level["memory"], level["off_heap"], level["deserialized"], level["replication"]
        )

    def __repr__(self) -> str:
        return f"StorageLevel({', '.join(map(str, self._fields()))})"

    def __str__(self) -> str:
        places = [
            name
            for name, used in (
                ("Disk", self.useDisk),
                ("Memory", self.useMemory),
                ("OffHeap", self.useOffHeap),
            )
            if used
        ]
        form = "Deserialized" if self.deserialized else "Serialized"
        return f"{' '.join([*places, form])} {self.replication}x Replicated"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StorageLevel) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())


StorageLevel.NONE = StorageLevel(False, False, False, False)
StorageLevel.DISK_ONLY = StorageLevel(True, False, False, False)
StorageLevel.DISK_ONLY_2 = StorageLevel(True, False, False, False, 2)
StorageLevel.DISK_ONLY_3 = StorageLevel(True, False, False, False, 3)
StorageLevel.MEMORY_ONLY = StorageLevel(False, True, False, False)
StorageLevel.MEMORY_ONLY_2 = StorageLevel(False, True, False, False, 2)
StorageLevel.MEMORY_AND_DISK = StorageLevel(True, True, False, False)
StorageLevel.MEMORY_AND_DISK_2 = StorageLevel(True, True, False, False, 2)
StorageLevel.OFF_HEAP = StorageLevel(True, True, True, False, 1)
StorageLevel.MEMORY_AND_DISK_DESER = StorageLevel(True, True, False, True)
