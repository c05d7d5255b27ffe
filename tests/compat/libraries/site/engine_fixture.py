"""The fixture with which the libraries' tests ask for a context, as a plugin of pytest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark import SparkContext


@pytest.fixture(scope="session")
def eng() -> Iterator[SparkContext]:
    """Yield one context for all tests; the name is thunder's."""
    context = SparkContext("local[2]", "libraries")
    yield context
    context.stop()
