"""Stand-ins for the loggers of log4j, which programs reach by ``sc._jvm.org.apache.log4j``.

Programs use them for two things: to set the level of Spark's own log, and to write lines of their own. The
first sets the level of the engine's log; the second writes lines in its form.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Configurator", "Level", "LogManager"]

_ORDER = "ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"
_OF_THE_ENGINE = "org", "akka", "dev.firesteel"


class Level:
    """A level of log4j. Levels are compared by their order: ``Level.WARN``, ``Level.toLevel("WARN")``.

    Parameters
    ----------
    name : str
        One of ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF.

    Examples
    --------
    >>> Level.ERROR.isGreaterOrEqual(Level.WARN), str(Level.toLevel("info"))
    (True, 'INFO')
    """

    ALL: Level
    TRACE: Level
    DEBUG: Level
    INFO: Level
    WARN: Level
    ERROR: Level
    FATAL: Level
    OFF: Level

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        """Return the name."""
        return self._name

    toString = __str__ = name

    def isGreaterOrEqual(self, other: Level) -> bool:
        """Tell whether this level is as severe as another one, or more."""
        return _ORDER.index(self._name) >= _ORDER.index(other._name)

    def __repr__(self) -> str:
        return f"Level.{self._name}"

    @classmethod
    def toLevel(cls, name: str) -> Level:
        """Return the level of a name.

        Raises
        ------
        ValueError
            When there is none.
        """
        wanted = str(name).upper()
        if wanted not in _ORDER:
            raise ValueError(f"{name!r} is no level of log4j: {', '.join(_ORDER)}")
        found: Level = getattr(cls, wanted)
        return found

    valueOf = getLevel = toLevel


for _name in _ORDER:
    setattr(Level, _name, Level(_name))


class Logger:
    """A logger. The level of the root, of ``org`` and of what is below it is that of the engine's log."""

    def __init__(self, manager: LogManager, name: str) -> None:
        self._manager = manager
        self._name = name

    def getName(self) -> str:
        """Return the logger's name; that of the root is empty."""
        return self._name

    def setLevel(self, level: Level | str) -> None:
        """Set the least level of lines that are shown."""
        self._manager._set(self._name, level if isinstance(level, Level) else Level.toLevel(level))

    def getLevel(self) -> Level:
        """Return the least level of lines that are shown."""
        return self._manager._level(self._name)

    getEffectiveLevel = getLevel

    def isEnabledFor(self, level: Level) -> bool:
        """Tell whether lines of a level are shown."""
        return level.isGreaterOrEqual(self.getLevel())

    def isDebugEnabled(self) -> bool:
        """Tell whether DEBUG is shown."""
        return self.isEnabledFor(Level.DEBUG)

    def isInfoEnabled(self) -> bool:
        """Tell whether INFO is shown."""
        return self.isEnabledFor(Level.INFO)

    def log(self, level: Level, message: object) -> None:
        """Write a line to the standard error, if its level is shown."""
        if self.isEnabledFor(level):
            when = time.strftime("%y/%m/%d %H:%M:%S")
            sys.stderr.write(f"{when} {level} {self._name or 'root'}: {message}\n")

    def trace(self, message: object) -> None:
        """Write a line of level TRACE."""
        self.log(Level.TRACE, message)

    def debug(self, message: object) -> None:
        """Write a line of level DEBUG."""
        self.log(Level.DEBUG, message)

    def info(self, message: object) -> None:
        """Write a line of level INFO."""
        self.log(Level.INFO, message)

    def warn(self, message: object) -> None:
        """Write a line of level WARN."""
        self.log(Level.WARN, message)

    def error(self, message: object) -> None:
        """Write a line of level ERROR."""
        self.log(Level.ERROR, message)

    def fatal(self, message: object) -> None:
        """Write a line of level FATAL."""
        self.log(Level.FATAL, message)


class LogManager:
    """Gives loggers: ``LogManager.getLogger("org").setLevel(Level.ERROR)``.

    Parameters
    ----------
    tell : callable
        Sets the level of the engine's log, by its name.
    level : str
        That level now.
    """

    def __init__(self, tell: Callable[[str], Any], level: str) -> None:
        self._tell = tell
        self._engine = Level.toLevel(level)
        self._levels: dict[str, Level] = {}

    def getLogger(self, name: object = "") -> Logger:
        """Return the logger of a name, or of a class."""
        return Logger(self, str(name))

    def getRootLogger(self) -> Logger:
        """Return the root logger."""
        return Logger(self, "")

    rootLogger = getRootLogger

    def _set(self, name: str, level: Level) -> None:
        if name == "" or name.partition(".")[0] in _OF_THE_ENGINE or name.startswith("dev.firesteel"):
            self._engine = level
            self._tell(level.name())
        else:
            self._levels[name] = level

    def _level(self, name: str) -> Level:
        while name:
            if name in self._levels:
                return self._levels[name]
            name = name.rpartition(".")[0]
        return self._engine


class Configurator:
    """Sets levels, as log4j 2 does: ``Configurator.setLevel("org", Level.ERROR)``.

    Parameters
    ----------
    manager : LogManager
        Whose loggers they are.
    """

    def __init__(self, manager: LogManager) -> None:
        self._manager = manager

    def setLevel(self, name: object, level: Level | str) -> None:
        """Set the level of the logger of a name."""
        self._manager.getLogger(name).setLevel(level)

    setAllLevels = setLevel

    def setRootLevel(self, level: Level | str) -> None:
        """Set the level of the root logger."""
        self._manager.getRootLogger().setLevel(level)
