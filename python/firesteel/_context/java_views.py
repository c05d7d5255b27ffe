"""What programs find that reach into Spark's JVM: the real JVM where it has the name, else a small stand-in.

``sc._jvm`` is the engine's JVM, which has no log4j and no Hadoop; ``sc._jsc`` is the context on Java's side.
The names that programs use most, for the level of the log and the settings of Hadoop, do here what is meant.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from firesteel._config import keys as config_keys
from firesteel._context.log4j import Configurator, Level, LogManager
from firesteel.errors import PySparkNotImplementedError

if TYPE_CHECKING:
    from firesteel.conf import SparkConf

__all__ = ["HadoopConfiguration", "JavaContextView", "JvmView", "Option"]

_HADOOP = "spark.hadoop."
_HEEDED = (config_keys.TEXT_DELIMITER.name, config_keys.VALIDATE_OUTPUT.name)


class JvmView:
    """The engine's JVM, as Py4J shows it, with stand-ins for what only Spark's has.

    Parameters
    ----------
    jvm : py4j.java_gateway.JVMView
        The real one.
    logs : LogManager
        The stand-in for log4j's.
    """

    def __init__(self, jvm: Any, logs: LogManager) -> None:
        self._jvm = jvm
        self._names = {
            "org.apache.log4j.LogManager": logs,
            "org.apache.log4j.Logger": logs,
            "org.apache.log4j.Level": Level,
            "org.apache.logging.log4j.LogManager": logs,
            "org.apache.logging.log4j.Level": Level,
            "org.apache.logging.log4j.core.config.Configurator": Configurator(logs),
        }

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._jvm, name)
        return _Package(name, real, self._names) if name == "org" else real


class _Package:
    """A package of Java some of whose names have stand-ins."""

    def __init__(self, path: str, real: Any, names: dict[str, Any]) -> None:
        self._path = path
        self._real = real
        self._names = names

    def __getattr__(self, name: str) -> Any:
        path = f"{self._path}.{name}"
        if path in self._names:
            return self._names[path]
        real = getattr(self._real, name)
        inside = any(each.startswith(path + ".") for each in self._names)
        return _Package(path, real, self._names) if inside else real

    def __call__(self, *_: Any) -> Any:
        raise TypeError(f"{self._path} is a package of Java, which cannot be called")


class Option:
    """A value of Scala's that may be missing.

    Parameters
    ----------
    value : object
        The value, or None.

    Examples
    --------
    >>> Option(None).isDefined(), Option("http://localhost:4040").get()
    (False, 'http://localhost:4040')
    """

    def __init__(self, value: Any) -> None:
        self._value = value

    def isDefined(self) -> bool:
        """Tell whether there is a value."""
        return self._value is not None

    nonEmpty = isDefined

    def isEmpty(self) -> bool:
        """Tell whether there is none."""
        return self._value is None

    def get(self) -> Any:
        """Return the value.

        Raises
        ------
        ValueError
            When there is none.
        """
        if self._value is None:
            raise ValueError("there is no value: None.get")
        return self._value

    def getOrElse(self, other: Any) -> Any:
        """Return the value, or another one where there is none."""
        return other if self._value is None else self._value

    def toString(self) -> str:
        """Return it as Scala shows it."""
        return "None" if self._value is None else f"Some({self._value})"

    __str__ = __repr__ = toString


class HadoopConfiguration:
    """The settings of Hadoop: the application's settings that begin with ``spark.hadoop.``, without that.

    Parameters
    ----------
    conf : SparkConf
        The application's settings. What is set here is set there, for later inputs and outputs; a setting
        that has no effect there is set with a warning.

    Examples
    --------
    >>> sc._jsc.hadoopConfiguration().set("textinputformat.record.delimiter", ";")
    >>> sc._jsc.hadoopConfiguration().get("textinputformat.record.delimiter")
    ';'
    >>> sc._jsc.hadoopConfiguration().unset("textinputformat.record.delimiter")
    """

    def __init__(self, conf: SparkConf) -> None:
        self._conf = conf

    def set(self, name: str, value: Any) -> None:
        """Set a value; True and False as ``true`` and ``false``.

        Warns
        -----
        RuntimeWarning
            The setting has no effect on what reads and writes files here.
        """
        if _HADOOP + str(name) not in _HEEDED:
            warnings.warn(
                f"the setting {name} of Hadoop has no effect: Firesteel reads and writes files itself, with "
                + " and ".join(key.removeprefix(_HADOOP) for key in _HEEDED),
                RuntimeWarning,
                stacklevel=2,
            )
        self._conf.set(_HADOOP + str(name), str(value).lower() if isinstance(value, bool) else str(value))

    setInt = setLong = setBoolean = setFloat = setDouble = set

    def setIfUnset(self, name: str, value: Any) -> None:
        """Set a value unless there is one."""
        if self.get(name) is None:
            self.set(name, value)

    def unset(self, name: str) -> None:
        """Remove a value."""
        self._conf._settings.pop(_HADOOP + str(name), None)

    def get(self, name: str, defaultValue: str | None = None) -> str | None:
        """Return a value, or another one where there is none."""
        return self._conf.get(_HADOOP + str(name), defaultValue)

    def getInt(self, name: str, defaultValue: int) -> int:
        """Return a value as a whole number."""
        found = self.get(name)
        return defaultValue if found is None else int(found)

    getLong = getInt

    def getBoolean(self, name: str, defaultValue: bool) -> bool:
        """Return a value as a flag."""
        found = (self.get(name) or "").strip().lower()
        return found == "true" if found in ("true", "false") else defaultValue

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for name, value in self._conf.getAll():
            if name.startswith(_HADOOP):
                yield name.removeprefix(_HADOOP), value


class JavaContextView:
    """The context on the Java side, under Spark's names.

    Parameters
    ----------
    view : object
        The engine's own, of which it has the other names.
    conf : SparkConf
        The application's settings.
    """

    def __init__(self, view: Any, conf: SparkConf) -> None:
        self._view = view
        self._conf = conf

    def sc(self) -> JavaContextView:
        """Return this: the context below a JavaSparkContext."""
        return self

    toSparkContext = sc

    def hadoopConfiguration(self) -> HadoopConfiguration:
        """Return the settings of Hadoop."""
        return HadoopConfiguration(self._conf)

    def uiWebUrl(self) -> Option:
        """Return the address of the web pages; there are none."""
        return Option(None)

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_THE_ENGINE and not name.startswith("_"):
            raise _Absent(
                errorClass="NOT_YET",
                messageParameters={
                    "feature": f"sc._jsc.{name}",
                    "instead": f"Of Spark's own context there are {', '.join(sorted(_NAMES))}.",
                },
            )
        return getattr(self._view, name)


class _Absent(PySparkNotImplementedError, AttributeError):
    """What is absent, also to ``hasattr``."""


_OF_THE_ENGINE = (
    "addJar",
    "appName",
    "applicationId",
    "defaultParallelism",
    "getConf",
    "isLocal",
    "master",
    "startTime",
    "version",
)
_NAMES = {*_OF_THE_ENGINE, "sc", "hadoopConfiguration", "uiWebUrl"}
