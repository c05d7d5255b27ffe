"""The wheel's build hook: Maven builds the engine's jars, hatchling packs them.

``pip install .`` and ``python -m build`` come through here. An editable install does not build:
scripts/bootstrap (or ``mvn -Dmaven.test.skip=true package``) does, once. Jars that are newer than
everything they are built from are kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

JARS = ("firesteel-core.jar", "msgpack-core.jar", "py4j.jar", "sql/firesteel-sql.jar")
OLDEST_JAVA = 17


class JarsHook(BuildHookInterface):  # type: ignore[misc,type-arg]
    """Runs Maven before a wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the jars where the wheel takes them from; ``version`` is ``standard`` or ``editable``."""
        if version == "editable":
            return
        root = Path(self.root)
        jars = [root / "python" / "firesteel" / "_jars" / name for name in JARS]
        if not _newer_than_sources(jars, root):
            self.app.display_info("firesteel: building the engine with Maven")
            _build(root)
        missing = [str(jar) for jar in jars if not jar.is_file()]
        if missing:
            raise RuntimeError(f"Maven ended well, but these jars are not there: {', '.join(missing)}")


def _newer_than_sources(jars: list[Path], root: Path) -> bool:
    if not all(jar.is_file() for jar in jars):
        return False
    oldest = min(jar.stat().st_mtime_ns for jar in jars)
    if (root / "pom.xml").stat().st_mtime_ns > oldest:
        return False
    for directory, names, files in os.walk(root / "jvm"):
        names[:] = [name for name in names if name not in ("target", "test")]
        if any(os.stat(os.path.join(directory, name)).st_mtime_ns > oldest for name in files):
            return False
    return True


def _build(root: Path) -> None:
    home = os.environ.get("JAVA_HOME")
    javac = shutil.which("javac", path=os.path.join(home, "bin") if home else None)
    maven = shutil.which("mvn")
    absent = []
    if javac is None:
        where = f"$JAVA_HOME is {home}" if home else "no javac on the PATH"
        absent.append(f"a JDK, {OLDEST_JAVA} or newer ({where}; Debian, Ubuntu: openjdk-17-jdk-headless)")
    if maven is None:
        absent.append("Maven, 3.8 or newer (no mvn on the PATH; Debian, Ubuntu: maven)")
    if absent or maven is None:
        raise RuntimeError(f"Building Firesteel from source needs {' and '.join(absent)}.")
    command = [maven, "--batch-mode", "--quiet", "-Dmaven.test.skip=true", "package"]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}:\n{tail}")
