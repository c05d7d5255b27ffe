"""When two answers agree."""

from __future__ import annotations

from functools import partial
from typing import Any


def agree(one: Any, other: Any, within: float = 1e-6) -> bool:
    """Tell whether answers agree: floats nearly (the order of adding differs), dicts in what both have."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(agree(one[key], other[key], within) for key in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(partial(agree, within=within), one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= within * max(abs(one), abs(other))
    return bool(one == other)
