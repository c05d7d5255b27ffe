"""Public libraries that stand on the RDD layer: what passes of their tests on PySpark passes here."""

from __future__ import annotations

import sys

import pytest
from compat_cases import differences
from library_runs import LIBRARIES, Library, Outcomes, on_firesteel, recorded


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "library",
    [pytest.param(each, marks=[pytest.mark.slow] if each.slow else [], id=each.name) for each in LIBRARIES],
)
def test_a_library_passes_its_tests(library: Library) -> None:
    if sys.version_info < library.needs_python:
        pytest.skip(f"{library.name} needs Python {'.'.join(map(str, library.needs_python))}")
    expected = set(recorded()[library.name])
    listed = {each.name for each in differences("Libraries") if each.place == library.name}
    outcomes = on_firesteel(library)
    told = _differences(expected, listed, outcomes)
    if library.ours:
        new = (outcomes.passed | outcomes.failed.keys()) - expected
        told += [f"{name} is not known to pass on PySpark: renew the record" for name in sorted(new)]
    assert not told, f"{library.name}: {len(outcomes.passed)} passed\n" + "\n".join(told)


def test_a_difference_is_told_unless_it_is_listed_and_there() -> None:
    outcomes = Outcomes(passed={"good", "mended", "better"}, failed={"new": "why", "known": "", "theirs": ""})
    told = _differences({"good", "mended", "new", "known", "gone"}, {"known", "mended", "theirs"}, outcomes)
    assert [line.split()[:2] for line in told] == [
        ["---", "gone,"],
        ["---", "new,"],
        ["mended", "passes,"],
        ["theirs", "passes,"],
    ]
    assert "why" in told[1]


def _differences(expected: set[str], listed: set[str], outcomes: Outcomes) -> list[str]:
    """Say what is not as the record of PySpark and the list of known differences have it."""
    told = [
        f"--- {name}, which passes on PySpark:\n{outcomes.failed.get(name, 'it was not run')}"
        for name in sorted(expected - outcomes.passed - listed)
    ]
    told += [
        f"{name} passes, or does not pass on PySpark: take it off the list"
        for name in sorted(listed - (expected - outcomes.passed))
    ]
    return told
