"""`SparkSession`: the door to SQL and DataFrames, which starts only the RDD engine until a query is run."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Any, ClassVar

from firesteel import install_as_pyspark
from firesteel.conf import SparkConf
from firesteel.context import SparkContext
from firesteel.errors import PySparkNotImplementedError, PySparkRuntimeError
from firesteel.rdd import RDD
from firesteel.sql._settings import Settings, text_of

__all__ = ["SparkSession"]


class Builder:
    """Collects the settings of a session, and makes it.

    Examples
    --------
    >>> from firesteel.sql import SparkSession
    >>> SparkSession.builder.appName("example").getOrCreate().sparkContext is sc
    True
    """

    def __init__(self) -> None:
        self._options: dict[str, str] = {}

    def config(
        self,
        key: str | None = None,
        value: Any = None,
        conf: SparkConf | None = None,
        *,
        map: dict[str, Any] | None = None,  # noqa: A002
    ) -> Builder:
        """Add a setting, or those of a SparkConf or a dictionary.

        Parameters
        ----------
        key : str, optional
            A setting's name.
        value : object, optional
            Its value.
        conf : SparkConf, optional
            Settings to add.
        map : dict, optional
            Settings to add.

        Returns
        -------
        Builder
        """
        if conf is not None:
            self._options.update(conf.getAll())
        elif map is not None:
            self._options.update({name: text_of(each) for name, each in map.items()})
        elif key is not None:
            self._options[key] = text_of(value)
        return self

    def appName(self, name: str) -> Builder:
        """Name the application."""
        return self.config("spark.app.name", name)

    def master(self, master: str) -> Builder:
        """Choose where tasks run: ``local[2]``."""
        return self.config("spark.master", master)

    def remote(self, url: str) -> Builder:
        """Choose a Spark Connect server that runs elsewhere, ``sc://host:port``; ``local[2]`` is a master."""
        return self.config("spark.remote", url)

    def enableHiveSupport(self) -> Builder:
        """Refuse: there is no Hive here.

        Raises
        ------
        PySparkNotImplementedError
            Always.
        """
        raise PySparkNotImplementedError(
            "There is no Hive here: Firesteel has no metastore. Leave enableHiveSupport() out; tables, views "
            "and SQL work without it, and Spark's own PySpark runs the program with it."
        )

    def getOrCreate(self) -> SparkSession:
        """Return the session of this thread or process, with these settings added; else a new one.

        Returns
        -------
        SparkSession
        """
        with SparkSession._lock:
            session = SparkSession.getActiveSession() or SparkSession._default
            if session is None or session._stopped:
                return self.create()
            for key, value in self._options.items():
                session.conf._take(key, value)
            return session

    def create(self) -> SparkSession:
        """Return a new session, on the running context if there is one.

        Returns
        -------
        SparkSession
        """
        with SparkSession._lock:
            conf = SparkConf()
            for key, value in self._options.items():
                conf.set(key, value)
            remote = conf.get("spark.remote") or os.environ.get("SPARK_REMOTE")
            if remote and remote.startswith("local"):  # PySpark starts a Connect server then: so do we
                conf.set("spark.master", remote)
            elif remote and "spark.master" not in self._options:
                return SparkSession(None, self._options, remote)
            return SparkSession(SparkContext.getOrCreate(conf), self._options)


class _Builders:
    """Gives a new builder each time, as PySpark does."""

    def __get__(self, instance: object, owner: type | None = None) -> Builder:
        return Builder()


class _Door(type):
    """Finds what `SparkSession` lacks in PySpark's class: the Connect client takes docstrings there."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"type object 'SparkSession' has no attribute {name!r}")
        install_as_pyspark()
        from pyspark._behind import behind

        classic = getattr(behind("pyspark.sql.session"), "SparkSession", object)
        return getattr(classic, name)


class SparkSession(metaclass=_Door):
    """The entry point to SQL and DataFrames.

    Making one starts the RDD engine, if it does not run. The SQL engine is started by the first query; see
    docs/sql.md. What is not documented here is as in PySpark's own `SparkSession`.

    Parameters
    ----------
    sparkContext : SparkContext
        The running context.
    options : dict of str to str, optional
        Settings.
    remote : str, optional
        The address of a Spark Connect server elsewhere, in place of a context.

    Examples
    --------
    >>> from firesteel.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> spark.range(3).collect()
    [Row(id=0), Row(id=1), Row(id=2)]
    """

    builder: ClassVar[_Builders] = _Builders()
    Builder = Builder
    _active: ClassVar[threading.local] = threading.local()
    _default: ClassVar[SparkSession | None] = None
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(
        self,
        sparkContext: SparkContext | None,
        options: dict[str, str] | None = None,
        remote: str | None = None,
    ) -> None:
        install_as_pyspark()  # before the first import of pyspark here finds the installed one
        self._sc = sparkContext
        self._remote = remote
        self._connecting = threading.RLock()
        self._connected: Any = None
        self._ended = False
        self._settings = Settings(self, dict(options or {}))
        setattr(RDD, "toDF", _to_df)  # noqa: B010 # of this layer, so not in the RDD's own class
        with SparkSession._lock:
            if SparkSession._default is None or SparkSession._default._stopped:
                SparkSession._default = self
            SparkSession._active.session = self

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """Return the session of this thread, or None.

        Returns
        -------
        SparkSession or None
        """
        session: SparkSession | None = getattr(cls._active, "session", None)
        return None if session is None or session._stopped else session

    @classmethod
    def active(cls) -> SparkSession:
        """Return the session of this thread, else the default one.

        Returns
        -------
        SparkSession

        Raises
        ------
        PySparkRuntimeError
            There is none.
        """
        session = cls.getActiveSession() or cls._default
        if session is None or session._stopped:
            raise PySparkRuntimeError(
                "There is no SparkSession yet: SparkSession.builder.getOrCreate() makes one",
                errorClass="NO_ACTIVE_OR_DEFAULT_SESSION",
            )
        return session

    @property
    def _stopped(self) -> bool:
        if self._sc is None:
            return self._ended
        return self._ended or self._sc._driver.stopped is not None

    @property
    def is_stopped(self) -> bool:
        """Whether the session has been stopped."""
        return self._stopped

    @property
    def sparkContext(self) -> SparkContext:
        """The context that the session belongs to.

        Raises
        ------
        PySparkRuntimeError
            The session is one of a server elsewhere, which has no RDDs.
        """
        if self._sc is None:
            raise PySparkRuntimeError(
                f"This session is one of {self._remote}, where there are no RDDs: a session without remote() "
                "has a SparkContext"
            )
        return self._sc

    @property
    def conf(self) -> Settings:
        """The settings of the session."""
        return self._settings

    @property
    def version(self) -> str:
        """The version of Spark whose API and SQL this is.

        Returns
        -------
        str
        """
        from firesteel.sql._installed import find_installed

        found = find_installed()
        return "4.3.0" if found is None else found.version

    @property
    def _spark(self) -> Any:
        """The Connect session, for which the SQL engine is started."""
        with self._connecting:
            if self._connected is not None and self._sc is not None:
                from firesteel.sql._engine import engine_of

                if not engine_of(self._sc).runs(self._connected):
                    self._connected = None
            if self._connected is None:
                self._require_running()
                self._connected = self._connect()
                self._settings._tell(self._connected)
            return self._connected

    def _connect(self) -> Any:
        from firesteel.sql import _connect

        if self._remote is not None:
            session = _connect.load().SparkSession(connection=self._remote)
        else:
            from firesteel.sql._engine import engine_of

            session = engine_of(self.sparkContext).session()
        session._door = self
        session._set_default_and_active_session(session)
        return session

    def _require_running(self) -> None:
        if self._sc is not None:
            self._sc._driver.require_running("SparkSession")
        elif self._ended:
            raise PySparkRuntimeError(
                "This SparkSession was stopped. SparkSession.builder.getOrCreate() makes a new one"
            )

    def range(
        self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None
    ) -> Any:
        """Return a DataFrame of whole numbers, in a column ``id``.

        Parameters
        ----------
        start : int
            The first number; with no `end`, the end, and 0 is the first.
        end : int, optional
            Where to stop; not included.
        step : int, optional
            The difference between numbers.
        numPartitions : int, optional
            Number of partitions.

        Returns
        -------
        DataFrame
        """
        if self._sc is None:
            return self._spark.range(start, end, step, numPartitions)
        from firesteel.sql import _sources

        return _sources.numbers(self, start, end, step, numPartitions)

    def createDataFrame(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: float | None = None,
        verifySchema: bool = True,
    ) -> Any:
        """Return a DataFrame of rows: a list, an RDD, a pandas DataFrame, an array or an Arrow table.

        Parameters
        ----------
        data : RDD, iterable, pandas.DataFrame, numpy.ndarray or pyarrow.Table
            The rows.
        schema : DataType, str or list of str, optional
            Types and names, a DDL text, or only the names of the columns; else they are inferred.
        samplingRatio : float, optional
            The share of an RDD's rows of which types are inferred; the first rows by default.
        verifySchema : bool, optional
            Whether each row is compared with the schema.

        Returns
        -------
        DataFrame
        """
        self._require_running()
        from firesteel.sql import _sources

        return _sources.create(self, data, schema, samplingRatio, verifySchema)

    @property
    def read(self) -> Any:
        """What reads DataFrames from files and other places."""
        if self._sc is None:
            return self._spark.read
        from firesteel.sql._sources import Reader

        return Reader(self)

    def newSession(self) -> SparkSession:
        """Return a session with settings, views and functions of its own, on the same context.

        Returns
        -------
        SparkSession
        """
        active = getattr(SparkSession._active, "session", None)
        session = SparkSession(self._sc, None, self._remote)
        SparkSession._active.session = active
        return session

    def stop(self) -> None:
        """Stop the context, and with it every session of it."""
        with SparkSession._lock:
            self._ended = True
            if self._connected is not None and self._sc is None:
                self._connected.stop()
            if SparkSession._default is self:
                SparkSession._default = None
            SparkSession._active.session = None
        if self._sc is not None:
            self._sc.stop()

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'SparkSession' object has no attribute {name!r}")
        return getattr(self._spark, name)

    def __dir__(self) -> list[str]:
        from firesteel.sql import _connect

        return sorted({*object.__dir__(self), *dir(_connect.load().SparkSession)})

    def __repr__(self) -> str:
        return f"<SparkSession of {self._sc or self._remote}>"


def _to_df(rdd: RDD[Any], schema: Any = None, sampleRatio: float | None = None) -> Any:
    """Return a DataFrame of the rows; see `SparkSession.createDataFrame`.

    Examples
    --------
    >>> sc.parallelize([(1, "one")]).toDF(["id", "name"]).collect()
    [Row(id=1, name='one')]
    """
    return SparkSession.builder.getOrCreate().createDataFrame(rdd, schema, sampleRatio)
