"""Every module of the overlay names Firesteel's own objects, by PySpark's old path and by its new one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import firesteel

PACKAGE_ROOT = str(Path(firesteel.__file__).parents[1])
OVERLAY = str(Path(firesteel.__file__).parent / "_overlay")
LATER = {"ml", "mllib", "pandas", "sql", "streaming"}

WALK = """
import importlib, pickle, pkgutil, sys
import pyspark
names = [each.name for each in pkgutil.walk_packages(pyspark.__path__, "pyspark.", onerror=lambda name: None)]
names = [name for name in names if name.split(".")[1] not in {later}]
seen = 0
for name in names:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", []):
        thing = getattr(module, public)
        home = getattr(thing, "__module__", "firesteel")
        assert home.startswith("firesteel") or not hasattr(thing, "__qualname__"), (name, public, home)
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


def python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([OVERLAY, PACKAGE_ROOT])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_modules_name_the_same_objects() -> None:
    assert int(python(WALK.format(later=LATER) + "print(seen)")) > 80


def test_workers_agree() -> None:
    assert python(IN_WORKERS) == "fine\n"
