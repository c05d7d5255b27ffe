"""The peers that are measured: interpreter, environment and configuration of their runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(ROOT, "benchmarks")
DASK = ("dask==2026.8.0", "numpy>=1.24,<3")
SAIL = ("pysail==0.7.2", "pyspark-client==4.2.0")
ENGINES = ("duckdb==2.0.1", "polars==2.1.0")
MASTER = "local[2]"
WITHOUT = "scripts/bench --peers measures without it, for example --peers firesteel,by-hand."


@dataclass(frozen=True)
class Peer:
    """An implementation of PySpark's API, or another way to do the same, in a separate environment."""

    name: str
    python: str
    path: list[str] = field(default_factory=list)  # entries of PYTHONPATH
    conf: dict[str, str] = field(default_factory=dict)
    jobs: str = "spark"  # whose API its jobs are written in: spark, dask, hand
    module: str = "pyspark"  # what a program of its imports

    def environment(self) -> dict[str, str]:
        """Return the environment of a run: the user's, less what would change the peer."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "PYTHON"))}
        kept["PYSPARK_PYTHON"] = self.python  # PySpark's workers are else whatever python3 is on the PATH
        return {**kept, "PYTHONPATH": os.pathsep.join(self.path)} if self.path else kept


def firesteel() -> Peer:
    """Return Firesteel as this checkout has it."""
    package = os.path.join(ROOT, "python")
    path = [os.path.join(package, "firesteel", "_overlay"), package]
    return Peer("firesteel", sys.executable, path, module="firesteel")


def pyspark() -> Peer:
    """Return PySpark, which is installed beside Firesteel, for SQL."""
    conf = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.python.unix.domain.socket.enabled": "true",
    }
    return Peer("pyspark", sys.executable, conf=conf)


def dask() -> Peer:
    """Return Dask, for its bags; installed the first time into benchmarks/.venv-dask."""
    return Peer("dask", installed("dask", DASK), jobs="dask", module="dask.bag")


def by_hand() -> Peer:
    """Return by_hand.py: the same jobs with os.fork, dicts and pickle files, and nothing else."""
    return Peer("by-hand", sys.executable, jobs="hand", module="")


def installed(name: str, packages: tuple[str, ...], instead: str = WITHOUT) -> str:
    """Return the interpreter of an environment that has these packages, installed the first time.

    Raises
    ------
    SystemExit
        They cannot be installed; ``instead`` is what the user may do.
    """
    directory = os.path.join(HERE, f".venv-{name}")
    python = os.path.join(directory, "bin", "python")
    stamp = os.path.join(directory, "installed")
    if os.path.islink(directory):
        raise SystemExit(
            f"{directory} is a symbolic link to {os.path.realpath(directory)}, whose files would go when it "
            f"is set up anew: remove the link, and have {name} installed here, or copy the environment"
        )
    if not (os.path.exists(stamp) and _text(stamp) == "\n".join(packages)):
        print(f"installing {packages[0]} into {directory}, once", file=sys.stderr)
        try:
            _set_up([sys.executable, "-m", "venv", "--clear", directory])
            _set_up([python, "-m", "pip", "install", "--quiet", *packages])
            with open(stamp, "w", encoding="utf-8") as file:
                file.write("\n".join(packages))
        except OSError as failure:
            raise SystemExit(
                f"{packages[0]} cannot be installed into {directory}: {failure}. It takes a network, or "
                f"pip's own settings, and room on the disk. {instead}"
            ) from failure
    return python


def _set_up(command: list[str]) -> None:
    """Run a step of an installation.

    Raises
    ------
    OSError
        It failed, with the last thing that it said.
    """
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.strip()]
        raise OSError(said[-1].removeprefix("ERROR: ") if said else f"status {done.returncode}")


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


PEERS = {"firesteel": firesteel, "pyspark": pyspark, "dask": dask, "by-hand": by_hand}
