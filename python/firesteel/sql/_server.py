"""The SQL engine's process: a JVM with Spark's jars that runs a Spark Connect server for one application.

It listens on loopback, on a free port, and takes only calls with a token, which it gets through its standard
input. Over its standard input and output it also asks this process for the files of sources that are RDDs
(`_frames` has the form). It ends when its standard input does, so it never outlives this process.
"""

from __future__ import annotations

import io
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from glob import escape, glob
from itertools import chain
from typing import BinaryIO, cast

from firesteel import layers
from firesteel.errors import PySparkRuntimeError
from firesteel.sql._frames import read_frame, write_frame
from firesteel.sql._installed import Installed

__all__ = ["Server", "archive_of"]

_ON_LOOPBACK = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
}

_MAIN_CLASS = "dev.firesteel.sql.ConnectServer"
_JAR = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_jars", "sql")
_PATIENCE = 120.0  # seconds until the server has to be ready

# The second compiler takes on what was called ten times as often as usual, and loops as ever. Spark's start
# and a first query call many methods a little: a third of their processor time went to it, for nothing.
_UNHURRIED = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:MetaspaceSize=256m",  # or a collection of memory begins when classes fill it: in a first query
)

# What Spark's own launcher gives to every JVM: its modules reach into the JDK's.
_OPENED = (
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.io",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)
_OPENED_BEFORE_24 = "java.base/sun.security.action"  # Java warns of packages that it has no more


class Server:
    """A running SQL engine.

    Parameters
    ----------
    installed : Installed
        The `pyspark` whose jars are run.
    settings : dict of str to str
        Spark's configuration, without what makes it listen on loopback only, and keep its files here.
    directory : str
        Where the engine may keep files; it is removed by who made it.
    memory : int
        The heap, in bytes.
    open_source : callable
        Given a source and the request's number, returns the source's files, ``count:path``, when the engine
        reads it. It is called on threads of this object's, and may run jobs.
    close_source : callable
        Given the number of such a request, ends what it has begun: the query is interrupted.
    python : tuple of (str, list of str), optional
        The interpreter that runs Python functions, and what it searches for the driver's modules; this one.
    train : str, optional
        Where the JVM writes an archive of its classes when it ends.
    """

    def __init__(
        self,
        installed: Installed,
        settings: dict[str, str],
        directory: str,
        memory: int,
        open_source: Callable[[str, str], Sequence[str]],
        close_source: Callable[[str], None],
        python: tuple[str, Sequence[str]] = (sys.executable, ()),
        train: str | None = None,
    ) -> None:
        self.token = secrets.token_hex(32)
        self.port = 0
        self.version = ""
        self._open_source = open_source
        self._close_source = close_source
        self._writing = threading.Lock()
        self._ready = threading.Event()
        self._failure: str | None = None
        descriptor, self._log = tempfile.mkstemp(".log", "server-", directory)
        self._process = subprocess.Popen(
            _command(installed, directory, memory, settings.get(layers.JAVA_OPTIONS.name, ""), train),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=descriptor,
            env=_environment(installed, directory, *python),
            start_new_session=True,  # Ctrl-C is for the driver: it interrupts the query
        )
        os.close(descriptor)
        self._requests = cast(BinaryIO, self._process.stdout)
        self._answers = cast(BinaryIO, self._process.stdin)
        _running.add(self)
        ours = {
            "spark.connect.authenticate.token": self.token,
            "spark.artifactory.dir.path": os.path.join(directory, "artifacts"),
        }
        self._send(["conf", *chain.from_iterable({**settings, **_ON_LOOPBACK, **ours}.items())])
        self._listener = threading.Thread(target=self._listen, name="sql-engine", daemon=True)
        self._listener.start()

    def wait(self) -> None:
        """Wait until the server takes calls.

        Raises
        ------
        PySparkRuntimeError
            When it does not start.
        """
        if not self._ready.wait(_PATIENCE):
            self._failure = f"it did not say that it is ready within {_PATIENCE:.0f} s"
        if self._failure is not None:
            said = self.last_words()
            self.stop()
            raise PySparkRuntimeError(
                f"The SQL engine (Spark's own, in a Java process) did not start: {self._failure}{said}"
            )

    @property
    def address(self) -> str:
        """What a Connect client connects to, once the server takes calls."""
        return f"sc://localhost:{self.port}/;token={self.token}"

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def last_words(self) -> str:
        """Return the end of what the process has printed, for messages."""
        with open(self._log, encoding="utf-8", errors="replace") as file:
            lines = file.read()[-4000:].splitlines()
        shown = [line for line in lines if line.strip() and not line.startswith("\tat ")][-12:]
        return "".join(f"\n  {line}" for line in shown)

    def stop(self, patience: float = 10) -> None:
        """End the process; kill it when that takes longer than so many seconds. Idempotent."""
        with suppress(OSError):  # it is gone already
            self._answers.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if threading.current_thread() is not self._listener:
            self._listener.join(10)
        self._requests.close()

    def _abandon(self) -> None:
        """In a fork of this process, close the pipes, or the server would live as long as the fork."""
        for stream in (self._answers, self._requests):
            # Below the buffer, whose lock another thread may have held at the fork.
            cast("io.BufferedReader | io.BufferedWriter", stream).raw.close()

    def _send(self, texts: Sequence[str]) -> None:
        # If the process is gone, who waits for it learns that from its end.
        with self._writing, suppress(OSError, ValueError):
            write_frame(self._answers, texts)

    def _listen(self) -> None:
        """Take the server's frames until it ends."""
        while (frame := read_frame(self._requests)) is not None:
            if frame[0] == "ready":
                self.port, self.version = int(frame[1]), frame[2]
                self._ready.set()
            elif frame[0] == "failed":
                self._failure = frame[1]
                self._ready.set()
            else:
                act: Callable[..., None] = self._open if frame[0] == "open" else self._close_source
                threading.Thread(target=act, args=frame[1:], name="sql-source", daemon=True).start()
        if not self._ready.is_set():
            self._failure = self._failure or "the process ended"
            self._ready.set()

    def _open(self, request: str, source: str) -> None:
        try:
            files = self._open_source(source, request)
        except BaseException as error:  # the query fails with it, and `_connect` shows it to the user
            self._send(["refused", request, f"{type(error).__name__}: {error}"])
        else:
            self._send(["opened", request, *files])


_running: weakref.WeakSet[Server] = weakref.WeakSet()


def _abandon_all() -> None:
    for server in list(_running):
        server._abandon()


os.register_at_fork(after_in_child=_abandon_all)


def archive_of(installed: Installed) -> layers.ClassArchive:
    """Return the archive of the classes of this Java and these jars, which need not be there."""
    java = layers.find_java()
    return layers.ClassArchive("sql", java.program, java.build, _class_path(installed))


def _class_path(installed: Installed) -> list[str]:
    # Named one by one: an archive is of one order, and that of a directory's entries may change.
    return [
        os.path.join(_JAR, "firesteel-sql.jar"),
        *sorted(glob(os.path.join(escape(installed.jars), "*.jar"))),
    ]


def _command(installed: Installed, directory: str, memory: int, options: str, train: str | None) -> list[str]:
    java = layers.find_java()
    jars = _class_path(installed)
    archive = layers.ClassArchive("sql", java.program, java.build, jars)
    flags = [
        "-XX:+IgnoreUnrecognizedVMOptions",
        f"-Xmx{max(memory >> 20, 512)}m",
        "-XX:-UsePerfData",
        "-XX:+DisplayVMOutputToStderr",
        *_UNHURRIED,
    ]
    if train is None:
        flags += archive.reading()
    else:
        flags += [*archive.writing(train), "-XX:ActiveProcessorCount=1"]
    flags += [f"-Djava.io.tmpdir={directory}", "-Dio.netty.tryReflectionSetAccessible=true"]
    opened = (*_OPENED, _OPENED_BEFORE_24) if java.version < 24 else _OPENED
    flags += [f"--add-opens={package}=ALL-UNNAMED" for package in opened]
    flags += ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
    arguments = [] if train is None else ["--train"]
    flags += shlex.split(options)
    return [java.program, *flags, "-cp", os.pathsep.join(jars), _MAIN_CLASS, *arguments]


def _environment(installed: Installed, directory: str, python: str, path: Sequence[str]) -> dict[str, str]:
    """Return the server's environment, in which Spark finds its own Python package for functions."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("SPARK_")}
    ours.update(
        SPARK_HOME=installed.home,
        SPARK_LOCAL_DIRS=directory,
        SPARK_LOCAL_IP="127.0.0.1",
        SPARK_CONF_DIR=directory,  # the settings come from the driver alone
        PYSPARK_PYTHON=python,
        # Without the overlay: where functions of queries run, pyspark is Spark's own.
        PYTHONPATH=os.pathsep.join(entry for entry in path if not os.path.exists(_behind(entry))),
    )
    return ours


def _behind(entry: str) -> str:
    return os.path.join(entry, "pyspark", "_behind.py")
