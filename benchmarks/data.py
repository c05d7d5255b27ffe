"""The texts that workloads read, made once and kept under benchmarks/data."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable

from peers import HERE, ROOT

CORPUS_BYTES, FEW_BYTES = 100 << 20, 50 << 20
FEW_WORDS = 2_000


def corpus(scale: float) -> str:
    """Return a text of this machine's own documentation: many different words."""
    size = max(1, round(CORPUS_BYTES * scale))
    path = _path("corpus", size)
    script = os.path.join(ROOT, "scripts", "make-corpus")
    command = [sys.executable, script, "--size", str(size)]
    return _made(path, lambda partial: subprocess.run([*command, partial], check=True, capture_output=True))


def few(scale: float) -> str:
    """Return a text of 2,000 different words, some far more often than others, as in languages."""
    size = max(1, round(FEW_BYTES * scale))
    path = _path("few", size)
    return _made(path, lambda partial: _write_few(partial, size))


def _write_few(path: str, size: int) -> None:
    draw = random.Random(7)
    words = [f"word{number:04}" for number in range(FEW_WORDS)]
    weights = [1 / (rank + 1) for rank in range(FEW_WORDS)]
    with open(path, "w", encoding="ascii", newline="\n") as file:
        while file.tell() < size:
            drawn = draw.choices(words, weights, k=10_000)
            file.writelines(" ".join(drawn[at : at + 10]) + "\n" for at in range(0, len(drawn), 10))


def _made(path: str, make: Callable[[str], object]) -> str:
    """Make a text that is not there, whole or not at all; bring it into the page cache."""
    if not os.path.exists(path):
        print(f"making {path}, once", file=sys.stderr)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".making-", dir=os.path.dirname(path)) as directory:
                partial = os.path.join(directory, "text")
                make(partial)
                os.replace(partial, path)
        except (OSError, subprocess.CalledProcessError) as failure:
            said = (
                failure.stderr.decode().strip() if isinstance(failure, subprocess.CalledProcessError) else ""
            )
            why = said.splitlines()[-1] if said else failure
            sys.exit(f"scripts/bench: {path} cannot be made: {why}. --corpus takes a text from elsewhere.")
    return _read(path)


def _path(name: str, size: int) -> str:
    directory = os.path.join(HERE, "data")
    millions, rest = divmod(size, 1 << 20)
    return os.path.join(directory, f"{name}-{size}.txt" if rest else f"{name}-{millions}m.txt")


def _read(path: str) -> str:
    """Bring a file into the page cache, so that the first peer has no disadvantage."""
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass
    return path
