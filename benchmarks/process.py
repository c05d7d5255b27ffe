"""A measured process: its output, and its memory peaks in each phase that it reports."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading

import memory

LONGEST_S = 1200
_ENDING_S = 10


class RunFailed(Exception):
    """A measured process ended with an error."""


def run(
    command: list[str],
    environment: dict[str, str],
    what: str,
    order: str = "",
    watched: bool = True,
) -> tuple[list[str], dict[str, int]]:
    """Run a process to its end.

    Lines ``@name`` of its output say that something begins, and ``@`` that it has ended. After each it waits
    for a line of its input: it is looked at before it goes on, so that nothing is too short to be seen.

    Parameters
    ----------
    command, environment
        What is started.
    what
        Its name, for errors.
    order
        The first line of its standard input, if any.
    watched
        Whether its memory is looked at, and that of all below it.

    Returns
    -------
    tuple
        The other lines of its output, and the peak of memory of each phase, in bytes.

    Raises
    ------
    RunFailed
        It did not end with status 0.
    """
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [*(memory.own_tmpfs() if watched else ()), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        watch = memory.Watch(process.pid) if watched else None
        took_too_long = threading.Event()

        def end_late() -> None:
            took_too_long.set()
            _end(process)

        late = threading.Timer(LONGEST_S, end_late)
        late.start()
        lines = []
        try:
            # Where it has ended before it has read, its status says why.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                if order:
                    print(order, file=process.stdin, flush=True)
                for line in process.stdout:
                    if not line.startswith("@"):
                        lines.append(line)
                        continue
                    if watch is not None:
                        watch.phase(line[1:].rstrip())
                    print(file=process.stdin, flush=True)
            status = process.wait()
        finally:  # interrupted, it leaves nothing that runs
            late.cancel()
            _end(process)
            if watch is not None:
                watch.stop()
        if took_too_long.is_set():
            raise RunFailed(f"{what} was ended: it took more than {LONGEST_S} s")
        if status:
            errors.seek(0)
            raise RunFailed(f"{what} ended with status {status}:\n{''.join(lines)}{errors.read()}")
    return lines, watch.peaks if watch is not None else {}


def _end(process: subprocess.Popen[str]) -> None:
    """End a process that still runs, and those that it has started: they are in a group of their own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDING_S)
