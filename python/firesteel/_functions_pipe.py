"""Sending a partition through a process: what `RDD.pipe` does on a worker."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

_CHUNK = 1 << 16
_PATIENCE_S = 5.0  # for a process that has closed its output, to end by itself when nobody checks its status


class Pipe:
    """Sends records to a process, a line for each, and gives the lines that it prints.

    One thread feeds and reads the process by turns, as much as each pipe takes. A process that closes its
    input, or ends, is not sent more. Whatever happens to the task, the process is not left behind.

    Parameters
    ----------
    command : list of str
        The program and its arguments.
    environment : dict of str to str
        All of the process's environment.
    check : bool
        Whether a status other than 0 is an error.
    text : str
        The command as it was given, for errors.
    """

    def __init__(self, command: list[str], environment: dict[str, str], check: bool, text: str) -> None:
        self.command = command
        self.environment = environment
        self.check = check
        self.text = text

    def __call__(self, records: Iterable[Any]) -> Iterator[str]:
        process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        try:
            yield from _exchange(process, iter(records))
            self._end(process)
        finally:
            _discard(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if not self.check:
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                return  # it closed its output and goes on: it is ended
        elif process.wait() != 0:
            raise RuntimeError(
                f"Pipe function `{self.text}' exited with error code {process.returncode}; what it "
                "printed as an error is on the driver's standard error"
            )


def _discard(process: subprocess.Popen[bytes]) -> None:
    """End the process, and those of its session, if they have not ended; close the pipes."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):  # it may have just ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        try:
            stream.close()
        except BrokenPipeError:
            continue  # nothing is buffered, and the process reads no more


def _exchange(process: subprocess.Popen[bytes], records: Iterator[Any]) -> Iterator[str]:
    assert process.stdin is not None
    assert process.stdout is not None
    feed, output = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(feed, False)
    lines = _Lines()
    pending = memoryview(b"")
    with selectors.DefaultSelector() as selector:
        selector.register(feed, selectors.EVENT_WRITE)
        selector.register(output, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == output:
                    data = os.read(output, _CHUNK)
                    if not data:
                        yield from lines.rest()
                        return
                    yield from lines.add(data)
                    continue
                if not pending:
                    pending = memoryview(_encoded(records))
                try:
                    pending = pending[os.write(feed, pending) :] if pending else pending
                    more = bool(pending)
                except BrokenPipeError:
                    more, records = False, iter(())  # it reads no more, as `head` does
                    selector.unregister(feed)
                    process.stdin.close()
                    continue
                except BlockingIOError:
                    continue  # less room than select promised
                if not more and (pending := memoryview(_encoded(records))).nbytes == 0:
                    selector.unregister(feed)
                    process.stdin.close()


def _encoded(records: Iterator[Any]) -> bytes:
    """Take some records and make lines of them; nothing when there are none."""
    pieces: list[bytes] = []
    size = 0
    for record in records:
        piece = (str(record).rstrip("\n") + "\n").encode("utf-8")
        pieces.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            break
    return b"".join(pieces)


class _Lines:
    """Cuts bytes that arrive in pieces into lines."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []

    def add(self, data: bytes) -> Iterator[str]:
        """Give the lines that the data completes."""
        *complete, begun = data.split(b"\n")
        if complete:
            complete[0] = b"".join(self._begun) + complete[0]
            self._begun.clear()
        if begun:
            self._begun.append(begun)
        return (line.decode("utf-8") for line in complete)

    def rest(self) -> Iterator[str]:
        """Give the last line, when it does not end with a line end."""
        if self._begun:
            yield b"".join(self._begun).decode("utf-8")
