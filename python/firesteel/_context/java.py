"""The Java side of a SparkContext: jars, and access by Py4J for those who need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firesteel._context.java_views import JavaContextView, JvmView
from firesteel._context.log4j import LogManager
from firesteel._driver.session import Session
from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel.conf import SparkConf


class JavaSide:
    """The part of SparkContext about Java."""

    _driver: Session
    _conf: SparkConf

    if TYPE_CHECKING:

        def setLogLevel(self, logLevel: str) -> None: ...

    def addJar(self, path: str) -> None:
        """Add a jar in which `RDD.mapJava` and its kin find classes. Jars can be added while jobs run.

        Parameters
        ----------
        path : str
            A local path or ``file:`` URI of a jar, or of a directory of classes.

        Raises
        ------
        PySparkValueError
            When it is not there, or is no jar.

        Examples
        --------
        >>> sc.addJar("/nowhere/functions.jar")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: addJar: there is no file /nowhere/functions.jar
        """
        self._driver.require_running("addJar")
        answer = self._driver.gateway.call("addJar", str(path))
        if not answer["ok"]:
            raise PySparkValueError(f"addJar: {answer['error']['message']}")

    @property
    def _jvm(self) -> Any:
        """The engine's JVM, as Py4J shows it: ``sc._jvm.java.lang.System.currentTimeMillis()``.

        Objects that such calls return live in the engine until Python drops them. Jobs do not need this.
        Stand-ins for ``org.apache.log4j`` set the level of the engine's log.
        """
        self._driver.require_running("_jvm")
        return JvmView(self._driver.gateway.java.jvm, self._logs())

    def _logs(self) -> LogManager:
        """Return the stand-in for log4j's manager of loggers."""
        found: LogManager | None = self.__dict__.get("_log_manager")
        if found is None:
            level = self._conf.get("spark.log.level") or "WARN"
            found = self.__dict__["_log_manager"] = LogManager(self.setLogLevel, level)
        return found

    @property
    def _gateway(self) -> Any:
        """The Py4J gateway: ``py4j.java_gateway.JavaGateway``."""
        self._driver.require_running("_gateway")
        return self._driver.gateway.java

    @property
    def _jsc(self) -> Any:
        """The context on the Java side: ``sc._jsc.sc().applicationId()``, and few more of Spark's names.

        They are ``appName``, ``master``, ``version``, ``startTime``, ``isLocal``, ``defaultParallelism``,
        ``getConf`` (a map), ``addJar``, ``hadoopConfiguration`` and ``uiWebUrl``.
        """
        self._driver.require_running("_jsc")
        return JavaContextView(self._driver.gateway.java.entry_point.context(), self._conf)
