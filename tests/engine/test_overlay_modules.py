"""Every module of the overlay names Firesteel's own objects, by PySpark's old path and by its new one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import firesteel

PACKAGE_ROOT = str(Path(firesteel.__file__).parents[1])
OVERLAY = str(Path(firesteel.__file__).parent / "_overlay")
OWN = {"cloudpickle", "daemon", "java_gateway", "testing"}
LATER = {"_alone", "_behind", "ml", "mllib", "pandas", "pipelines", "sql", "streaming"}

WALK = """
import importlib, importlib.util, pickle, pkgutil, sys
import pyspark
paths = [path for path in pyspark.__path__ if "_overlay" in path]  # not what an installed pyspark adds
names = [each.name for each in pkgutil.walk_packages(paths, "pyspark.", onerror=lambda name: None)]
names = [name for name in names if name.split(".")[1] not in {later}]
names = [name for name in names if "_overlay" in importlib.util.find_spec(name).origin]
seen = 0
for name in names:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", []):
        thing = getattr(module, public)
        home = getattr(thing, "__module__", "firesteel")
        own = name.split(".")[1] in {own}  # what only PySpark's name leads to
        assert own or home.startswith("firesteel") or not hasattr(thing, "__qualname__"), (name, public, home)
        if isinstance(thing, type):
            assert pickle.loads(pickle.dumps(thing)) is thing, (name, public)
            seen += 1
for new in [name for name in names if name.startswith("pyspark.core.")]:
    old = importlib.import_module(new.replace("pyspark.core.", "pyspark."))
    for public in importlib.import_module(new).__all__:
        assert getattr(old, public) is getattr(importlib.import_module(new), public), (new, public)
"""

IN_WORKERS = """
from pyspark import SparkContext
from pyspark.core.rdd import portable_hash
from pyspark.resultiterable import ResultIterable
from pyspark.serializers import CPickleSerializer, MarshalSerializer
from pyspark.statcounter import StatCounter
def look(_):
    import pyspark.core.rdd, pyspark.rdd, pyspark.serializers, pyspark.statcounter
    same = pyspark.core.rdd.RDD is pyspark.rdd.RDD
    return same, pyspark.serializers.MarshalSerializer(), pyspark.statcounter.StatCounter([1, 2])
with SparkContext("local[1]", "overlay") as sc:
    [(same, serializer, counter)] = sc.parallelize([0], 1).map(look).collect()
    assert same and type(serializer) is MarshalSerializer and type(counter) is StatCounter
    [(_, values)] = sc.parallelize([(1, 2)]).groupByKey().collect()
    assert type(values) is ResultIterable
print("fine")
"""


CASES = """
import unittest
from pyspark.testing.utils import PySparkTestCase, QuietTest, ReusedPySparkTestCase, eventually, timeout

class One(PySparkTestCase):
    def test_sum(self):
        assert self.sc.parallelize([1, 2]).sum() == 3

class Shared(ReusedPySparkTestCase):
    def test_sum(self):
        with QuietTest(self.sc), self.quiet():
            self.assertRaises(Exception, self.sc.parallelize([0]).map(lambda x: 1 / x).count)
        assert self.sc.parallelize([1, 2]).sum() == 3

    def test_eventually(self):
        tries = []

        @eventually(timeout=20, interval=0.01, catch_assertions=True)
        def passes():
            tries.append(1)
            assert len(tries) == 3

        passes()
        assert len(tries) == 3

        @eventually(timeout=0.05, interval=0.01)
        def never():
            return False

        self.assertRaisesRegex(AssertionError, "timeout", never)

    def test_timeout(self):
        import time
        self.assertRaises(TimeoutError, timeout(0.05)(lambda: time.sleep(20)))

program = unittest.main(exit=False)
assert program.result.wasSuccessful() and program.result.testsRun == 4
print("fine")
"""

NAMES = """
import io, os, pyspark
from pyspark import (CPickleSerializer, MarshalSerializer, SparkConf, SparkContext, SparkExecutorInfo,
                     accumulators, cloudpickle, keyword_only, since)
from pyspark.accumulators import COMPLEX_ACCUMULATOR_PARAM, FLOAT_ACCUMULATOR_PARAM, INT_ACCUMULATOR_PARAM
from pyspark.find_spark_home import _find_spark_home
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.loose_version import LooseVersion
from pyspark.serializers import ChunkedStream
from pyspark.traceback_utils import CallSite, first_spark_call
import pyspark.daemon, pyspark.worker

assert INT_ACCUMULATOR_PARAM.zero(5) == 0 and INT_ACCUMULATOR_PARAM.addInPlace(1, 2) == 3
assert os.path.isdir(_find_spark_home())
assert LooseVersion("1.10") > LooseVersion("1.9") and LooseVersion("1.0b1") < "1.0.1"
assert LooseVersion("1") < "1.0"
assert cloudpickle.loads(cloudpickle.dumps(lambda x: x + 1))(1) == 2

class Model:
    @keyword_only
    def fit(self, *, depth=1):
        '''Fit.'''
        return self._input_kwargs
assert Model().fit(depth=2) == {"depth": 2}
assert since(1.5)(lambda: None).__doc__.endswith(".. versionadded:: 1.5")

file = io.BytesIO()
stream = ChunkedStream(file, 3)
for piece in (b"ab", b"cdef", b"g"):
    stream.write(piece)
stream.close(); stream.close()
from pyspark.serializers import read_int
file.seek(0)
found = []
while (length := read_int(file)) != -1:
    found.append(file.read(length))
assert found == [b"abc", b"def", b"g"] and stream.closed, found

import json, logging
written = io.StringIO()
logger = PySparkLogger.getLogger("orders")
logger.handlers[0].setStream(written)
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("late %d", 7, order=3)
line = json.loads(written.getvalue())
assert (line["msg"], line["level"], line["context"]) == ("late 7", "ERROR", {"order": 3}), line
assert line["exception"]["class"] == "ZeroDivisionError"
assert logging.getLogger("orders") is logger and type(logging.getLogger("plain")) is logging.Logger

try:
    launch_gateway()
except RuntimeError as error:
    assert "SparkContext" in str(error)
with SparkContext("local[1]", "names") as sc:
    assert launch_gateway(SparkConf()).jvm.java.lang.Math.abs(-1) == 1
    site = sc.parallelize([0], 1).map(lambda _: 0).getNumPartitions()
print("fine")
"""


def python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([OVERLAY, PACKAGE_ROOT])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_modules_name_the_same_objects() -> None:
    assert int(python(WALK.format(later=LATER, own=OWN) + "print(seen)")) > 80


def test_workers_agree() -> None:
    assert python(IN_WORKERS) == "fine\n"


def test_the_test_cases() -> None:
    assert python(CASES).strip() == "fine"


def test_names_and_modules_of_pysparks_own() -> None:
    assert python(NAMES).strip() == "fine"
