"""However an application ends, its processes end and its files go, at the latest when the next one starts."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from application import Program, alive, commands, descendants, eventually, files, registry, roots

from firesteel import SparkContext

BUSY = """
import sys, threading
from firesteel import SparkContext
sc = SparkContext("local[2]", "busy")
cached = sc.parallelize(range(10000), 4).cache()
cached.map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).collect()
print("ready", sc.applicationId, flush=True)
def forever(x):
    import time
    while True:
        time.sleep(1)
if "run" in sys.argv or {run}:
    cached.foreach(forever)
else:
    sys.stdin.read()
"""


def java(pids: list[int]) -> int:
    """Return the JVM's process id."""
    return next(pid for pid, line in commands(pids).items() if "GatewayMain" in line)


@pytest.mark.parametrize("run", [False, True], ids=["idle", "in a job"])
def test_a_killed_driver_takes_everything_with_it(run):
    with Program(BUSY.format(run=run)) as program:
        application = program.wait_ready()
        places = roots(application)
        below = descendants(program.process.pid)
        assert len(below) >= 3, "a JVM, a daemon, workers"
        program.process.kill()
        program.process.wait()
        for pid in below:
            eventually(lambda pid=pid: not alive(pid), f"process {pid} ends after its driver")
        eventually(lambda: not any(place.exists() for place in places), "the engine removes the files")
        assert not (registry() / application).exists()


def test_a_killed_engine_ends_the_workers_and_the_next_start_removes_the_files():
    with Program(BUSY.format(run=True)) as program:
        application = program.wait_ready()
        places = roots(application)
        below = descendants(program.process.pid)
        os.kill(java(below), signal.SIGKILL)
        _, err = program.process.communicate(timeout=30)
        assert program.process.returncode == 1
        assert "engine" in err.lower() or "jvm" in err.lower()
        for pid in below:
            eventually(lambda pid=pid: not alive(pid), f"process {pid} ends after the engine")
    with SparkContext("local[1]", "next"):
        eventually(lambda: not any(place.exists() for place in places), "the next start removes the files")
        eventually(lambda: not (registry() / application).exists(), "and the registry's entry")


FULL = """
import sys
from firesteel import SparkConf, SparkContext, StorageLevel
conf = SparkConf().setMaster("local[2]").setAppName("full").set("firesteel.memory.size", "8m")
sc = SparkContext(conf=conf)
sc.setCheckpointDir({checkpoints!r})
large = sc.parallelize(range(6), 6).map(lambda n: bytes([n]) * 3_000_000)
kept = large.persist(StorageLevel.MEMORY_AND_DISK)
assert kept.map(len).sum() == 18_000_000
saved, mine = sc.parallelize(range(1000), 3).map(lambda n: (n, str(n))), sc.parallelize(range(10), 2).map(str)
saved.checkpoint()
mine.localCheckpoint()
assert (saved.count(), mine.count()) == (1000, 10)
print("ready", sc.applicationId, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("victims", ["driver", "engine", "both", "all"])
def test_evicted_blocks_go_and_checkpoints_stay_whoever_is_killed(tmp_path: Path, victims: str) -> None:
    with Program(FULL.format(checkpoints=str(tmp_path / "saved"))) as program:
        application = program.wait_ready()
        (complete,) = (tmp_path / "saved").rglob("_partitions")
        places = roots(application)
        blocks = files(application, "rdd_")
        assert len([path for path in blocks if path.is_relative_to("/dev/shm")]) == 2
        assert len([path for path in blocks if not path.is_relative_to("/dev/shm")]) >= 4, "evicted ones"
        below = descendants(program.process.pid)
        killed = {
            "driver": [program.process.pid],
            "engine": [java(below)],
            "both": [java(below), program.process.pid],
            "all": [*below, program.process.pid],
        }[victims]
        for pid in killed:
            os.kill(pid, signal.SIGSTOP)  # none of them sees another's end
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        program.process.communicate(timeout=30)
        for pid in below:
            eventually(lambda pid=pid: not alive(pid), f"process {pid} ends")
    with SparkContext("local[2]", "next") as sc:
        eventually(lambda: not any(place.exists() for place in places), "the next start removes the files")
        eventually(lambda: not (registry() / application).exists(), "and the registry's entry")
        assert sc._checkpointFile(str(complete.parent)).collect() == [(n, str(n)) for n in range(1000)]


def test_a_living_application_keeps_its_files_when_another_starts():
    with Program(BUSY.format(run=False)) as program:
        places = roots(program.wait_ready())
        with SparkContext("local[1]", "neighbour") as sc:
            assert sc.parallelize([1, 2]).sum() == 3
        assert all(place.exists() for place in places)


@pytest.mark.parametrize(
    "end", ["", "raise ValueError('mine')", "import sys; sys.exit(3)", "sc.stop()", "sc.stop(); sc.stop()"]
)
def test_a_program_that_ends_by_itself_leaves_nothing(end):
    source = (
        "from firesteel import SparkContext\n"
        "sc = SparkContext('local[2]', 'ends')\n"
        "sc.parallelize(range(100), 2).map(lambda x: (x % 3, x)).groupByKey().cache().count()\n"
        "print('ready', sc.applicationId, flush=True)\n" + end
    )
    with Program(source) as program:
        program.wait_ready()
        _, err = program.process.communicate(timeout=30)
        assert program.process.returncode == {"": 0, "r": 1, "i": 3, "s": 0}[end[:1]]
        assert ("mine" in err) == end.startswith("raise")
        assert err == "" or end.startswith("raise"), "a clean end says nothing"
        assert not (registry() / program.application).exists()
        assert not list(Path("/dev/shm").glob(f"*{program.application}*"))


def test_no_thread_of_the_driver_is_left_after_stop():
    source = (
        "import threading\n"
        "import firesteel\n"
        "assert threading.active_count() == 1\n"
        "sc = firesteel.SparkContext('local[2]', 'threads')\n"
        "print('ready', sc.applicationId, flush=True)\n"
        "assert sc.parallelize(range(5), 2).sum() == 10\n"
        "assert 'firesteel-releases' in [thread.name for thread in threading.enumerate()]\n"
        "sc.stop()\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    with Program(source) as program:
        program.wait_ready()
        _, err = program.process.communicate(timeout=30)
        assert (program.process.returncode, err) == (0, "")


def test_a_forked_child_of_the_driver_does_not_stop_its_context():
    source = (
        "import os, sys\n"
        "from firesteel import SparkContext\n"
        "sc = SparkContext('local[2]', 'forks')\n"
        "assert sc.range(5).count() == 5\n"  # there is a connection now, and the child inherits it
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    sys.exit(0)\n"  # the child's exit handlers run
        "os.waitpid(pid, 0)\n"
        "print('ready', sc.applicationId, flush=True)\n"
        "assert sc.parallelize(range(5), 2).sum() == 10\n"
    )
    with Program(source) as program:
        program.wait_ready()
        _, err = program.process.communicate(timeout=30)
        assert (program.process.returncode, err) == (0, "")


def test_a_driver_killed_while_its_forked_child_lives_on_still_ends_the_engine():
    source = (
        "import os, sys\n"
        "from firesteel import SparkContext\n"
        "sc = SparkContext('local[2]', 'forks')\n"
        "if os.fork() == 0:\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
        "print('ready', sc.applicationId, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with Program(source) as program:
        program.wait_ready()
        engine = java(descendants(program.process.pid))
        os.kill(program.process.pid, signal.SIGKILL)
        eventually(lambda: not alive(engine), "the engine ends although a fork of the driver lives")
