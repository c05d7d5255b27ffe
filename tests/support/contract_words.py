"""The words of the contract's cases, as the Python driver says them; ContractWords.java is the Java driver's.

A word is a method of `Words`. It takes what stands behind it in the line and returns what the line compares.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from operator import add
from pathlib import Path
from typing import Any

from application import files as files_of

from firesteel import (
    AccumulatorParam,
    InheritableThread,
    SparkContext,
    StorageLevel,
)
from firesteel.errors import PySparkException

PATIENCE_S = 60.0

_merging: list[Callable[[], object]] = []
_driver = os.getpid()


class _Hooked(AccumulatorParam[int]):
    """A sum whose next merge in the driver first does what the case says."""

    def zero(self, value: int) -> int:
        return 0

    def addInPlace(self, value1: int, value2: int) -> int:
        if os.getpid() == _driver and _merging:
            _merging.pop()()
        return value1 + value2


def _fail_to_merge() -> None:
    raise ArithmeticError("not here")


def await_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; what it says is in the error."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.01)


def kind_of(error: BaseException) -> str:
    """Return the contract's word for an error."""
    failure = getattr(error, "failure", None)
    if failure is not None:
        return "input" if failure.get("condition") == "PATH_NOT_FOUND" else str(failure["kind"])
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    if condition == "CONTEXT_STOPPED":
        return "stopped"
    if "no RDD is published" in str(error):
        return "name"
    if "destroy()" in str(error):
        return "destroyed"
    if "empty" in str(error):
        return "empty"
    return "other"


class Words:
    """What the lines of one case can say.

    Parameters
    ----------
    sc : SparkContext
        The context.
    scratch : Path
        The case's own directory.
    """

    def __init__(self, sc: SparkContext, scratch: Path) -> None:
        self.sc = sc
        self.scratch = scratch
        self.things: dict[str, Any] = {}

    def rdd(self, name: str) -> Any:
        return self.things[name]

    # sources

    def range(self, start: str, end: str, partitions: str) -> Any:
        return self.sc.range(int(start), int(end), numSlices=int(partitions))

    def numbers(self, start: str, end: str, partitions: str) -> Any:
        step = 1 if int(start) <= int(end) else -1
        return self.sc.parallelize(list(range(int(start), int(end), step)), int(partitions))

    def empty(self) -> Any:
        return self.sc.emptyRDD()

    def text(self, path: str) -> Any:
        return self.sc.textFile(str(self.scratch / path))

    # transformations

    def map(self, rdd: str, function: str, *given: str) -> Any:
        return self.rdd(rdd).map(getattr(self, "f_" + function)(*given))

    def f_double(self) -> Any:
        return lambda value: value * 2

    def f_call(self) -> Any:
        path = str(self.scratch / "calls")

        def call(value: Any) -> Any:
            with open(path, "ab", buffering=0) as file:
                file.write(b".")
            return value

        return call

    def f_count(self, accumulator: str) -> Any:
        counted = self.things[accumulator]

        def count(value: Any) -> Any:
            counted.add(1)
            return value

        return count

    def f_plus(self, broadcast: str) -> Any:
        added = self.things[broadcast]
        return lambda value: value + added.value

    def f_fail(self, number: str) -> Any:
        wrong = int(number)

        def fail(value: int) -> int:
            if value == wrong:
                raise ValueError(f"no {value}")
            return value

        return fail

    def f_wait(self, number: str) -> Any:
        last, mark = int(number), self.scratch / f"waits-{number}"

        def wait(value: int) -> int:
            if value == last:
                mark.touch()
                threading.Event().wait(3600)
            return value

        return wait

    def f_kill(self, number: str, times: str) -> Any:
        last, most, deaths = int(number), int(times), str(self.scratch / "deaths")

        def kill(value: int) -> int:
            if value == last:
                with open(deaths, "ab", buffering=0) as file:
                    file.write(b".")
                if os.path.getsize(deaths) <= most:
                    os.kill(os.getpid(), signal.SIGKILL)
            return value

        return kill

    def f_occupy(self, number: str) -> Any:
        last, target = int(number), self.scratch / "out"

        def occupy(value: int) -> int:
            if value == last:
                target.mkdir()
            return value

        return occupy

    def filter(self, rdd: str, function: str, number: str) -> Any:
        assert function == "above"
        least = int(number)
        return self.rdd(rdd).filter(lambda value: value > least)

    def flatMap(self, rdd: str, function: str, number: str) -> Any:
        assert function == "repeat"
        times = int(number)
        return self.rdd(rdd).flatMap(lambda value: [value] * times)

    def pairs(self, rdd: str, number: str) -> Any:
        keys = int(number)
        return self.rdd(rdd).map(lambda value: (value % keys, value))

    def sums(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).reduceByKey(add, int(partitions))

    def groups(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).groupByKey(int(partitions)).mapValues(lambda values: sum(1 for _ in values))

    def join(self, rdd: str, other: str) -> Any:
        return self.rdd(rdd).join(self.rdd(other)).mapValues(lambda both: both[0] + both[1])

    def union(self, rdd: str, other: str) -> Any:
        return self.rdd(rdd).union(self.rdd(other))

    def coalesce(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).coalesce(int(partitions))

    def repartition(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).repartition(int(partitions))

    def zip(self, rdd: str, other: str) -> Any:
        return self.rdd(rdd).zip(self.rdd(other))

    def cartesian(self, rdd: str, other: str) -> Any:
        return self.rdd(rdd).cartesian(self.rdd(other))

    def sort(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).sortBy(lambda value: value, numPartitions=int(partitions))

    def distinct(self, rdd: str, partitions: str) -> Any:
        return self.rdd(rdd).distinct(int(partitions))

    def deep(self, rdd: str, steps: str) -> Any:
        found = self.rdd(rdd)
        for _ in range(int(steps)):
            found = found.map(lambda value: value + 1)
        return found

    def deepUnion(self, rdd: str, times: str) -> Any:
        one = found = self.rdd(rdd)
        for _ in range(int(times)):
            found = found.union(one)
        return found

    # actions

    def count(self, rdd: str) -> Any:
        return self.rdd(rdd).count()

    def collect(self, rdd: str) -> Any:
        return self.rdd(rdd).collect()

    def sorted(self, rdd: str) -> Any:
        return sorted(self.rdd(rdd).collect())

    def total(self, rdd: str) -> Any:
        return sum(self.rdd(rdd).collect())

    def partitions(self, rdd: str) -> Any:
        return self.rdd(rdd).getNumPartitions()

    def first(self, rdd: str) -> Any:
        return self.rdd(rdd).first()

    def take(self, rdd: str, number: str) -> Any:
        found = self.rdd(rdd).take(int(number))
        return found if len(found) < 20 else f"{len(found)} records"

    def reduce(self, rdd: str) -> Any:
        return self.rdd(rdd).reduce(add)

    def reduceValues(self, rdd: str) -> Any:
        return self.rdd(rdd).values().reduce(add)

    def foreach(self, rdd: str) -> None:
        self.rdd(rdd).foreach(lambda value: None)

    def eachFails(self, rdd: str, number: str) -> None:
        self.rdd(rdd).foreach(self.f_fail(number))

    def iterate(self, rdd: str, number: str) -> Any:
        iterator = self.rdd(rdd).toLocalIterator()
        return [value for value, _ in zip(iterator, range(int(number)), strict=False)]

    def save(self, rdd: str, directory: str) -> None:
        self.rdd(rdd).saveAsTextFile(str(self.scratch / directory))

    # jobs of other threads, and their end

    def start(self, group: str, word: str, *given: str) -> Any:
        future: Future[Any] = Future()

        def run() -> None:
            self.sc.setJobGroup(group, "a job of the contract")
            try:
                future.set_result(getattr(self, word)(*given))
            except BaseException as error:
                future.set_exception(error)

        InheritableThread(target=run, daemon=True).start()
        return future

    def end(self, future: str) -> Any:
        return self.things[future].result(PATIENCE_S)

    def waiting(self, number: str) -> None:
        await_until((self.scratch / f"waits-{number}").exists, f"a task that waits at {number}")

    def _ended_tasks(self) -> int:
        tracker = self.sc.statusTracker()
        jobs = [tracker.getJobInfo(job) for job in tracker.getActiveJobsIds()]
        stages = [tracker.getStageInfo(stage) for job in jobs if job for stage in job.stageIds]
        return sum(stage.numCompletedTasks for stage in stages if stage)

    def ended(self, number: str) -> None:
        await_until(lambda: self._ended_tasks() == int(number), f"{number} tasks that have ended")

    def cancelGroup(self, group: str) -> None:
        self.sc.cancelJobGroup(group)

    def cancelAll(self) -> None:
        self.sc.cancelAllJobs()

    def interrupt(self, word: str, rdd: str, number: str) -> None:
        def when_it_waits() -> None:
            self.waiting(number)
            self.ended("1")
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=when_it_waits)
        thread.start()
        try:
            found = getattr(self, word)(rdd)
        except KeyboardInterrupt:
            return
        finally:
            thread.join()
        raise AssertionError(f"it was not interrupted: {found}")

    def together(self, threads: str, word: str, rdd: str) -> Any:
        futures = [self.start(f"thread {thread}", word, rdd) for thread in range(int(threads))]
        (answer,) = {future.result(PATIENCE_S) for future in futures}
        return answer

    # what is kept

    def persist(self, rdd: str, level: str) -> None:
        self.rdd(rdd).persist(getattr(StorageLevel, level))

    def unpersist(self, rdd: str) -> None:
        self.rdd(rdd).unpersist()

    def togetherLocal(self, threads: str) -> Any:
        for number in range(int(threads)):
            self.things[f"local {number}"] = rdd = self.sc.range(0, 10, numSlices=2).map(abs)
            rdd.localCheckpoint()
        futures = [self.start("locals", "count", f"local {number}") for number in range(int(threads))]
        (answer,) = {future.result(PATIENCE_S) for future in futures}
        return answer

    def checkpointedAll(self) -> Any:
        rdds = [rdd for name, rdd in self.things.items() if name.startswith("local ")]
        return str(all(rdd.isCheckpointed() for rdd in rdds)).lower()

    def checkpoints(self) -> None:
        self.sc.setCheckpointDir(str(self.scratch / "checkpoints"))

    def checkpoint(self, rdd: str) -> None:
        self.rdd(rdd).checkpoint()

    def localCheckpoint(self, rdd: str) -> None:
        self.rdd(rdd).localCheckpoint()

    def checkpointed(self, rdd: str) -> Any:
        return str(self.rdd(rdd).isCheckpointed()).lower()

    def blockCheckpoints(self) -> None:
        (below,) = (self.scratch / "checkpoints").iterdir()
        shutil.rmtree(below)
        below.touch()  # a directory cannot be made in it

    def unblockCheckpoints(self) -> None:
        (below,) = (self.scratch / "checkpoints").iterdir()
        below.unlink()

    # shared variables and names

    def accumulator(self) -> Any:
        return self.sc.accumulator(0)

    def hooked(self) -> Any:
        return self.sc.accumulator(0, _Hooked())

    def onMerge(self, what: str, *given: str) -> None:
        _merging[:] = [_fail_to_merge if what == "fail" else lambda: getattr(self, what)(*given)]

    def value(self, accumulator: str) -> Any:
        found = self.things[accumulator]
        return found.value

    def broadcast(self, value: str) -> Any:
        return self.sc.broadcast(int(value))

    def destroy(self, broadcast: str) -> None:
        self.things[broadcast].destroy()

    def publish(self, name: str, rdd: str) -> None:
        self.sc.publish(name, self.rdd(rdd))

    def lookup(self, name: str) -> Any:
        return self.sc.lookup(name)

    def unpublish(self, name: str) -> None:
        self.sc.unpublish(name)

    def drop(self, *names: str) -> None:
        for name in names:
            del self.things[name]
        gc.collect()

    def stop(self) -> None:
        self.sc.stop()

    # files

    def calls(self) -> Any:
        return os.path.getsize(self.scratch / "calls")

    def lines(self, directory: str) -> Any:
        return " ".join(
            line
            for path in sorted((self.scratch / directory).glob("part-*"))
            for line in path.read_text().splitlines()
        )

    def listing(self, directory: str) -> Any:
        names = sorted(path.name for path in (self.scratch / directory).iterdir())
        return " ".join(name for name in names if not name.endswith(".crc"))

    def _found(self, beginning: str) -> list[Path]:
        return files_of(self.sc.applicationId, beginning)

    def _found_in(self, directory: str, beginning: str) -> list[Path]:
        return [path for path in (self.scratch / directory).rglob(beginning + "*") if path.is_file()]

    def files(self, beginning: str, number: str) -> Any:
        await_until(
            lambda: len(self._found(beginning)) == int(number),
            f"{number} files that begin with {beginning}",
        )
        return number

    def filesIn(self, directory: str, beginning: str) -> Any:
        return len(self._found_in(directory, beginning))

    def damage(self, beginning: str) -> Any:
        return self._damaged(self._found(beginning))

    def damageIn(self, directory: str, beginning: str) -> Any:
        return self._damaged(self._found_in(directory, beginning))

    def _damaged(self, paths: list[Path]) -> int:
        for path in paths:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
        return len(paths)

    def remove(self, beginning: str) -> Any:
        paths = self._found(beginning)
        for path in paths:
            path.unlink()
        return len(paths)
