"""PySpark's own examples and signatures, held against ours. They need an installed PySpark.

``scripts/test compat`` runs it; ``pytest`` alone does not.
"""

from __future__ import annotations

from typing import Any

import pytest
from compat_cases import MODULES
from compat_peer import Installed, installed

_outcomes: dict[str, tuple[int, int, int]] = {}


@pytest.fixture(scope="session")
def peer() -> Installed:
    """Return the installed PySpark; installs it, once."""
    return installed()


@pytest.fixture(scope="session")
def outcomes() -> dict[str, tuple[int, int, int]]:
    """Return where tests note, by module, the examples: passed, all, and listed as different."""
    return _outcomes


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show passed and total per module."""
    if not _outcomes:
        return
    terminalreporter.section("PySpark's examples")
    rows = [(name, *_outcomes[name]) for name in MODULES if name in _outcomes]
    rows.append(("all", *(sum(row[column] for row in rows) for column in (1, 2, 3))))
    for name, passed, total, known in rows:
        share = 100 * passed / (total - known) if total > known else 100.0
        terminalreporter.line(
            f"{name:20} {passed:4} of {total:4} passed, {known:3} listed as different,"
            f" {share:5.1f} % of the rest"
        )
