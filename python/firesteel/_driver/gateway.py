"""The engine's process and the Py4J connection to it.

The driver starts the JVM in a session of its own (Ctrl-C does not reach it), gives it one boot frame on its
standard input, and reads one answer from an inherited pipe. Standard input then stays open: when it closes,
the driver has ended, and the engine ends too. A fork of the driver closes its copies of these pipes, so that
only the driver keeps them open.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Callable
from typing import Any, cast

from firesteel._driver import jvm
from firesteel._driver.link import Link, connect
from firesteel._driver.output import Forwarder
from firesteel.errors import PySparkRuntimeError

_LENGTH = struct.Struct(">I")
_STOP_SECONDS = 10.0


class Gateway(Link):
    """A running engine.

    Parameters
    ----------
    command : list of str
        The JVM's command, without its argument.
    boot : dict
        The boot frame, but for the secret and the driver's pid.
    timeout : float
        Seconds until the engine must have answered.
    before_output : callable
        Called before something that the engine printed is written.

    Attributes
    ----------
    hello : dict
        The engine's answer: port, application, directories, slots, …

    Raises
    ------
    PySparkRuntimeError
        When the engine does not come up; the message holds its standard error and the likely cause.
    """

    def __init__(
        self, command: list[str], boot: dict[str, Any], timeout: float, before_output: Callable[[], None]
    ) -> None:
        super().__init__()
        secret = os.urandom(32).hex()
        receive, send = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command, str(send)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[send],
                start_new_session=True,
                env=jvm.environment(),
                bufsize=0,
            )
        except OSError as error:
            os.close(receive)
            raise _not_started(f"Java could not be started: {command[0]}: {error.strerror}") from error
        finally:
            os.close(send)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._input = self._process.stdin
        self._outputs = (
            Forwarder(os.dup(self._process.stdout.fileno()), "stdout", before_output),
            Forwarder(os.dup(self._process.stderr.fileno()), "stderr", before_output),
        )
        self._process.stdout.close()
        self._process.stderr.close()
        try:
            frame: bytes = self._packed({**boot, "secret": secret, "driver_pid": self._owner})
            with contextlib.suppress(BrokenPipeError):  # it ended at once, which is reported below
                self._input.write(_LENGTH.pack(len(frame)) + frame)
            import py4j.java_gateway  # noqa: F401  (loaded while the JVM starts)

            self.hello = self._read_hello(receive, time.monotonic() + timeout)
            self._client = connect(self.hello["port"], secret)
        except BaseException:
            self._kill()
            raise
        finally:
            os.close(receive)
        for output in self._outputs:
            output.start()

    @property
    def pid(self) -> int:
        """The JVM's process id."""
        return self._process.pid

    def drain_output(self) -> None:
        """Write everything that tasks have printed so far."""
        for output in self._outputs:
            output.drain()

    def stop(self) -> None:
        """Stop the engine and wait for its end. Idempotent; without effect in a fork."""
        with self._lock:
            if self._stopped or os.getpid() != self._owner:
                return
            self._stopped = True
        from py4j.protocol import Py4JError

        try:
            if self._process.poll() is None:
                self._client.entry_point.stop()
        except (Py4JError, OSError):
            pass  # it has ended or is ending; the code below waits for it
        finally:
            self._client.close()
            self._end(_STOP_SECONDS)

    def _read_hello(self, descriptor: int, deadline: float) -> dict[str, Any]:
        data = b""
        wanted = _LENGTH.size
        while len(data) < wanted:
            left = deadline - time.monotonic()
            ready = select.select([descriptor], [], [], max(0.0, left))[0]
            if not ready:
                raise self._failed("it did not answer in time (firesteel.engine.startTimeout)")
            chunk = os.read(descriptor, wanted - len(data))
            if not chunk:
                raise self._failed("it ended before it was ready")
            data += chunk
            if len(data) == _LENGTH.size and wanted == _LENGTH.size:
                wanted += _LENGTH.unpack(data)[0]
        hello = cast("dict[str, Any]", self._packer.unpackb(data[_LENGTH.size :]))
        if not hello.get("ok"):
            error = hello.get("error") or {}
            self._wait(2.0)
            raise PySparkRuntimeError(
                str(error.get("message") or "the engine refused to start"),
                str(error.get("condition") or "") or None,
            )
        return hello

    def _failed(self, what: str) -> PySparkRuntimeError:
        status = self._wait(1.0)
        for output in self._outputs:
            output.drain_quietly()
        said = (self._outputs[1].tail() + self._outputs[0].tail()).strip()
        lines = [f"The engine's JVM did not come up: {what}."]
        if status is not None:
            lines[0] = f"The engine's JVM did not come up: {what} ({_end_of(status)})."
        lines += [
            f"Command: {' '.join(map(str, self._process.args))}"
            if isinstance(self._process.args, list)
            else ""
        ]
        lines += [f"Its standard error:\n{said}" if said else "It printed nothing.", _likely_cause(said)]
        return _not_started("\n".join(line for line in lines if line))

    def _has_ended(self) -> bool:
        return self._process.poll() is not None

    def _lost(self, method: str) -> PySparkRuntimeError:
        status = self._wait(1.0)
        if self._stopped:
            return PySparkRuntimeError(
                errorClass="CONTEXT_STOPPED", messageParameters={"where": "", "operation": method}
            )
        self.drain_output()
        how = "does not answer" if status is None else f"ended ({_end_of(status)})"
        said = self._outputs[1].tail().strip()[-4000:]
        text = f"The engine's JVM (process {self.pid}) {how} while the driver waited for it ({method}). "
        text += (
            f"The end of its standard error:\n{said}\n"
            if said
            else "It printed nothing on its standard error. "
        )
        text += _likely_cause(said) or "Stop this SparkContext and create a new one."
        return PySparkRuntimeError(errorClass="ENGINE_LOST", messageParameters={"message": text})

    def _wait(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _kill(self) -> None:
        """End a half-started engine."""
        self._stopped = True
        self._input.close()
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for output in self._outputs:
            output.close()

    def _end(self, seconds: float) -> None:
        self._input.close()
        if self._wait(seconds) is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for output in self._outputs:
            output.join(1.0)
        if self._process.returncode != 0:
            self._remove_files()

    def _remove_files(self) -> None:
        """Remove the application's files after the engine was killed, as far as possible."""
        for directory in self.hello["directories"].get("all", ()):
            if self.hello["application"] in os.path.basename(directory):
                shutil.rmtree(directory, ignore_errors=True)  # the next start removes the rest

    def _abandon(self) -> None:
        """In a fork of the driver, close the pipes: copies would hide the driver's end from the engine."""
        super()._abandon()
        if not hasattr(self, "_outputs"):
            return  # another thread is starting it
        self._input.close()
        for output in self._outputs:
            output.abandon()


def _end_of(status: int) -> str:
    """Say how a process ended."""
    return f"was ended by signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _not_started(message: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(errorClass="ENGINE_NOT_STARTED", messageParameters={"message": message})


def _likely_cause(said: str) -> str:
    """Return advice for known messages of Java."""
    for sign, advice in (
        (
            "UnsupportedClassVersionError",
            f"The Java found is too old; version {jvm.LEAST_VERSION} or later is needed.",
        ),
        (
            "Could not find or load main class",
            "The engine's jars are damaged or missing: run scripts/bootstrap.",
        ),
        ("NoClassDefFoundError", "The engine's jars do not fit together: run scripts/bootstrap."),
        (
            "Could not reserve enough space",
            "There is not enough memory for the heap: lower spark.driver.memory.",
        ),
        ("Invalid maximum heap size", "spark.driver.memory is not a size that Java accepts."),
        ("OutOfMemoryError", "The engine's heap is too small: raise spark.driver.memory."),
        (
            "Unrecognized",
            "Java does not know an option: look at spark.driver.extraJavaOptions and JAVA_TOOL_OPTIONS.",
        ),
        (
            "No space left on device",
            "A disk is full: look at spark.local.dir and the directory for temporary files.",
        ),
    ):
        if sign in said:
            return f"Likely cause: {advice}"
    return ""
