"""Runs a script for a Java program, as ``spark-submit`` would; the script uses that program's engine.

It reads one frame from standard input, an invitation to the program's engine. Then the script's standard
input is empty, and a thread watches the pipe: it closes when the Java program ends. See
`firesteel._driver.attached`.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
import threading
from contextlib import suppress

_LENGTH = struct.Struct(">I")
_PATIENCE_S = 5


def main() -> None:
    """Read the invitation and run the script that it names."""
    try:
        import msgpack
    except ImportError as missing:  # the Java program reports everything that is missing
        raise SystemExit(f"{sys.executable}: {missing}") from None

    from firesteel._driver.attached import invite
    from firesteel._launch import submit

    stream = sys.stdin.buffer
    head = stream.read(_LENGTH.size)
    body = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not body:
        raise SystemExit("The Java program that was to run the script has ended.")
    invitation = msgpack.unpackb(body)
    invite(invitation)
    _watch(os.dup(sys.stdin.fileno()), invitation["program"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the current directory, which is there for -m
    submit.main([invitation["script"], *invitation["arguments"]], settled=True, attached=True)


def _watch(pipe: int, program: int) -> None:
    """End this process when the Java program ends, even if it is killed: then the pipe closes."""

    def wait() -> None:
        if os.read(pipe, 1):
            return
        with suppress(OSError):  # the reader of standard error may have ended too
            os.write(2, b"The Java program (process %d) that runs this script has ended.\n" % program)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_PATIENCE_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="firesteel-lifeline", daemon=True).start()


if __name__ == "__main__":
    main()
