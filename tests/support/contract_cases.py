"""Reads the cases of tests/contract; README.md there has the form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_WORDS = re.compile(r'"[^"]*"|\S+')


class Line(NamedTuple):
    """One thing to do, what it is called then, and what is to come of it."""

    text: str
    variable: str | None
    words: list[str]
    value: str | None
    error: list[str] | None


class Case(NamedTuple):
    """A case: its settings, whether it needs a context of its own, and its lines."""

    name: str
    conf: dict[str, str]
    alone: bool
    lines: list[Line]


def _line(text: str) -> Line:
    doing, _, error = text.partition(" !! ")
    doing, arrow, value = doing.partition(" ->")
    words = _WORDS.findall(doing)
    variable = None
    if len(words) > 2 and words[1] == "=":
        variable, words = words[0], words[2:]
    failure = [word.strip('"') for word in _WORDS.findall(error)] if error else None
    return Line(text, variable, words, value.strip() if arrow else None, failure)


def read(path: Path) -> list[Case]:
    """Return the cases of a file."""
    cases: list[Case] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        text = row.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("== "):
            cases.append(Case(text[3:], {}, False, []))
        elif text == "alone":
            cases[-1] = cases[-1]._replace(alone=True)
        elif text.startswith("conf "):
            key, _, value = text.removeprefix("conf ").partition("=")
            cases[-1].conf[key] = value
        else:
            cases[-1].lines.append(_line(text))
    return cases
