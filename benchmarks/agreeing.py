"""When two answers agree."""

from __future__ import annotations

from typing import Any


def agree(one: Any, other: Any) -> bool:
    """Tell whether answers agree: floats nearly (the order of adding differs), dicts in what both have."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(agree(one[key], other[key]) for key in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
    return bool(one == other)
