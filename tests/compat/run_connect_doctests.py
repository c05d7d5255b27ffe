"""Runs the examples of one module of PySpark's Connect client, as that module's own test does.

    run_connect_doctests.py MODULE FILE [EARLIER]

writes ``{name: [text, failed]}`` as JSON into the file, and what failed to standard output: how many examples
of a text failed. With the file of an earlier run, by another client, the examples are the ones of that run.
"""

from __future__ import annotations

import doctest
import importlib
import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def main() -> None:
    """Run them."""
    module, file, *earlier = sys.argv[1:]
    found: dict[str, tuple[str, int]] = {}

    def testmod(tested: ModuleType, *, globs: dict[str, Any], optionflags: int) -> doctest.TestResults:
        runner = doctest.DocTestRunner(optionflags=optionflags)
        for name, text in texts(tested):
            test = doctest.DocTestParser().get_doctest(text, globs, name, tested.__file__, 0)
            if test.examples:
                found[name] = (text, runner.run(test).failed)
        return doctest.TestResults(0, 0)

    def texts(tested: ModuleType) -> Iterator[tuple[str, str]]:
        if earlier:
            with open(earlier[0], encoding="utf-8") as report:
                yield from ((name, text) for name, (text, _) in json.load(report).items())
        else:
            for test in doctest.DocTestFinder(exclude_empty=True).find(tested):
                yield test.name, test.docstring or ""

    doctest.testmod = testmod  # type: ignore[assignment]
    importlib.import_module(f"pyspark.sql.connect.{module}")._test()
    with open(file, "w", encoding="utf-8") as report:
        json.dump(found, report)


if __name__ == "__main__":
    main()
