"""The settings of a session, before and after the SQL engine runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from firesteel import layers
from firesteel.errors import PySparkTypeError

if TYPE_CHECKING:
    from firesteel.sql.session import SparkSession

__all__ = ["DEFAULTS", "Settings", "text_of"]

_NONE = object()

# Spark's defaults of the settings that its conversions of pandas heed.
DEFAULTS = {
    "spark.sql.execution.arrow.enabled": "true",
    "spark.sql.execution.arrow.fallback.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    "spark.sql.execution.arrow.pyspark.selfDestruct.enabled": "false",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    "spark.sql.execution.pandas.convertToArrowArraySafely": "true",
    "spark.sql.execution.pandas.inferPandasDictAsMap": "false",
    "spark.sql.execution.pandas.structHandlingMode": "legacy",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
}
# The older settings whose values some of them have while they are not set themselves.
_BEFORE = {
    "spark.sql.execution.arrow.pyspark.enabled": "spark.sql.execution.arrow.enabled",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "spark.sql.execution.arrow.fallback.enabled",
}


def text_of(value: Any) -> str:
    """Return a setting's value as text: True is ``true``.

    Examples
    --------
    >>> text_of(True), text_of(8)
    ('true', '8')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


class Settings:
    """``spark.conf``: gets and sets what queries heed.

    Until the SQL engine runs, what is set is kept here; it is told then.
    """

    def __init__(self, session: SparkSession, given: dict[str, str]) -> None:
        self._session = session
        self._given = given
        self._engine: Any = None

    def set(self, key: str, value: str | int | bool) -> None:
        """Set a setting of this session.

        Parameters
        ----------
        key : str
            Its name.
        value : str, int or bool
            Its value.
        """
        if not isinstance(key, str):
            raise PySparkTypeError(f"the name of a setting is a str, and not {type(key).__name__}")
        if self._engine is None and not key.startswith("spark.sql."):
            self._session._spark  # noqa: B018 # which settings may change only the engine knows
        if self._engine is None:
            self._given[key] = text_of(value)
        else:
            self._settle(key)
            self._engine.set(key, value)

    def get(self, key: str, default: Any = _NONE) -> str | None:
        """Return a setting's value.

        Parameters
        ----------
        key : str
            Its name.
        default : str, optional
            What is returned if it is not set.

        Returns
        -------
        str or None

        Raises
        ------
        SparkNoSuchElementException
            It is not set, and has no default.
        """
        if self._engine is None:
            sc = self._session._sc
            value = self._given.get(key)
            if value is None and sc is not None:
                value = sc.getConf().get(key)
            if value is not None:
                return value
            if default is not _NONE:
                return default  # type: ignore[no-any-return]
        return self._all.get(key) if default is _NONE else self._all.get(key, default)  # type: ignore[no-any-return]

    def _values(self, keys: Sequence[str]) -> list[str]:
        """Return the values of settings of conversions, without the SQL engine if it does not run."""
        if self._engine is not None:
            return list(self._session._spark.client.get_configs(*keys))
        return [self._known(key) for key in keys]

    def _known(self, key: str) -> str:
        """Return a setting's value, or the default that Spark has for it."""
        found = self.get(key, None)
        if found is not None:
            return found
        if key in _BEFORE:
            return self._known(_BEFORE[key])
        if key == "spark.sql.session.timeZone":
            return layers.time_zone(self._session.sparkContext)
        return DEFAULTS[key]

    @property
    def _all(self) -> Any:
        return self._session._spark.conf

    @property
    def getAll(self) -> dict[str, str]:
        """Every setting that has been set."""
        return dict(self._all.getAll)

    def unset(self, key: str) -> None:
        """Set a setting back to its default."""
        if self._engine is None:
            self._given.pop(key, None)
        else:
            self._settle(key)
            self._engine.unset(key)

    def _settle(self, key: str) -> None:
        from firesteel.sql import _analysis

        _analysis.settle_for(self._session._spark, key)

    def isModifiable(self, key: str) -> bool:
        """Tell whether a setting can be changed while the session runs."""
        return bool(self._all.isModifiable(key))

    def _flag(self, key: str) -> bool:
        """Return a setting that is false unless it is set."""
        return self.get(key, "false") == "true"

    def _take(self, key: str, value: str) -> None:
        """Take a setting of a builder: those of the engine's start are what they are."""
        if self._engine is None:
            self._given[key] = value
        elif key.startswith("spark.sql."):
            self._settle(key)
            self._engine._set_all(configs={key: value}, silent=True)

    def _tell(self, session: Any) -> None:
        """Tell the SQL engine what has been set."""
        told = {key: value for key, value in self._given.items() if key.startswith("spark.sql.")}
        if told:
            session.conf._set_all(configs=told, silent=True)
        self._engine = session.conf
