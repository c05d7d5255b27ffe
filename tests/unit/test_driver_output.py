"""What tasks print reaches the driver's standard streams before the action returns; the progress bar."""

from __future__ import annotations

import io
import os
import sys

import pytest

from firesteel._driver.output import Forwarder
from firesteel._driver.progress import ProgressBar, bar


def test_output_goes_to_the_stream_of_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    cleared: list[int] = []
    forwarder = Forwarder(read, "stdout", lambda: cleared.append(1))
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", first)
    os.write(write, "one ä\n".encode())
    forwarder.drain()
    monkeypatch.setattr(sys, "stdout", second)
    os.write(write, "two €".encode()[:-1])
    forwarder.drain()
    os.write(write, "€".encode()[-1:])
    forwarder.drain()
    assert (first.getvalue(), second.getvalue()) == ("one ä\n", "two €")
    assert cleared
    forwarder.start()
    os.write(write, b"end")
    os.close(write)
    forwarder.join(5)
    assert second.getvalue() == "two €end"
    assert forwarder.tail().endswith("end")


def test_streams_that_cannot_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    forwarder = Forwarder(read, "stderr", lambda: None)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))
    os.write(write, "ä".encode())
    forwarder.drain()
    assert raw.getvalue() == b"\\xe4"
    monkeypatch.setattr(sys, "stderr", None)
    os.write(write, b"lost")
    forwarder.drain()
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    os.write(write, b"lost too")
    forwarder.drain()
    os.close(write)
    forwarder.close()


def test_bar() -> None:
    stage = {"id": 3, "tasks": 20, "done": 5, "active": 2}
    drawn = bar(stage, 60)
    assert drawn.startswith("[Stage 3:====")
    assert drawn.endswith("> " + " " * 25 + "(5 + 2) / 20]") or "(5 + 2) / 20]" in drawn
    assert len(drawn) <= 60
    assert bar(stage, 10) == "[Stage 3:(5 + 2) / 20]"


def test_no_bar_unless_standard_error_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not ProgressBar().wanted()


def test_the_bar_is_drawn_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("firesteel._driver.progress._AFTER", 0.0)
    progress = ProgressBar()
    assert progress.wanted()
    drawn: list[int] = []

    def ask(job: int) -> dict[str, object]:
        drawn.append(job)
        return {"stages": [{"id": 1, "tasks": 4, "done": 1, "active": 1}]}

    finish = progress.watch(7, ask)
    while not drawn:
        pass
    finish()
    assert "[Stage 1:" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
