"""Functions that cannot be pickled are named with the part that cannot, and with where they are."""

from __future__ import annotations

import functools
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest

from firesteel import RDD
from firesteel._driver.callsite import call_site
from firesteel._driver.closures import pickle_payload
from firesteel._functions.records import Foreach, Reduce
from firesteel.errors import PySparkPicklingError, PySparkRuntimeError

LOCK = threading.Lock()


class Holder:
    def __init__(self) -> None:
        self.lock = threading.Lock()

    def use(self, value: Any) -> Any:
        return value


def message(function: Any) -> str:
    with pytest.raises(PySparkPicklingError) as caught:
        pickle_payload([("map", function, "map at app.py:3")], "map at app.py:3")
    assert isinstance(caught.value, pickle.PicklingError)
    assert caught.value.__cause__ is not None
    text = str(caught.value)
    assert "of map at app.py:3" in text
    assert "cannot pickle '_thread.lock' object" in text
    return text


def test_captured_variable() -> None:
    def make(settings: dict[str, Any]) -> Callable[[Any], Any]:
        return lambda value: settings

    text = message(make({"inner": [1, LOCK]}))
    assert "the variable 'settings' that it captures, its element 'inner', its element 1" in text
    assert "is a _thread.lock" in text
    assert "test_driver_closures.py, line" in text


def test_global_default_method_partial_and_attribute() -> None:
    exec_globals: dict[str, Any] = {"shared": LOCK}
    exec("def uses(value):\n    return [shared for _ in range(2)]", exec_globals)
    assert "the global variable 'shared' that it uses" in message(exec_globals["uses"])

    def default(value: Any, lock: Any = LOCK) -> Any:
        return lock

    def named(value: Any, *, lock: Any = LOCK) -> Any:
        return lock

    assert "a default value of its parameters" in message(default)
    assert "the default value of its parameter 'lock'" in message(named)
    assert "the object whose method it is, its attribute 'lock'" in message(Holder().use)
    assert "argument 0 of the partial" in message(functools.partial(max, LOCK))
    assert "argument 'key' of the partial" in message(functools.partial(max, key=LOCK))


def test_functions_inside_ours_are_the_ones_that_are_named() -> None:
    def save(value: Any) -> Any:
        return LOCK, held

    held = threading.Lock()
    for wrapper in (Foreach(save), Reduce(save)):
        assert "save" in message(wrapper)
        assert "the variable 'held' that it captures" in message(wrapper)


def test_an_rdd_in_a_function_is_its_own_error() -> None:
    rdd: Any = RDD.__new__(RDD)
    with pytest.raises(PySparkRuntimeError, match="SPARK-5063") as caught:
        pickle_payload([("map", lambda value: rdd, "map at app.py:3")], "map at app.py:3")
    assert caught.value.getCondition() == "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER"
    assert "the variable 'rdd' that it captures" in str(caught.value)
    assert "map at app.py:3" in str(caught.value)


def test_too_deep_values() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(PySparkPicklingError, match="nested too deeply"):
        pickle_payload([("map", lambda value: deep, "map at app.py:3")], "map at app.py:3")
    while deep:
        deep = deep[0]


def test_call_sites_name_the_users_line() -> None:
    site = call_site("map")
    assert site.startswith("map at test_driver_closures.py:")
    assert int(site.rpartition(":")[2]) > 0
