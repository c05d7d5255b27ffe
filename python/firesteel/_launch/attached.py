"""Runs a script for a Java program, as ``spark-submit`` would; its context is that program's.

Reads one frame from standard input, an invitation to the program's engine; after that standard input is
empty. See `firesteel._driver.attached`.
"""

from __future__ import annotations

import os
import struct
import sys

_LENGTH = struct.Struct(">I")


def main() -> None:
    """Read the invitation and run the script that the command line names."""
    import msgpack

    from firesteel._driver.attached import invite
    from firesteel._launch import submit

    stream = sys.stdin.buffer
    head = stream.read(_LENGTH.size)
    body = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not body:
        raise SystemExit("The Java program that was to run the script has ended.")
    invite(msgpack.unpackb(body))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    del sys.path[0]  # the current directory, which is there for -m
    submit.main(sys.argv[1:], settled=True)


if __name__ == "__main__":
    main()
