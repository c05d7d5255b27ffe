"""The errors of data: damage, a changed source, unsuitable records, a full disk."""

from __future__ import annotations

import errno
import os
import reprlib

__all__ = [
    "SPILL",
    "BlockCorrupt",
    "CheckpointDamaged",
    "DiskError",
    "DriverFileDamaged",
    "ForeignFile",
    "InputDamaged",
    "LibraryMissing",
    "PlanError",
    "RecordError",
    "RecordUnreadable",
    "SourceError",
    "Unpicklable",
    "shorten",
]

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 160
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxfrozenset = _SHORT.maxdict = 8
_LONGEST = 300

SPILL = "spill"
"""The name of every spill file in errors; spill files are not blocks."""


def shorten(value: object) -> str:
    """Return a short repr of any value, even if its own repr fails.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    str
        At most about 300 characters.
    """
    try:
        text = _SHORT.repr(value)
    except BaseException as failure:  # the user's __repr__ may raise anything, SystemExit too
        text = f"<{type(value).__qualname__} object whose repr raised {type(failure).__qualname__}>"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


class BlockCorrupt(Exception):
    """Stored bytes are missing, damaged or not the requested ones.

    Parameters
    ----------
    name
        Name of the block, such as ``rdd_0_7_3`` or ``shuffle_0_2_5``.
    what
        What is wrong with it.
    shuffle
        For a map output: driver, shuffle number, map partition.
    """

    def __init__(self, name: str, what: str, shuffle: tuple[int, int, int] | None = None) -> None:
        super().__init__(name, what, shuffle)
        self.name = name
        self.what = what
        self.shuffle = shuffle

    def __str__(self) -> str:
        """Name the block and the damage."""
        return f"block {self.name}: {self.what}"


class SourceError(Exception):
    """An input file is gone, was changed since the job was planned, or cannot be read.

    Parameters
    ----------
    path
        The file.
    what
        What is wrong with it.
    """

    def __init__(self, path: str, what: str) -> None:
        super().__init__(path, what)
        self.path = path
        self.what = what

    def __str__(self) -> str:
        """Name the file and what is wrong."""
        return f"{self.path}: {self.what}"


class InputDamaged(SourceError):
    """An input file is what it was when it was listed, and that is no intact archive or block file."""


class ForeignFile(SourceError):
    """An input file belongs to another program: it is whole, and of a form that is not read here."""


class LibraryMissing(SourceError):
    """A file is compressed, or is to be, in a way for which the worker's interpreter has no library."""


class CheckpointDamaged(SourceError):
    """A file of a checkpoint is missing or damaged. It cannot be computed again."""


class DriverFileDamaged(SourceError):
    """A file that only the driver can write is missing or damaged: of `parallelize`, or a closure."""


class DiskError(OSError):
    """Writing one of the engine's own files failed, for example because the disk is full.

    Parameters
    ----------
    path
        The file that was being written.
    cause
        The operating system's error.
    wanted
        How many bytes could not be written.
    """

    def __init__(self, path: str, cause: OSError, wanted: int) -> None:
        super().__init__(cause.errno, cause.strerror or str(cause), path)
        self.wanted = wanted
        self.free = _free(os.path.dirname(path) or ".")  # before the partial file is removed

    def __str__(self) -> str:
        """Name the directory, what was to be written and what is free."""
        directory = os.path.dirname(str(self.filename)) or "."
        much = f"writing {self.wanted} byte{'' if self.wanted == 1 else 's'}"
        text = f"{self.strerror}: {much} to {os.path.basename(str(self.filename))} in {directory} failed"
        if self.errno not in (errno.ENOSPC, errno.EDQUOT) or self.free is None:
            return text
        other = (
            "set spark.local.dir to directories with more room"
            if "firesteel-local-" in directory
            else "write to a directory with more room"
        )
        return f"{text}, where {self.free} bytes are free. Free some, or {other}."


def _free(directory: str) -> int | None:
    try:
        found = os.statvfs(directory)
    except OSError:  # the directory itself is gone
        return None
    return found.f_bavail * found.f_frsize


class PlanError(ValueError):
    """An invalid plan: a fault of the engine, not of the user."""


class RecordError(TypeError):
    """A record, a key or the result of a function is not what the operation needs.

    Parameters
    ----------
    message
        What was expected and what was found.
    site
        The operation and the line that called it, such as ``reduceByKey at app.py:12``.
    """

    def __init__(self, message: str, site: str | None = None) -> None:
        super().__init__(message)
        self.site = site


class Unpicklable(Exception):
    """A record cannot be pickled.

    Parameters
    ----------
    record
        Shortened repr of the record.
    why
        The message of the pickler.
    what
        What to call the record in the message.
    """

    def __init__(self, record: str, why: str, what: str = "the record") -> None:
        super().__init__(record, why, what)
        self.record = record
        self.why = why
        self.what = what

    def __str__(self) -> str:
        """Name the record and the reason."""
        return f"cannot pickle {self.what} {self.record}: {self.why}"


class RecordUnreadable(Exception):
    """A stored batch is intact, but unpickling its records raised.

    The cause is in the classes of the records: a module that cannot be imported here, or a failing
    ``__setstate__``.
    """
