"""Records without a shuffle: out of the driver, through functions, and back."""

from __future__ import annotations

from typing import Any

from workloads.definition import Given, Workload, made

PARTS = 8


def ints_out(sc: Any, given: Given) -> Any:
    numbers = made("ints", lambda: list(range(given.n(3_000_000))))
    return sc.parallelize(numbers, PARTS).sum()


def dicts_out(sc: Any, given: Given) -> Any:
    def rows() -> list[dict[str, Any]]:
        return [{"id": number, "name": f"name {number}"} for number in range(given.n(3_000_000))]

    return sc.parallelize(made("dicts", rows), PARTS).map(lambda row: row["id"]).sum()


def chain(sc: Any, given: Given) -> Any:
    rdd = sc.range(0, given.n(2_000_000), 1, PARTS)
    for step in range(5):
        rdd = rdd.map(lambda x, step=step: x + step).filter(lambda x, step=step: x % 16 != step)
    return rdd.count()


def ints_back(sc: Any, given: Given) -> Any:
    found = sc.range(0, given.n(2_000_000), 1, PARTS).map(lambda x: x + 1).collect()
    return lambda: [len(found), sum(found), found[0], found[-1]]


def arrays_back(sc: Any, given: Given) -> Any:
    import numpy as np

    size = given.n(1_000_000)
    found = sc.parallelize(range(32), PARTS).map(lambda x: np.full(size, float(x))).collect()
    return lambda: [float(each.sum()) for each in found]


def numbered(sc: Any, given: Given) -> Any:
    pairs = sc.range(0, given.n(1_000_000), 1, PARTS).map(str).zipWithIndex()
    return pairs.map(lambda pair: len(pair[0]) + pair[1]).sum()


def every_pair(sc: Any, given: Given) -> Any:
    left = sc.range(0, given.n(3000), 1, 4)
    right = sc.range(0, given.n(3000), 1, 2)
    return left.cartesian(right).filter(lambda pair: pair[0] > pair[1]).count()


def least(sc: Any, given: Given) -> Any:
    numbers = sc.range(0, given.n(3_000_000), 1, PARTS).map(lambda x: x * 2_654_435_761 % 4_294_967_296)
    return numbers.takeOrdered(100)


def sampled(sc: Any, given: Given) -> Any:
    """Draw a tenth; every peer draws another one, so its size is compared, within five deviations."""
    count = given.n(3_000_000)
    found = sc.range(0, count, 1, PARTS).sample(False, 0.1, 7).count()
    return bool(abs(found - count * 0.1) <= 5 * (count * 0.1 * 0.9) ** 0.5 + 1)


RECORDS = (
    Workload("ints", "`parallelize` 3 M ints, sum", ints_out, warm_ups=1),
    Workload("dicts", "`parallelize` 3 M dicts, sum", dicts_out, warm_ups=1),
    Workload("chain", "10 maps and filters, 2 M", chain),
    Workload("collect", "collect 2 M ints", ints_back, warm_ups=1),
    Workload("arrays", "collect 256 MB of arrays", arrays_back, warm_ups=1, repeats=3),
    Workload("zip-index", "`zipWithIndex`, 1 M", numbered),
    Workload("cartesian", "`cartesian` 3000 × 3000", every_pair),
    Workload("take-ordered", "`takeOrdered(100)` of 3 M", least),
    Workload("sample", "a tenth of 3 M", sampled),
)
