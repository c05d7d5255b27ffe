"""What all tests share: a private place for temporary files, a context, and a search for leftovers at the
end.

Every process that the tests start carries a mark in its environment, and puts its files below the private
directory or, in the memory tier, into /dev/shm. When the last test is over, no such process and no such file
may be left: otherwise the run fails and names them.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

import firesteel

if TYPE_CHECKING:
    from firesteel import SparkContext

_MARK = "FIRESTEEL_TEST_RUN"
_MEMORY_TIER = "/dev/shm"
_PATIENCE_S = float(os.environ.get("FIRESTEEL_TEST_PATIENCE", "10"))  # for processes that are ending

# How long an example takes depends on what else the machine does, and no property is about time.
settings.register_profile("firesteel", deadline=None)
settings.load_profile("firesteel")


class _Run:
    """The processes and files of this run of the tests."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self.directory = tempfile.mkdtemp(prefix="firesteel-tests-")
        self.memory_before = _memory_files()
        self.leftovers: list[str] = []


_run: _Run | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the fuzz of stored files run longer, or otherwise."""
    parser.addoption(
        "--injections", type=int, default=360, help="damages that tests/faults/test_fuzz.py makes"
    )
    parser.addoption("--injections-seed", type=int, default=1, help="of their dice")


def pytest_configure(config: pytest.Config) -> None:
    """Set up a temporary directory for the run, and an environment that does not depend on the user's."""
    global _run
    firesteel.install_as_pyspark()  # before anything imports the real one, which SQL runs on
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts background jobs so, and every process of the tests would ignore interruptions.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in list(os.environ):
        if name.startswith(("PYSPARK_", "SPARK_")):
            del os.environ[name]
    _run = _Run()
    os.environ[_MARK] = _run.mark
    os.environ["TMPDIR"] = _run.directory
    tempfile.tempdir = None  # asked for again, it is the new one


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look for leftovers, and fail the run if there are any."""
    assert _run is not None
    deadline = time.monotonic() + _PATIENCE_S
    while (found := _leftovers(_run)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _run.leftovers = found
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the leftovers."""
    if _run is not None and _run.leftovers:
        terminalreporter.section("left behind by the tests", red=True, bold=True)
        for line in _run.leftovers:
            terminalreporter.line(line, red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End leftover processes, so that they do not disturb the next run, and remove the private directory."""
    if _run is None:
        return
    for pid, _ in _marked_processes(_run.mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # ended by itself just now
            continue
    shutil.rmtree(_run.directory, ignore_errors=True)


def _leftovers(run: _Run) -> list[str]:
    found = [f"process {pid}: {command}" for pid, command in _marked_processes(run.mark)]
    found += [f"file {path}" for path in _own_files(run.directory)]
    if not _other_runs(run.mark):  # theirs cannot be told from ours in a place that all share
        found += [f"file {path}" for path in sorted(_memory_files() - run.memory_before)]
    return found


def _own_files(directory: str) -> list[str]:
    """List what is called firesteel…, and what the registry of applications holds; the registry stays."""
    registry = f"firesteel-{os.getuid()}"
    found = []
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if name == registry:
            found += [os.path.join(path, entry) for entry in sorted(os.listdir(path))]
        elif name.startswith("firesteel"):
            found.append(path)
    return found


def _memory_files() -> set[str]:
    if not os.path.isdir(_MEMORY_TIER):
        return set()
    names = (name for name in os.listdir(_MEMORY_TIER) if name.startswith("firesteel"))
    return {os.path.join(_MEMORY_TIER, name) for name in names}


def _marked_processes(mark: str) -> list[tuple[int, str]]:
    needle = f"{_MARK}={mark}".encode()
    found = []
    for pid in _processes():
        environment, command = (
            _proc(pid, "environ"),
            _proc(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace"),
        )
        if needle in environment.split(b"\0") and "resource_tracker" not in command:
            found.append((pid, command.strip()))
    return found


def _other_runs(mark: str) -> bool:
    """Say whether engines run that are not of these tests."""
    needle = f"{_MARK}={mark}".encode()
    return any(
        b"dev.firesteel." in _proc(pid, "cmdline") and needle not in _proc(pid, "environ").split(b"\0")
        for pid in _processes()
    )


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]


def _proc(pid: int, name: str) -> bytes:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:  # it has ended, or belongs to another user
        return b""


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    """Yield one context per module, ``local[2]``."""
    from firesteel import SparkContext

    with SparkContext("local[2]", "tests") as context:
        yield context
