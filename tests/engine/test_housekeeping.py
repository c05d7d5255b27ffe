"""What the driver has dropped goes while the application runs."""

from __future__ import annotations

import gc
import operator
import threading
from pathlib import Path

import pytest
from application import eventually, roots

from firesteel import SparkContext
from firesteel.errors import PySparkPicklingError


def names(sc: SparkContext) -> list[str]:
    """Return the names of the application's files."""
    return sorted(path.name for root in roots(sc.applicationId) for path in root.rglob("*") if path.is_file())


def held(sc: SparkContext) -> tuple[dict[str, int], list[str]]:
    """Return what the engine holds and the application's files, when what was dropped is gone."""
    gc.collect()
    release = sc._driver.requests.take_releases()
    sc._driver.gateway.call("update", {"persist": [], "release": release, "blocking": True})
    status = sc._driver.gateway.call("status")
    counts = {name: status[name] for name in ("blocks", "jobs", "stages", "running", "nodes", "shuffles")}
    return counts, names(sc)


def test_a_loop_of_shuffles_caches_and_broadcasts_leaves_nothing(sc: SparkContext, tmp_path: Path) -> None:
    def once(number: int) -> None:
        added = sc.broadcast(number)
        pairs = sc.parallelize(range(20), 2).map(lambda n: (n % 2, n + added.value)).cache()
        sums = pairs.reduceByKey(operator.add)
        sums.localCheckpoint()
        assert dict(sums.collect()) == {0: 90 + 10 * number, 1: 100 + 10 * number}
        assert pairs.count() == 20

    once(0)
    before, remembered = held(sc), len(sc._driver.broadcasts.known)
    for number in range(100):
        once(number)
    assert held(sc) == before
    assert len(sc._driver.broadcasts.known) == remembered
    assert list(tmp_path.iterdir()) == []


def test_what_is_dropped_goes_while_the_program_does_something_else(sc: SparkContext) -> None:
    """No call of the engine follows the collector's work."""
    before = held(sc)[1]

    def use() -> None:
        shared, unused = sc.broadcast(list(range(1000))), sc.broadcast("never sent")
        pairs = sc.parallelize(range(1000), 2).map(lambda n: (n % 7, len(shared.value))).cache()
        assert len(pairs.reduceByKey(operator.add).collect()) == 7
        never_run = sc.parallelize(range(1000), 2)
        assert len(names(sc)) > len(before) + 6
        assert never_run is not unused

    use()
    gc.collect()
    eventually(lambda: names(sc) == before, "the files of what was dropped go")


def test_a_loop_of_many_small_shuffles_is_released_by_its_own_jobs(
    sc: SparkContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread is for programs that call nothing: it adds no call to a loop that does."""
    sent: list[str] = []
    call = sc._driver.gateway.call
    monkeypatch.setattr(sc._driver.gateway, "call", lambda *all_: sent.append(all_[0]) or call(*all_))
    for number in range(10):
        pairs = sc.parallelize(range(20), 2).map(lambda n, number=number: (n % 2, number))
        assert len(pairs.reduceByKey(operator.add).collect()) == 2
    assert sent.count("runJob") == 10
    assert sent.count("update") <= 1


def test_a_lineage_that_cannot_be_pickled_leaves_no_files(sc: SparkContext) -> None:
    before = names(sc)
    lock = threading.Lock()
    sums = sc.range(10, numSlices=2).map(lambda n: (n % 2, n)).reduceByKey(operator.add)
    with pytest.raises(PySparkPicklingError, match="lock"):
        sums.map(lambda pair: (pair, lock)).collect()
    assert names(sc) == before
    assert dict(sums.collect()) == {0: 20, 1: 25}, "what could be pickled is written when it is needed"
