"""Which driver of its engine this is."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NUMBERS_OF_A_DRIVER", "DriverIdentity"]

NUMBERS_OF_A_DRIVER = 1_000_000_000
"""How many jobs, and how many accumulators, a driver can have: no two drivers of an engine share one.
The engine's number is the same, by tests/wire/numbers.json."""


class DriverIdentity(NamedTuple):
    """One driver of an engine, which may have others: a Java program and the scripts that it runs."""

    number: int
    directory: str
    """Where the driver keeps its files."""

    def first(self) -> int:
        """Return the first of the driver's numbers.

        Returns
        -------
        int
        """
        return self.number * NUMBERS_OF_A_DRIVER
