"""Refuses ambiguous imports in tasks that run functions of several programs with modules of the same name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from itertools import groupby
from types import ModuleType

__all__ = ["OneOrNone"]


class OneOrNone(MetaPathFinder):
    """Refuses to import a module that two programs have in different places: either could be meant.

    Parameters
    ----------
    path
        The module paths of the programs, with an empty entry between two.
    """

    def __init__(self, path: list[str]) -> None:
        paths = [list(entries) for border, entries in groupby(path, lambda entry: not entry) if not border]
        times = [entry for each in paths for entry in set(each)]
        self._own = [[entry for entry in each if times.count(entry) == 1] for each in paths]

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Refuse an ambiguous module; otherwise let the usual finders search.

        Raises
        ------
        ImportError
            When two programs have a module of that name.
        """
        if path is not None:
            return None  # a package's own
        specs = [PathFinder.find_spec(fullname, entries) for entries in self._own]
        files = sorted({spec.origin for spec in specs if spec is not None and spec.origin is not None})
        if len(files) > 1:
            raise ImportError(
                f"the module {fullname} is in {' and in '.join(files)}, and a task that runs functions "
                "of both programs cannot tell which is meant. Rename one of them"
            )
        return None
