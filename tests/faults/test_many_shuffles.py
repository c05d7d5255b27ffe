"""A program that runs for long: disk, engine and driver free what an iteration of its loop has made."""

from __future__ import annotations

import gc
import operator
import os
from pathlib import Path
from typing import Any

import pytest
from application import commands, descendants, eventually, roots

from firesteel import SparkConf, SparkContext

TURNS = 10_000
HEAP = "48m"
"""So little that an engine that kept 5 KB of each turn would have none left."""


def written(sc: SparkContext) -> list[str]:
    return sorted(path.name for root in roots(sc.applicationId) for path in root.rglob("*") if path.is_file())


def resident(pid: int) -> int:
    """Return the bytes of a process's own memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) << 10
    raise AssertionError("the kernel does not tell RssAnon")


def turn(sc: SparkContext, number: int) -> None:
    pairs = sc.parallelize(range(4), 2).map(lambda n: (n % 2, n + number))
    assert dict(pairs.reduceByKey(operator.add, 2).collect()) == {0: 2 + 2 * number, 1: 4 + 2 * number}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_small_shuffles_leave_nothing() -> None:
    conf = SparkConf().setMaster("local[2]").setAppName("shuffles").set("spark.driver.memory", HEAP)
    conf.set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as sc:
        below = descendants(os.getpid())
        engine = next(pid for pid, line in commands(below).items() if "GatewayMain" in line)

        def state() -> dict[str, Any]:
            return {name: sc._driver.gateway.call("status")[name] for name in ("nodes", "shuffles", "blocks")}

        most = 0
        for number in range(TURNS):
            turn(sc, number)
            if number == TURNS // 10:
                gc.collect()
                before = state()
                own, engines = resident(os.getpid()), resident(engine)
            if number % 100 == 0:
                most = max(most, len(written(sc)))
        gc.collect()
        eventually(lambda: len(written(sc)) <= 2, f"the files go, not {written(sc)}")
        assert most < 200, "they go all along"
        assert all(state()[name] <= before[name] for name in before)
        grown = resident(os.getpid()) - own, resident(engine) - engines
        print(f"{TURNS} shuffles: at most {most} files; driver and engine grew by {grown} bytes")
        assert grown[0] < 8 << 20
        assert grown[1] < 48 << 20
