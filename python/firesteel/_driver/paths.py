"""Checks the paths that a user gives, and makes relative ones absolute.

The engine interprets paths, for all drivers: see `Session.local_path` and the listings of inputs.
"""

from __future__ import annotations

import errno
import os
from typing import Any

from firesteel.errors import PySparkTypeError, PySparkValueError


def input_paths(name: Any) -> list[str]:
    """Return the texts of one path or several; each may be a list separated by commas.

    Parameters
    ----------
    name : str, path, or iterable of them
        What the user gave.

    Returns
    -------
    list of str

    Raises
    ------
    FileNotFoundError
        One is relative, and the working directory has been removed.
    PySparkTypeError
        It is something else.
    PySparkValueError
        There is none, or one has characters that no file's name has.
    """
    try:
        paths = [os.fspath(item) for item in ([name] if isinstance(name, (str, os.PathLike)) else name)]
        blank = not any(path.strip(" ,") for path in paths)
    except TypeError as error:
        raise PySparkTypeError(
            f"a path is text or a path object, or a list of them, not {name!r:.80}"
        ) from error
    if blank:
        raise PySparkValueError("no path is given")
    for path in paths:
        check_path(path)
    return [path for path in paths if path.strip(" ,")]


def check_path(path: str) -> None:
    """Refuse a path that names nothing, whatever the engine makes of it.

    Parameters
    ----------
    path : str
        The path.

    Raises
    ------
    PySparkTypeError
        It is no text.
    FileNotFoundError
        It is relative, and the working directory has been removed.
    PySparkValueError
        It has characters that no file name can have.
    """
    if not isinstance(path, str):
        raise PySparkTypeError(f"a path is text, and not {path!r:.80}")
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise without_bytes(error) from None
    if working_directory() is None and not path.startswith(("/", "file:")):
        raise FileNotFoundError(
            errno.ENOENT,
            "the working directory has been removed, so that a relative path names nothing; give an "
            "absolute one, or change to another directory first (os.chdir)",
            path,
        )


def working_directory() -> str | None:
    """Return the working directory, or None if it has been removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


def without_bytes(error: UnicodeEncodeError) -> PySparkValueError:
    """Return the error for a text that cannot be encoded.

    Parameters
    ----------
    error : UnicodeEncodeError
        The exception of the encoder.

    Returns
    -------
    PySparkValueError
    """
    text, at = error.object, error.start
    return PySparkValueError(
        f"{text!a} cannot be used as a name, a path or a setting: at {at} it has U+{ord(text[at]):04X}, half "
        "a character, for which UTF-8 has no bytes. Python makes such text of file names that are not UTF-8: "
        "rename the file or the directory. What is only shown can be changed with "
        "text.encode(errors='backslashreplace').decode()."
    )
