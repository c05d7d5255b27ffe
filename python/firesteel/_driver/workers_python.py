"""The workers' Python: which interpreter, what it finds of the driver's modules, what it is lent."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys

from firesteel._config import keys as config_keys
from firesteel.conf import SparkConf

__all__ = ["WorkersPython"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class WorkersPython:
    """The interpreter of the workers, as the settings and the environment name it.

    Parameters
    ----------
    conf : SparkConf
        The application's settings.
    """

    def __init__(self, conf: SparkConf) -> None:
        self.executable: str = (
            config_keys.PYTHON.text(conf) or os.environ.get("PYSPARK_PYTHON") or sys.executable
        )
        found = shutil.which(self.executable) or self.executable
        # Names are compared, not link targets: the interpreter of a virtual environment links to its base.
        self._is_drivers = os.path.normpath(found) == os.path.normpath(sys.executable)
        self._left_out = () if self._is_drivers else _own_directories()

    def path(self) -> list[str]:
        """Return the driver's module search path, made absolute, as far as it is the workers' too.

        Another interpreter has a standard library and installed packages of its own. Relative entries are
        left out when the working directory has been removed.

        Returns
        -------
        list of str
        """
        entries = []
        for entry in sys.path:
            if isinstance(entry, str):
                with contextlib.suppress(FileNotFoundError):  # the working directory has been removed
                    entries.append(os.path.abspath(entry))
        if self._left_out:
            entries = [entry for entry in entries if _is_programs(entry, self._left_out)]
        return entries

    def environment(self) -> dict[str, str]:
        """Return the environment variables that the workers' process needs besides those of the user.

        Returns
        -------
        dict of str to str
        """
        if self._is_drivers:
            return {}
        from firesteel._config import packages

        return packages.offer()


def _is_programs(entry: str, left_out: tuple[str, ...]) -> bool:
    """Whether an entry is not of this interpreter; the overlay belongs to Firesteel, wherever that is."""
    return not f"{entry}/".startswith(left_out) or entry.startswith(f"{_PACKAGE}/")


def _own_directories() -> tuple[str, ...]:
    """Return where this interpreter's standard library and installed packages are, each with a slash."""
    import site
    import sysconfig

    paths = sysconfig.get_paths()
    library = paths["stdlib"]
    archive = "python{}{}.zip".format(*sys.version_info)
    directories = {
        library,
        *(paths[name] for name in ("platstdlib", "purelib", "platlib")),
        os.path.join(os.path.dirname(library), archive),
        *site.getsitepackages(),
        site.getusersitepackages(),
    }
    return tuple(f"{os.path.abspath(directory)}/" for directory in directories)
