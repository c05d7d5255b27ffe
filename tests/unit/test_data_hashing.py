"""Hashes: equal keys hash alike, in every process."""

from __future__ import annotations

import decimal
import enum
import fractions
import math
import os
import subprocess
import sys
from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firesteel._data.errors import RecordError
from firesteel._data.hashing import hash_key, hash_keys, partitions_of, sub_partitions

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
keys = st.recursive(
    scalars, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3) | st.tuples()
)


@given(st.lists(keys))
def test_many_keys_hash_as_one_by_one(many: list[Any]) -> None:
    assert hash_keys(many).tolist() == [hash_key(key) for key in many]


@given(st.lists(st.integers(-3, 3) | st.booleans() | st.floats(-3, 3).map(round).map(float), min_size=1))
def test_equal_numbers_hash_alike_also_inside_tuples(many: list[Any]) -> None:
    for wrap in (lambda x: x, lambda x: (x, "a"), lambda x: ((x,), None), lambda x: frozenset([x])):
        hashed: dict[Any, int] = {}
        for key in map(wrap, many):
            assert hashed.setdefault(key, hash_key(key)) == hash_key(key) == hash_keys([key])[0]


class Text(str):
    __slots__ = ()


class Color(str, enum.Enum):
    RED = "red"


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    "alike",
    [
        [1, 1.0, True, decimal.Decimal(1), fractions.Fraction(1), np.int64(1), np.float32(1)],
        ["red", Text("red"), Color.RED, np.str_("red")],
        [("a", 1), ("a", 1.0), Pair("a", True), (Text("a"), 1)],
        [(None, 2), Pair(None, 2.0)],
        [0.0, -0.0, 0],
        [frozenset({None, "a"}), frozenset({"a", None})],
        [frozenset({None, 0}), frozenset({None, 0.0}), frozenset({None, False})],
        [frozenset({-1, -2}), frozenset({-1.0, -2.0}), frozenset({-1, -2.0})],
    ],
)
def test_equal_keys_of_different_types_hash_alike(alike: list[Any]) -> None:
    assert len({hash_key(key) for key in alike}) == 1
    assert len({int(hash_keys([key])[0]) for key in alike}) == 1
    assert len(set(hash_keys(alike).tolist())) == 1


def test_all_nans_hash_alike() -> None:
    nans = [
        math.nan,
        float("nan"),
        np.float64("nan"),
        np.float32("nan"),
        decimal.Decimal("nan"),
        complex(math.nan, 0),
    ]
    assert len(set(hash_keys(nans).tolist())) == 1
    assert len({hash_key((nan, "a")) for nan in nans}) == 1
    assert hash_key(math.nan) != hash_key(None)


PROGRAM = """
import math, sys
from firesteel._data.hashing import hash_key
[object() for _ in range(int(sys.argv[1]))]
from dataclasses import dataclass
def function(): pass
class Class: pass
@dataclass(frozen=True)
class Data:
    one: object
    two: object = None
class Hand:
    def __init__(self, one): self._one, self.__two = one, None
    def __hash__(self):
        "Hash both."
        return hash((self._one, self.__two))
class Below(Hand): pass
print([hash_key(key) for key in (None, math.nan, (None, 'a'), (1, (math.nan,)), frozenset([None, "b"]),
                                 "text", b"b", 1.5, Class, function, (Class, 1), print, int,
                                 Data(1), Data((None, "a"), math.nan), (Hand(3), 1), Below(None))])
"""


def test_hashes_are_the_same_in_two_processes() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, many], env=environment, check=True, capture_output=True
        ).stdout
        for many in ("1", "100000")
    ]
    assert said[0] == said[1]


class Own:
    def __hash__(self) -> int:
        return -(2**62) - 5

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own)


class Point:
    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = x, y

    def __hash__(self) -> int:
        return hash((self.x, self.y))

    def __eq__(self, other: object) -> bool:
        return (self.x, self.y) == other


class Mixed(Point):
    def __hash__(self) -> int:
        return hash((self.y, self.x.lower()))


class Twice(Point):
    def __hash__(self) -> int:
        return hash((self.x, self.x))


class Less(Point):
    def __hash__(self) -> int:
        return hash((self.x, 7))


def test_objects_that_hash_a_tuple_hash_as_that_tuple() -> None:
    for pair in (("a", 1), ("a", 1.5), (-1, (2**61, b"c"))):
        assert hash_key(Point(*pair)) == hash(Point(*pair)) == hash_key(pair)
    assert hash_key(Point(None, math.nan)) == hash_key((None, math.nan))
    for other in (Mixed("A", 2), Twice("A", 2), Less("A", 2)):
        assert hash_key(other) == hash(other)
    with pytest.raises(TypeError, match="unhashable"):
        hash_key(Point([], 1))


def test_own_hashes_are_used_as_they_are() -> None:
    assert hash_key(Own()) == -(2**62) - 5
    assert hash_key((Own(), 1)) == hash((Own(), 1))


@pytest.mark.parametrize(
    ("key", "kind"), [([1], "list"), ({}, "dict"), ((1, [2]), "tuple"), (np.zeros(2), "ndarray")]
)
def test_an_unhashable_key_is_named_with_its_type(key: Any, kind: str) -> None:
    with pytest.raises(
        RecordError, match=f"unhashable key of type {kind}.*reduceByKey at app.py:3"
    ) as caught:
        hash_keys(["a", key], "reduceByKey at app.py:3")
    assert caught.value.site == "reduceByKey at app.py:3"


@given(st.lists(keys, min_size=1), st.integers(1, 100_000))
def test_partitions_are_in_range(many: list[Any], partitions: int) -> None:
    assert all(0 <= number < partitions for number in partitions_of(hash_keys(many), partitions))


def test_sub_partitions_split_what_has_one_remainder() -> None:
    same = list(range(0, 64_000, 64))
    for level in range(4):
        parts = sub_partitions(hash_keys(same), level, 5)
        counts = [parts.tolist().count(each) for each in range(32)]
        assert sum(counts) == len(same)
        assert max(counts) < len(same) // 8, level
