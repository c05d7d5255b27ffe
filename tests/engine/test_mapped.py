"""Deleted files that are still mapped count in the memory tier, until they are unmapped."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import files, roots

from firesteel import SparkConf, SparkContext, StorageLevel

MIB = 1 << 20
SIZE = 64 * MIB
PART = 8 * MIB


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    conf = SparkConf().setMaster("local[2]").setAppName("mapped").set("firesteel.memory.size", str(SIZE))
    with SparkContext(conf=conf) as context:
        yield context


def arrays(sc: SparkContext, number: int) -> Any:
    return sc.parallelize(range(number), number).map(lambda index: np.full(PART, index, np.uint8))


def removed(root: Path) -> int:
    """Return the bytes of files of the memory tier that this process has mapped and nobody can open."""
    total = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith("(deleted)") and f"/{root.name}/" in line:
            begin, end = (int(place, 16) for place in line.split()[0].split("-"))
            total += end - begin
    return total


def cached(sc: SparkContext) -> int:
    """Cache more than there is room for; return how much is kept."""
    rdd = arrays(sc, 12).persist(StorageLevel.MEMORY_ONLY)
    try:
        assert rdd.map(lambda array: int(array[5])).collect() == list(range(12))
        return sum(path.stat().st_size for path in files(sc.applicationId, "rdd_"))
    finally:
        rdd.unpersist(blocking=True)


def test_collected_arrays_take_the_room_of_cached_blocks(sc: SparkContext) -> None:
    (memory,) = [root for root in roots(sc.applicationId) if root.parent == Path("/dev/shm")]
    assert SIZE - 2 * PART < cached(sc) <= SIZE
    kept = arrays(sc, 4).collect()
    assert removed(memory) >= 4 * PART, "the driver holds the results by mapping files that have gone"
    assert cached(sc) <= SIZE - removed(memory)
    assert [int(array[7]) for array in kept] == list(range(4))
    del kept
    gc.collect()
    assert removed(memory) == 0
    assert SIZE - 2 * PART < cached(sc) <= SIZE
