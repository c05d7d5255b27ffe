"""The daemon and its workers as real processes, driven over a real Unix socket as the engine drives them."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import msgpack
import pytest
from plans import flat

from firesteel._data.reading import read_block
from firesteel._data.sealed import sealed
from firesteel._worker.frames import Frame, receive, send
from firesteel._worker.process import children

SECRET = b"s" * 32
PATIENCE = 20.0


class Engine:
    """The engine's end: listens, starts a daemon, and speaks to it and to its workers."""

    def __init__(self, root: Path, prefork: int, limit: int = 0) -> None:
        self.root = root
        self.directory = tempfile.mkdtemp(prefix="d")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(f"{self.directory}/s")
        self.listener.listen()
        self.listener.settimeout(PATIENCE)
        self.numbers = itertools.count(1)
        self.last = 0
        self.open: list[socket.socket] = []
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONHASHSEED": "0",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.output = open(root / "output", "wb")  # noqa: SIM115 - closed in close
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firesteel._worker"],
            stdin=subprocess.PIPE,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        boot = msgpack.packb(
            {
                "socket": f"{self.directory}/s",
                "secret": SECRET,
                "path": sys.path,
                "prefork": prefork,
                "memory": 1 << 29,
                "limit": limit,
            }
        )
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack(">I", len(boot)) + boot)
        self.process.stdin.flush()
        self.daemon, hello = self.accept()
        assert hello["role"] == "daemon"
        assert hello["pid"] == self.process.pid
        assert hello["python"].startswith("3.")

    def accept(self) -> tuple[socket.socket, dict[str, Any]]:
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE)
        self.open.append(connection)
        message = receive(connection)
        assert message is not None
        assert message[0] == Frame.HELLO
        assert message[1]["secret"] == SECRET
        return connection, message[1]

    def worker(self) -> tuple[socket.socket, int]:
        connection, hello = self.accept()
        assert hello["role"] == "worker"
        return connection, hello["pid"]

    def task(self, worker: socket.socket, function: Any) -> tuple[Frame, dict[str, Any]]:
        number = self.last = next(self.numbers)
        path = self.root / f"closure_{number}"
        path.write_bytes(sealed("closure_0_1", cloudpickle.dumps([("map", function, "map at app.py:1")])))
        send(
            worker,
            Frame.TASK,
            {
                "task": {
                    "id": number,
                    "job": 0,
                    "stage": 0,
                    "stage_attempt": 0,
                    "partition": 0,
                    "attempt": 0,
                },
                "plan": flat(
                    ["Result", ["Pipeline", ["Range", "0", "1", 1], "closure_0_1", 0], "result_0_0"]
                ),
                "files": {"closure_0_1": str(path)},
                "path": sys.path,
                "properties": {},
                "inline": 16384,
                "memory": 1 << 29,
                "scratch": str(self.root / "scratch"),
                "cpus": 1,
            },
        )
        message = receive(worker)
        assert message is not None
        return message

    def value(self, worker: socket.socket, function: Any) -> Any:
        kind, body = self.task(worker, function)
        assert kind == Frame.DONE, body["error"]["traceback"]
        (batch,) = read_block(body["result"], "result_0_0", self.last)
        (value,) = batch
        return value

    def died(self) -> dict[str, Any]:
        message = receive(self.daemon)
        assert message is not None
        assert message[0] == Frame.DIED
        return message[1]

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.end()
        for connection in (*self.open, self.listener):
            connection.close()
        self.output.close()
        os.unlink(f"{self.directory}/s")
        os.rmdir(self.directory)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path, 1)
    yield made
    made.close()


def exists(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")


def gone(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    import select

    readable, _, _ = select.select([descriptor], [], [], PATIENCE)
    os.close(descriptor)
    assert readable, f"process {pid} did not end"


def test_tasks_run_one_after_another_and_their_output_comes_before_the_answer(engine: Engine) -> None:
    worker, pid = engine.worker()

    def hello(_: int) -> int:
        import os

        print("said by a task")
        return os.getpid()

    assert engine.value(worker, hello) == pid
    assert (engine.root / "output").read_text() == "said by a task\n"
    assert engine.value(worker, hello) == pid


def test_standard_input_is_empty_and_interrupts_are_ignored(engine: Engine) -> None:
    worker, pid = engine.worker()
    assert engine.value(worker, lambda _: (sys.stdin.read(), os.read(0, 1))) == ("", b"")
    os.kill(pid, signal.SIGINT)
    os.kill(engine.process.pid, signal.SIGINT)
    assert engine.value(worker, lambda _: 5) == 5


def test_forks_draw_different_random_numbers(engine: Engine) -> None:
    first, _ = engine.worker()
    send(engine.daemon, Frame.FORK, {"count": 2})
    workers = [first, *(engine.worker()[0] for _ in range(2))]

    def draw(_: int) -> tuple[float, float]:
        import random

        import numpy as np

        return random.random(), float(np.random.rand())

    drawn = [engine.value(worker, draw) for worker in [*workers, first]]
    assert len({each for pair in drawn for each in pair}) == 8


def test_user_code_that_exits_or_fails_does_not_end_the_worker(engine: Engine) -> None:
    worker, pid = engine.worker()

    def leave(_: int) -> None:
        sys.exit(3)

    kind, body = engine.task(worker, leave)
    assert kind == Frame.FAILED
    assert body["error"]["type"] == "builtins.SystemExit"
    assert engine.value(worker, lambda _: os.getpid()) == pid


def test_what_user_code_replaces_is_put_back(engine: Engine) -> None:
    worker, pid = engine.worker()

    def change(_: int) -> None:
        import builtins
        import os
        import sys

        os.umask(0o777)
        os.chdir("/")
        sys.stdout = None
        builtins.len = builtins.sorted = None  # type: ignore[assignment]
        builtins.added = 1  # type: ignore[attr-defined]
        raise ValueError("told all the same")

    def look(_: int) -> tuple[object, ...]:
        import builtins
        import os
        import sys

        mask = os.umask(0o022)
        return (
            os.getpid(),
            mask != 0o777,
            os.getcwd() != "/",
            sys.stdout is not None,
            len("ab"),
            builtins.added,
        )

    kind, body = engine.task(worker, change)
    assert (kind, body["error"]["message"]) == (Frame.FAILED, "told all the same")
    assert engine.value(worker, look) == (pid, True, True, True, 2, 1)


def close_descriptors(_: int) -> None:
    for number in (0, 1, 2):
        os.close(number)


def close_streams(_: int) -> None:
    sys.stdin.close()
    sys.stdout.close()
    sys.stderr.close()


def point_elsewhere(_: int) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)


@pytest.mark.parametrize("change", [close_descriptors, close_streams, point_elsewhere])
def test_standard_streams_are_put_back(engine: Engine, change: Any) -> None:
    worker, pid = engine.worker()
    engine.value(worker, change)

    def say(_: int) -> int:
        print("said afterwards")
        return os.getpid()

    assert engine.value(worker, say) == pid
    assert (engine.root / "output").read_text() == "said afterwards\n"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda _: os._exit(7), {"signal": None, "status": 7}),
        (lambda _: os.kill(os.getpid(), 11), {"signal": 11, "status": None}),
    ],
)
def test_deaths_are_reported(engine: Engine, end: Any, told: dict[str, Any]) -> None:
    worker, pid = engine.worker()
    with pytest.raises(AssertionError):
        engine.task(worker, end)
    died = engine.died()
    died.pop("stack", None)
    assert died == {"pid": pid, **told}
    send(engine.daemon, Frame.FORK, {"count": 1})
    worker, _ = engine.worker()
    assert engine.value(worker, lambda _: 1) == 1


def leftovers(_: int) -> list[int]:
    import subprocess

    script = "sleep 1000 >/dev/null 2>&1 & echo $!; setsid sleep 1000 >/dev/null 2>&1 & echo $!"
    said = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, check=True)
    return [int(word) for word in said.stdout.split()]


def test_a_killed_worker_takes_the_processes_of_its_user_code_with_it(engine: Engine) -> None:
    worker, pid = engine.worker()
    below = engine.value(worker, leftovers)
    assert len(below) == 2
    assert all(map(exists, below))
    send(engine.daemon, Frame.KILL, {"pid": pid})
    assert engine.died() == {"pid": pid, "signal": 9, "status": None}
    for each in below:
        gone(each)


def test_kill_of_a_process_that_is_no_worker_has_no_effect(engine: Engine) -> None:
    worker, _ = engine.worker()
    send(engine.daemon, Frame.KILL, {"pid": os.getpid()})
    send(engine.daemon, Frame.FORK, {"count": 1})
    engine.worker()
    assert engine.value(worker, lambda _: 1) == 1


def test_the_end_of_stdin_leaves_no_process(engine: Engine) -> None:
    worker, pid = engine.worker()
    below = engine.value(worker, leftovers)
    assert engine.end() == 0
    for each in (pid, *below):
        assert not exists(each)
    assert engine.process.pid not in children()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_a_daemon_that_is_killed(engine: Engine, number: int) -> None:
    _, pid = engine.worker()
    engine.process.send_signal(number)
    engine.process.wait(PATIENCE)
    gone(pid)


def test_a_worker_ends_when_the_engine_closes_its_connection(engine: Engine) -> None:
    worker, pid = engine.worker()
    worker.close()
    assert engine.died() == {"pid": pid, "signal": None, "status": 0}


def test_a_missing_library_is_named_with_the_interpreter(tmp_path: Path) -> None:
    (tmp_path / "msgpack.py").write_text("raise ImportError('not here')")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    frame = b"\x80"
    ended = subprocess.run(
        [sys.executable, "-m", "firesteel._worker"],
        input=struct.pack(">I", 1) + frame,
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 3
    said = ended.stderr.decode()
    assert f"{sys.executable} " in said
    assert "cannot import msgpack" in said
    assert "pip install" in said


def test_a_daemon_whose_engine_ended_first_just_ends() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-m", "firesteel._worker"],
        stdin=subprocess.DEVNULL,
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0


def crash() -> None:
    import ctypes

    ctypes.string_at(0)


def test_a_crash_of_native_code_tells_where_python_was(engine: Engine) -> None:
    worker, pid = engine.worker()
    with pytest.raises(AssertionError):
        engine.task(worker, lambda x: crash())
    told = engine.died()
    assert (told["pid"], told["signal"]) == (pid, signal.SIGSEGV)
    lines = told["stack"].splitlines()
    assert lines[0] == "Segmentation fault, Python's stack (most recent call first):"
    assert any(f'"{__file__}", line' in line and line.endswith(" in crash") for line in lines)
    assert not any("firesteel/_worker" in line for line in lines)


def test_a_crash_of_a_process_that_user_code_forked_is_not_the_workers(engine: Engine) -> None:
    def forks(x: int) -> int:
        pid = os.fork()
        if pid == 0:
            crash()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    worker, pid = engine.worker()
    assert engine.value(worker, forks) == -signal.SIGSEGV
    send(engine.daemon, Frame.KILL, {"pid": pid})
    assert engine.died() == {"pid": pid, "signal": signal.SIGKILL, "status": None}


def test_workers_hold_no_file_of_others(tmp_path: Path) -> None:
    def files(x: int) -> list[str]:
        return [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]]

    started = Engine(tmp_path, prefork=3)
    try:
        for _ in range(3):
            worker, _pid = started.worker()
            assert sum("firesteel-crash" in name for name in started.value(worker, files)) == 1
    finally:
        started.close()


def test_a_worker_takes_no_more_than_its_limit(tmp_path: Path) -> None:
    started = Engine(tmp_path, prefork=1, limit=4 << 30)
    try:
        worker, _pid = started.worker()
        assert started.value(worker, lambda x: len(bytes(1 << 20))) == 1 << 20
        kind, body = started.task(worker, lambda x: len(bytes(5 << 30)))
        assert kind == Frame.FAILED
        assert body["kind"] == "user"
        assert body["error"]["type"] == "builtins.MemoryError"
        assert "a worker may take 4096 MiB of address space here" in body["error"]["message"]
        assert "spark.executor.pyspark.memory" in body["error"]["message"]
        assert started.value(worker, lambda x: x + 1) == 1, "the worker goes on"
    finally:
        started.close()


def test_a_limit_that_leaves_nothing_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises((AssertionError, TimeoutError)):
        Engine(tmp_path, prefork=1, limit=10 << 20)
    said = (tmp_path / "output").read_text()
    assert "spark.executor.pyspark.memory leaves 10 MiB for each of the workers" in said
