"""Where in the user's program a transformation or an action was called."""

from __future__ import annotations

import os
import sys

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def user_frame() -> tuple[str, int]:
    """Return (file, line) of the nearest caller outside this package.

    Returns
    -------
    (str, int)
        ``("<unknown>", 0)`` when every frame is in this package.
    """
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return ("<unknown>", 0)
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno)


def call_site(operation: str) -> str:
    """Name an operation with its place in the user's program.

    Parameters
    ----------
    operation : str
        Such as ``map``.

    Returns
    -------
    str
        Such as ``map at app.py:12``.
    """
    path, line = user_frame()
    return f"{operation} at {cell(path) or os.path.basename(path)}:{line}"


def cell(path: str) -> str | None:
    """Return the name of a notebook's or an IPython shell's cell, whose code is in a file that is none.

    Parameters
    ----------
    path : str
        The file that the code's frames name.

    Returns
    -------
    str or None
        Such as ``In[3]``; None for a file.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    describe = getattr(getattr(shell, "compile", None), "format_code_name", None)
    found = describe(path) if describe is not None else None
    return None if found is None else str(found[1])
