"""The texts that workloads read, made once and kept under benchmarks/data."""

from __future__ import annotations

import os
import random
import subprocess
import sys

from peers import HERE, ROOT

CORPUS_BYTES, FEW_BYTES = 100 << 20, 50 << 20
FEW_WORDS = 2_000


def corpus(scale: float) -> str:
    """Return a text of this machine's own documentation: many different words."""
    size = max(1, round(CORPUS_BYTES * scale))
    path = _path("corpus", size)
    if not os.path.exists(path):
        print(f"making {path}, once", file=sys.stderr)
        script = os.path.join(ROOT, "scripts", "make-corpus")
        command = [sys.executable, script, "--size", str(size), path]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return _read(path)


def few(scale: float) -> str:
    """Return a text of 2,000 different words, some far more often than others, as in languages."""
    size = max(1, round(FEW_BYTES * scale))
    path = _path("few", size)
    if not os.path.exists(path):
        print(f"making {path}, once", file=sys.stderr)
        draw = random.Random(7)
        words = [f"word{number:04}" for number in range(FEW_WORDS)]
        weights = [1 / (rank + 1) for rank in range(FEW_WORDS)]
        with open(path + ".tmp", "w", encoding="ascii", newline="\n") as file:
            while file.tell() < size:
                drawn = draw.choices(words, weights, k=10_000)
                file.writelines(" ".join(drawn[at : at + 10]) + "\n" for at in range(0, len(drawn), 10))
        os.replace(path + ".tmp", path)
    return _read(path)


def _path(name: str, size: int) -> str:
    directory = os.path.join(HERE, "data")
    os.makedirs(directory, exist_ok=True)
    millions, rest = divmod(size, 1 << 20)
    return os.path.join(directory, f"{name}-{size}.txt" if rest else f"{name}-{millions}m.txt")


def _read(path: str) -> str:
    """Bring a file into the page cache, for whoever comes first."""
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass
    return path
