"""``firesteel enable``: ``import pyspark`` means Firesteel in this environment, without a launcher.

One line in a ``.pth`` file puts the directory of the overlay first on Python's module path. An installed
PySpark is behind it: SQL runs on it.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig

from firesteel._config.options import UsageError

_NAME = "firesteel-pyspark.pth"
_OVERLAY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_overlay")


def run(verb: str, arguments: list[str]) -> None:
    """Carry out ``enable`` or ``disable``, and say what was done.

    Raises
    ------
    UsageError
        It cannot be done; the message says what to do.
    """
    if arguments:
        raise UsageError(f"firesteel {verb} takes no arguments, and was given {' '.join(arguments)}.")
    print(enable() if verb == "enable" else disable())


def enable() -> str:
    """Make ``import pyspark`` find the overlay in this interpreter's environment.

    Raises
    ------
    UsageError
        No directory can be written to.
    """
    failures = []
    for directory in _directories():
        path_file = os.path.join(directory, _NAME)
        try:
            os.makedirs(directory, exist_ok=True)
            with open(path_file, "w", encoding="utf-8") as file:
                file.write(f"import sys; sys.path.insert(0, {_OVERLAY!r})\n")
        except OSError as failure:
            failures.append(f"{directory} ({failure.strerror})")
            continue
        return f"import pyspark is Firesteel now, for {sys.executable} ({path_file}). Undo: firesteel disable"
    raise UsageError(f"no directory of this interpreter can be written to: {', '.join(failures)}.")


def disable() -> str:
    """Undo `enable`.

    Raises
    ------
    UsageError
        The file cannot be removed.
    """
    removed = []
    for directory in _directories():
        path_file = os.path.join(directory, _NAME)
        try:
            os.remove(path_file)
        except FileNotFoundError:
            continue
        except OSError as failure:
            raise UsageError(f"{path_file} cannot be removed: {failure.strerror}.") from failure
        removed.append(path_file)
    if not removed:
        return f"import pyspark was not Firesteel for {sys.executable}; nothing was changed"
    return f"import pyspark is not Firesteel any more, for {sys.executable} (removed {', '.join(removed)})"


def _directories() -> list[str]:
    """Return where Python reads ``.pth`` files: the environment's directory, and then the user's own."""
    directories = [sysconfig.get_path("purelib")]
    if site.ENABLE_USER_SITE:  # not so in a virtual environment
        directories.append(site.getusersitepackages())
    return directories
