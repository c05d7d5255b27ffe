"""The examples of RDD's and SparkContext's methods, which are defined in modules of their own by topic."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import firesteel

PARTS = sorted(
    each.name
    for each in pkgutil.iter_modules(firesteel.__path__)
    if each.name.startswith(("_rdd_", "_context_"))
)


@pytest.mark.parametrize("name", PARTS)
def test_examples(name: str, sc: firesteel.SparkContext) -> None:
    module = importlib.import_module(f"firesteel.{name}")
    names = {each: getattr(firesteel, each) for each in firesteel.__all__}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        test.globs.update({**vars(module), **names, "sc": sc})
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_every_public_method_has_an_example() -> None:
    missing = [
        f"{kind.__name__}.{name}"
        for kind in (firesteel.RDD, firesteel.SparkContext, firesteel.SparkConf, firesteel.Broadcast)
        for name in dir(kind)
        if not name.startswith("_")
        and (callable(getattr(kind, name)) or isinstance(getattr(kind, name), property))
        and ">>>" not in (getattr(kind, name).__doc__ or "")
    ]
    assert missing == []
