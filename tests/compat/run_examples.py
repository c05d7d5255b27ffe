"""Runs examples of PySpark's docstrings against Firesteel, in a process of its own.

Takes a JSON object on standard input (``module``, ``imports``, ``cases``: name, text, line) and writes one
JSON line for each case to the descriptor that the first argument names. Cases share a context, as in
PySpark's own runs; one that stops or replaces it gives the next a new one, and each has its own working
directory and copy of the globals.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from types import FrameType, SimpleNamespace
from typing import Any

LIMIT_S = 60.0


class _TimeUp(BaseException):
    """An example took too long."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise _TimeUp(f"no end after {LIMIT_S:.0f} s")


class _Checker(doctest.OutputChecker):
    """Takes the name of our package, in a printed class, for PySpark's."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        want = want.replace("pyspark.errors.exceptions.base.", "firesteel.errors.")
        want = want.replace("<pyspark.resource.profile.", "<firesteel.resource.")
        renamed = re.sub(r"(?<=<)pyspark\.(core\.)?(?=[a-z])", "firesteel.", want)
        return (
            super().check_output(want, got, optionflags)
            or super().check_output(renamed, got, optionflags)
            or _same_set(want, got)
        )


def _same_set(want: str, got: str) -> bool:
    """Say whether both print one set, whose order depends on the process's hash seed."""
    try:
        wanted = ast.literal_eval(want.strip())
        return isinstance(wanted, set) and wanted == ast.literal_eval(got.strip())
    except (SyntaxError, ValueError):
        return False


class _Runner(doctest.DocTestRunner):
    """Keeps what failed instead of printing it."""

    def __init__(self) -> None:
        super().__init__(_Checker(), verbose=False, optionflags=doctest.ELLIPSIS)
        self.failed: dict[int, str] = {}

    def _note(self, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.failed[test.examples.index(example)] = got

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        signal.setitimer(signal.ITIMER_REAL, LIMIT_S, 5)

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._note(test, example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        kind, value, _ = exc_info
        self._note(test, example, f"{kind.__name__}: {value}")


def _context() -> Any:
    """Return the running context, or start one with a directory for checkpoints."""
    from pyspark import SparkContext

    running = SparkContext._active_spark_context
    if running is None or getattr(running, "_of_examples", None) is None:
        if running is not None:
            running.stop()
        running = SparkContext("local[4]", "PythonTest")
        running._of_examples = True
        set_directory = getattr(running, "setCheckpointDir", None)
        if set_directory is not None:
            set_directory(tempfile.mkdtemp(prefix="checkpoints-"))
    return running


def _stop() -> None:
    from pyspark import SparkContext

    running = SparkContext._active_spark_context
    if running is not None:
        running.stop()


def _forget_properties(sc: Any) -> None:
    for key in list(getattr(sc._local, "properties", None) or ()):
        sc.setLocalProperty(key, None)


def _imports(statements: list[str]) -> dict[str, Any]:
    """Import what PySpark's module imports: its examples use these names too."""
    names: dict[str, Any] = {}
    for statement in statements:
        try:
            exec(statement, names)
        except (ImportError, AttributeError):
            continue  # a name of PySpark's insides; an example that uses it fails by that
    return names


def _run(namespace: dict[str, Any], case: dict[str, Any], module: str) -> dict[str, Any]:
    if re.search(r"= SparkContext\((?!\))", case["text"]):
        _stop()  # the example makes its own
        sc = None
    else:
        sc = _context()
        _forget_properties(sc)
    names = {**namespace, "__name__": "__main__", "sc": sc, "spark": SimpleNamespace(sparkContext=sc)}
    text = case["text"].replace("pyspark/util.py", "firesteel/util.py")
    test = doctest.DocTestParser().get_doctest(text, names, case["name"], module, case["line"])
    test.examples = [each for each in test.examples if not each.options.get(doctest.SKIP)]
    began = time.monotonic()
    runner = _Runner()
    directory = tempfile.mkdtemp(prefix="example-")
    os.chdir(directory)
    try:
        runner.run(test, clear_globs=False, out=lambda text: None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "name": case["name"],
        "total": len(test.examples),
        "failed": [
            {
                "example": place + 1,
                "source": test.examples[place].source,
                "want": test.examples[place].want,
                "got": got,
            }
            for place, got in sorted(runner.failed.items())
        ],
        "seconds": round(time.monotonic() - began, 2),
    }


def _show_as_py4j() -> None:
    """Print our errors of jobs by the name under which programs catch them."""
    from firesteel import JobCancelledError, JobError

    for kind in (JobError, JobCancelledError):
        kind.__module__, kind.__qualname__ = "py4j.protocol", "Py4JJavaError"
        kind.__name__ = "Py4JJavaError"


def main() -> None:
    """Run the cases."""
    report = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")
    work = json.load(sys.stdin)
    import numpy as np

    if int(np.__version__.partition(".")[0]) >= 2:
        np.set_printoptions(legacy="1.25")  # the examples show numbers as NumPy 1 printed them
    signal.signal(signal.SIGALRM, _ring)
    _show_as_py4j()
    try:
        module = importlib.import_module("pyspark." + work["module"].replace("/", "."))
        namespace = {**_imports(work["imports"]), **vars(module)}
    except ImportError as failure:
        for case in work["cases"]:
            report.write(json.dumps({"name": case["name"], "missing": str(failure)}) + "\n")
        return
    for case in work["cases"]:
        report.write(json.dumps(_run(namespace, case, work["module"])) + "\n")
        report.flush()


if __name__ == "__main__":
    main()
