"""Formats of inputs, as a worker finds them: by the name in the plan, when a task reads one, not before."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "worker_support", Path(__file__).with_name("worker_support.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
support = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(support)

COUNTER = """
def read(split, options, reading):
    first, last = split
    reading.bytes_read += len(split)
    for number in range(first, last):
        yield [options["unit"] * number] * 2
"""


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    (tmp_path / "modules").mkdir()
    made = support.Rig(tmp_path)
    yield made
    made.close()


def module(rig: Any, name: str, text: str) -> None:
    path = rig.root.joinpath("modules", *name.split(".")).with_suffix(".py")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["counter_format", "counters.toy"])
def test_a_format_is_one_module_that_a_plan_names(rig: Any, name: str) -> None:
    module(rig, name, COUNTER)
    source = ["Input", name, {"unit": "ab"}, bytes([1, 3])]
    assert name not in sys.modules
    assert rig.collect(source) == ["ab", "ab", "abab", "abab"]
    assert rig.collect(["Zip", source, source])[2] == ("abab", "abab")
    done = rig.done(["Count", source])
    assert (done["records"], done["metrics"]["records_read"], done["metrics"]["bytes_read"]) == (4, 4, 2)


def test_what_is_no_format_is_said_with_its_name(rig: Any) -> None:
    failed = rig.failed(["Result", ["Input", "no_such_format", {}, b""], "r"])
    assert failed["kind"] == "user"
    assert "no input format 'no_such_format'" in failed["error"]["message"]
    assert "addPyFile" in failed["error"]["message"]
    module(rig, "empty_format", "")
    failed = rig.failed(["Result", ["Input", "empty_format", {}, b""], "r"])
    assert "empty_format" in failed["error"]["message"]
    assert "no function read" in failed["error"]["message"]
    module(rig, "needy_format", "import a_library_that_is_not_there")
    failed = rig.failed(["Result", ["Input", "needy_format", {}, b""], "r"])
    assert failed["error"]["message"] == "No module named 'a_library_that_is_not_there'"


def test_a_worker_imports_the_formats_that_it_reads_and_no_others() -> None:
    program = """
import firesteel._worker.loop, firesteel._worker.formats as formats, sys
loaded = lambda: {name.rpartition(".")[2] for name in sys.modules if name.startswith(formats.__name__ + ".")}
assert not loaded(), loaded()
formats.reader_of("wholetext")
assert loaded() == {"wholetext"}, loaded()
"""
    subprocess.run([sys.executable, "-c", program], check=True)
