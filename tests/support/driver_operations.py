"""Every operation against plain Python: for the fake engine (tests/unit) and the real one (tests/engine)."""

from __future__ import annotations

import gzip
import operator
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firesteel import SparkContext
from firesteel.accumulators import AccumulatorParam
from firesteel.errors import PySparkRuntimeError, PySparkValueError

WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "the", "end"]


def test_narrow_operations(sc: SparkContext) -> None:
    numbers = sc.parallelize(range(10), 3)
    assert numbers.map(lambda n: n * 2).filter(lambda n: n % 4 == 0).collect() == [0, 4, 8, 12, 16]
    assert numbers.flatMap(lambda n: [n] * (n % 3)).collect() == [n for n in range(10) for _ in range(n % 3)]
    assert numbers.mapPartitions(lambda records: [sum(records)]).collect() == [3, 12, 30]
    indexed = numbers.mapPartitionsWithIndex(lambda index, records: [(index, list(records))])
    assert indexed.collect() == [(0, [0, 1, 2]), (1, [3, 4, 5]), (2, [6, 7, 8, 9])]
    pairs = sc.parallelize([("a", 1), ("b", 2)])
    assert pairs.mapValues(str).collect() == [("a", "1"), ("b", "2")]
    assert pairs.flatMapValues(range).collect() == [("a", 0), ("b", 0), ("b", 1)]
    assert pairs.keys().collect() == ["a", "b"]
    assert pairs.values().collect() == [1, 2]
    assert numbers.glom().collect() == [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]
    assert numbers.keyBy(lambda n: -n).take(2) == [(0, 0), (-1, 1)]
    assert (numbers + pairs.keys()).collect() == [*range(10), "a", "b"]
    assert sc.union([pairs, pairs]).count() == 4


def test_shuffles(sc: SparkContext) -> None:
    pairs = sc.parallelize([(w, 1) for w in WORDS], 3)
    assert pairs.reduceByKey(operator.add).collectAsMap() == dict(Counter(WORDS))
    assert sc.parallelize(WORDS).countByValue() == dict(Counter(WORDS))
    assert pairs.countByKey() == dict(Counter(WORDS))
    assert sorted(sc.parallelize(WORDS).distinct().collect()) == sorted(set(WORDS))
    lists = pairs.combineByKey(lambda v: [v], lambda c, v: [*c, v], lambda c, d: c + d)
    assert {key: sum(values) for key, values in lists.collect()} == dict(Counter(WORDS))
    assert {key: len(values) for key, values in pairs.groupByKey().collect()} == dict(Counter(WORDS))
    assert pairs.aggregateByKey([], lambda c, v: [*c, v], operator.add).mapValues(len).collectAsMap() == dict(
        Counter(WORDS)
    )
    assert pairs.foldByKey(0, operator.add).collectAsMap() == dict(Counter(WORDS))
    by_length = sc.parallelize(WORDS).groupBy(len).mapValues(sorted).collectAsMap()
    expected = defaultdict(list)
    for word in sorted(WORDS):
        expected[len(word)].append(word)
    assert by_length == expected
    spread = sc.parallelize([(n, n) for n in range(9)]).partitionBy(3, lambda key: key + 1)
    assert [sorted(key for key, _ in part) for part in spread.glom().collect()] == [
        [2, 5, 8],
        [0, 3, 6],
        [1, 4, 7],
    ]


def test_joins(sc: SparkContext) -> None:
    left = sc.parallelize([("a", 1), ("b", 2), ("a", 3)])
    right = sc.parallelize([("a", "x"), ("c", "y")])
    assert sorted(left.join(right).collect()) == [("a", (1, "x")), ("a", (3, "x"))]
    assert sorted(left.leftOuterJoin(right).collect()) == [("a", (1, "x")), ("a", (3, "x")), ("b", (2, None))]
    assert sorted(left.rightOuterJoin(right).collect()) == [
        ("a", (1, "x")),
        ("a", (3, "x")),
        ("c", (None, "y")),
    ]
    assert len(left.fullOuterJoin(right).collect()) == 4


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("partitions", [1, 4])
def test_sorting_runs_the_lineage_once(sc: SparkContext, ascending: bool, partitions: int) -> None:
    seen = sc.accumulator(0)

    def look(pair: tuple[int, int]) -> tuple[int, int]:
        seen.add(1)
        return pair

    data = [(n * 7919 % 101, n) for n in range(300)]
    result = sc.parallelize(data, 3).map(look).sortByKey(ascending, partitions)
    assert result.getNumPartitions() == partitions
    parts = result.glom().collect()
    assert len(parts) == partitions
    assert [pair for part in parts for pair in part] == sorted(
        data, key=lambda p: p[0], reverse=not ascending
    )
    assert seen.value == len(data)


def test_sort_by(sc: SparkContext) -> None:
    assert sc.parallelize(WORDS, 3).sortBy(lambda w: (len(w), w)).collect() == sorted(
        WORDS, key=lambda w: (len(w), w)
    )
    assert sc.parallelize(["b", "A"]).map(lambda w: (w, 1)).sortByKey(keyfunc=str.lower).keys().collect() == [
        "A",
        "b",
    ]


def test_actions(sc: SparkContext) -> None:
    numbers = sc.parallelize([5, 3, 8, 1, 9, 2], 3)
    assert numbers.count() == 6
    assert numbers.sum() == 28
    assert numbers.reduce(operator.add) == 28
    assert numbers.fold(0, operator.add) == 28
    assert numbers.aggregate([], lambda c, v: [*c, v], operator.add) == [5, 3, 8, 1, 9, 2]
    assert numbers.max() == 9
    assert numbers.min(key=lambda n: -n) == 9
    assert numbers.top(2) == [9, 8]
    assert numbers.takeOrdered(2) == [1, 2]
    assert numbers.takeOrdered(2, key=lambda n: -n) == [9, 8]
    assert numbers.first() == 5
    assert numbers.take(4) == [5, 3, 8, 1]
    assert numbers.take(0) == []
    assert list(numbers.toLocalIterator()) == list(numbers.toLocalIterator(prefetchPartitions=True))
    assert sc.runJob(numbers, lambda records: [len(list(records))], [2, 0]) == [2, 2]
    assert not numbers.isEmpty()
    assert sc.emptyRDD().isEmpty()
    assert sc.parallelize([], 3).sum() == 0


def test_shuffles_of_no_partitions_give_none(sc: SparkContext) -> None:
    empty = sc.emptyRDD()
    for rdd in (
        empty.distinct(),
        empty.reduceByKey(operator.add),
        empty.groupByKey(),
        empty.join(empty),
        empty.fullOuterJoin(empty),
        empty.sortByKey(),
    ):
        assert rdd.getNumPartitions() == 0
        assert rdd.collect() == []
    assert empty.reduceByKey(operator.add, 3).glom().collect() == [[], [], []]
    assert empty.rightOuterJoin(sc.parallelize([(1, 2)], 1)).collect() == [(1, (None, 2))]


def test_empty_data_is_a_value_error(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="RDD is empty"):
        sc.parallelize([], 2).first()
    with pytest.raises(ValueError, match="empty RDD"):
        sc.emptyRDD().reduce(operator.add)
    with pytest.raises(ValueError, match="empty RDD"):
        sc.emptyRDD().max()
    with pytest.raises(PySparkValueError, match="at least 1"):
        sc.parallelize([1], 0)


def test_slicing_is_pysparks(sc: SparkContext) -> None:
    assert sc.parallelize(list(range(10)), 4).glom().collect() == [[0, 1], [2, 3], [4, 5], [6, 7, 8, 9]]
    assert sc.parallelize(range(10), 4).glom().collect() == [[0, 1], [2, 3, 4], [5, 6], [7, 8, 9]]
    assert sc.parallelize([1], 3).glom().collect() == [[], [], [1]]
    assert sc.parallelize((n for n in range(3)), 2).collect() == [0, 1, 2]
    assert sc.range(5).collect() == [0, 1, 2, 3, 4]
    assert sc.range(10, 0, -3).collect() == [10, 7, 4, 1]
    huge = 1 << 80
    assert sc.range(huge, huge + 2).collect() == [huge, huge + 1]


def test_arrays_are_records(sc: SparkContext) -> None:
    np = pytest.importorskip("numpy")
    rows = sc.parallelize(np.arange(6).reshape(3, 2), 2)
    assert rows.map(lambda row: int(row.sum())).collect() == [1, 5, 9]


def test_broadcast(sc: SparkContext) -> None:
    np = pytest.importorskip("numpy")
    table = sc.broadcast({"names": ["zero", "one"], "array": np.arange(1000.0)})
    picked = sc.parallelize([1, 0]).map(lambda n: (table.value["names"][n], float(table.value["array"][n])))
    assert picked.collect() == [("one", 1.0), ("zero", 0.0)]
    assert picked.count() == 2
    table.destroy()
    with pytest.raises(PySparkRuntimeError, match="destroy"):
        _ = table.value


def test_accumulators(sc: SparkContext) -> None:
    class Longest(AccumulatorParam[str]):
        def zero(self, value: str) -> str:
            return ""

        def addInPlace(self, value1: str, value2: str) -> str:
            return max(value1, value2, key=len)

    longest = sc.accumulator("", Longest())
    count = sc.accumulator(1.5)

    def look(word: str) -> None:
        longest.add(word)
        count.add(1)

    sc.parallelize(WORDS, 3).foreach(look)
    assert longest.value in ("quick", "brown", "jumps")
    assert count.value == 1.5 + len(WORDS)
    with pytest.raises(TypeError, match="accum_param"):
        sc.accumulator("text")


def test_text_files(sc: SparkContext, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("one two\nthree\n")
    lines = sc.textFile(str(path))
    assert lines.flatMap(str.split).collect() == ["one", "two", "three"]
    assert sc.textFile(path, 3).getNumPartitions() >= 3
    assert sc.textFile(str(path), use_unicode=False).collect() == [b"one two", b"three"]
    ((name, text),) = sc.wholeTextFiles(str(path)).collect()
    assert name.startswith("file:")
    assert text == "one two\nthree\n"


def test_saving_text(sc: SparkContext, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sc.parallelize(["a", 1, b"raw"], 2).saveAsTextFile(str(out))
    assert sorted(path.name for path in out.iterdir()) == ["_SUCCESS", "part-00000", "part-00001"]
    assert (out / "part-00000").read_bytes() + (out / "part-00001").read_bytes() == b"a\n1\nraw\n"
    packed = tmp_path / "packed"
    sc.parallelize(["a"], 1).saveAsTextFile(f"file://{packed}", "org.apache.hadoop.io.compress.GzipCodec")
    assert gzip.decompress((packed / "part-00000.gz").read_bytes()) == b"a\n"
    from py4j.protocol import Py4JJavaError

    with pytest.raises(Py4JJavaError, match="already exists"):
        sc.parallelize(["a"]).saveAsTextFile(str(out))
    failing = tmp_path / "failing"
    with pytest.raises(Py4JJavaError, match="ZeroDivisionError"):
        sc.parallelize([0], 1).map(lambda n: 1 // n).saveAsTextFile(str(failing))
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "disk") == ["out", "packed"]
    with pytest.raises(ValueError, match="GzipCodec"):
        sc.parallelize(["a"]).saveAsTextFile(str(failing), "SnappyCodec")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.tuples(st.one_of(st.integers(-3, 3), st.text(max_size=1), st.none()), st.integers())),
    slices=st.integers(1, 5),
    partitions=st.integers(1, 5),
)
def test_pairs_against_a_model(sc: SparkContext, data: list[Any], slices: int, partitions: int) -> None:
    pairs = sc.parallelize(data, slices)
    model: dict[Any, list[int]] = defaultdict(list)
    for key, value in data:
        model[key].append(value)
    assert pairs.reduceByKey(operator.add, partitions).collectAsMap() == {k: sum(v) for k, v in model.items()}
    assert {k: sorted(v) for k, v in pairs.groupByKey(partitions).collect()} == {
        k: sorted(v) for k, v in model.items()
    }
    assert pairs.count() == len(data)
    assert pairs.values().sortBy(lambda v: v, numPartitions=partitions).collect() == sorted(
        v for _, v in data
    )
    assert pairs.take(3) == data[:3]
