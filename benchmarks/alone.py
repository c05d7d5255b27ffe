"""One measurement at a time: two at once would measure each other, and set the same things up."""

from __future__ import annotations

import fcntl
import os
import sys

import peers


def wait() -> int:
    """Wait until no other scripts/bench of this checkout measures.

    Returns
    -------
    int
        A descriptor, which keeps others waiting until it is closed, or this process ends.
    """
    descriptor = os.open(peers.HERE, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(
            "another scripts/bench of this checkout measures: waiting for its end",
            file=sys.stderr,
            flush=True,
        )
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor
