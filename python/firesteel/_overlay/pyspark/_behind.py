"""The installed `pyspark` behind these modules: what they lack comes from its modules of the same name.

A module of the installed package that has no counterpart here is found as usual, because `extend` adds the
installed directory to the package's path. Where there is a counterpart, the installed module is loaded from
its file, but never entered in ``sys.modules``: its classes are found there through ours.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from firesteel.sql._installed import find_installed, require_installed

_ON_SQL = ("pyspark.ml", "pyspark.pandas", "pyspark.pipelines", "pyspark.sql.")

__all__ = ["become", "behind", "extend", "fallback", "is_behind"]


def extend(name: str) -> None:
    """Let a package of ours find the installed one's modules and files after its own."""
    found = find_installed()
    module = sys.modules[name]
    if found is None:
        if name == "pyspark":
            sys.meta_path.append(_Missing())
        elif name == "pyspark.sql":
            module.__path__.append(os.path.join(os.path.dirname(__file__), "_alone"))
        return
    directory = os.path.join(found.package, *name.split(".")[1:])
    module.__path__.append(directory)
    spec = importlib.util.spec_from_file_location(name, os.path.join(directory, "__init__.py"))
    if module.__spec__ is not None and spec is not None:
        module.__spec__.loader = spec.loader  # for files of the package, which importlib.resources reads


class _Missing(MetaPathFinder):
    """Says what to install when a module is imported that only an installed `pyspark` has."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002
        """Refuse modules of SQL and of what stands on it."""
        if name.startswith(_ON_SQL):
            require_installed()


def become(name: str, **ours: Any) -> None:
    """Put the installed module in the place of one of ours, with some names of its own replaced.

    Raises
    ------
    PySparkImportError
        There is no installed `pyspark`.
    """
    spec = _spec(name)
    if spec is None or spec.loader is None:
        require_installed()
        raise ModuleNotFoundError(f"the installed pyspark has no {name}", name=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    vars(module).update(ours)


def is_behind(name: str) -> bool:
    """Tell whether the installed `pyspark` has a module of that name."""
    return _spec(name) is not None


def _spec(name: str) -> ModuleSpec | None:
    found = find_installed()
    if found is None:
        return None
    path = os.path.join(found.package, *name.split(".")[1:])
    if os.path.isdir(path):
        return importlib.util.spec_from_file_location(
            name, os.path.join(path, "__init__.py"), submodule_search_locations=[path]
        )
    return (
        importlib.util.spec_from_file_location(name, f"{path}.py") if os.path.exists(f"{path}.py") else None
    )


@cache
def behind(name: str) -> ModuleType | None:
    """Load the installed module that one of ours stands before; None if there is none."""
    spec = _spec(name)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fallback(name: str) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module of ours: looks names up in the installed module."""

    def look_up(attribute: str) -> Any:
        if not attribute.startswith("__"):
            module = behind(name)
            if module is not None and hasattr(module, attribute):
                value = getattr(module, attribute)
                setattr(sys.modules[name], attribute, value)
                return value
        raise AttributeError(f"module {name!r} has no attribute {attribute!r}")

    return look_up
