"""The Java side of a SparkContext: jars, and access by Py4J for those who need it."""

from __future__ import annotations

from typing import Any

from firesteel._driver.session import Session
from firesteel.errors import PySparkValueError


class JavaSide:
    """The part of SparkContext about Java."""

    _driver: Session

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
        """
        self._driver.require_running("_jvm")
        return self._driver.gateway.java.jvm

    @property
    def _gateway(self) -> Any:
        """The Py4J gateway: ``py4j.java_gateway.JavaGateway``."""
        self._driver.require_running("_gateway")
        return self._driver.gateway.java

    @property
    def _jsc(self) -> Any:
        """The context on the Java side: ``sc._jsc.sc().applicationId()``, and few more of Spark's names.

        They are ``appName``, ``master``, ``version``, ``startTime``, ``isLocal``, ``defaultParallelism``,
        ``getConf`` (a map) and ``addJar``.
        """
        self._driver.require_running("_jsc")
        return self._driver.gateway.java.entry_point.context()
