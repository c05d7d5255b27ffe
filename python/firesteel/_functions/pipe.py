"""Sends a partition through a process on a worker, for `RDD.pipe`."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

_CHUNK = 1 << 16
_PATIENCE_S = 5.0  # how long a process may go on after closing its output, if its status does not matter


class Pipe:
    """Sends records to a process, a line for each, and yields the lines that it prints.

    One thread writes to the process and reads from it, as far as the pipes allow. It writes no more when the
    process closes its input or ends. The process ends with the task, however that ends.

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
        return chain.from_iterable(self._lines(records))

    def _lines(self, records: Iterable[Any]) -> Iterator[Iterable[str]]:
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
                return  # it closed its output and still runs: it is ended
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


def _exchange(process: subprocess.Popen[bytes], records: Iterator[Any]) -> Iterator[Iterable[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    feed, output = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(feed, False)
    lines_of, lines = _Encoding(records), _Lines()
    pending = memoryview(b"")
    with selectors.DefaultSelector() as selector:
        selector.register(feed, selectors.EVENT_WRITE)
        selector.register(output, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == output:
                    data = os.read(output, _CHUNK)
                    if not data:
                        yield lines.rest()
                        return
                    yield lines.add(data)
                    continue
                if not pending:
                    pending = memoryview(lines_of.more())
                try:
                    pending = pending[os.write(feed, pending) :] if pending else pending
                    more = bool(pending)
                except BrokenPipeError:
                    more = False  # it has stopped reading, as `head` does
                    selector.unregister(feed)
                    process.stdin.close()
                    continue
                except BlockingIOError:
                    continue  # less room than select promised
                if not more and (pending := memoryview(lines_of.more())).nbytes == 0:
                    selector.unregister(feed)
                    process.stdin.close()


class _Encoding:
    """Converts records to lines, about a chunk at a time."""

    def __init__(self, records: Iterator[Any]) -> None:
        self._records = records
        self._number = 64

    def more(self) -> bytes:
        """Return the lines of the next records; nothing when there are none."""
        texts = list(islice(self._records, self._number))
        if not texts:
            return b""
        if set(map(type, texts)) != {str}:
            texts = list(map(str, texts))
        joined = "\n".join(texts) + "\n"
        if joined.count("\n") != len(texts):  # line ends at the end of a record do not count
            joined = "".join([text.rstrip("\n") + "\n" for text in texts])
        self._number = min(2 * self._number, max(1, len(texts) * _CHUNK // len(joined)))
        return joined.encode("utf-8")


class _Lines:
    """Splits bytes that arrive in pieces into lines."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []

    def add(self, data: bytes) -> Iterable[str]:
        """Return the lines that the data completes."""
        cut = data.rfind(b"\n") + 1
        if not cut:
            self._begun.append(data)
            return ()
        whole = b"".join((*self._begun, data[: cut - 1]))
        self._begun = [data[cut:]] if cut < len(data) else []
        return whole.decode("utf-8").split("\n")

    def rest(self) -> Iterable[str]:
        """Return the last line, when it does not end with a line end."""
        return (b"".join(self._begun).decode("utf-8"),) if self._begun else ()
