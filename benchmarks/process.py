"""A process that is measured: what it prints, and the peaks of its memory while it says what it is at."""

from __future__ import annotations

import subprocess
import tempfile
import threading

import memory

LONGEST_S = 1200


class RunFailed(Exception):
    """A measured process ended with an error."""


def run(
    command: list[str],
    environment: dict[str, str],
    what: str,
    order: str = "",
    watched: bool = True,
    phase: str = "",
) -> tuple[list[str], dict[str, int]]:
    """Run a process to its end.

    Lines ``@name`` of its output say that something begins, and ``@`` that it has ended.

    Parameters
    ----------
    command, environment
        What is started.
    what
        Its name, for errors.
    order
        What it gets on its standard input.
    watched
        Whether its memory is looked at, and that of all below it.
    phase
        What it is at from its beginning.

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
        )
        assert process.stdin is not None
        assert process.stdout is not None
        watch = memory.Watch(process.pid) if watched else None
        late = threading.Timer(LONGEST_S, process.kill)
        late.start()
        lines = []
        if watch is not None:
            watch.phase(phase)
        with process.stdin:
            process.stdin.write(order)
        for line in process.stdout:
            if not line.startswith("@"):
                lines.append(line)
            elif watch is not None:
                watch.phase(line[1:].rstrip())
        status = process.wait()
        late.cancel()
        if watch is not None:
            watch.stop()
        if status:
            errors.seek(0)
            raise RunFailed(f"{what} ended with status {status}:\n{''.join(lines)}{errors.read()}")
    return lines, watch.peaks if watch is not None else {}
