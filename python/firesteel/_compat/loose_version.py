"""Versions as text, compared number by number: what ``distutils.version.LooseVersion`` was."""

from __future__ import annotations

import functools
import re

__all__ = ["LooseVersion"]

_PARTS = re.compile(r"\d+|[a-z]+", re.IGNORECASE)


@functools.total_ordering
class LooseVersion:
    """A version: its numbers are compared as numbers, and anything else as text.

    Parameters
    ----------
    vstring : str, optional
        The version.

    Examples
    --------
    >>> LooseVersion("1.10") > LooseVersion("1.9.2"), LooseVersion("2.0") == "2.0"
    (True, True)
    >>> LooseVersion("1.5.1b2").version
    [1, 5, 1, 'b', 2]
    """

    def __init__(self, vstring: str | None = None) -> None:
        self.vstring = ""
        self.version: list[int | str] = []
        if vstring:
            self.parse(vstring)

    def parse(self, vstring: str) -> None:
        """Take a version."""
        self.vstring = vstring
        self.version = [int(part) if part.isdigit() else part for part in _PARTS.findall(vstring)]

    def __str__(self) -> str:
        return self.vstring

    def __repr__(self) -> str:
        return f"LooseVersion ('{self.vstring}')"

    def _key(self, other: object) -> list[int | str] | None:
        if isinstance(other, str):
            other = LooseVersion(other)
        return other.version if isinstance(other, LooseVersion) else None

    def __eq__(self, other: object) -> bool:
        key = self._key(other)
        return NotImplemented if key is None else self.version == key

    def __lt__(self, other: object) -> bool:
        key = self._key(other)
        if key is None:
            return NotImplemented
        for mine, theirs in zip(self.version, key, strict=False):
            if mine != theirs:
                # Text comes before numbers: 1.0b1 is before 1.0.1.
                return (isinstance(mine, int), mine) < (isinstance(theirs, int), theirs)
        return len(self.version) < len(key)

    def __hash__(self) -> int:
        return hash(tuple(self.version))
