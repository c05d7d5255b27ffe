"""The SQL engine of an application: started when a query needs it, asked through Connect sessions.

```
 DataFrame of an RDD ──▶ source ──"open"──▶ job: workers write Arrow files ──▶ the SQL engine maps them
 df.rdd ──▶ the SQL engine writes Arrow files, a partition each ──▶ workers map them
```
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import uuid
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from firesteel import inputs, layers
from firesteel.errors import PySparkRuntimeError
from firesteel.sql import _archive, _connect
from firesteel.sql._exchange import RowsToFile
from firesteel.sql._installed import require_jars
from firesteel.sql._server import Server
from firesteel.util import _parse_memory

if TYPE_CHECKING:
    from firesteel.context import SparkContext
    from firesteel.rdd import RDD

__all__ = ["Engine", "engine_of"]

_FORMAT = "firesteel.sql._exchange"
_SHARED = (".egg", ".py", ".zip")  # what workers of the SQL engine import from
_GROUP = "firesteel-sql-"  # of the jobs that write a source's files, with the request's number
_NOT_PASSED_ON = frozenset(
    (
        "spark.app.id",
        "spark.driver.host",
        "spark.local.dir",  # the server has a directory of the application's, which is in one of these
        "spark.master",
        "spark.remote",
        "spark.api.mode",
        "spark.submit.pyFiles",
    )
)


class RowSource:
    """An RDD of rows as the SQL engine reads it: files that are written when it first does.

    Parameters
    ----------
    rows : RDD
        The rows, in a form that the schema describes.
    schema : str
        The schema, as JSON.
    verify : bool
        Whether each row is compared with the schema.
    directory : str
        Where the files go; it is made then.
    """

    def __init__(self, rows: RDD[Any], schema: str, verify: bool, directory: str) -> None:
        self._rows = rows
        self._schema = schema
        self._verify = verify
        self._directory = directory
        self._lock = threading.Lock()
        self._files: list[str] | None = None
        weakref.finalize(self, shutil.rmtree, directory, ignore_errors=True).atexit = False  # type: ignore[misc]

    def files(self) -> list[str]:
        """Return the files, ``count:path``; write those that are not there."""
        with self._lock:
            if self._files is None or not all(map(_is_there, self._files)):
                os.makedirs(self._directory, mode=0o700, exist_ok=True)
                write = RowsToFile(self._directory, self._schema, self._verify)
                written = self._rows.mapPartitionsWithIndex(write).collect()
                self._files = [f"{count}:{path}" for count, path in written]
            return self._files


class Snapshot:
    """The rows of a query, in files that the SQL engine writes when they are first needed.

    Parameters
    ----------
    run : callable
        Runs the query and writes the files into a directory.
    directory : str
        Where they go; it is made then.
    """

    def __init__(self, run: Callable[[str], None], directory: str) -> None:
        self._run = run
        self._directory = directory
        weakref.finalize(self, shutil.rmtree, directory, ignore_errors=True).atexit = False  # type: ignore[misc]

    def __call__(self) -> Sequence[bytes]:
        """Run the query; return what each partition reads."""
        os.makedirs(self._directory, mode=0o700)
        try:
            self._run(self._directory)
        except BaseException:
            # The next use begins anew. The engine removes it too, and may be at it.
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        splits = []
        with open(os.path.join(self._directory, "rows"), encoding="utf-8") as file:
            for line in file:
                partition, count = line.split()
                path = os.path.join(self._directory, f"part-{int(partition):05}.arrow")
                splits.append(os.fsencode(f"{count}:{path}"))
        return splits


class Engine:
    """The SQL engine of one application.

    Parameters
    ----------
    sc : SparkContext
        The application.
    """

    def __init__(self, sc: SparkContext) -> None:
        self._sc = sc
        self._lock = threading.RLock()
        self._server: Server | None = None
        self._sources: weakref.WeakValueDictionary[str, RowSource] = weakref.WeakValueDictionary()
        self._pinned: dict[str, RowSource] = {}
        self._sessions: set[Any] = set()
        self._has_run = False
        layers.on_stop(sc, self.stop)
        layers.on_py_file(sc, self._share)

    def prepare(self) -> Server:
        """Start the process, if it does not run; do not wait for it."""
        with self._lock:
            if self._server is not None and not self._server.alive:
                self._end()
            if self._server is None:
                directory = layers.directory(self._sc, "sql")
                conf = self._sc.getConf()
                memory = _parse_memory(conf.get("spark.driver.memory") or "1g") << 20
                self._server = Server(
                    require_jars(),
                    self._settings(directory),
                    directory,
                    memory,
                    self._open,
                    self._close,
                    layers.workers_python(self._sc),
                )
            return self._server

    def session(self) -> Any:
        """Start what is needed, and return a new Connect session."""
        server = self.prepare()  # first, as the import below takes as long as the JVM's start
        _connect.load()
        server.wait()
        self._has_run = True
        session = _connect.connect(server, self)
        self._sessions.add(session)
        return session

    def runs(self, session: Any) -> bool:
        """Tell whether a session's process still runs."""
        return session in self._sessions and self._server is not None and self._server.alive

    def sessions(self, first: Any) -> list[Any]:
        """Return a session and the others that run: they share global views."""
        return [first, *(each for each in self._sessions if each is not first)]

    def source(self, rows: RDD[Any], schema: str, verify: bool) -> tuple[str, RowSource]:
        """Make a source of an RDD of rows. It lives as long as the object that is returned."""
        name = uuid.uuid4().hex
        directory = os.path.join(layers.directory(self._sc, "sql"), f"source-{name}")
        source = RowSource(rows, schema, verify, directory)
        self._sources[name] = source
        return name, source

    def pin(self, plan: bytes) -> None:
        """Keep the sources that a plan names until the application ends: a view outlives its DataFrame."""
        for name, source in list(self._sources.items()):
            if name.encode() in plan:
                self._pinned[name] = source

    def rdd_of(self, frame: Any) -> RDD[Any]:
        """Return the RDD of a query's rows."""
        directory = os.path.join(layers.directory(self._sc, "sql"), f"rows-{uuid.uuid4().hex}")

        def run(where: str) -> None:
            frame.write.format("firesteel").option("path", where).mode("append").save()

        snapshot = Snapshot(run, directory)
        return inputs.read(self._sc, _FORMAT, snapshot, {"schema": frame.schema.json()}, "rdd")

    def _share(self, path: str) -> None:
        if path.endswith(_SHARED):
            for session in list(self._sessions):
                session.addArtifacts(path, pyfile=True)

    def stop(self) -> None:
        """Close the sessions, and end the process."""
        with self._lock:
            self._end()
            if self._has_run and layers.SQL_ARCHIVE.flag(self._sc.getConf()):
                _archive.begin(require_jars())

    def _end(self) -> None:
        server, self._server = self._server, None
        sessions, self._sessions = self._sessions, set()
        with ExitStack() as ending:
            if server is not None:
                ending.callback(server.stop)
            for session in sessions:
                ending.callback(_connect.close, session)

    def _open(self, name: str, request: str) -> Sequence[str]:
        source = self._sources.get(name)
        if source is None:
            raise PySparkRuntimeError("the DataFrame that the query reads is gone")
        self._sc.setJobGroup(_GROUP + request, "rows for a query", interruptOnCancel=True)
        return source.files()

    def _close(self, request: str) -> None:
        self._sc.cancelJobGroup(_GROUP + request)

    def _settings(self, directory: str) -> dict[str, str]:
        given = dict(self._sc.getConf().getAll())
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(max(4, 2 * self._sc.defaultParallelism)),
            "spark.sql.warehouse.dir": os.path.join(directory, "warehouse"),
            "spark.default.parallelism": str(self._sc.defaultParallelism),
            "spark.sql.connect.serverStacktrace.enabled": "false",
            "spark.sql.repl.eagerEval.enabled": "true" if _in_notebook() else "false",
            # Spark hands batches to Arrow functions and lets their source close them before they are used.
            "spark.sql.execution.arrow.pythonUDF.columnarInput.enabled": "false",
        }
        settings.update({key: value for key, value in given.items() if key not in _NOT_PASSED_ON})
        settings["spark.master"] = self._sc.master
        settings["spark.connect.extensions.command.classes"] = "dev.firesteel.sql.FreezePlugin"
        return settings


_engines: weakref.WeakKeyDictionary[SparkContext, Engine] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def engine_of(sc: SparkContext) -> Engine:
    """Return the application's SQL engine, which need not run yet."""
    with _making:
        engine = _engines.get(sc)
        if engine is None:
            engine = _engines[sc] = Engine(sc)
        return engine


def _in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this process: it shows DataFrames as tables."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def _is_there(file: str) -> bool:
    return os.path.exists(file.partition(":")[2])
