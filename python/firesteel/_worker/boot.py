"""Starts the daemon: reads the boot frame and checks that the libraries are installed.

Only the standard library is imported before the check. If a library is missing, the daemon says which on
standard error, which the engine shows, and exits with status 3.
"""

from __future__ import annotations

import importlib
import os
import struct
import sys

__all__ = ["main"]

_NEEDED = ("numpy", "msgpack", "crc32c", "cloudpickle")
_OURS = ("firesteel._worker.loop", "firesteel._worker.daemon", "firesteel._data.hashing")
_PRELOADED = (
    "firesteel._worker.formats.text",  # nearly every program reads lines; the other formats wait to be used
    "firesteel.broadcast",
    "firesteel.accumulators",
    "random",
    "decimal",
    "datetime",
    "itertools",
)
_MISSING = 3


def _read_exactly(length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = os.read(0, length - len(data))
        if not piece:
            return b""
        data += piece
    return data


def _missing() -> str | None:
    """Import what workers need; return an error message when something is missing."""
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except ImportError as failure:
            version = ".".join(map(str, sys.version_info[:3]))
            return (
                f"the workers' Python {sys.executable} ({version}) cannot import {name}: {failure}. "
                f"Install it there: {sys.executable} -m pip install {' '.join(_NEEDED)}; "
                f"or choose another interpreter with PYSPARK_PYTHON"
            )
    return None


def main() -> int:
    """Run the daemon.

    Returns
    -------
    int
        The exit status; 3 when a library is missing, or memory.
    """
    head = _read_exactly(4)
    frame = _read_exactly(struct.unpack(">I", head)[0]) if head else b""
    if not frame:
        return 0  # the engine ended before it sent anything
    complaint = _missing()
    if complaint:
        sys.stderr.write(f"firesteel worker: {complaint}\n")
        return _MISSING
    for name in (*_OURS, *_PRELOADED):
        importlib.import_module(name)
    from firesteel._worker import memory_limit
    from firesteel._worker.daemon import Daemon
    from firesteel._worker.frames import unpack

    boot = unpack(frame)
    complaint = memory_limit.complaint(int(boot.get("limit", 0)))
    if complaint:
        sys.stderr.write(f"firesteel worker: {complaint}\n")
        return _MISSING
    return Daemon(boot).run()
