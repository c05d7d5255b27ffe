"""Where there is no tmpfs, or hardly one, everything goes to disk, and that is said once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from application import Program, files

PROGRAM = """
import operator, sys
import numpy as np
from firesteel import SparkConf, SparkContext, StorageLevel
conf = SparkConf().setMaster("local[2]").setAppName("tmpfs").set("firesteel.memory.dir", {directory!r})
with SparkContext(conf=conf) as sc:
    shared = sc.broadcast(np.arange(1 << 20))
    kept = []
    for level in StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK:
        rdd = sc.parallelize(range(8), 4).map(lambda n: np.full(1 << 20, n + shared.value[1])).persist(level)
        assert rdd.map(lambda array: int(array[7])).collect() == list(range(1, 9))
        assert rdd.count() == 8
        kept.append(rdd)
    assert len(rdd.collect()) == 8
    counts = rdd.map(lambda array: (int(array[0]) % 2, 1)).reduceByKey(operator.add)
    assert dict(counts.collect()) == {{0: 4, 1: 4}}
    print("ready", sc.applicationId, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs as large as a container's usual one, at most: 32 MiB."""
    place = tmp_path / "tiny"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def run(directory: Path) -> str:
    """Run the program; return what it says on standard error."""
    with Program(PROGRAM.format(directory=str(directory))) as program:
        blocks = files(program.wait_ready(), "rdd_")
        assert len(blocks) == 8, "all blocks of both levels are kept, on disk"
        assert not [path for path in blocks if directory in path.parents]
        _, err = program.process.communicate("\n", timeout=60)
        assert program.process.returncode == 0
    return err


def test_a_tiny_tmpfs_is_left_alone(tiny: Path) -> None:
    err = run(tiny)
    assert err.count("has only 32 MiB: cached blocks go to spark.local.dir") == 1
    assert err.count("WARN") == 1
    assert list(tiny.iterdir()) == []


def test_a_tmpfs_that_is_not_there(tmp_path: Path) -> None:
    err = run(tmp_path / "missing")
    assert err.count("There is no tmpfs at") == 1
    assert err.count("WARN") == 1


def test_a_tmpfs_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Root may write anywhere, so it is a file that stands in the way."""
    (tmp_path / "file").write_text("")
    err = run(tmp_path / "file")
    assert err.count("There is no tmpfs at") == 1
