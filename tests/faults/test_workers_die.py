"""Workers and daemons that are killed: the job goes on, or one clear error says which signal it was."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from application import alive, commands, descendants, eventually

from firesteel import SparkConf, SparkContext
from firesteel.errors import PySparkException


@pytest.fixture
def fresh():
    with SparkContext("local[2]", "faults") as sc:
        yield sc


def kill_once(marker: str, number: signal.Signals):
    """Return a function that kills its worker the first time that it is called, whatever process calls it."""

    def function(x: int) -> int:
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return x
        os.kill(os.getpid(), number)
        return -1

    return function


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_killed_worker_costs_one_attempt(fresh, tmp_path, number):
    function = kill_once(str(tmp_path / "marker"), number)
    assert fresh.parallelize(range(100), 4).map(function).collect() == list(range(100))


def test_a_worker_that_dies_while_it_writes_a_shuffle_leaves_no_half_output(fresh, tmp_path):
    function = kill_once(str(tmp_path / "marker"), signal.SIGKILL)
    pairs = fresh.parallelize(range(10_000), 4).map(function).map(lambda x: (x % 7, 1))
    assert sum(dict(pairs.reduceByKey(int.__add__).collect()).values()) == 10_000


def test_a_function_that_always_kills_its_worker_ends_the_job_and_names_the_signal(fresh):
    with pytest.raises(Exception, match="SIGKILL") as error:
        fresh.parallelize([1], 1).map(lambda x: os.kill(os.getpid(), signal.SIGKILL)).collect()
    text = str(error.value)
    assert "test_workers_die.py" in text, "the user's line"
    assert "4" in text, "how many attempts there were"
    assert fresh.parallelize(range(3), 2).sum() == 3, "the context goes on"


def test_a_crash_of_native_code_says_so_and_where_python_was(fresh):
    def crash(x: int) -> None:
        import ctypes

        ctypes.string_at(0)

    with pytest.raises(Exception, match="Segmentation fault") as error:
        fresh.parallelize([1], 1).foreach(crash)
    text = str(error.value)
    assert "SIGSEGV" in text
    assert f'File "{__file__}", line {crash.__code__.co_firstlineno + 3} in crash' in text
    assert "string_at(0)" in text, "the line itself"
    assert "firesteel/_worker" not in text


def test_a_daemon_that_is_ended_while_it_starts_is_started_again(tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\nmkdir "{tmp_path}/once" 2>/dev/null && kill -TERM $$\nexec "{sys.executable}" "$@"\n'
    )
    python.chmod(0o755)
    monkeypatch.setenv("PYSPARK_PYTHON", str(python))
    with SparkContext("local[2]", "faults") as sc:
        assert sc.parallelize(range(4), 2).sum() == 6
    assert (tmp_path / "once").exists()


def test_the_memory_of_workers_can_be_limited():
    conf = SparkConf().setMaster("local[2]").setAppName("faults").set("spark.executor.pyspark.memory", "8g")
    with SparkContext(conf=conf) as sc:
        with pytest.raises(Exception, match="MemoryError") as error:
            sc.parallelize([1], 1).map(lambda x: len(bytes(5 << 30))).collect()
        assert "a worker may take 4096 MiB of address space here" in str(error.value)
        assert sc.parallelize(range(4), 2).sum() == 6


def test_os_exit_in_a_function_says_that_the_worker_exited(fresh):
    with pytest.raises(Exception, match=r"(?i)exit.*7"):
        fresh.parallelize([1], 1).map(lambda x: os._exit(7)).collect()


def test_a_killed_daemon_is_replaced(fresh):
    assert fresh.parallelize(range(4), 2).sum() == 6
    below = commands(descendants(os.getpid()))
    python = [pid for pid, line in below.items() if "firesteel._worker" in line]
    assert python
    for pid in python:
        os.kill(pid, signal.SIGKILL)
    assert fresh.parallelize(range(4), 2).sum() == 6


def test_processes_started_by_user_code_end_with_the_context(tmp_path):
    def start(x: int) -> int:
        import subprocess

        return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid

    with SparkContext("local[2]", "orphans") as sc:
        pids = sc.parallelize(range(2), 2).map(start).collect()
    for pid in pids:
        eventually(lambda pid=pid: not alive(pid), f"sleep, process {pid}, ends with the context")


def test_cancelling_a_job_ends_a_function_that_ignores_signals(fresh, tmp_path):
    import threading

    started = tmp_path / "started"

    def stubborn(x: int) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        Path(started).touch()
        while True:
            signal.pause()

    failures: list[BaseException] = []

    def run() -> None:
        fresh.setJobGroup("stubborn", "never ends")
        try:
            fresh.parallelize([1], 1).map(stubborn).collect()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    eventually(started.exists, "the function runs")
    fresh.cancelJobGroup("stubborn")
    thread.join(20)
    assert not thread.is_alive()
    assert "cancel" in str(failures[0]).lower()
    assert fresh.parallelize(range(3), 2).sum() == 3


def test_a_stopped_context_says_so():
    sc = SparkContext("local[2]", "stopped")
    rdd = sc.parallelize([1])
    sc.stop()
    with pytest.raises((PySparkException, Exception), match=r"(?i)stopped"):
        rdd.collect()
