"""The contract of the drivers, which README.md tells about. The Java driver's test is ContractTest.java."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_cases import Case, Line, read
from contract_words import Words, kind_of

from firesteel import SparkConf, SparkContext

CASES = sorted(
    (case for path in sorted(Path(__file__).parent.glob("*.cases")) for case in read(path)),
    key=lambda case: case.alone or bool(case.conf),  # those that share a context first
)
LEAST = 40


class Contexts:
    """The context of a case: its own, or one that all others share. There is one at a time."""

    def __init__(self) -> None:
        self._shared: SparkContext | None = None

    def of(self, case: Case, directory: Path) -> SparkContext:
        if case.alone or case.conf:
            self.stop()
            own = {
                "spark.master": "local[2]",
                "spark.local.dir": str(directory),
                "firesteel.memory.size": "0",
            }
            return SparkContext(
                conf=SparkConf().setAppName("contract").setAll([*{**own, **case.conf}.items()])
            )
        if self._shared is None:
            self._shared = SparkContext("local[2]", "contract")
        return self._shared

    def ended(self, sc: SparkContext) -> None:
        if sc is not self._shared:
            sc.stop()

    def stop(self) -> None:
        if self._shared is not None:
            self._shared.stop()
            self._shared = None


@pytest.fixture(scope="module")
def contexts() -> Iterator[Contexts]:
    found = Contexts()
    yield found
    found.stop()


def say(words: Words, line: Line) -> None:
    """Do what a line says, and compare."""
    word, *given = line.words
    if line.variable is None and line.value is not None and word == "files":
        given.append(line.value)  # it waits for them
    if line.error is None:
        found = getattr(words, word)(*given)
        if line.variable is not None:
            words.things[line.variable] = found
        elif line.value == "some":
            assert found > 0, line.text
        elif line.value is not None:
            assert str(found) == line.value, line.text
        return
    kind, *fragments = line.error
    error = refusal(words, word, given)
    assert error is not None, line.text
    assert kind_of(error) == kind, f"{line.text}: {error!r}"
    for fragment in fragments:
        assert fragment in str(error), line.text


def refusal(words: Words, word: str, given: list[str]) -> Exception | None:
    """Do what must not succeed, and return what was raised."""
    try:
        getattr(words, word)(*given)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("case", CASES, ids=[re.sub(r"\W+", "-", case.name) for case in CASES])
def test_contract(contexts: Contexts, tmp_path: Path, case: Case) -> None:
    scratch = tmp_path / "case"
    scratch.mkdir()
    sc = contexts.of(case, tmp_path / "local")
    try:
        words = Words(sc, scratch)
        for line in case.lines:
            say(words, line)
    finally:
        contexts.ended(sc)


def test_there_are_enough_cases_of_different_names() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= LEAST


def test_every_word_is_used() -> None:
    said: set[Any] = {word for case in CASES for line in case.lines for word in line.words}
    unused = {
        name
        for name, method in inspect.getmembers(Words, inspect.isfunction)
        if not name.startswith("_") and name not in ("rdd", "start") and name.removeprefix("f_") not in said
    }
    assert not unused
