"""The workloads that Dask's bags have an operation for, written with it.

Bags are computed as Dask's documentation has it for objects of Python: by processes, two of them; they are
kept from one computation to the next, so that none pays for starting them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from operator import add
from pathlib import Path
from typing import Any

from workloads import Given
from workloads.definition import made
from workloads.files import fresh, text_in

PARTS, PROCESSES, ITERATIONS = 8, 2, 10
SPREAD = 2_654_435_761


@contextlib.contextmanager
def processes() -> Iterator[None]:
    """Compute bags in two processes that are kept."""
    import dask

    spawn = multiprocessing.get_context("spawn")  # Dask's own choice
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        list(pool.map(abs, range(PROCESSES)))
        with dask.config.set(scheduler="processes", pool=pool):
            yield


def of_range(count: int) -> Any:
    import dask.bag

    return dask.bag.range(count, npartitions=PARTS)


def of(records: Any, parts: int = PARTS) -> Any:
    import dask.bag

    return dask.bag.from_sequence(records, npartitions=parts)


def lines(path: str) -> Any:
    import dask.bag

    return dask.bag.read_text(path, blocksize=os.path.getsize(path) // PARTS + 1)


def small_job(given: Given) -> Any:
    return of(range(10), 2).map(lambda x: x + 1).count().compute()


def no_operations(tasks: int) -> int:
    found: int = of(range(tasks), tasks).map_partitions(lambda part: [0]).count().compute()
    return found


def jobs_of_threads(given: Given) -> Any:
    with ThreadPoolExecutor(8) as threads:
        return sum(map(sum, threads.map(lambda _: [small_job(given) for _ in range(10)], range(8))))


def words(path: str) -> Any:
    return lines(path).map(lambda line: line.rstrip("\n").split(" ")).flatten().frequencies()


def word_count(given: Given) -> Any:
    return {"different": words(given.corpus).count().compute()}


def word_count_few(given: Given) -> Any:
    return {"different": words(given.few).count().compute()}


def word_count_collected(given: Given) -> Any:
    counts = words(given.corpus).compute()
    return {"different": len(counts), "words": sum(count for _, count in counts)}


def filtered_lengths(given: Given) -> Any:
    kept = lines(given.corpus).map(lambda line: line.rstrip("\n")).filter(lambda line: "the" in line)
    return kept.map(len).sum().compute()


def ints_out(given: Given) -> Any:
    return of(made("ints", lambda: list(range(given.n(3_000_000))))).sum().compute()


def dicts_out(given: Given) -> Any:
    def rows() -> list[dict[str, Any]]:
        return [{"id": number, "name": f"name {number}"} for number in range(given.n(3_000_000))]

    return of(made("dicts", rows)).map(lambda row: row["id"]).sum().compute()


def chain(given: Given) -> Any:
    bag = of_range(given.n(2_000_000))
    for step in range(5):
        bag = bag.map(lambda x, step=step: x + step).filter(lambda x, step=step: x % 16 != step)
    return bag.count().compute()


def ints_back(given: Given) -> Any:
    found = of_range(given.n(2_000_000)).map(lambda x: x + 1).compute()
    return lambda: [len(found), sum(found), found[0], found[-1]]


def arrays_back(given: Given) -> Any:
    import numpy as np

    size = given.n(1_000_000)
    found = of(range(32)).map(lambda x: np.full(size, float(x))).compute()
    return lambda: [float(each.sum()) for each in found]


def every_pair(given: Given) -> Any:
    import dask.bag

    left = dask.bag.range(given.n(3000), npartitions=4)
    right = dask.bag.range(given.n(3000), npartitions=2)
    return left.product(right).filter(lambda pair: pair[0] > pair[1]).count().compute()


def least(given: Given) -> Any:
    numbers = of_range(given.n(3_000_000)).map(lambda x: x * SPREAD % 4_294_967_296)
    return list(numbers.topk(100, key=lambda x: -x).compute())


def sampled(given: Given) -> Any:
    count = given.n(3_000_000)
    found = of_range(count).random_sample(0.1, 7).count().compute()
    return bool(abs(found - count * 0.1) <= 5 * (count * 0.1 * 0.9) ** 0.5 + 1)


def reduced(given: Given, keys: int) -> Any:
    pairs = of_range(given.n(2_000_000)).map(lambda x: (x * SPREAD % keys, 1))
    counts = pairs.foldby(0, lambda total, pair: total + pair[1], 0, add, 0)
    return {"different": counts.count().compute()}


def grouped(given: Given) -> Any:
    keys = given.n(100_000)
    pairs = of_range(given.n(1_000_000)).map(lambda x: (x * SPREAD % keys, x))
    sizes = pairs.groupby(lambda pair: pair[0], npartitions=4).map(lambda group: len(group[1]))
    return [list(pair) for pair in sorted(sizes.frequencies().compute())]


def joined(given: Given) -> Any:
    """Join with a bag of one partition: Dask's bags have no other join."""
    count = given.n(400_000)
    left = of_range(count).map(lambda x: (x, x + 1))
    right = of_range(count).map(lambda x: (x * SPREAD % count, x)).repartition(1)
    return left.join(right, 0, 0).map(lambda row: row[1][1]).sum().compute()


def different(given: Given) -> Any:
    names = given.n(500_000)
    return of_range(given.n(2_000_000)).map(lambda x: f"name {x % names}").distinct().count().compute()


def arrays_by_key(given: Given) -> Any:
    import numpy as np

    pairs = of_range(given.n(200_000)).map(lambda x: (x % 1000, np.full(10, float(x))))
    totals = pairs.foldby(0, lambda total, pair: total + pair[1], 0.0, add, 0.0).compute()
    return lambda: [len(totals), float(sum(total.sum() for _, total in totals))]


def vectors_by_tree(given: Given) -> Any:
    import numpy as np

    zero = np.zeros(given.n(131_072))
    return float(of(range(200), 200).fold(add, add, initial=zero, split_every=15).compute().sum())


def logistic_regression(given: Given) -> Any:
    from math import exp

    import numpy as np

    count = given.n(25_000)

    def points(part: int) -> Any:
        draw = np.random.RandomState(part)
        for _ in range(count):
            y = 1.0 if draw.rand() < 0.5 else -1.0
            yield draw.randn(10) + 0.7 * y, y

    bag = made("logistic", lambda: of(range(PARTS)).map(points).flatten().persist())
    w = np.random.RandomState(0).rand(10)

    def gradient(point: Any) -> Any:
        x, y = point
        return (1 / (1 + exp(-y * w.dot(x))) - 1) * y * x

    return [float(bag.map(gradient).fold(add).compute().sum()) for _ in range(ITERATIONS)][-1]


def cached_sum(given: Given) -> Any:
    bag = made("pairs", lambda: of_range(given.n(2_000_000)).map(lambda x: (x, str(x))).persist())
    return [bag.map(lambda pair: pair[0] + len(pair[1])).sum().compute() for _ in range(ITERATIONS)][-1]


def arrays_aggregated(given: Given) -> Any:
    import numpy as np

    size = given.n(1_000_000)
    bag = made("arrays", lambda: of(range(16), 4).map(lambda x: np.full(size, float(x))).persist())
    return [bag.map(lambda each: float(each.sum())).sum().compute() for _ in range(ITERATIONS)][-1]


def lookup(given: Given, numbers: Any, keys: int) -> Any:
    import dask

    rows = made("table", lambda: {number: str(number) for number in range(given.n(500_000))})
    return numbers.map(lambda x, table: len(table[x % keys]), table=dask.delayed(rows)).sum().compute()


def broadcast_lookup(given: Given) -> Any:
    return lookup(given, of_range(given.n(2_000_000)), given.n(500_000))


def save_text(given: Given) -> Any:
    path = fresh(given, "text")
    Path(path).mkdir()
    stripped = lines(given.corpus).map(lambda line: line.rstrip())
    stripped.to_textfiles(os.path.join(path, "part-*"), last_endline=True)
    return lambda: text_in(path)


JOBS = {
    "small": small_job,
    "tasks": lambda given: no_operations(200),
    "tasks-10000": lambda given: no_operations(given.n(10_000) // given.part) * given.part,
    "threads": jobs_of_threads,
    "words": word_count,
    "words-few": word_count_few,
    "collected": word_count_collected,
    "lines": lambda given: lines(given.corpus).count().compute(),
    "filter": filtered_lengths,
    "ints": ints_out,
    "dicts": dicts_out,
    "chain": chain,
    "collect": ints_back,
    "arrays": arrays_back,
    "cartesian": every_pair,
    "take-ordered": least,
    "sample": sampled,
    "reduce-few": lambda given: reduced(given, 10),
    "reduce-many": lambda given: reduced(given, given.n(1_000_000)),
    "group": grouped,
    "join": joined,
    "distinct": different,
    "aggregate": arrays_by_key,
    "tree": vectors_by_tree,
    "logistic": logistic_regression,
    "cached": cached_sum,
    "aggregated": arrays_aggregated,
    "lookup": broadcast_lookup,
    "save-text": save_text,
}
