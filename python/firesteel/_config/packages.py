"""The packages that Firesteel needs, lent to an interpreter that has none of them.

A program may name any interpreter (``PYSPARK_PYTHON``). What it has itself comes first. For what it lacks,
a finder of modules at the end of ``sys.meta_path`` looks where Firesteel's own packages are; it knows the
names below only, so that nothing else of that environment can be imported.

Only the standard library is imported here, as this runs before it is known what is there; and most of that
late, as every worker daemon comes through here, and few have anything to borrow.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = [
    "NEEDED_BY_DRIVERS",
    "NEEDED_BY_WORKERS",
    "absent",
    "accept",
    "is_offered",
    "lend",
    "offer",
    "unfit",
]

NEEDED_BY_WORKERS = ("cloudpickle", "crc32c", "msgpack", "numpy")
NEEDED_BY_DRIVERS = (*NEEDED_BY_WORKERS, "py4j")
_OPTIONAL = ("lz4", "zstandard")
# As in pyproject.toml: from the first version on, before the second.
_BOUNDS = {
    "cloudpickle": ((3, 0), (4,)),
    "crc32c": ((2, 3), (3,)),
    "msgpack": ((1, 0), (2,)),
    "numpy": ((1, 24), (3,)),
}
_VARIABLE = "FIRESTEEL_DRIVER"


class _Lender:
    """Finds the named packages, each in one directory, and nothing else."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        place = self._places.get(fullname)
        return None if place is None else PathFinder.find_spec(fullname, [place])

    def find_distributions(self, context: Any) -> Iterator[Any]:
        """Find the packages' metadata too; some of them read their own version there."""
        from importlib.metadata import DistributionFinder, MetadataPathFinder

        for name, place in self._places.items():
            if context.name is None or context.name.lower() == name:
                where = DistributionFinder.Context(name=name, path=[place])
                yield from MetadataPathFinder.find_distributions(where)


def lend(directory: str) -> None:
    """Let this interpreter import what it lacks of the needed packages from a directory.

    Parameters
    ----------
    directory : str
        A ``site-packages`` of the same kind of Python.
    """
    _lend(dict.fromkeys((*NEEDED_BY_DRIVERS, *_OPTIONAL), directory))


def _lend(places: dict[str, str]) -> None:
    sys.meta_path.append(_Lender(places))


def absent(names: Iterable[str]) -> list[str]:
    """Return which packages this interpreter can find nowhere.

    Parameters
    ----------
    names : iterable of str
        The packages.

    Returns
    -------
    list of str

    Examples
    --------
    >>> absent(["json", "surely_not_there"])
    ['surely_not_there']
    """
    from importlib.util import find_spec

    return [name for name in names if find_spec(name) is None]


def offer() -> dict[str, str]:
    """Return the environment variable by which a driver offers its packages to another interpreter.

    Returns
    -------
    dict of str to str
        For the environment of the workers' process, which takes it with `accept`.
    """
    import json
    from importlib.util import find_spec

    places = {}
    for name in (*NEEDED_BY_DRIVERS, *_OPTIONAL):
        spec = find_spec(name)
        if spec is not None:
            where = next(iter(spec.submodule_search_locations or ()), spec.origin)
            if where is not None:
                places[name] = os.path.dirname(os.path.abspath(where))
    offered = {"kind": sys.implementation.cache_tag, "version": _version(), "places": places}
    return {_VARIABLE: json.dumps(offered)}


def is_offered() -> bool:
    """Tell whether this interpreter is another than the driver's, so that there is something to accept."""
    return _VARIABLE in os.environ


def accept() -> str:
    """Take what the driver offers, if it does, and let this interpreter import what it lacks from there.

    The variable is removed: what user code starts does not inherit it.

    Returns
    -------
    str
        Why this interpreter cannot run the functions of that driver; empty when it can.
    """
    text = os.environ.pop(_VARIABLE, None)
    if text is None:
        return ""
    import json

    offered = json.loads(text)
    if offered["kind"] != sys.implementation.cache_tag:
        return (
            f"The workers' Python interpreter {sys.executable} (Python {_version()}) is of another kind than "
            f"the driver's (Python {offered['version']}), and cannot run functions that are compiled there. "
            "Choose interpreters of the same minor version with PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON."
        )
    _lend(offered["places"])
    return ""


def unfit() -> str:
    """Return which packages, imported already, are of a version that Firesteel does not work with.

    One that does not say its version is taken for fit.

    Returns
    -------
    str
        A sentence for the user; empty when all fit.
    """
    import re

    found, wanted = [], []
    for name, (least, end) in _BOUNDS.items():
        version = str(getattr(sys.modules.get(name), "__version__", ""))
        release = tuple(map(int, re.findall(r"\d+", version)[:3]))
        if release and not least <= release < end:
            found.append(f"{name} {version}")
            wanted.append(f"'{name}>={_text(least)},<{_text(end)}'")
    if not found:
        return ""
    return (
        f"The workers' Python interpreter {sys.executable} (Python {_version()}) has {', '.join(found)}, and "
        f"Firesteel needs other versions. Install them there, '{sys.executable} -m pip install "
        f"{' '.join(wanted)}', or choose another interpreter with spark.pyspark.python or PYSPARK_PYTHON."
    )


def _text(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))


def _version() -> str:
    return _text(sys.version_info[:3])
