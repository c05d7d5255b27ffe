"""Joins as functions, for programs that import ``pyspark.join``: those of `RDD` under other names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firesteel.resultiterable import ResultIterable

if TYPE_CHECKING:
    from firesteel.rdd import RDD

__all__ = [
    "python_cogroup",
    "python_full_outer_join",
    "python_join",
    "python_left_outer_join",
    "python_right_outer_join",
]


def python_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Join two RDDs of pairs: `RDD.join`.

    Parameters
    ----------
    rdd, other : RDD of (key, value)
    numPartitions : int or None

    Returns
    -------
    RDD of (key, (value, value))

    Examples
    --------
    >>> python_join(sc.parallelize([("a", 1)]), sc.parallelize([("a", 2)]), 1).collect()
    [('a', (1, 2))]
    """
    return rdd.join(other, numPartitions)


def python_right_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Join two RDDs of pairs, with all keys of the second: `RDD.rightOuterJoin`.

    Parameters
    ----------
    rdd, other : RDD of (key, value)
    numPartitions : int or None

    Returns
    -------
    RDD of (key, (value or None, value))

    Examples
    --------
    >>> python_right_outer_join(sc.parallelize([("b", 1)]), sc.parallelize([("a", 2)]), 1).collect()
    [('a', (None, 2))]
    """
    return rdd.rightOuterJoin(other, numPartitions)


def python_left_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Join two RDDs of pairs, with all keys of the first: `RDD.leftOuterJoin`.

    Parameters
    ----------
    rdd, other : RDD of (key, value)
    numPartitions : int or None

    Returns
    -------
    RDD of (key, (value, value or None))

    Examples
    --------
    >>> python_left_outer_join(sc.parallelize([("b", 1)]), sc.parallelize([("a", 2)]), 1).collect()
    [('b', (1, None))]
    """
    return rdd.leftOuterJoin(other, numPartitions)


def python_full_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Join two RDDs of pairs, with all keys: `RDD.fullOuterJoin`.

    Parameters
    ----------
    rdd, other : RDD of (key, value)
    numPartitions : int or None

    Returns
    -------
    RDD of (key, (value or None, value or None))

    Examples
    --------
    >>> joined = python_full_outer_join(sc.parallelize([("b", 1)]), sc.parallelize([("a", 2)]), 1)
    >>> sorted(joined.collect())
    [('a', (None, 2)), ('b', (1, None))]
    """
    return rdd.fullOuterJoin(other, numPartitions)


class _Tagged:
    """Gives a value the number of the RDD that it is from."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, value: Any) -> tuple[int, Any]:
        return self.number, value


class _Sorted:
    """Spreads tagged values over one iterable for each RDD."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __call__(self, values: Any) -> tuple[ResultIterable[Any], ...]:
        groups: list[list[Any]] = [[] for _ in range(self.count)]
        for number, value in values:
            groups[number].append(value)
        return tuple(map(ResultIterable, groups))


def python_cogroup(rdds: Any, numPartitions: int | None) -> RDD[Any]:
    """Bring the values of equal keys of any number of RDDs together.

    Parameters
    ----------
    rdds : sequence of RDD of (key, value)
    numPartitions : int or None

    Returns
    -------
    RDD of (key, tuple of ResultIterable)
        One iterable for each RDD.

    Examples
    --------
    >>> groups = python_cogroup([sc.parallelize([("a", 1)]), sc.parallelize([("a", 2)])], 1)
    >>> [(key, [list(each) for each in values]) for key, values in groups.collect()]
    [('a', [[1], [2]])]
    """
    tagged: list[RDD[Any]] = [rdd.mapValues(_Tagged(number)) for number, rdd in enumerate(rdds)]
    together = tagged[0].context.union(tagged)
    partitions = max(rdd.getNumPartitions() for rdd in rdds) if numPartitions is None else numPartitions
    cogrouped: RDD[Any] = together.groupByKey(partitions).mapValues(_Sorted(len(tagged)))
    return cogrouped
