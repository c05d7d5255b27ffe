"""Which driver of its engine this is."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DriverIdentity"]


class DriverIdentity(NamedTuple):
    """One driver of an engine, which may have others: a Java program and the scripts that it runs."""

    number: int
    directory: str
    """Where the driver keeps its files."""
