"""Starts the daemon: reads the boot frame and checks that the libraries are there.

Another interpreter than the driver's is lent what it lacks of them. Only the standard library is imported
before the check. If a library is missing, the daemon says which on
standard error, which the engine shows, and exits with status 3.
"""

from __future__ import annotations

import importlib
import os
import site
import struct
import sys

from firesteel._config import packages

__all__ = ["main"]

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


def _missing() -> str:
    """Import what workers need; return an error message when something is missing or does not fit."""
    lent = packages.is_offered()
    complaint = packages.accept()
    if complaint:
        return complaint
    _hide_neighbours()
    for name in packages.NEEDED_BY_WORKERS:
        try:
            importlib.import_module(name)
        except ImportError as failure:
            version = ".".join(map(str, sys.version_info[:3]))
            return (
                f"the workers' Python {sys.executable} ({version}) cannot import {name}: {failure}. "
                f"Install it there: {sys.executable} -m pip install {' '.join(packages.NEEDED_BY_WORKERS)}; "
                f"or choose another interpreter with PYSPARK_PYTHON"
            )
    return packages.unfit() if lent else ""


def _hide_neighbours() -> None:
    """Lend, of the directory that holds this package, what is needed, if it is another environment's."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.basename(root) not in ("site-packages", "dist-packages"):
        return
    if root not in (*site.getsitepackages(), site.getusersitepackages()):
        sys.path[:] = [entry for entry in sys.path if entry != root]
        inherited = os.environ["PYTHONPATH"].removeprefix(root).lstrip(os.pathsep)
        os.environ.update(PYTHONPATH=inherited)
        packages.lend(root)


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
    limited = memory_limit.complaint(int(boot.get("limit", 0)))
    if limited:
        sys.stderr.write(f"firesteel worker: {limited}\n")
        return _MISSING
    return Daemon(boot).run()
