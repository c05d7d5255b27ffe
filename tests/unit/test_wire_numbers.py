"""Numbers that both languages state are in tests/wire/numbers.json, which NumbersTest.java reads too."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

NUMBERS: dict[str, list[Any]] = json.loads((Path(__file__).parents[1] / "wire" / "numbers.json").read_text())


def stated(place: str) -> Any:
    """Return what stands at a place: a module, perhaps a class, a name."""
    words = place.split(".")
    for end in range(len(words) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(words[:end]))
        except ModuleNotFoundError:
            continue
        for word in words[end:]:
            found = getattr(found, word)
        return found
    raise AssertionError(f"there is no {place}")


@pytest.mark.parametrize("name", NUMBERS)
def test_the_number_is_the_one_agreed_on(name: str) -> None:
    number, place, _ = NUMBERS[name]
    assert stated(place) == number
