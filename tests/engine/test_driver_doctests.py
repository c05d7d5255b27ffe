"""The examples of what public modules take from private ones, such as the methods of RDD and SparkContext."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil

import pytest

import firesteel
import firesteel.serializers

PARTS = sorted(
    each.name
    for package in ("_rdd", "_context", "_functions", "_compat")
    for each in pkgutil.iter_modules([os.path.join(firesteel.__path__[0], package)], f"firesteel.{package}.")
)


@pytest.mark.parametrize("name", PARTS)
def test_examples(name: str, sc: firesteel.SparkContext) -> None:
    module = importlib.import_module(name)
    names = {each: getattr(firesteel, each) for each in firesteel.__all__}
    if name == "firesteel._compat.streams":  # seen as a part of it
        names |= {each: getattr(firesteel.serializers, each) for each in firesteel.serializers.__all__}
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
