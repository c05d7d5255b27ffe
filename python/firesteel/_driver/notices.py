"""Warnings to the user that point at the line of the program."""

from __future__ import annotations

import warnings

from firesteel._driver.callsite import user_frame


class Notices:
    """The warnings of a session."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._registry: dict[str | tuple[str, type[Warning], int], int] = {}

    def warn(self, sentence: str) -> None:
        """Warn about the line of the program that is running; Python's warning filters apply.

        Parameters
        ----------
        sentence : str
            The warning.
        """
        path, line = user_frame()
        warnings.warn_explicit(sentence, RuntimeWarning, path, line, registry=self._registry)

    def warn_once(self, sentence: str) -> None:
        """Warn, once in the life of the session.

        Parameters
        ----------
        sentence : str
            The warning.
        """
        if sentence not in self._said:
            self._said.add(sentence)
            self.warn(sentence)
