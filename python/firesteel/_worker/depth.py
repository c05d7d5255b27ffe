"""Room for long pipelines: iterators that call one another, thousands deep."""

from __future__ import annotations

import resource
import sys

__all__ = ["make_room_for"]

_UNNOTICED = 100
_FRAMES = 4
"""Python frames of one operation: a generator of ours, or those of a mapPartitions function."""
_STACK = 4096
"""Bytes of the C stack of one operation, generously."""


def make_room_for(operations: int) -> None:
    """Allow for a pipeline's depth, on top of what the recursion limit leaves to its functions.

    `Surroundings.restore` puts the limit back; the stack's bound may stay: only what is used takes memory.

    Parameters
    ----------
    operations
        How many operations the task runs, one in another.
    """
    if operations <= _UNNOTICED:
        return
    wanted = 1000 + _FRAMES * operations
    if sys.getrecursionlimit() < wanted:
        sys.setrecursionlimit(wanted)
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    stack = (8 << 20) + _STACK * operations
    if soft != resource.RLIM_INFINITY and soft < stack:
        resource.setrlimit(
            resource.RLIMIT_STACK, (stack if hard == resource.RLIM_INFINITY else min(stack, hard), hard)
        )
