"""The paths that a user gives for input: one or several, relative or absolute, plain or as URIs."""

from __future__ import annotations

import os
import re
from typing import Any

from firesteel.errors import PySparkTypeError, PySparkValueError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def input_paths(name: Any) -> list[str]:
    """Return absolute paths and URIs.

    Parameters
    ----------
    name : str, path, or iterable of them
        Text is split at commas, but not inside ``{a,b}``, as Hadoop does.

    Returns
    -------
    list of str
    """
    if isinstance(name, (str, os.PathLike)):
        pieces = _split(os.fspath(name))
    else:
        try:
            pieces = [piece for item in name for piece in _split(os.fspath(item))]
        except TypeError as error:
            raise PySparkTypeError(
                f"a path is text or a path object, or a list of them, not {name!r:.80}"
            ) from error
    if not pieces:
        raise PySparkValueError("no path is given")
    return [_absolute(piece) for piece in pieces]


def _split(text: str) -> list[str]:
    pieces, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == "," and depth == 0:
            pieces.append(text[start:index])
            start = index + 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _absolute(path: str) -> str:
    return path if _SCHEME.match(path) and not os.path.lexists(path) else absolute(path)


def absolute(path: str) -> str:
    """Make a local path absolute.

    Parameters
    ----------
    path : str
        The path.

    Returns
    -------
    str

    Raises
    ------
    FileNotFoundError
        It is relative, and the working directory has been removed.
    PySparkValueError
        It has characters that no file's name has.
    """
    try:
        os.fsencode(path)
        return os.path.abspath(path)
    except UnicodeEncodeError as error:
        raise without_bytes(error) from None
    except FileNotFoundError as error:
        raise FileNotFoundError(
            error.errno,
            "the working directory has been removed, so that a relative path names nothing; give an "
            "absolute one, or change to another directory first (os.chdir)",
            path,
        ) from None


def without_bytes(error: UnicodeEncodeError) -> PySparkValueError:
    """Return what to raise for a text that cannot be encoded.

    Parameters
    ----------
    error : UnicodeEncodeError
        What encoding it raised.

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
