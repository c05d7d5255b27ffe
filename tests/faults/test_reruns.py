"""Map outputs that are lost while a job reads them: the rerun takes their place, and is never mixed in."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from application import eventually, files
from py4j.protocol import Py4JJavaError

from firesteel import AccumulatorParam, SparkConf, SparkContext

PARTITIONS = 6
LOSER = 2
"""The partition whose task removes the map outputs, when it has read its own part of them."""


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    """Tasks run one after another: 0 and 1 have ended when 2 removes what 3, 4 and 5 want to read."""
    conf = SparkConf().setMaster("local[1]").setAppName("reruns").set("spark.python.worker.memory", "4m")
    with SparkContext(conf=conf) as context:
        yield context


class Loss:
    """Loses the map outputs of a shuffle once, in the middle of the job that reads them."""

    def __init__(self, sc: SparkContext, directory: Path) -> None:
        self._application = sc.applicationId
        self._before = {path.name for path in files(self._application, "shuffle_")}
        self._directory = directory

    def happened(self) -> bool:
        """Tell whether the outputs have been lost: what runs now, runs again."""
        return (self._directory / "lost").exists()

    def runs(self) -> dict[int, int]:
        """Count the tasks that read each partition."""
        found: dict[int, int] = {}
        for path in self._directory.glob("run-*"):
            number = int(path.name.split("-")[1])
            found[number] = found.get(number, 0) + len(path.read_text())
        return found

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[Any]:
        """Pass a partition on."""
        given = list(records)
        with (self._directory / f"run-{index}").open("a") as log:
            log.write("x")
        if index == LOSER and not self.happened():
            (self._directory / "lost").touch()
            for path in files(self._application, "shuffle_"):
                if path.name not in self._before and ".table." not in path.name:
                    path.unlink()
        return iter(given)


@pytest.fixture
def loss(sc: SparkContext, tmp_path: Path) -> Loss:
    return Loss(sc, tmp_path)


def burden(loss: Loss, make: Callable[[int], Any]) -> Callable[[int, Iterator[int]], Iterator[Any]]:
    """Make pairs; in a task that runs again, beside memory that has it spill at other places."""

    def pairs(_: int, records: Iterator[int]) -> Iterator[Any]:
        held = bytes(5 << 20) + b"." if loss.happened() else b""
        for number in records:
            yield make(number)
        assert len(held) != 1

    return pairs


ONCE = dict.fromkeys(range(PARTITIONS), 1)
TWICE = {number: 2 if number <= LOSER else 1 for number in range(PARTITIONS)}


def numbered(number: int) -> tuple[str, int]:
    return f"a rather long key with the number {number % 40_000}", number


def test_an_aggregation_that_spills_elsewhere_is_the_same(sc: SparkContext, loss: Loss) -> None:
    source = sc.parallelize(range(120_000), 2).mapPartitionsWithIndex(burden(loss, numbered))
    sums = source.reduceByKey(operator.add, PARTITIONS).mapPartitionsWithIndex(loss)
    assert sorted(sums.values().collect()) == [3 * number + 120_000 for number in range(40_000)]
    assert loss.happened()
    assert loss.runs() == ONCE, "nothing was computed again in vain"


def test_a_shuffle_without_aggregation_is_the_same(sc: SparkContext, loss: Loss) -> None:
    source = sc.parallelize(range(60_000), 2).mapPartitionsWithIndex(burden(loss, numbered))
    shuffled = source.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss)
    assert sorted(shuffled.values().collect()) == list(range(60_000))
    assert loss.happened()


def test_sums_of_floats_that_may_round_otherwise_are_right(sc: SparkContext, loss: Loss) -> None:
    def fractions(number: int) -> tuple[str, float]:
        return f"a rather long key with the number {number % 20_000}", 1 / (1 + number)

    source = sc.parallelize(range(120_000), 2).mapPartitionsWithIndex(burden(loss, fractions))
    sums = source.reduceByKey(operator.add, PARTITIONS).mapPartitionsWithIndex(loss).collectAsMap()
    assert len(sums) == 20_000
    for number in range(20_000):
        wanted = sum(1 / (1 + other) for other in range(number, 120_000, 20_000))
        assert sums[f"a rather long key with the number {number}"] == pytest.approx(wanted, rel=1e-12)


def test_results_of_a_function_that_is_not_deterministic_are_taken_back(sc: SparkContext, loss: Loss) -> None:
    """Everything comes from the rerun, and what tasks added to an accumulator counts once."""
    read = sc.accumulator(0)

    def counted(records: Iterator[Any]) -> Iterator[Any]:
        for record in records:
            read.add(1)
            yield record

    pairs = sc.parallelize(range(600), 2).map(lambda number: (number, loss.happened()))
    shuffled = pairs.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss).mapPartitions(counted)
    assert sorted(shuffled.collect()) == [(number, True) for number in range(600)]
    assert loss.runs() == TWICE
    assert read.value == 600


class Lists(AccumulatorParam[list[bytes]]):
    """Collects bytes."""

    def zero(self, value: list[bytes]) -> list[bytes]:
        """Return an empty list."""
        return []

    def addInPlace(self, one: list[bytes], other: list[bytes]) -> list[bytes]:
        """Put them one after another."""
        return one + other


def test_large_updates_of_tasks_that_do_not_count_leave_no_file(sc: SparkContext, loss: Loss) -> None:
    mapped, read = sc.accumulator([], Lists()), sc.accumulator([], Lists())

    def paired(records: Iterator[int]) -> Iterator[Any]:
        mapped.add([bytes(200_000)])
        return ((number, loss.happened()) for number in records)

    def counted(records: Iterator[Any]) -> Iterator[Any]:
        read.add([bytes(300_000)])
        return records

    pairs = sc.parallelize(range(60), 2).mapPartitions(paired)
    pairs.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss).mapPartitions(counted).count()
    assert loss.runs() == TWICE
    assert (len(mapped.value), len(read.value)) == (2, PARTITIONS)
    eventually(lambda: not files(sc.applicationId, "accumulators_"), "the files of updates go")


def test_saved_text_is_of_one_run(sc: SparkContext, loss: Loss, tmp_path: Path) -> None:
    pairs = sc.parallelize(range(600), 2).map(lambda number: (number, loss.happened()))
    shuffled = pairs.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss)
    shuffled.saveAsTextFile(str(tmp_path / "saved"))
    lines = [line for path in (tmp_path / "saved").glob("part-*") for line in path.read_text().splitlines()]
    assert sorted(lines) == sorted(str((number, True)) for number in range(600))
    assert loss.runs() == TWICE


def test_a_checkpoint_is_of_one_run(sc: SparkContext, loss: Loss, tmp_path: Path) -> None:
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))
    pairs = sc.parallelize(range(600), 2).map(lambda number: (number, loss.happened()))
    shuffled = pairs.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss)
    shuffled.checkpoint()
    assert shuffled.count() == 600
    assert {lost for _, lost in shuffled.collect()} == {True}
    parts = [path for path in (tmp_path / "checkpoints").rglob("part-*") if path.is_file()]
    assert len(parts) == PARTITIONS


def test_a_cached_rdd_of_the_lost_output_goes_as_a_whole(
    sc: SparkContext, loss: Loss, tmp_path: Path
) -> None:
    """It stays while it is complete; a block that is computed again would not fit the others."""
    pairs = sc.parallelize(range(600), 2).map(lambda number: (number, loss.happened()))
    shuffled = pairs.partitionBy(PARTITIONS)
    cached = shuffled.map(lambda pair: pair).cache()
    assert {lost for _, lost in cached.collect()} == {False}
    reader = shuffled.mapPartitionsWithIndex(loss)
    assert {lost for _, lost in reader.collect()} == {True}
    assert {lost for _, lost in cached.collect()} == {False}
    victim = max(files(sc.applicationId, "rdd_"), key=lambda path: path.stat().st_mtime_ns)
    victim.unlink()
    assert sorted(cached.collect()) == [(number, True) for number in range(600)]
    cached.unpersist(blocking=True)


def test_records_that_the_program_has_seen_cannot_be_taken_back(sc: SparkContext, loss: Loss) -> None:
    pairs = sc.parallelize(range(600), 2).map(lambda number: (number, loss.happened()))
    shuffled = pairs.partitionBy(PARTITIONS).mapPartitionsWithIndex(loss)
    with pytest.raises(Py4JJavaError, match="not deterministic"):
        list(shuffled.toLocalIterator())
    assert {lost for _, lost in shuffled.collect()} == {True}
