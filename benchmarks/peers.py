"""Who is measured: for each peer, the interpreter, the environment and the configuration of its runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYSPARK = ("pyspark==4.3.0", "numpy>=1.24,<3")
MASTER = "local[2]"


@dataclass(frozen=True)
class Peer:
    """An implementation of PySpark's API, in an environment of its own."""

    name: str
    python: str
    path: list[str] = field(default_factory=list)  # entries of PYTHONPATH
    conf: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the environment of a run: the user's, less what would change the peer."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "PYTHON"))}
        kept["PYSPARK_PYTHON"] = self.python  # PySpark's workers are else whatever python3 is on the PATH
        return {**kept, "PYTHONPATH": os.pathsep.join(self.path)} if self.path else kept


def firesteel() -> Peer:
    """Return Firesteel as this checkout has it."""
    package = os.path.join(ROOT, "python")
    return Peer("firesteel", sys.executable, [os.path.join(package, "firesteel", "_overlay"), package])


def pyspark() -> Peer:
    """Return PySpark, installed the first time into benchmarks/.venv-pyspark."""
    directory = os.path.join(ROOT, "benchmarks", ".venv-pyspark")
    python = os.path.join(directory, "bin", "python")
    stamp = os.path.join(directory, "installed")
    if not (os.path.exists(stamp) and _text(stamp) == "\n".join(PYSPARK)):
        print(f"installing {PYSPARK[0]} into {directory}, once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PYSPARK], check=True)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write("\n".join(PYSPARK))
    conf = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.python.unix.domain.socket.enabled": "true",
    }
    return Peer("pyspark", python, conf=conf)


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


PEERS = {"firesteel": firesteel, "pyspark": pyspark}
