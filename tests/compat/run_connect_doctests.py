"""Runs the examples of one module of PySpark's Connect client, as that module's own test does.

    run_connect_doctests.py MODULE FILE

writes ``{name: [failed, tried]}`` as JSON into the file, and what failed to standard output.
"""

from __future__ import annotations

import doctest
import importlib
import json
import sys
from types import ModuleType
from typing import Any


def main() -> None:
    """Run them."""
    module, file = sys.argv[1:]
    found: dict[str, tuple[int, int]] = {}

    def testmod(tested: ModuleType, *, globs: dict[str, Any], optionflags: int) -> doctest.TestResults:
        runner = doctest.DocTestRunner(optionflags=optionflags)
        for test in doctest.DocTestFinder(exclude_empty=True).find(tested, globs=globs):
            if test.examples:
                done = runner.run(test)
                found[test.name] = (done.failed, done.attempted)
        return doctest.TestResults(0, 0)

    doctest.testmod = testmod  # type: ignore[assignment]
    importlib.import_module(f"pyspark.sql.connect.{module}")._test()
    with open(file, "w", encoding="utf-8") as report:
        json.dump(found, report)


if __name__ == "__main__":
    main()
