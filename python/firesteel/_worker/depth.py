"""Raises the recursion limit and the stack for long pipelines, whose iterators call one another."""

from __future__ import annotations

import resource
import sys

__all__ = ["make_room_for"]

_UNNOTICED = 100
_FRAMES = 4
"""How many Python frames one operation needs: those of a generator, or of a mapPartitions function."""
_STACK = 4096
"""How many bytes of C stack one operation needs, at most."""


def make_room_for(operations: int) -> None:
    """Raise the recursion limit by what a pipeline of this depth needs.

    `ProcessState.restore` restores the limit. The stack size may stay: unused stack takes no memory.

    Parameters
    ----------
    operations
        How many nested operations the task runs.
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
