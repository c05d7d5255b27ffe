"""Checks the requirements of a function, such as ``name``, ``name>=1.2`` or ``name>=1.2,<2``.

It compares release numbers only, as these requirements name no others. A pre-release counts as its release.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Callable
from functools import lru_cache

__all__ = ["missing"]

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*((?:(?:==|!=|<=|>=|<|>|~=)[^,]+,?\s*)*)")
_CLAUSE = re.compile(r"\s*(==|!=|<=|>=|~=|<|>)\s*([0-9]+(?:\.[0-9]+)*)(\.\*)?\s*")
_RELEASE = re.compile(r"v?(?:[0-9]+!)?([0-9]+(?:\.[0-9]+)*)")

Release = tuple[int, ...]


@lru_cache(maxsize=64)
def missing(requirements: tuple[str, ...]) -> str:
    """Return which requirements this interpreter does not meet.

    Parameters
    ----------
    requirements
        As in a requirements file, without extras, markers and addresses.

    Returns
    -------
    str
        A sentence; empty when it meets all.

    Examples
    --------
    >>> missing(("numpy>=1.20,<99",))
    ''
    >>> missing(("surely-not-there>=1",))
    "the interpreter ... lacks surely-not-there>=1 (not installed). Install it there: ..."
    """
    lacking = []
    for requirement in requirements:
        reason = _lacks(requirement)
        if reason:
            lacking.append(f"{requirement} ({reason})")
    if not lacking:
        return ""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = " ".join(f"'{requirement}'" for requirement in requirements if _lacks(requirement))
    return (
        f"the interpreter {sys.executable} ({version}) lacks {', '.join(lacking)}. Install it there: "
        f"{sys.executable} -m pip install {wanted}; or choose another interpreter with spark.pyspark.python"
    )


def _lacks(requirement: str) -> str:
    whole = _REQUIREMENT.fullmatch(requirement)
    if whole is None:
        return "a requirement is a name, and versions such as >=1.2,<2"
    clauses = [clause for clause in whole[2].split(",") if clause.strip()]
    read = [_CLAUSE.fullmatch(clause) for clause in clauses]
    if any(clause is None for clause in read):
        return "versions are numbers with points between them"
    try:
        installed = importlib.metadata.version(whole[1])
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
    found = _RELEASE.match(installed)
    have = _numbers(found[1]) if found else ()
    for clause in read:
        assert clause is not None
        if not _holds(have, clause[1], _numbers(clause[2]), bool(clause[3])):
            return f"{installed} is installed"
    return ""


def _numbers(text: str) -> Release:
    return tuple(map(int, text.split(".")))


_COMPARISONS: dict[str, Callable[[Release, Release], bool]] = {
    "==": lambda have, wanted: have == wanted,
    "!=": lambda have, wanted: have != wanted,
    "<=": lambda have, wanted: have <= wanted,
    ">=": lambda have, wanted: have >= wanted,
    "<": lambda have, wanted: have < wanted,
    ">": lambda have, wanted: have > wanted,
}


def _holds(have: Release, operator: str, wanted: Release, prefix: bool) -> bool:
    if operator == "~=":  # at least that version, and equal except for the last number
        return _holds(have, ">=", wanted, False) and have[: len(wanted) - 1] == wanted[:-1]
    if prefix:
        have = have[: len(wanted)]
    longest = max(len(have), len(wanted))
    return _COMPARISONS[operator](
        have + (0,) * (longest - len(have)), wanted + (0,) * (longest - len(wanted))
    )
