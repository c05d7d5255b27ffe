"""The files of sources: those that the driver wrote, and those that the engine listed."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firesteel._driver.paths import working_directory

if TYPE_CHECKING:
    from firesteel._driver.session import Session

__all__ = ["InputFile", "InputListing"]


class InputFile:
    """A file that the driver wrote for `parallelize`; the engine removes it after the last reference is gone.

    Parameters
    ----------
    release : callable
        Tells the engine that something is not needed any more; called by a finalizer.
    path : str
        The file.
    """

    def __init__(self, release: Callable[[str, Any], None], path: str) -> None:
        self.path = path
        weakref.finalize(self, release, "inputs", path).atexit = False  # type: ignore[misc]  # the stub is wrong


class InputListing:
    """The files of a `textFile`, listed by the engine when first asked, and kept there until this goes.

    Parameters
    ----------
    session : Session
        Asks the engine.
    paths : list of str
        Paths, globs or URIs; relative ones are relative to the present working directory.
    format_name : str
        The format that cuts them, such as ``text``.
    options : dict
        What the format is told of the whole input.
    partitions : int
        The least number of partitions.
    site : str
        The operation and its place, for errors.
    """

    def __init__(
        self,
        session: Session,
        paths: list[str],
        format_name: str,
        options: dict[str, str],
        partitions: int,
        site: str,
    ) -> None:
        self._session = session
        self._arguments = paths, working_directory(), format_name, options, partitions, site

    def describe(self) -> tuple[dict[str, Any], int]:
        """Return (wire fields, number of partitions)."""
        fields, partitions = self._session.describe_files(*self._arguments)
        weakref.finalize(self, self._session.queue_release, "files", fields["files"]).atexit = False  # type: ignore[misc]  # the stub is wrong
        return fields, partitions
