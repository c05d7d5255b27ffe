"""What a user should know although nothing failed: warnings that point at the line of the program."""

from __future__ import annotations

import warnings

from firesteel._driver.callsite import user_frame


class Notices:
    """The warnings of a session."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._registry: dict[str | tuple[str, type[Warning], int], int] = {}

    def warn(self, sentence: str) -> None:
        """Warn, by Python's filters, of something that the line of the program that is running brings about.

        Parameters
        ----------
        sentence : str
            What it is.
        """
        path, line = user_frame()
        warnings.warn_explicit(sentence, RuntimeWarning, path, line, registry=self._registry)

    def warn_once(self, sentence: str) -> None:
        """Warn, once in the life of the session.

        Parameters
        ----------
        sentence : str
            What of.
        """
        if sentence not in self._said:
            self._said.add(sentence)
            self.warn(sentence)
