"""Runs the tests of public libraries that stand on the RDD layer, on Firesteel or on PySpark.

Each library has a virtual environment of its own, set up the first time. Its tests are those of its source
distribution, or, where it has none for Spark, a program of its documented uses in ``libraries/programs``.

``python tests/compat/library_runs.py --renew [LIBRARY ...]`` runs them on PySpark and writes down which pass
(``passes-on-pyspark.json``), which takes some minutes for each library.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from compat_peer import HERE, ROOT, installed, peers

SITE = os.path.join(HERE, "libraries", "site")
PROGRAMS = os.path.join(HERE, "libraries", "programs")
RECORD = os.path.join(HERE, "passes-on-pyspark.json")
_LIMIT_S = 1500.0  # of one library's tests; mrjob's take four minutes
_LIMIT_ON_PYSPARK_S = 5400.0


@dataclass(frozen=True)
class Library:
    """A library: what is installed for it, and what is run."""

    name: str
    packages: tuple[str, ...]  # the first is the library itself
    tests: str  # a path in its source distribution, or the name of a program
    locked: tuple[str, ...] = ()  # more packages, in the versions of requirements.lock
    needs_python: tuple[int, int] = (3, 10)
    slow: bool = False

    @property
    def ours(self) -> bool:
        """Whether its tests are a program of ours, all of which passes on PySpark."""
        return self.tests.endswith("_documented.py")

    def python(self) -> str:
        """Return the interpreter of its environment, which is set up the first time."""
        locked = ("cloudpickle", "crc32c", "msgpack", "numpy", "py4j", "pytest", *self.locked)
        versions = [f"{name}=={importlib.metadata.version(name)}" for name in locked]
        instead = f"scripts/test compat -k 'not {self.name}' runs without it."
        return str(peers().installed(f"library-{self.name}", (*self.packages, *versions), instead))

    def directory(self) -> str:
        """Return where its tests are: with our programs, or in its sources, unpacked the first time."""
        if self.ours:
            return PROGRAMS
        environment = os.path.dirname(os.path.dirname(self.python()))
        sources = os.path.join(environment, "sources")
        if not os.path.exists(sources):
            with tempfile.TemporaryDirectory(dir=environment) as scratch:
                download = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", scratch]
                subprocess.run([self.python(), "-m", "pip", *download, self.packages[0]], check=True)
                (archive,) = os.listdir(scratch)
                subprocess.run(["tar", "-xzf", archive], cwd=scratch, check=True)
                os.rename(os.path.join(scratch, archive.removesuffix(".tar.gz")), sources)
        return sources


LIBRARIES = (
    Library("bolt", ("bolt-python==0.7.1",), "bolt_documented.py"),
    Library(
        "thunder",
        (
            "thunder-python==1.4.2",
            "bolt-python==0.7.1",
            "boto==2.49.0",
            "pillow==13.0.0",
            "six==1.17.0",
            "tifffile==2026.3.3",
        ),
        "test",
        locked=("scikit-learn", "scipy"),
    ),
    Library(
        "pipelinedp",
        ("pipeline-dp==0.3.1", "dill==0.4.1", "python-dp==1.1.5"),
        "pipelinedp_documented.py",
        locked=("scipy",),
        needs_python=(3, 11),
    ),
    Library("mrjob", ("mrjob==0.7.4", "PyYAML==6.0.4"), "tests/spark/test_harness.py", slow=True),
)


@dataclass
class Outcomes:
    """Which tests passed, and what the others said."""

    passed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)


def on_firesteel(library: Library) -> Outcomes:
    """Run a library's tests on this checkout."""
    return _run(library, peers().firesteel().path, os.path.join(ROOT, "bin"), _LIMIT_S)


def on_pyspark(library: Library) -> Outcomes:
    """Run a library's tests on the installed PySpark, which is put beside what its environment has."""
    sources = installed().sources
    with tempfile.TemporaryDirectory() as directory:
        os.symlink(sources, os.path.join(directory, "pyspark"))
        return _run(library, [directory], os.path.join(sources, "bin"), _LIMIT_ON_PYSPARK_S)


def recorded() -> dict[str, list[str]]:
    """Return, by library, the tests that pass on PySpark."""
    with open(RECORD, encoding="utf-8") as file:
        record: dict[str, list[str]] = json.load(file)
    return record


def _run(library: Library, path: list[str], programs: str, limit: float) -> Outcomes:
    """Run the tests with these entries of PYTHONPATH, and this directory on the PATH, for so long at most."""
    python, directory = library.python(), library.directory()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYSPARK_", "PYTEST_", "PYTHON", "SPARK_"))
    }
    environment["PATH"] = os.pathsep.join([programs, os.path.dirname(python), os.environ["PATH"]])
    environment["PYTHONPATH"] = os.pathsep.join([SITE, *path])
    environment["PYSPARK_PYTHON"] = python
    with tempfile.TemporaryDirectory() as scratch:
        environment["TMPDIR"] = scratch
        report, printed = os.path.join(scratch, "report.xml"), os.path.join(scratch, "printed")
        # The libraries' tests have settings of their own, and none of ours.
        options = ["-p", "no:cacheprovider", "-p", "engine_fixture", "--import-mode=prepend"]
        options += ["-c", os.devnull, f"--rootdir={directory}", f"--confcutdir={directory}"]
        options += [f"--junitxml={report}", f"--basetemp={scratch}/tests"]
        command = [python, "-m", "pytest", *options, os.path.join(directory, library.tests)]
        with open(printed, "w", encoding="utf-8") as output:
            process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=output)
            _wait(process, limit)
        try:
            return _read(ET.parse(report))
        except FileNotFoundError:
            with open(printed, encoding="utf-8") as output:
                raise RuntimeError(f"{library.name}: pytest reported nothing:\n{output.read()}") from None


def _wait(process: subprocess.Popen[bytes], limit: float) -> None:
    """Wait for the tests; interrupt them when they take too long, so that they report and clean up."""
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
    finally:
        process.kill()
        process.wait()


def _read(report: ET.ElementTree) -> Outcomes:
    outcomes = Outcomes()
    for case in report.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        said = [*case.iter("failure"), *case.iter("error"), *case.iter("skipped")]
        if said:
            outcomes.failed[name] = f"{said[0].get('message')}\n{said[0].text or ''}"
        else:
            outcomes.passed.add(name)
    for name in outcomes.failed:
        outcomes.passed.discard(name)  # what passed, and could not clean up
    return outcomes


def main() -> None:
    """Renew the record, or show what fails here."""
    parser = argparse.ArgumentParser(description="Runs the tests of libraries that stand on the RDD layer.")
    parser.add_argument("--renew", action="store_true", help="run them on PySpark, and write down which pass")
    parser.add_argument("libraries", nargs="*", metavar="LIBRARY", help="only these")
    options = parser.parse_args()
    chosen = [each for each in LIBRARIES if not options.libraries or each.name in options.libraries]
    for library in chosen:
        outcomes = on_pyspark(library) if options.renew else on_firesteel(library)
        print(f"{library.name}: {len(outcomes.passed)} passed, {len(outcomes.failed)} did not", flush=True)
        if options.renew:
            record = {**(recorded() if os.path.exists(RECORD) else {}), library.name: sorted(outcomes.passed)}
            with open(RECORD, "w", encoding="utf-8") as file:
                json.dump(record, file, indent=1, sort_keys=True)
                file.write("\n")
        else:
            for name, text in sorted(outcomes.failed.items()):
                print(f"--- {name}\n{text}")


if __name__ == "__main__":
    sys.exit(main())
