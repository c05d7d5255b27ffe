"""Reads configuration files in Java's properties format, and finds ``spark-defaults.conf``.

The format is that of ``java.util.Properties.load``, as the JDK's documentation describes it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from firesteel._config.options import UsageError

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_KEY_END = re.compile(r"(?<!\\)(?:\\\\)*([ \t\f]*[=:][ \t\f]*|[ \t\f]+)")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def read_properties(path: str) -> dict[str, str]:
    """Read a properties file; surrounding blanks of values are dropped, as Spark does.

    Raises
    ------
    UsageError
        The file cannot be read.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) else str(cause)
        raise UsageError(f"cannot read the properties file {path}: {reason}.") from cause
    found: dict[str, str] = {}
    for line in _logical_lines(text):
        end = _KEY_END.search(line)
        key, value = (line[: end.start(1)], line[end.end(1) :]) if end else (line, "")
        found[_unescape(key)] = _unescape(value).strip()
    return found


def _logical_lines(text: str) -> Iterator[str]:
    """Yield lines, without comments and blank ones; an odd count of backslashes at the end joins the next."""
    pending = ""
    for raw in re.split(r"\r\n|\n|\r", text):
        line = raw.lstrip(" \t\f")
        if not pending and (not line or line[0] in "#!"):
            continue
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            pending += line[:-1]
            continue
        yield pending + line
        pending = ""
    if pending:
        yield pending


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code, letter = match.group(1), match.group(2)
        return chr(int(code, 16)) if code else _ESCAPES.get(letter, letter)

    return _ESCAPE.sub(one, text) if "\\" in text else text


def defaults_file(checkout: str | None = None) -> str | None:
    """Find ``spark-defaults.conf``: ``SPARK_CONF_DIR``, else ``conf`` of ``SPARK_HOME``, or the checkout."""
    if directory := os.environ.get("SPARK_CONF_DIR"):
        candidates = [directory]
    else:
        homes = [os.environ.get("SPARK_HOME"), checkout]
        candidates = [os.path.join(home, "conf") for home in homes if home]
    for directory in candidates:
        path = os.path.join(directory, "spark-defaults.conf")
        if os.path.isfile(path):
            return path
    return None
