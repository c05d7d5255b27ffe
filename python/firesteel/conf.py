"""SparkConf: the settings of an application, as PySpark's."""

from __future__ import annotations

from collections.abc import Iterable

from firesteel.errors import PySparkRuntimeError

__all__ = ["SparkConf"]

_submitted: dict[str, str] = {}
"""Settings that the launcher read from its options and property files; `SparkConf()` starts from them."""

_system: dict[str, str] = {}
"""What `SparkContext.setSystemProperty` set; `SparkConf()` starts from those that begin with ``spark.``."""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class SparkConf:
    """Settings of an application: keys and values, both text. The setters give the object back.

    Parameters
    ----------
    loadDefaults : bool, optional
        Whether to start from the launcher's settings (``--conf``, ``spark-defaults.conf``).

    Examples
    --------
    >>> conf = SparkConf().setMaster("local[2]").setAppName("words")
    >>> conf.get("spark.master")
    'local[2]'
    """

    def __init__(self, loadDefaults: bool = True) -> None:
        self._settings: dict[str, str] = {}
        if loadDefaults:
            self._settings.update(_submitted)
            self._settings.update((key, value) for key, value in _system.items() if key.startswith("spark."))

    def set(self, key: str, value: object) -> SparkConf:
        """Set a key.

        Parameters
        ----------
        key : str
            The key, such as ``spark.app.name``.
        value : object
            The value; booleans become ``true`` and ``false``, all else its text.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).set("spark.ui.enabled", False).get("spark.ui.enabled")
        'false'
        """
        self._settings[str(key)] = _text(value)
        return self

    def setIfMissing(self, key: str, value: object) -> SparkConf:
        """Set a key unless it is set.

        Parameters
        ----------
        key : str
            The key.
        value : object
            The value.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).set("a", 1).setIfMissing("a", 2).get("a")
        '1'
        """
        self._settings.setdefault(str(key), _text(value))
        return self

    def setMaster(self, value: str) -> SparkConf:
        """Set the master, such as ``local[2]``.

        Parameters
        ----------
        value : str
            The master.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).setMaster("local").get("spark.master")
        'local'
        """
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """Set the application's name.

        Parameters
        ----------
        value : str
            The name.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).setAppName("words").get("spark.app.name")
        'words'
        """
        return self.set("spark.app.name", value)

    def setSparkHome(self, value: str) -> SparkConf:
        """Set ``spark.home`` (kept, and not used).

        Parameters
        ----------
        value : str
            A directory.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).setSparkHome("/opt/spark").get("spark.home")
        '/opt/spark'
        """
        return self.set("spark.home", value)

    def setExecutorEnv(
        self,
        key: str | None = None,
        value: str | None = None,
        pairs: Iterable[tuple[str, str]] | None = None,
    ) -> SparkConf:
        """Set environment variables of the workers: a key and a value, or pairs.

        Parameters
        ----------
        key, value : str, optional
            One variable.
        pairs : iterable of (str, str), optional
            Several variables.

        Returns
        -------
        SparkConf
            This object.

        Raises
        ------
        PySparkRuntimeError
            When both or neither are given.

        Examples
        --------
        >>> SparkConf(False).setExecutorEnv("MODE", "fast").get("spark.executorEnv.MODE")
        'fast'
        """
        if (key is None) == (pairs is None):
            raise PySparkRuntimeError(errorClass="KEY_VALUE_PAIR_REQUIRED", messageParameters={})
        if key is not None:
            self.set(f"spark.executorEnv.{key}", value)
        for name, content in pairs or ():
            self.set(f"spark.executorEnv.{name}", content)
        return self

    def setAll(self, pairs: Iterable[tuple[str, object]]) -> SparkConf:
        """Set several keys.

        Parameters
        ----------
        pairs : iterable of (str, object)
            Keys with values.

        Returns
        -------
        SparkConf
            This object.

        Examples
        --------
        >>> SparkConf(False).setAll([("a", 1), ("b", 2)]).get("b")
        '2'
        """
        for key, value in pairs:
            self.set(key, value)
        return self

    def get(self, key: str, defaultValue: str | None = None) -> str | None:
        """Return a key's value.

        Parameters
        ----------
        key : str
            The key.
        defaultValue : str, optional
            What to return when it is not set.

        Returns
        -------
        str or None

        Examples
        --------
        >>> SparkConf(False).get("spark.master", "local")
        'local'
        """
        return self._settings.get(key, defaultValue)

    def getAll(self) -> list[tuple[str, str]]:
        """Return all keys with their values.

        Returns
        -------
        list of (str, str)

        Examples
        --------
        >>> SparkConf(False).set("a", "1").getAll()
        [('a', '1')]
        """
        return list(self._settings.items())

    def contains(self, key: str) -> bool:
        """Tell whether a key is set.

        Parameters
        ----------
        key : str
            The key.

        Returns
        -------
        bool

        Examples
        --------
        >>> SparkConf(False).contains("a")
        False
        """
        return key in self._settings

    def toDebugString(self) -> str:
        """Return the settings as text, one ``key=value`` on a line, sorted.

        Returns
        -------
        str

        Examples
        --------
        >>> print(SparkConf(False).set("b", 2).set("a", 1).toDebugString())
        a=1
        b=2
        """
        return "\n".join(f"{key}={value}" for key, value in sorted(self._settings.items()))

    def _copy(self) -> SparkConf:
        return SparkConf(loadDefaults=False).setAll(self._settings.items())
