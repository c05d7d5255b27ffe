"""Functions that are named by a Java program, and what they require of the interpreter."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from firesteel._worker.closures import ClosureCache
from firesteel._worker.function_references import FunctionUnusable, resolve
from firesteel._worker.requirements import missing


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[Path]:
    path, known = list(sys.path), set(sys.modules)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - known:
        del sys.modules[name]


def test_a_function_of_a_module_on_the_given_path(modules: Path) -> None:
    (modules / "scoring_a.py").write_text(
        "class Scores:\n    @staticmethod\n    def score(x):\n        return x + 1\n"
    )
    assert resolve("scoring_a:Scores.score", None, [str(modules)], [])(1) == 2


def test_a_function_of_a_source_starts_afresh_each_time() -> None:
    source = "seen = []\ndef add(x):\n    seen.append(x)\n    return len(seen)\n"
    first = resolve("add", source, [], [])
    assert [first(1), first(1)] == [1, 2]
    assert resolve("add", source, [], [])(1) == 1


def test_the_closure_file_that_java_writes(modules: Path) -> None:
    golden = Path(__file__).parents[1] / "wire" / "closure_of_java.bin"
    first, second = ClosureCache().load("closure_1_7", str(golden))
    assert (first[0], first[1](9), first[2]) == ("map", 3.0, "mapPython at App.java:3")
    assert (second[0], second[2]) == ("filter", "filterPython at App.java:4")
    assert [second[1](number) for number in (1, 2)] == [False, True]
    assert sys.path[0] == "/opt/é"


@pytest.mark.parametrize(
    ("reference", "source", "says"),
    [
        ("nowhere_at_all:f", None, "there is no module nowhere_at_all. Searched were "),
        ("math", None, "write it as 'module:function'"),
        ("math:nothing", None, "has no nothing"),
        ("math:pi", None, "math:pi is a float, and not a function"),
        ("broken_b:f", None, "importing broken_b raised ZeroDivisionError"),
        ("importing_c:f", None, "its module imports nowhere_at_all, which the interpreter"),
        ("f", "def g(): pass", "the Python source defines no f"),
        ("f", "def f(: pass", "SyntaxError"),
    ],
)
def test_a_function_that_cannot_be_had_is_explained(
    modules: Path, reference: str, source: str | None, says: str
) -> None:
    (modules / "broken_b.py").write_text("1 / 0\n")
    (modules / "importing_c.py").write_text("import nowhere_at_all\n")
    with pytest.raises(FunctionUnusable) as error:
        resolve(reference, source, [str(modules)], [])
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("requirement", "holds"),
    [
        ("made-up", True),
        ("made-up==1.10", True),
        ("made-up==1.10.0", True),
        ("made-up == 1.*", True),
        ("made-up>=1.9", True),
        ("made-up>=1.2,<2", True),
        ("made-up~=1.8", True),
        ("made-up!=1.9", True),
        ("made-up~=2.0", False),
        ("made-up<1.10", False),
        ("made-up>1.10", False),
        ("made-up>=1.2,!=1.10", False),
        ("made-up==2.*", False),
    ],
)
def test_versions_are_compared_number_by_number(
    requirement: str, holds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.10rc1")
    missing.cache_clear()
    said = missing((requirement,))
    missing.cache_clear()
    assert (said == "") is holds
    assert holds or ("1.10rc1 is installed" in said and "pip install" in said)


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(FunctionUnusable) as error:
        resolve("math:sqrt", None, [], ["numpy", "not-there-1>=2", "what[extra]"])
    said = str(error.value)
    assert "not-there-1>=2 (not installed)" in said
    assert "what[extra] (a requirement is a name" in said
    assert "numpy (" not in said
    assert sys.executable in said
    assert "spark.pyspark.python" in said


def test_modules_of_one_name_in_two_paths_are_two(modules: Path) -> None:
    for place in "ab":
        (modules / place).mkdir()
        (modules / place / "named_alike.py").write_text(f"def which(): return {place!r}")
        (modules / place / f"user_of_{place}.py").write_text(
            "import named_alike\ndef which(): return named_alike.which()"
        )
    for place in "abba":
        path = [str(modules / place)]
        assert resolve("named_alike:which", None, path, [])() == place
        assert resolve(f"user_of_{place}:which", None, path, [])() == place
