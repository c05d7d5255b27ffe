"""Archives of a JVM's loaded classes (application class-data sharing), in the user's cache directory.

The JVM rejects an archive of another Java or of other jars, so the file's name has a key of the Java build
and of each jar's path, time and size. A note beside it lists the files that it depends on: an archive one of
whose files has been replaced or removed goes when the next one is made, and so does the reason why one could
not be made. This module imports only the standard library.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

__all__ = ["ClassArchive", "cache_directory"]

_NOTE = ".jars"  # a file beside the archive that lists what it depends on
_REASON = ".failed"  # one in its place that says why it could not be made
# Where the JVM would move it to a random address it copies all of it first: 0.2 s and 200 MB for that of SQL.
_IN_PLACE = ("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0")
_SILENT = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off")


def cache_directory() -> str:
    """Return the user's cache directory for Firesteel.

    Returns
    -------
    str
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "firesteel")


class ClassArchive:
    """The archive of one JVM's classes, which need not be there yet.

    Parameters
    ----------
    name : str
        Whose JVM it is of.
    program : str
        The Java program.
    build : str
        Text that identifies the Java's build.
    jars : sequence of str
        The class path, or the beginning of it.
    """

    def __init__(self, name: str, program: str, build: str, jars: Sequence[str]) -> None:
        key = hashlib.sha256(build.encode())
        for jar in jars:
            status = os.stat(jar)
            key.update(f"\0{jar}\0{status.st_mtime_ns}\0{status.st_size}".encode())
        self.path = os.path.join(cache_directory(), f"{name}-{key.hexdigest()[:24]}.jsa")
        self._files = [program, *jars]

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return os.path.exists(self.path)

    @property
    def is_given_up(self) -> bool:
        """Whether it could not be made, and is not to be tried again."""
        return os.path.exists(f"{self.path}{_REASON}")

    def reading(self) -> list[str]:
        """Return the options of a JVM that starts from it: none when it is not there."""
        return [f"-XX:SharedArchiveFile={self.path}", *_IN_PLACE, *_SILENT] if self.exists else []

    def writing(self, temporary: str) -> list[str]:
        """Return the options of a JVM that writes it when it ends; `publish` moves it to its place."""
        return [f"-XX:ArchiveClassesAtExit={temporary}", *_SILENT]

    def publish(self, temporary: str) -> None:
        """Move a written archive to its place, whole, and remove those whose jars are gone."""
        self._note()
        os.replace(temporary, self.path)
        with suppress(FileNotFoundError):
            os.unlink(f"{self.path}{_REASON}")

    def give_up(self, reason: str) -> None:
        """Note why it could not be made."""
        self._note()
        with open(f"{self.path}{_REASON}", "w", encoding="utf-8") as file:
            file.write(f"{reason}\n")

    def _note(self) -> None:
        _remove_stale()
        with open(f"{self.path}{_NOTE}", "w", encoding="utf-8") as note:
            json.dump(_identities(self._files), note)


def _identities(files: Sequence[str]) -> list[list[Any]]:
    """Describe files, to find archives of files that have been removed or replaced."""
    return [[path, os.stat(path).st_mtime_ns, os.stat(path).st_size] for path in files]


def _remove_stale() -> None:
    """Remove the archives whose jars are no longer there; one whose jars are not known may be in use."""
    for note in glob.glob(os.path.join(glob.escape(cache_directory()), f"*.jsa{_NOTE}")):
        try:
            with open(note, encoding="utf-8") as file:
                files = json.load(file)
        except (OSError, ValueError):
            continue  # another process is removing or writing it
        try:
            stale = _identities([path for path, _, _ in files]) != files
        except FileNotFoundError:
            stale = True
        if stale:
            archive = note.removesuffix(_NOTE)
            for path in (archive, f"{archive}{_REASON}", note):
                with suppress(FileNotFoundError):
                    os.unlink(path)
