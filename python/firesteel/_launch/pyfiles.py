"""Makes modules given with ``--py-files`` importable.

Archives are importable as they are. A single ``.py`` file must not bring its neighbours along, so it is
linked into a directory of its own. That directory is held by a lock for as long as this process lives: the
next launcher removes those that a killed one left.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress

from firesteel._config.options import UsageError

_PREFIX = "firesteel-pyfiles-"
_ARCHIVES = (".zip", ".egg", ".whl", ".jar")


def import_path(files: str) -> list[str]:
    """Return the ``sys.path`` entries for a comma-separated list of absolute paths.

    Raises
    ------
    UsageError
        A file is neither a module nor an archive that Python imports from.
    """
    entries: list[str] = []
    modules: list[str] = []
    for path in (each for each in files.split(",") if each):
        if path.endswith(".py"):
            modules.append(path)
        elif path.endswith(_ARCHIVES) or os.path.isdir(path):
            entries.append(path)
        else:
            raise UsageError(f"--py-files takes .py, .zip and .egg files, and was given {path}.")
    return ([_directory_of(modules)] if modules else []) + entries


def _directory_of(modules: list[str]) -> str:
    _remove_abandoned()
    directory = _held_directory()
    atexit.register(_remove, directory, os.getpid())
    for module in modules:
        link = os.path.join(directory, os.path.basename(module))
        if os.path.lexists(link):
            raise UsageError(f"--py-files: two modules are called {os.path.basename(module)}.")
        os.symlink(module, link)
    return directory


def _held_directory() -> str:
    """Make a directory, and hold it until this process ends, whichever way."""
    while True:
        directory = tempfile.mkdtemp(prefix=_PREFIX)
        with suppress(FileNotFoundError):
            held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.path.isdir(directory):
                return directory
            os.close(held)
        # a launcher that started at the same moment took it for one that was left, before it was held


def _remove(directory: str, owner: int) -> None:
    if os.getpid() == owner:  # and not a fork of it
        shutil.rmtree(directory, ignore_errors=True)


def _remove_abandoned() -> None:
    parent = tempfile.gettempdir()
    for name in os.listdir(parent):
        directory = os.path.join(parent, name)
        if not name.startswith(_PREFIX):
            continue
        try:
            if os.lstat(directory).st_uid != os.getuid():
                continue
            held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # removed by its owner just now
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
        except BlockingIOError:  # in use
            pass
        finally:
            os.close(held)
