"""Errors as users see them: their own frames and one message, nothing of the engine."""

from __future__ import annotations

import linecache
import sys
import threading
import traceback
from typing import Any

import pytest

from firesteel._driver import tracebacks
from firesteel._driver.closures import pickle_payload
from firesteel._driver.errors import JobError, job_error
from firesteel.errors import PySparkPicklingError


def shown(error: BaseException) -> str:
    with tracebacks.presentable(error):
        return "".join(traceback.format_exception(error))


def pickling_error() -> PySparkPicklingError:
    lock = threading.Lock()
    with pytest.raises(PySparkPicklingError) as caught:
        pickle_payload([("map", lambda value: lock, "map at app.py:3")], "map at app.py:3")
    return caught.value


def test_frames_of_the_engine_and_of_the_pickler_are_left_out() -> None:
    error = pickling_error()
    text = shown(error)
    assert "closures.py" not in text
    assert "cloudpickle.py" not in text
    assert "direct cause" not in text
    assert __file__ in text
    assert "the variable 'lock' that it captures" in text
    assert isinstance(error.__cause__, TypeError), "what a program catches is as it was"
    assert error.__traceback__ is not None


class Stubborn:
    def __reduce__(self) -> str:
        raise ValueError("not me")


def test_a_failing_reduce_of_the_users_is_shown() -> None:
    mine = Stubborn()
    with pytest.raises(PySparkPicklingError) as caught:
        pickle_payload([("map", lambda value: mine, "map at app.py:3")], "map at app.py:3")
    text = shown(caught.value)
    assert "in __reduce__" in text
    assert "cloudpickle.py" not in text


def failed(detail: dict[str, object], kind: str = "user") -> JobError:
    return job_error({"kind": kind, "job": 0, "error": detail}, "collect at app.py:9", False)


def test_the_cause_of_a_failed_job_is_told_once() -> None:
    import pickle

    detail = {
        "type": "builtins.ValueError",
        "message": "first line\nsecond line",
        "traceback": "Traceback (most recent call last):\n  ...\nValueError: first line\nsecond line",
        "operation": "map at app.py:3",
        "exception": pickle.dumps(ValueError("first line\nsecond line")),
    }
    error = failed(detail)
    assert isinstance(error.__cause__, ValueError)
    text = shown(error)
    assert text.startswith(
        "firesteel.JobError: Job aborted: a function of the program raised ValueError: first line"
    )
    assert text.count("second line") == 1
    assert "direct cause" not in text


def test_no_name_of_ours_and_no_repetition_for_records_that_do_not_fit() -> None:
    import pickle

    from firesteel._data.errors import RecordError

    message = "flatMap function returned int, which is not iterable (flatMap at app.py:3)"
    detail = {
        "type": "firesteel._data.errors.RecordError",
        "message": message,
        "traceback": "",
        "operation": "flatMap at app.py:3",
        "exception": pickle.dumps(RecordError(message)),
    }
    error = failed(detail)
    assert type(error.__cause__) is TypeError
    assert str(error).count("flatMap at app.py:3") == 1
    assert "firesteel._" not in "".join(traceback.format_exception(error))


def test_a_programs_own_errors_are_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise failed({"message": "gone"}, "source")
        except JobError as error:
            raise KeyError("mine") from error
    except KeyError as error:
        tracebacks.show(type(error), error, error.__traceback__)
    text = capsys.readouterr().err
    assert "KeyError: 'mine'" in text
    assert "firesteel.JobError: Job aborted: gone" in text
    assert "direct cause" in text


def test_an_interrupt_shows_where_the_user_was_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    def wait(_: object) -> None:
        raise KeyboardInterrupt("job 3 was cancelled")

    def engine(inner: object) -> None:
        source = "def call(inner): inner(None)"
        names: dict[str, Any] = {}
        exec(compile(source, tracebacks.__file__, "exec"), names)
        names["call"](inner)

    try:
        engine(wait)
    except KeyboardInterrupt as error:
        tracebacks.show(type(error), error, error.__traceback__)
    text = capsys.readouterr().err
    assert "in engine" in text
    assert "in wait" not in text
    assert text.endswith("KeyboardInterrupt: job 3 was cancelled\n")


def test_source_typed_into_a_shell_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["1 / 0\n"]
    monkeypatch.setitem(linecache.cache, "<ipython-input-1-ab>", (6, None, lines, "<ipython-input-1-ab>"))
    trace = 'Traceback:\n  File "<ipython-input-1-ab>", line 1, in <lambda>\nZeroDivisionError: x'
    text = str(failed({"type": "builtins.ZeroDivisionError", "message": "x", "traceback": trace}))
    assert "line 1, in <lambda>\n    1 / 0\nZeroDivisionError: x" in text


def test_a_display_of_the_programs_own_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def mine(*_: object) -> None:
        """Show nothing."""

    monkeypatch.setattr(sys, "excepthook", mine)
    tracebacks.install()
    assert sys.excepthook is mine
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    tracebacks.install()
    assert sys.excepthook is tracebacks.show
