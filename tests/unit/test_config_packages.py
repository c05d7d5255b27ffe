"""The packages that an interpreter is lent are those that the wheel needs, with the same bounds."""

from __future__ import annotations

import re
from pathlib import Path

from firesteel._config import packages

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_names_and_bounds_are_those_of_the_wheel() -> None:
    needed = re.search(r"^dependencies = \[(.*?)\]", PROJECT.read_text(), re.MULTILINE | re.DOTALL)
    assert needed is not None
    wheel = dict(re.findall(r'"(\w+)([^"]+)"', needed[1]))
    assert sorted(wheel) == sorted(packages.NEEDED_BY_DRIVERS)
    del wheel["py4j"]  # no worker uses it
    bounds = {
        name: f">={'.'.join(map(str, least))},<{'.'.join(map(str, end))}"
        for name, (least, end) in packages._BOUNDS.items()
    }
    assert bounds == wheel
