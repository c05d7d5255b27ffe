"""Failures, told in the user's terms: their traceback, their operation, their record."""

from __future__ import annotations

import importlib.util
import os
import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from plans import file_input

_SPEC = importlib.util.spec_from_file_location(
    "worker_support", Path(__file__).with_name("worker_support.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
support = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(support)

NUMBERS = ["Range", "0", "1", 5]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Any]:
    made = support.Rig(tmp_path)
    yield made
    made.close()


def fail(rig: Any, *steps: tuple[str, Any]) -> dict[str, Any]:
    failed: dict[str, Any] = rig.failed(["Result", rig.pipeline(NUMBERS, *steps), "result_0_0"])
    return failed


def divide(number: int) -> float:
    return 1 / (number - 3)


def test_the_users_traceback_operation_and_record(rig: Any) -> None:
    failed = fail(rig, ("map", lambda x: x), ("map", divide), ("filter", lambda x: x > 0))
    error = failed["error"]
    assert failed["kind"] == "user"
    assert error["type"] == "builtins.ZeroDivisionError"
    assert error["operation"] == "map at app.py:2"
    assert error["record"] == "3"
    assert "return 1 / (number - 3)" in error["traceback"]
    assert "firesteel/_worker" not in error["traceback"]
    assert isinstance(pickle.loads(error["exception"]), ZeroDivisionError)


class Callable:
    def __call__(self, number: int) -> float:
        return divide(number)


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("map", partial(divide)),
        ("map", Callable()),
        ("map", Callable().__call__),
        ("flatMap", divide),
        ("filter", divide),
        ("keyBy", divide),
        ("mapPartitions", lambda it: [divide(x) for x in it]),
        ("mapPartitions", lambda it: map(divide, it)),
        ("map", float.hex),
        ("map", "%d".__mod__),
    ],
)
def test_operations_are_found_whatever_the_function_is(rig: Any, kind: str, function: Any) -> None:
    failed = fail(rig, (kind, function), ("map", lambda x: 1 / 0))
    assert failed["kind"] == "user"
    if failed["error"]["type"] != "builtins.TypeError":
        assert failed["error"]["operation"] in (f"{kind} at app.py:1", "map at app.py:2")
    if function is divide:
        assert failed["error"]["operation"] in (f"{kind} at app.py:1", "map at app.py:2")


def test_functions_in_c_are_found_by_exclusion(rig: Any) -> None:
    error = fail(rig, ("map", lambda x: "x"), ("map", int))["error"]
    assert error["operation"] == "map at app.py:2"
    assert "invalid literal" in error["message"]
    assert fail(rig, ("map", lambda x: "the plan names"), ("map", int))["kind"] == "user"


def test_the_same_function_twice_gives_candidates(rig: Any) -> None:
    error = fail(rig, ("map", divide), ("map", round), ("map", divide))["error"]
    assert error["operation"] is None
    assert error["candidates"] == ["map at app.py:1", "map at app.py:3"]
    assert error["record"] == "3"


@pytest.mark.parametrize(
    ("kind", "function", "found"),
    [
        ("flatMap", lambda x: x, "int"),
        ("mapPartitions", lambda it: None, "NoneType"),
        ("mapPartitionsWithIndex", lambda i, it: 1.5, "float"),
    ],
)
def test_answers_that_are_not_iterable(rig: Any, kind: str, function: Any, found: str) -> None:
    error = fail(rig, (kind, function))["error"]
    assert f"{kind} function returned {found}, which is not iterable" in error["message"]
    assert error["operation"] == f"{kind} at app.py:1"


def test_flat_map_values_and_pairs(rig: Any) -> None:
    error = fail(rig, ("keyBy", str), ("flatMapValues", lambda v: v))["error"]
    assert "flatMapValues function returned int" in error["message"]
    error = fail(rig, ("mapValues", lambda v: v))["error"]
    assert "a (key, value) pair is expected by mapValues at app.py:1, not int: 0" in error["message"]
    assert error["operation"] == "mapValues at app.py:1"


@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize(
    "after", [[], [("mapPartitions", list)], [("map", str), ("take", 100)], [("glom", None)]]
)
@pytest.mark.parametrize("kind", ["map", "filter", "flatMap", "mapValues"])
def test_stop_iteration_never_shortens_the_data(rig: Any, at: int, after: list[Any], kind: str) -> None:
    def stop(number: Any) -> Any:
        return next(iter(())) if number == at else [number]

    before = [("keyBy", str)] if kind == "mapValues" else []
    failed = fail(rig, *before, (kind, stop), *after)
    assert failed["kind"] == "user"
    assert "StopIteration" in failed["error"]["message"] + failed["error"]["traceback"]
    source = rig.pipeline(NUMBERS, ("map", lambda x: (x, x)), ("map", lambda kv: (stop(kv[0])[0], 1)))
    closure = rig.closure((lambda v: v, lambda a, b: a + b, lambda a, b: a + b, "reduceByKey at app.py:9"))
    for combine in (None, ["combine", closure]):
        plan = ["ShuffleWrite", source, "shuffle_0_1_0", 2, ["hash"], combine]
        failed = rig.failed(plan, shuffle_0_1_0=str(rig.root / "s"))
        assert "StopIteration" in failed["error"]["message"]
        assert not (rig.root / "s").exists()


@pytest.mark.parametrize(
    "raised",
    [
        SystemExit(3),
        KeyboardInterrupt(),
        RecursionError("deep"),
        MemoryError("full"),
        GeneratorExit(),
        OSError(28, "no space, says the user's code"),
    ],
)
def test_whatever_is_raised_is_the_users_failure(rig: Any, raised: BaseException) -> None:
    def throw(number: int) -> None:
        raise raised

    failed = fail(rig, ("map", throw))
    assert failed["kind"] == "user"
    assert failed["error"]["type"] == f"builtins.{type(raised).__name__}"
    assert failed["error"]["operation"] == "map at app.py:1"
    assert rig.collect(NUMBERS) == [0, 1, 2, 3, 4]


def test_deep_recursion_is_survived(rig: Any) -> None:
    def deep(number: int) -> int:
        return deep(number + 1)

    assert fail(rig, ("map", deep))["error"]["type"] == "builtins.RecursionError"


class Odd(Exception):
    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")

    def __str__(self) -> str:
        raise ValueError("no text")


class Silent:
    def __repr__(self) -> str:
        raise ValueError("no repr")


def test_exceptions_and_records_that_do_not_behave(rig: Any) -> None:
    def throw(number: object) -> None:
        raise Odd(1, 2)

    error = fail(rig, ("map", lambda x: Silent()), ("map", throw))["error"]
    assert error["exception"] is None  # it cannot be unpickled
    assert error["type"].endswith(".Odd")
    assert "ValueError" in error["message"]
    assert error["record"].startswith("<Silent instance")

    def surrogate(number: int) -> None:
        raise ValueError("\ud800")

    class Exits(Exception):
        def __str__(self) -> str:
            raise KeyboardInterrupt

        def __repr__(self) -> str:
            raise SystemExit

        def __reduce__(self) -> Any:
            raise SystemExit

    def leave(number: int) -> None:
        raise Exits

    def leave_over(record: object) -> None:
        raise ValueError(record)

    error = fail(rig, ("map", leave))["error"]
    assert (error["exception"], "KeyboardInterrupt" in error["message"]) == (None, True)
    error = fail(rig, ("map", lambda x: Exits()), ("map", leave_over))["error"]
    assert "SystemExit" in error["record"]

    assert fail(rig, ("map", surrogate))["error"]["message"] == "\\ud800"


def test_records_are_shortened(rig: Any) -> None:
    def throw(record: object) -> None:
        raise ValueError("z" * 10**6)

    error = fail(rig, ("map", lambda x: ["y" * 10**6] * 10**5), ("map", throw))["error"]
    assert len(error["record"]) < 400
    assert len(error["message"]) < 70_000
    assert error["traceback"].startswith("Traceback")


def test_causes_are_kept_and_cut_too(rig: Any) -> None:
    def chained(number: int) -> None:
        try:
            divide(3)
        except ZeroDivisionError as failure:
            raise KeyError("outer") from failure

    text = fail(rig, ("map", chained))["error"]["traceback"]
    assert text.index("ZeroDivisionError") < text.index("direct cause") < text.index("KeyError")


def test_merge_functions_that_are_left_out_still_show_in_the_traceback(rig: Any) -> None:
    closure = rig.closure((lambda v: v, lambda a, b: a + b, lambda a, b: a + b, "reduceByKey at app.py:9"))
    source = rig.slice([("a", 1), ("a", "x")])
    failed = rig.failed(
        ["ShuffleWrite", source, "shuffle_0_1_0", 2, ["hash"], ["combine", closure]],
        shuffle_0_1_0=str(rig.root / "s"),
    )
    assert failed["error"]["operation"] == "reduceByKey at app.py:9"
    assert "<lambda>" in failed["error"]["traceback"]
    assert failed["error"]["record"] == "'x'"


def test_unpicklable_results_name_the_record(rig: Any) -> None:
    failed = fail(rig, ("map", lambda x: x if x < 3 else (y for y in ())))
    assert failed["kind"] == "unpicklable"
    assert "generator" in failed["error"]["record"]
    assert "generator" in failed["error"]["message"]


def test_sources_blocks_and_shuffles_that_are_damaged_or_gone(rig: Any, tmp_path: Path) -> None:
    failed = rig.failed(["Result", file_input("text", str(tmp_path / "no"), 0, 1, 1, 1), "result_0_0"])
    assert failed["kind"] == "source"
    assert str(tmp_path / "no") in failed["error"]["message"]
    rig.files["rdd_0_1_2"] = str(tmp_path / "gone")
    failed = rig.failed(["Result", ["Block", "rdd_0_1_2", 64, 1, 5], "result_0_0"])
    assert (failed["kind"], failed["block"], failed["shuffle"]) == ("corrupt", "rdd_0_1_2", None)
    name = rig.shuffle([rig.slice([(1, 2), (3, 4)])] * 3, 1, ["hash"], None)
    number = int(name.rsplit("_", 1)[1])
    data = tmp_path / f"{name}_1"
    good = data.read_bytes()
    for bad in (good[:-1], good[:40] + b"!" + good[41:], b"", (tmp_path / f"{name}_0").read_bytes()):
        data.write_bytes(bad)
        failed = rig.failed(["Result", ["ShuffleRead", name, 0, ["plain"]], "result_0_0"])
        assert (failed["kind"], failed["shuffle"], failed["block"]) == ("corrupt", [0, number, 1], None)
    os.unlink(data)
    failed = rig.failed(["Result", ["ShuffleRead", name, 0, ["grouped"]], "result_0_0"])
    assert failed["shuffle"] == [0, number, 1]
    table = Path(rig.files[name])
    good = table.read_bytes()
    for at in range(len(good)):
        table.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        failed = rig.failed(["Result", ["ShuffleRead", name, 0, ["plain"]], "result_0_0"])
        assert (failed["kind"], failed["block"]) == ("corrupt", name)


def test_a_full_disk_is_told_apart_from_the_users_errors(rig: Any) -> None:
    rig.inline = 0
    failed = rig.failed(["Result", NUMBERS, "result_0_0"], result_0_0="/nowhere/at/all")
    assert failed["kind"] == "disk"


def test_a_plan_that_makes_no_sense_is_our_own_error(rig: Any) -> None:
    for plan in (
        ["Result", ["Nonsense"], "r"],
        ["Nonsense", NUMBERS],
        ["Result", ["Pipeline", NUMBERS, "closure_0_99", 0], "r"],
    ):
        failed = rig.failed(plan)
        assert failed["kind"] == "internal"
        assert "_worker" in failed["error"]["traceback"]


def countdown(number: int) -> float:
    return 1 / number if number <= 0 else countdown(number - 1)


def mutual(text: str) -> int:
    return other(text[1:])


def other(text: str) -> int:
    return mutual(text) if text else len(None)  # type: ignore[arg-type]


def changed(text: str) -> int:
    text = text.strip()
    return int(text)


def changed_inside(text: str) -> int:
    def strip() -> None:
        nonlocal text
        text = text.strip()

    strip()
    return int(text)


def read_inside(text: str) -> list[int]:
    return [int(text) for _ in range(2)]


@pytest.mark.parametrize(
    ("function", "record", "shown"),
    [
        (countdown, 3, "3"),
        (mutual, "abcd", "'abcd'"),
        (changed, " x ", None),
        (changed_inside, " x ", None),
        (read_inside, "x", "'x'"),
    ],
)
def test_the_record_is_what_the_function_was_called_with(
    rig: Any, function: Any, record: Any, shown: str | None
) -> None:
    failed = fail(rig, ("filter", lambda number: number == 2), ("map", lambda _: record), ("map", function))
    assert failed["error"]["operation"] == "map at app.py:3"
    assert failed["error"]["record"] == shown
