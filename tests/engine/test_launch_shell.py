"""The shell as its user sees it: typed at through a terminal, with Python's own console and with IPython."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import firesteel

LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(firesteel.__file__)), "_launch")
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>][0-9A-B]?|\r")
_PROMPT = r">>> |In \[\d+\]: "


class Terminal:
    """A shell behind a pseudo-terminal."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._side, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, LAUNCHER, "shell", "--master", "local[2]", *arguments],
            env={**os.environ, "TERM": "dumb", "HOME": os.environ["TMPDIR"], **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._side, text.encode())

    def expect(self, pattern: str, seconds: float = 30) -> str:
        """Read until the pattern appears; returns what came before and with it."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            ready, _, _ = select.select([self._side], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"no {pattern!r} after {seconds} s in:\n{self.seen}"
            try:
                data = os.read(self._side, 65536)
            except OSError:  # the other side is closed
                data = b""
            assert data, f"the shell ended before {pattern!r}:\n{self.seen}"
            self.seen += _CONTROLS.sub("", data.decode(errors="replace"))
        before, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return before

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Press Ctrl-D; again when it came while the console was not reading yet, which loses it."""
        for _ in range(10):
            self.type("\x04")
            try:
                return self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError("the shell does not end")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._side)


@pytest.fixture(params=["console", "ipython"])
def terminal(request: pytest.FixtureRequest, tmp_path: object):  # type: ignore[no-untyped-def]
    """Yield a shell that has come up; without IPython's part when a module of that name fails to import."""
    environment = {"IPYTHONDIR": str(tmp_path)}
    if request.param == "console":
        with open(os.path.join(str(tmp_path), "IPython.py"), "w") as file:
            file.write("raise ImportError('not for this test')\n")
        environment["PYTHONPATH"] = str(tmp_path)
    startup = os.path.join(str(tmp_path), "startup.py")
    with open(startup, "w") as file:
        file.write("from_startup = 'hello'\n")
    made = Terminal(PYTHONSTARTUP=startup, **environment)
    yield made
    made.close()


def test_a_session(terminal: Terminal, tmp_path: Path) -> None:
    banner = terminal.expect(_PROMPT)
    assert f"Firesteel {firesteel.__version__}, Python {sys.version.split()[0]}" in banner
    assert re.search(r"master local\[2\], application \S+\.", banner)

    terminal.type("sc.range(100).map(lambda x: x * 2).sum()\n")
    terminal.expect(r"9900\b")
    terminal.type("from_startup.upper()\n")
    terminal.expect("'HELLO'")
    terminal.type("spark.range(3).rdd.map(lambda row: row.id + 40).collect()\n")
    terminal.expect(r"\[40, 41, 42\]")

    terminal.type("1 +* 2\n")
    assert "Traceback" not in terminal.expect(r"SyntaxError: invalid syntax")

    begun = str(tmp_path / "begun")
    terminal.type(f"import time; sc.range(2).foreach(lambda x: (open('{begun}', 'w'), time.sleep(60)))\n")
    _wait_for(begun)
    terminal.interrupt()
    told = terminal.expect(r"KeyboardInterrupt: job \d+ was cancelled", seconds=10)
    assert "jobs.py" not in told
    assert "code.py" not in told
    assert "During handling" not in told
    terminal.type("sc.parallelize([1]).map(lambda x: 1 // (x - 1)).collect()\n")
    told = terminal.expect(r"\nZeroDivisionError: .*\n")
    assert "firesteel/_" not in told
    assert "a function of the program raised ZeroDivisionError" in told
    terminal.type("sc.parallelize([20, 22]).sum()\n")
    terminal.expect(r"42\b")

    terminal.expect(_PROMPT)
    assert terminal.end() == 0


def _wait_for(path: str) -> None:
    deadline = time.monotonic() + 20
    while not os.path.exists(path):
        assert time.monotonic() < deadline, "the job did not begin"
        time.sleep(0.02)
    os.remove(path)
