"""What the collector drops is sent by whoever calls the engine next, or by a thread when nobody does."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from firesteel._driver.releases import KINDS, Releases
from firesteel.errors import PySparkRuntimeError


class Engine:
    """Takes what the thread sends."""

    def __init__(self) -> None:
        self.releases = Releases(self.send)
        self.sent: list[dict[str, list[Any]]] = []
        self.arrived = threading.Semaphore(0)
        self.gone = False

    def send(self) -> None:
        self.sent.append(self.releases.take())
        self.arrived.release()
        if self.gone:
            raise PySparkRuntimeError("the engine is gone")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.releases.stop()
    made.releases.join()
    assert "firesteel-releases" not in {thread.name for thread in threading.enumerate()}


def test_nothing_runs_before_it_is_wanted(engine: Engine) -> None:
    engine.releases.add("nodes", 1)
    assert "firesteel-releases" not in {thread.name for thread in threading.enumerate()}
    assert engine.releases.take()["nodes"] == [1]


def test_what_waits_is_sent_at_once(engine: Engine) -> None:
    for number in range(1000):
        engine.releases.add("nodes", number)
    engine.releases.start()
    assert engine.arrived.acquire(timeout=20)
    assert engine.sent[0]["nodes"] == list(range(1000))
    engine.releases.add("shuffles", 7)
    assert engine.arrived.acquire(timeout=20)
    assert engine.sent[1] == {kind: [7] if kind == "shuffles" else [] for kind in KINDS}


def test_what_a_request_has_taken_is_not_sent_again(engine: Engine) -> None:
    engine.releases.start()
    engine.releases.add("nodes", 1)
    assert engine.releases.take()["nodes"] == [1]
    engine.releases.add("nodes", 2)
    assert engine.arrived.acquire(timeout=20)
    assert [each["nodes"] for each in engine.sent] == [[2]]


def test_finalizers_may_come_at_any_moment(engine: Engine) -> None:
    """The collector runs at every few allocations, inside of the queue's own work too."""

    class Dropped:
        pass

    engine.releases.start()
    limits = gc.get_threshold()
    gc.set_threshold(2)
    try:
        for number in range(2000):
            one = Dropped()
            one.itself = one  # type: ignore[attr-defined]
            weakref.finalize(one, engine.releases.add, "nodes", number)
            del one
            if number % 100 == 0:
                engine.sent.append(engine.releases.take())
    finally:
        gc.set_threshold(*limits)
    gc.collect()
    engine.sent.append(engine.releases.take())
    engine.releases.stop()
    engine.releases.join()
    assert sorted(number for each in engine.sent for number in each["nodes"]) == list(range(2000))


def test_an_engine_that_has_gone_ends_the_thread(engine: Engine) -> None:
    engine.gone = True
    engine.releases.start()
    engine.releases.add("nodes", 1)
    assert engine.arrived.acquire(timeout=20)
    engine.releases.join()
    assert "firesteel-releases" not in {thread.name for thread in threading.enumerate()}


def test_a_stop_before_the_start_is_final(engine: Engine) -> None:
    engine.releases.stop()
    engine.releases.start()
    engine.releases.join()
    assert "firesteel-releases" not in {thread.name for thread in threading.enumerate()}
