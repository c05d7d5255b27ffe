"""Actions that are left in their midst, by Ctrl-C, by a signal handler, or by an error after the job."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import eventually, files

from firesteel import AccumulatorParam, SparkContext
from firesteel.serializers import CPickleSerializer


class Lists(AccumulatorParam):
    def zero(self, value: list[bytes]) -> list[bytes]:
        return []

    def addInPlace(self, value1: list[bytes], value2: list[bytes]) -> list[bytes]:
        return value1 + value2


class TimeIsUp(TimeoutError):
    """The exception of a signal handler; an `OSError`, like a broken connection."""


def done(sc: SparkContext) -> int:
    """Return how many tasks of the running jobs have succeeded."""
    jobs = sc._driver.jobs
    return sum(stage["done"] for job, _ in jobs.running() for stage in jobs.progress(job))


def when(reached: Any, act: Any) -> threading.Thread:
    """Have a thread do something when something has come about."""
    thread = threading.Thread(target=lambda: (eventually(reached, "what the test waits for"), act()))
    thread.start()
    return thread


def one_of_two_waits(index: int, records: Iterator[Any]) -> Iterator[Any]:
    if index == 1:
        threading.Event().wait(60)
    return records


def test_what_tasks_added_before_an_interrupt_counts(sc: SparkContext) -> None:
    added = sc.accumulator([], Lists())

    def add(index: int, records: Iterator[Any]) -> Iterator[Any]:
        added.add([b"large enough to travel as a file" * 10_000])
        return one_of_two_waits(index, records)

    waiter = when(lambda: done(sc) == 1, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        sc.parallelize(range(2), 2).mapPartitionsWithIndex(add).collect()
    waiter.join()
    assert len(added.value) == 1
    assert files(sc.applicationId, "accumulators_") == []


def test_what_a_signal_handler_raises_comes_through_and_cancels_the_job(sc: SparkContext) -> None:
    def ring(number: int, frame: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    waiter = when(lambda: done(sc) == 1, lambda: os.kill(os.getpid(), signal.SIGALRM))
    try:
        with pytest.raises(TimeIsUp):
            sc.parallelize(range(2), 2).mapPartitionsWithIndex(one_of_two_waits).collect()
    finally:
        waiter.join()
        signal.signal(signal.SIGALRM, before)
    assert sc._driver.gateway.call("status")["jobs"] == 0
    assert sc.parallelize([1, 2], 2).count() == 2


def test_results_go_when_their_accumulators_cannot_be_added_up(sc: SparkContext) -> None:
    driver = os.getpid()

    class Refusing(Lists):
        def addInPlace(self, value1: list[bytes], value2: list[bytes]) -> list[bytes]:
            if os.getpid() == driver:
                raise ArithmeticError("not here")
            return super().addInPlace(value1, value2)

    added = sc.accumulator([], Refusing())

    def large(record: int) -> bytes:
        added.add([b"one"])
        return bytes(1 << 20)

    with pytest.raises(ArithmeticError, match="not here"):
        sc.parallelize(range(2), 2).map(large).collect()
    assert files(sc.applicationId, "result_") == []


def test_an_iterator_that_is_left_ends_the_job_that_is_ahead(sc: SparkContext, tmp_path: Path) -> None:
    began = tmp_path / "began"

    def second_waits(index: int, records: Iterator[int]) -> Iterator[int]:
        if index == 1:
            began.touch()
            threading.Event().wait(60)
        return records

    records = sc.parallelize(range(2), 2).mapPartitionsWithIndex(second_waits)
    iterator = records.toLocalIterator(prefetchPartitions=True)
    assert next(iterator) == 0
    eventually(began.exists, "the second partition is being computed")
    start = time.monotonic()
    iterator.close()  # as the end of a loop that breaks does
    assert time.monotonic() - start < 30
    assert sc._driver.jobs.running() == []


class Signalled:
    """Has the signal come in the midst of being pickled, after it has failed to be a few times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    def __reduce__(self) -> Any:
        self.failures -= 1
        if self.failures >= 0:
            raise TypeError("not yet")
        signal.raise_signal(signal.SIGUSR1)
        return int, ()


class SignalledWhenRead:
    """Has the signal come in the midst of being unpickled, in the driver."""

    def __reduce__(self) -> Any:
        return read_again, (os.getpid(),)


def read_again(writer: int) -> int:
    if writer != os.getpid():
        signal.raise_signal(signal.SIGUSR1)
    return 0


class WrongType(TypeError):
    pass


def call_with(sc: SparkContext, value: Any) -> int:
    return sc.parallelize([1]).map(lambda _: value).count()


PLACES: dict[str, Any] = {
    "closure": lambda sc: call_with(sc, Signalled()),
    "a culprit that is looked for": lambda sc: call_with(sc, Signalled(1)),
    "broadcast": lambda sc: sc.broadcast([Signalled()]),
    "records": lambda sc: sc.parallelize([1, Signalled()]),
    "pairs": lambda sc: sc.parallelize([(1, Signalled()), (2, Signalled())]),
    "a record that is looked for": lambda sc: sc.parallelize([Signalled(1)]),
    "arrays": lambda sc: sc.parallelize([(np.ones(3), Signalled()), (np.ones(3), Signalled())]),
    "zero": lambda sc: sc.parallelize([(1, 2)]).foldByKey(Signalled(), max),
    "serializer": lambda _: CPickleSerializer().dumps(Signalled()),
    "results": lambda sc: sc.parallelize([1], 1).map(lambda _: SignalledWhenRead()).collect(),
}


@pytest.mark.parametrize("kind", [TimeIsUp, WrongType, ValueError, Exception])
@pytest.mark.parametrize("place", PLACES)
def test_what_a_handler_raises_comes_through(sc: SparkContext, place: str, kind: type[Exception]) -> None:
    error = kind("time is up")

    def handler(*_: Any) -> None:
        raise error

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        with pytest.raises(kind) as caught:
            PLACES[place](sc)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert caught.value is error
    assert sc.parallelize([1, 2]).map(str).collect() == ["1", "2"]
