"""Pickles for Java: which types they may hold, and which are refused."""

from __future__ import annotations

import array
import datetime
import decimal
import pickle
import pickletools
from collections import OrderedDict, namedtuple
from typing import Any

import numpy
import pytest

from firesteel._data.exchange import NotForJava, encode_for_java, frozen, moment, table, unique
from firesteel.resultiterable import ResultIterable

Point = namedtuple("Point", "x y")

CALLED = {
    "builtins list",
    "datetime date",
    "datetime time",
    "datetime timedelta",
    "decimal Decimal",
    "firesteel._data.exchange itself",
    "firesteel._data.exchange moment",
    "firesteel._data.exchange numbers",
}

INDIA = datetime.timezone(datetime.timedelta(hours=5, minutes=30))

PLAIN: list[Any] = [
    None,
    True,
    -5,
    2**63,
    -(2**200),
    1.5,
    "é\ud800",
    b"\x00\xff",
    bytearray(b"ab"),
    (1, "a"),
    [1, [2, []]],
    {"a": {1: (2.0,)}},
    {1, 2},
    frozenset({"a"}),
    datetime.date(2024, 2, 29),
    datetime.time(23, 59, 59, 999999),
    datetime.datetime(1, 1, 1),
    datetime.datetime(2024, 5, 6, 7, 8, 9, 10, INDIA),
    datetime.timedelta(days=-3, microseconds=7),
    decimal.Decimal("1.50"),
    array.array("d", [1.0, -0.0]),
]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_basic_types_come_back_as_they_are(value: Any) -> None:
    (found,) = pickle.loads(encode_for_java([value]))
    assert found == value
    assert type(found) is type(value)


def test_only_agreed_names_are_called() -> None:
    data = encode_for_java([*PLAIN, numpy.int64(3), numpy.arange(3)])
    texts: list[str] = []
    named = set()
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in ("SHORT_BINUNICODE", "BINUNICODE"):
            texts.append(argument)
        elif opcode.name == "STACK_GLOBAL":
            named.add(" ".join(texts[-2:]) if " ".join(texts[-2:]) in CALLED else texts[-1])
    assert named <= CALLED | {name.split()[1] for name in CALLED}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (numpy.float64(0.5), 0.5),
        (numpy.int32(7), 7),
        (numpy.bool_(True), True),
        (numpy.str_("x"), "x"),
        (numpy.arange(3, dtype="int32"), array.array("i", [0, 1, 2])),
        (numpy.array([1.0, 2.0], dtype=">f8"), array.array("d", [1.0, 2.0])),
        (numpy.arange(6)[::2], array.array("q", [0, 2, 4])),
        (array.array("l", [1]), array.array("q", [1])),
        (ResultIterable([1, 2]), [1, 2]),
    ],
    ids=repr,
)
def test_values_in_another_guise_become_plain(value: Any, plain: Any) -> None:
    (found,) = pickle.loads(encode_for_java([value]))
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1j, "holds a complex"),
        (object(), "holds a object"),
        (Point(1, 2), "Point; make a plain tuple of it"),
        (OrderedDict(a=1), "OrderedDict; make a plain dict of it"),
        (len, "the builtin_function_or_method len"),
        (int, "the type int"),
        (datetime.time(1, tzinfo=INDIA), "a time with a time zone"),
        (datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=23))), "up to 18 h"),
        (decimal.Decimal("NaN"), "no number"),
        (numpy.zeros((2, 2)), "2 dimensions and dtype float64"),
        (numpy.zeros(2, dtype="uint8"), "dtype uint8"),
        (numpy.zeros(2, dtype="complex64"), "dtype complex64"),
        (array.array("B", [200]), "'B'"),
        (numpy.complex64(1), "complex64"),
    ],
    ids=str,
)
def test_anything_else_is_refused_with_its_type_and_its_record(value: Any, says: str) -> None:
    with pytest.raises(NotForJava, match=r"a record of map at app\.py:3 cannot go to Java") as refused:
        encode_for_java([1, ("key", value)], "map at app.py:3")
    assert says in str(refused.value)
    assert "('key', " in str(refused.value)
    assert refused.value.site == "map at app.py:3"


def test_a_record_that_is_nested_too_deeply_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotForJava, match="nested too deeply"):
        encode_for_java([deep])


def test_shared_references_stay_shared() -> None:
    inner = [1]
    first, second = pickle.loads(encode_for_java([[inner, inner], inner]))
    assert first[0] is first[1]
    assert first[0] is second


def test_what_java_calls() -> None:
    assert table(["a", "b"], [1, 2]) == {"a": 1, "b": 2}
    assert unique([1, 2]) == {1, 2}
    assert frozen([1]) == frozenset({1})
    with pytest.raises(ValueError, match="keys that are equal in Python"):
        table([1, 1.0], ["a", "b"])
    with pytest.raises(ValueError, match="elements that are equal in Python"):
        unique([True, 1])


def test_a_moment_in_a_zone_knows_which_of_two_hours_it_is() -> None:
    summer = moment(2024, 10, 27, 2, 30, 0, 0, 7200, "Europe/Berlin")
    winter = moment(2024, 10, 27, 2, 30, 0, 0, 3600, "Europe/Berlin")
    assert summer.utcoffset() == datetime.timedelta(hours=2)
    assert winter.utcoffset() == datetime.timedelta(hours=1)
    for each in (summer, winter):
        (found,) = pickle.loads(encode_for_java([each]))
        assert found.utcoffset() == each.utcoffset()
        assert str(found.tzinfo) == "Europe/Berlin"
