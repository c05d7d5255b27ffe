"""Where the files of broadcasts are: in the memory tier while there is room for them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from py4j.protocol import Py4JError

from firesteel import Broadcast, SparkConf, SparkContext
from firesteel.errors import PySparkRuntimeError

MIB = 1 << 20


def context(size: str = "64m") -> SparkContext:
    conf = SparkConf().setMaster("local[2]").setAppName("broadcasts").set("firesteel.memory.size", size)
    return SparkContext(conf=conf)


def in_memory(shared: Broadcast[bytes]) -> bool:
    return Path(shared._path).is_relative_to("/dev/shm")


def used(sc: SparkContext, shared: Broadcast[bytes]) -> None:
    value = shared.value
    ends = sc.parallelize(range(4), 4).map(lambda _: (len(shared.value), shared.value[-9:])).collect()
    assert ends == [(len(value), value[-9:])] * 4


def settle(sc: SparkContext) -> None:
    """Tell the engine what was dropped, and wait until it is removed."""
    gc.collect()
    rdd = sc.parallelize([1], 1).cache()
    rdd.count()
    rdd.unpersist(blocking=True)


def test_large_values_are_in_memory_and_small_ones_on_disk() -> None:
    with context() as sc:
        large, small = sc.broadcast(os.urandom(3 * MIB)), sc.broadcast(os.urandom(1000))
        assert in_memory(large)
        assert not in_memory(small)
        used(sc, large)
        used(sc, small)
        path = large._path
        assert Path(path).stat().st_mode & 0o777 == 0o600
    assert not os.path.exists(path)


@pytest.mark.parametrize("size", ["8m", "0"])
def test_without_room_a_value_goes_to_disk(size: str) -> None:
    with context(size) as sc:
        shared = sc.broadcast(os.urandom(20 * MIB))
        assert not in_memory(shared)
        used(sc, shared)


def test_what_is_cached_stays_when_a_broadcast_wants_room() -> None:
    with context("8m") as sc:
        cached = sc.parallelize(range(4), 4).map(lambda _: os.urandom(3 * MIB // 2)).cache()
        assert cached.count() == 4
        first = cached.collect()
        shared = sc.broadcast(os.urandom(4 * MIB))
        assert not in_memory(shared)
        used(sc, shared)
        assert cached.collect() == first


def drop_unused(sc: SparkContext) -> None:
    assert in_memory(sc.broadcast(os.urandom(5 * MIB)))


def drop_used(sc: SparkContext) -> None:
    shared = sc.broadcast(os.urandom(5 * MIB))
    assert in_memory(shared)
    used(sc, shared)


def destroy_unused(sc: SparkContext) -> None:
    shared = sc.broadcast(os.urandom(5 * MIB))
    assert in_memory(shared)
    shared.destroy()


def destroy_used(sc: SparkContext) -> None:
    shared = sc.broadcast(os.urandom(5 * MIB))
    assert in_memory(shared)
    used(sc, shared)
    shared.destroy()


@pytest.mark.parametrize("drop", [drop_unused, drop_used, destroy_unused, destroy_used])
def test_the_room_of_one_that_went_is_there_for_the_next(drop: Callable[[SparkContext], None]) -> None:
    with context("8m") as sc:
        for _ in range(3):
            drop(sc)
            settle(sc)


def test_arrays_in_memory_are_shared() -> None:
    with context() as sc:
        shared = sc.broadcast({"numbers": np.arange(1_000_000)})
        assert in_memory(shared)

        def mapped(_: int) -> bool:
            assert int(shared.value["numbers"][-1]) == 999_999
            with open("/proc/self/maps") as maps:
                return any("broadcast_0_0" in line for line in maps)

        assert sc.parallelize(range(4), 4).map(mapped).collect() == [True] * 4


def test_the_driver_is_given_room_for_broadcasts_only() -> None:
    with context() as sc, pytest.raises(Py4JError, match="no broadcast"):
        sc._driver.gateway.call("room", {"name": "rdd_0_0_0", "bytes": 10, "least": 1})


def test_a_broadcast_of_a_stopped_context_is_refused_and_harms_no_other() -> None:
    with context() as first:
        old = first.broadcast("old")
    with context() as second:
        new = second.broadcast("new")
        with pytest.raises(
            PySparkRuntimeError, match=r"stopped at test_broadcast_files\.py:\d+; make it again"
        ):
            second.parallelize([0], 1).map(lambda _: old.value).collect()
        outer = second.broadcast([old])
        with pytest.raises(PySparkRuntimeError, match="stopped"):
            second.parallelize([0], 1).map(lambda _: outer.value[0].value).collect()
        assert second.parallelize([0], 1).map(lambda _: new.value).collect() == ["new"]
