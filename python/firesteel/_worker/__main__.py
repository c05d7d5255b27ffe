"""Entry point of the daemon: ``python -m firesteel._worker``, started by the engine."""

import sys


def _start() -> int:
    # `-m` puts the working directory first on the path; a file there must not stand in for a library.
    import os

    try:
        here = os.getcwd()
    except FileNotFoundError:  # it has been removed since the application started
        here = ""
    if sys.path and sys.path[0] in ("", here):
        del sys.path[0]
    from firesteel._worker.boot import main

    return main()


if __name__ == "__main__":
    sys.exit(_start())
