"""The examples in the docstrings of every public module run, and give the output that they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import firesteel

_MODULES = [
    "firesteel",
    *(f"firesteel.{each.name}" for each in pkgutil.iter_modules(firesteel.__path__) if each.name[0] != "_"),
]


@pytest.mark.parametrize("name", _MODULES)
def test_docstring_examples(name: str, sc: firesteel.SparkContext) -> None:
    module = importlib.import_module(name)
    globals_ = {**vars(module), "sc": sc}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs=None, globs=globals_):
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
