"""Payloads are the same whatever pickler wrote them: a new one, or one that has written other batches."""

from __future__ import annotations

import collections
import math
import pickle
import threading
from itertools import chain
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firesteel._data import payloads
from firesteel._data.errors import Unpicklable
from firesteel._data.payloads import decode_payload, encode

numbers = st.none() | st.booleans() | st.integers() | st.floats()
scalars = numbers | st.text() | st.binary()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(scalars, inner)
)
rows = st.fixed_dictionaries({"id": numbers, "name": st.text()}, optional={"more": values})
batches = st.lists(
    st.lists(rows, min_size=1)
    | st.lists(numbers, min_size=1)
    | st.lists(scalars, min_size=1)
    | st.lists(st.tuples(numbers, scalars), min_size=1)
    | st.lists(st.tuples(numbers, numbers), min_size=1)
    | st.lists(values, min_size=1),
    max_size=6,
)


def through(records: list[Any], by_value: bool = False) -> list[Any]:
    codec, pieces = encode(records, by_value)
    return list(decode_payload(codec, bytearray(b"".join(pieces)), len(records)))


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal and of the same types all through, NaN included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


@given(batches, st.booleans())
def test_batches_come_back_as_a_pickle_of_their_own_gives_them(
    batches: list[list[Any]], by_value: bool
) -> None:
    for records in batches:
        assert same(through(records, by_value), pickle.loads(pickle.dumps(records)))


@given(batches, st.booleans())
def test_equal_batches_have_equal_payloads_whatever_was_written_before(
    batches: list[list[Any]], by_value: bool
) -> None:
    alone = []
    for records in batches:
        payloads._spare.clear()
        alone.append(encode(records, by_value))
    assert [encode(records, by_value) for records in batches] == alone


@pytest.mark.parametrize("by_value", [False, True])
def test_odd_records_after_a_sample_of_numbers_come_back_too(by_value: bool) -> None:
    class Number(int):
        pass

    globals()["Number"] = Number
    Number.__module__, Number.__qualname__ = __name__, "Number"
    odd: list[Any] = ["text", b"bytes", [1, [2]], {"a": {}}, Number(7), 1 << 100, math.nan, ()]
    odd.append(collections.OrderedDict(b=1, a=2))
    records: list[Any] = list(range(100_000))
    for place, value in enumerate(odd):
        records[1000 * place + 77] = value
    assert same(through(records, by_value), records)
    pairs = list(zip(records, reversed(records), strict=True))
    assert same(through(pairs, by_value), pairs)


@pytest.mark.parametrize("by_value", [False, True])
def test_what_two_batches_share_is_written_in_both(by_value: bool) -> None:
    shared = ["one list"]
    row = {"a": shared, "b": shared}
    for _ in range(3):
        (found,) = through([row], by_value)
        assert found == row
        assert found["a"] is found["b"]


def test_functions_bring_the_globals_of_their_own_batch() -> None:
    scope: dict[str, Any] = {}
    exec("total = 0\ndef add(x):\n    global total\n    total += x\n    return total", scope)
    for name in ("__main__", "another"):
        scope["__name__"] = name
        first, second, _row = through([scope["add"], scope["add"], {"a": 1}], by_value=True)
        assert (first(1), second(1)) == (1, 2)
        assert first.__globals__["__name__"] == name


def test_a_batch_that_fails_leaves_nothing_behind() -> None:
    bad = [{"id": 1}, {"id": (each for each in ())}]
    for by_value in (False, True):
        for _ in range(3):
            with pytest.raises(Unpicklable, match="generator"):
                encode(bad, by_value)
            assert through([{"id": 1}], by_value) == [{"id": 1}]


class Encoding:
    """Writes a batch of its own while it is pickled."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __reduce__(self) -> tuple[Any, ...]:
        return through, ([{"inner": self.inner}],)


def test_what_is_pickled_may_pickle_batches_itself() -> None:
    before = [{"a": [1]}, {"a": [2]}]
    assert through(before) == before
    assert through([{"a": 1}, Encoding(Encoding(3)), before]) == [
        {"a": 1},
        [{"inner": [{"inner": 3}]}],
        before,
    ]


def test_threads_do_not_meet() -> None:
    failures = []

    def work(number: int) -> None:
        for step in range(100):
            records = [{"thread": number, "step": step, "each": each} for each in range(50)]
            if through(records) != records:
                failures.append((number, step))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(len(spare) <= 4 for spare in payloads._spare.values())


def test_a_pickler_is_kept_for_batches_like_those_before_and_holds_none_of_them() -> None:
    spare = payloads._spare.setdefault(pickle.Pickler, [])

    def rows(count: int) -> list[Any]:
        return [{"id": each, "text": str(each)} for each in range(count)]

    spare.clear()
    encode(rows(1000))
    (kept,) = spare
    encode(rows(900))
    assert spare == [kept]
    assert not kept._pickler.memo.copy()
    encode(rows(3))  # clearing the room of a thousand would take longer than writing these
    assert spare == []
    encode([{"large": "x" * (2 << 20)}, {}])
    assert spare == []


def test_records_by_column_that_fail_are_named() -> None:
    with pytest.raises(Unpicklable) as caught:
        encode(list(chain([(1, 2)] * 10, [(3, (each for each in ()))])))
    assert caught.value.record.startswith("(3, ")


@pytest.mark.parametrize("more", [[], [numpy.arange(3)]])
def test_a_dict_that_is_in_one_record_twice_stays_one_object(more: list[Any]) -> None:
    shared = {"a": 1}
    (record,) = through([(shared, shared, *more)])
    assert record[:2] == (shared, shared)
    assert record[0] is record[1]
