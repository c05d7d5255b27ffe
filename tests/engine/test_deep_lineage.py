"""Lineage of thousands of narrow steps runs as that of three does, whatever the steps are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from plans import flat

from firesteel import RDD, SparkContext
from firesteel._worker.plans import plan_of


def generator(records: Iterator[Any]) -> Iterator[Any]:
    yield from records


STEPS: dict[str, Callable[[SparkContext, RDD[Any]], RDD[Any]]] = {
    "map": lambda _, rdd: rdd.map(lambda pair: pair),
    "filter": lambda _, rdd: rdd.filter(lambda _: True),
    "flatMap": lambda _, rdd: rdd.flatMap(lambda pair: [pair]),
    "mapValues": lambda _, rdd: rdd.mapValues(lambda value: value + 1),
    "keyBy": lambda _, rdd: rdd.keyBy(lambda pair: pair).values(),
    "mapPartitions": lambda _, rdd: rdd.mapPartitions(generator),
    "glom": lambda _, rdd: rdd.glom().flatMap(lambda records: records),
    "union": lambda sc, rdd: rdd.union(sc.emptyRDD()).map(lambda pair: pair),
    "coalesce": lambda _, rdd: rdd.coalesce(1).map(lambda pair: pair),
    "cache": lambda _, rdd: rdd.map(lambda pair: pair).cache(),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_has_a_limit_of_its_own(sc: SparkContext, step: str) -> None:
    rdd: RDD[Any] = sc.parallelize([(1, 2), (3, 4)], 1)
    for _ in range(2000):
        rdd = STEPS[step](sc, rdd)
    more = 2000 if step == "mapValues" else 0
    assert rdd.collect() == [(1, 2 + more), (3, 4 + more)]
    assert rdd.count() == 2


def test_functions_keep_their_recursion_limit_in_tasks_of_few_steps(sc: SparkContext) -> None:
    assert sc.parallelize([0], 1).map(lambda _: sys.getrecursionlimit()).collect() == [1000]


def test_a_plan_comes_back_from_the_list_of_its_nodes() -> None:
    leaf = ["Range", "0", "1", 3]
    plan = [
        "ShuffleWrite",
        ["Zip", ["Chain", [leaf, ["Cached", leaf, "rdd_0_1_0", {}], ["Empty"]]], ["Product", leaf, leaf]],
        "shuffle_0_1_0",
        2,
        ["hash"],
        None,
    ]
    assert plan_of(flat(plan)) == plan
