"""SparkContext: the entry point; it starts the engine and makes RDDs.

Here is its life; its methods are in `firesteel._context`, one module for each topic.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, ClassVar

from firesteel import util
from firesteel._config import keys as config_keys
from firesteel._context.binary import BinarySources
from firesteel._context.checkpoints import CheckpointFiles
from firesteel._context.files import Files
from firesteel._context.java import JavaSide
from firesteel._context.jobs import Jobs
from firesteel._context.names import NamedRDDs
from firesteel._context.profiles import Profiles
from firesteel._context.sources import Sources
from firesteel._context.status import Status
from firesteel._context.unsupported import LaterSources
from firesteel._driver.callsite import user_frame
from firesteel._driver.launch import start as start_engine
from firesteel._driver.launch import submitted_settings
from firesteel._driver.session import Session
from firesteel._driver.tracebacks import install as show_errors_as_the_users
from firesteel.conf import SparkConf
from firesteel.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from firesteel.files import SparkFiles

__all__ = ["SparkContext"]

_LOG_LEVELS = ("ALL", "DEBUG", "ERROR", "FATAL", "INFO", "OFF", "TRACE", "WARN")


class SparkContext(
    Sources,
    BinarySources,
    LaterSources,
    Jobs,
    Status,
    Files,
    Profiles,
    CheckpointFiles,
    JavaSide,
    NamedRDDs,
):
    """A running application. There is at most one in a process.

    Parameters
    ----------
    master : str, optional
        Where tasks run: ``local``, ``local[N]``, ``local[N,F]``, ``local[*]``. Else ``spark.master``, else
        ``local[*]``.
    appName : str, optional
        The application's name.
    sparkHome : str, optional
        Accepted for compatibility.
    pyFiles : list of str, optional
        Modules and archives to add, as with `addPyFile`.
    environment : dict of str to str, optional
        Environment variables of the workers.
    batchSize : int, optional
        Accepted for compatibility: batches size themselves.
    serializer : Serializer, optional
        Kept as `serializer`. Records always travel in the engine's own batches, pickled: whatever another
        serializer could carry, they carry too.
    conf : SparkConf, optional
        The settings; it is copied.
    profiler_cls : type, optional
        The `Profiler` that ``spark.python.profile`` uses; `BasicProfiler` by default.
    gateway, jsc, udf_profiler_cls, memory_profiler_cls : optional
        Accepted for compatibility.

    Raises
    ------
    ValueError
        When there is a context already; the message tells where it was made.
    PySparkRuntimeError
        When the engine does not start.

    Examples
    --------
    >>> sc.parallelize([1, 2, 3]).sum()
    6
    """

    PACKAGE_EXTENSIONS: ClassVar[tuple[str, ...]] = (".zip", ".egg", ".jar")

    _active_spark_context: ClassVar[SparkContext | None] = None
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(
        self,
        master: str | None = None,
        appName: str | None = None,
        sparkHome: str | None = None,
        pyFiles: list[str] | None = None,
        environment: dict[str, Any] | None = None,
        batchSize: int = 0,  # noqa: ARG002
        serializer: Any = None,
        conf: SparkConf | None = None,
        gateway: Any = None,  # noqa: ARG002
        jsc: Any = None,  # noqa: ARG002
        profiler_cls: Any = None,
        udf_profiler_cls: Any = None,
        memory_profiler_cls: Any = None,
    ) -> None:
        _require_linux()
        _require_driver()
        with SparkContext._lock:
            _refuse_second()
            self._callsite = user_frame()
            settings = SparkConf() if conf is None else conf._copy()
            for key, value in submitted_settings().items():
                settings.setIfMissing(key, value)
            if master:
                settings.setMaster(master)
            if appName:
                settings.setAppName(appName)
            if sparkHome:
                settings.setSparkHome(sparkHome)
            for name, value in (environment or {}).items():
                settings.setExecutorEnv(name, value)
            self._conf = settings
            self.sparkHome = settings.get("spark.home")
            self.environment = {name: str(value) for name, value in (environment or {}).items()}
            self.serializer = _checked(serializer)
            self._local = threading.local()
            self._on_stop: list[Callable[[], None]] = []
            self._on_py_file: list[Callable[[str], None]] = []
            self._shared_properties: dict[str, str] = {}
            self._added_files: dict[str, str] = {}
            self._archives: dict[str, str] = {}
            self._driver: Session = start_engine(settings)
            settings.set("spark.app.id", self.applicationId)
            settings.setIfMissing("spark.driver.host", "localhost")
            self.pythonExec: str = self._driver.python.executable
            self.pythonVer = "{}.{}".format(*sys.version_info)
            self.master: str = str(settings.get("spark.master"))
            self.appName: str = str(settings.get("spark.app.name"))
            SparkContext._active_spark_context = self
            atexit.register(self.stop)
            show_errors_as_the_users()
        try:
            self._start_profiling(profiler_cls, udf_profiler_cls, memory_profiler_cls)
            self._add_configured(pyFiles or [])
        except BaseException:
            self.stop()
            raise

    def _add_configured(self, py_files: list[str]) -> None:
        from firesteel.conf import _submitted

        for path in py_files:
            self.addPyFile(path)
        listed = config_keys.PY_FILES.text(self._conf)
        if listed and listed != _submitted.get(config_keys.PY_FILES.name):
            for path in listed.split(","):
                self.addPyFile(path.strip())
        for path in filter(None, (config_keys.FILES.text(self._conf) or "").split(",")):
            self.addFile(path.strip())
        for path in filter(None, (config_keys.ARCHIVES.text(self._conf) or "").split(",")):
            self.addArchive(path.strip())

    @classmethod
    def getOrCreate(cls, conf: SparkConf | None = None) -> SparkContext:
        """Return the running context, or start one.

        Parameters
        ----------
        conf : SparkConf, optional
            The settings, when one is started.

        Returns
        -------
        SparkContext

        Examples
        --------
        >>> SparkContext.getOrCreate() is sc
        True
        """
        with SparkContext._lock:
            running = SparkContext._active_spark_context
            return cls(conf=conf or SparkConf()) if running is None else running

    def stop(self) -> None:
        """Stop the application: its jobs, its workers, its files. Calling it again has no effect.

        Examples
        --------
        >>> SparkContext().stop()  # doctest: +SKIP
        """
        with SparkContext._lock:
            if self._driver.gateway.is_foreign():
                return  # a fork of the driver ends; the application is the driver's
            if SparkContext._active_spark_context is self:
                SparkContext._active_spark_context = None
                SparkFiles._root_directory = None
            atexit.unregister(self.stop)
            path, line = user_frame()
            with ExitStack() as ending:
                ending.callback(
                    self._driver.stop, "" if line == 0 else f" at {os.path.basename(path)}:{line}"
                )
                for callback in self._on_stop:
                    ending.callback(callback)
                self._on_stop = []

    def __enter__(self) -> SparkContext:
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,  # noqa: A002
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def setLogLevel(self, logLevel: str) -> None:
        """Set the least level of log lines that are shown.

        Parameters
        ----------
        logLevel : str
            One of ALL, DEBUG, ERROR, FATAL, INFO, OFF, TRACE, WARN.

        Examples
        --------
        >>> sc.setLogLevel("WARN")
        """
        level = str(logLevel).upper()
        if level not in _LOG_LEVELS:
            raise PySparkValueError(f"log level {logLevel!r} is none of {', '.join(_LOG_LEVELS)}")
        self._driver.require_running("setLogLevel")
        self._driver.set_log_level(level)

    def getConf(self) -> SparkConf:
        """Return a copy of the settings.

        Returns
        -------
        SparkConf

        Examples
        --------
        >>> sc.getConf().get("spark.master")
        'local[2]'
        """
        return self._conf._copy()

    @property
    def version(self) -> str:
        """Firesteel's version.

        Examples
        --------
        >>> import firesteel
        >>> sc.version == firesteel.__version__
        True
        """
        from firesteel import __version__

        return __version__

    @property
    def applicationId(self) -> str:
        """The application's id, such as ``local-1700000000000``.

        Examples
        --------
        >>> isinstance(sc.applicationId, str)
        True
        """
        return str(self._driver.gateway.hello["application"])

    @property
    def uiWebUrl(self) -> str | None:
        """The address of the web pages: None, there are none yet.

        Examples
        --------
        >>> sc.uiWebUrl is None
        True
        """
        return None

    @property
    def startTime(self) -> int:
        """When the application started, in milliseconds since 1970.

        Examples
        --------
        >>> sc.startTime > 1_600_000_000_000
        True
        """
        return int(self._driver.gateway.hello["start_ms"])

    @property
    def defaultParallelism(self) -> int:  # type: ignore[override]
        """How many partitions are made when nothing else says: ``spark.default.parallelism``, else the slots.

        Examples
        --------
        >>> sc.defaultParallelism
        2
        """
        self._driver.require_running("defaultParallelism")
        configured = config_keys.DEFAULT_PARALLELISM.whole(self._conf)
        return int(self._driver.gateway.hello["slots"]) if configured is None else configured

    @property
    def defaultMinPartitions(self) -> int:  # type: ignore[override]
        """The least number of partitions of text files: 2, or less when `defaultParallelism` is.

        Examples
        --------
        >>> sc.defaultMinPartitions
        2
        """
        return min(self.defaultParallelism, 2)

    def sparkUser(self) -> str:
        """Return the name of the user who runs the application.

        Returns
        -------
        str

        Examples
        --------
        >>> bool(sc.sparkUser())
        True
        """
        import getpass

        return os.environ.get("SPARK_USER") or getpass.getuser()

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise PySparkRuntimeError(errorClass="CONTEXT_ONLY_VALID_ON_DRIVER", messageParameters={})


def _active() -> SparkContext | None:
    return SparkContext._active_spark_context


util._find_context = _active


def _require_linux() -> None:
    if not sys.platform.startswith("linux"):
        raise PySparkRuntimeError(
            errorClass="PLATFORM_NOT_SUPPORTED", messageParameters={"platform": sys.platform}
        )


def _require_driver() -> None:
    from firesteel.taskcontext import TaskContext

    if TaskContext.get() is not None:
        raise PySparkRuntimeError(errorClass="CONTEXT_ONLY_VALID_ON_DRIVER", messageParameters={})


def _checked(serializer: Any) -> Any:
    if serializer is None:
        return None
    from firesteel.serializers import Serializer

    if not isinstance(serializer, Serializer):
        raise PySparkTypeError(f"serializer must be a Serializer, not {type(serializer).__name__}")
    return serializer


def _refuse_second() -> None:
    running = SparkContext._active_spark_context
    if running is None:
        return
    if running._driver.gateway.is_foreign():
        SparkContext._active_spark_context = None  # it is the driver's that this process was forked from
        return
    path, line = running._callsite
    raise ValueError(
        f"Cannot run multiple SparkContexts at once; existing SparkContext(app={running.appName}, "
        f"master={running.master}) was created at {path}:{line}. Stop it first (sc.stop()), or use "
        "SparkContext.getOrCreate()."
    )
