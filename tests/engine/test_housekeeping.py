"""What the driver has dropped goes while the application runs."""

from __future__ import annotations

import gc
import operator
from pathlib import Path

from application import roots

from firesteel import SparkContext


def held(sc: SparkContext) -> tuple[dict[str, int], list[str]]:
    """Return what the engine holds and the application's files, when what was dropped is gone."""
    gc.collect()
    release = sc._driver._take_releases()
    sc._driver.gateway.call("update", {"persist": [], "release": release, "blocking": True})
    status = sc._driver.gateway.call("status")
    counts = {name: status[name] for name in ("blocks", "jobs", "stages", "running", "nodes", "shuffles")}
    names = [path.name for root in roots(sc.applicationId) for path in root.rglob("*") if path.is_file()]
    return counts, sorted(names)


def test_a_loop_of_shuffles_caches_and_broadcasts_leaves_nothing(sc: SparkContext, tmp_path: Path) -> None:
    def once(number: int) -> None:
        added = sc.broadcast(number)
        pairs = sc.parallelize(range(20), 2).map(lambda n: (n % 2, n + added.value)).cache()
        sums = pairs.reduceByKey(operator.add)
        sums.localCheckpoint()
        assert dict(sums.collect()) == {0: 90 + 10 * number, 1: 100 + 10 * number}
        assert pairs.count() == 20

    once(0)
    before = held(sc)
    for number in range(100):
        once(number)
    assert held(sc) == before
    assert list(tmp_path.iterdir()) == []
