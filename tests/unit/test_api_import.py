"""Importing firesteel is quick and starts nothing; `import pyspark` means the same objects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import firesteel

PACKAGE_ROOT = str(Path(firesteel.__file__).parents[1])
OVERLAY = str(Path(firesteel.__file__).parent / "_overlay")


def python(code: str, *path: str) -> str:
    """Run a program in a fresh interpreter, and give what it prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, PACKAGE_ROOT])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_loads_nothing_heavy_and_starts_nothing() -> None:
    loaded = json.loads(
        python(
            "import sys, threading, json, firesteel\n"
            "from firesteel import __version__, install_as_pyspark\n"
            "heavy = ['numpy', 'py4j', 'cloudpickle', 'msgpack', 'crc32c', 'firesteel.context']\n"
            "print(json.dumps([name for name in heavy if name in sys.modules] + "
            "[thread.name for thread in threading.enumerate()]))"
        )
    )
    assert loaded == ["MainThread"]


def test_the_classes_do_not_need_numpy_or_py4j() -> None:
    code = "import sys; from firesteel import *; print('numpy' in sys.modules, 'py4j' in sys.modules)"
    assert python(code) == "False False\n"


def test_importing_is_quick() -> None:
    code = "import time; start = time.process_time(); import firesteel; print(time.process_time() - start)"
    assert min(float(python(code)) for _ in range(3)) < 0.05


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="'firesteel' has no attribute 'Nothing'"):
        _ = firesteel.Nothing
    assert set(firesteel.__all__) <= set(dir(firesteel))


def test_pyspark_is_the_same_objects() -> None:
    code = """
import importlib, firesteel, pyspark
from pyspark import SparkContext, SparkConf, RDD, StorageLevel, Broadcast, Accumulator, AccumulatorParam
from pyspark import SparkFiles, TaskContext
import pyspark.rdd, pyspark.context, pyspark.conf, pyspark.broadcast, pyspark.accumulators
import pyspark.storagelevel, pyspark.taskcontext, pyspark.files, pyspark.errors, pyspark.resultiterable
import pyspark.core.rdd, pyspark.core.context, pyspark.core.broadcast, pyspark.core.files
from pyspark.errors import PySparkRuntimeError
from pyspark.rdd import portable_hash
for name in pyspark.__all__:
    if name != "__version__":
        assert getattr(pyspark, name) is getattr(firesteel, name), name
assert pyspark.core.rdd.RDD is pyspark.rdd.RDD is firesteel.RDD
assert pyspark.core.context.SparkContext is firesteel.SparkContext
import firesteel.errors
assert PySparkRuntimeError is firesteel.errors.PySparkRuntimeError
print(pyspark.__version__)
"""
    assert python(code, OVERLAY) == "4.3.0\n"


@pytest.mark.parametrize("name", ["streaming", "mllib"])
def test_what_is_not_there_yet_says_so(name: str) -> None:
    code = f"""
try:
    import pyspark.{name}
except ImportError as error:
    print(error)
"""
    assert "not in Firesteel yet. Use" in python(code, OVERLAY)


def test_installing_the_overlay() -> None:
    code = (
        "import firesteel; firesteel.install_as_pyspark(); firesteel.install_as_pyspark()\n"
        "from pyspark import RDD; print(RDD is firesteel.RDD)"
    )
    assert python(code) == "True\n"


def test_another_pyspark_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "pyspark.py").write_text("")
    code = """
import pyspark, firesteel
try:
    firesteel.install_as_pyspark()
except RuntimeError as error:
    print(error)
"""
    assert "another pyspark is already imported" in python(code, str(tmp_path))


def test_other_platforms_are_refused() -> None:
    code = """
import sys
from firesteel import SparkContext
sys.platform = "darwin"
try:
    SparkContext("local", "x")
except RuntimeError as error:
    print(error)
"""
    assert "Firesteel runs on Linux; this is darwin" in python(code)
