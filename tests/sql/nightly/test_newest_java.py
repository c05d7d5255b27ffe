"""On a Java that warns of what Spark's and our own libraries do, no one sees a warning."""

from __future__ import annotations

import os
import subprocess
import sys
from glob import glob
from pathlib import Path

import pytest

from firesteel._driver import jvm

pytestmark = pytest.mark.timeout(300)

PROGRAM = """
from firesteel import install_as_pyspark
install_as_pyspark()
from pyspark.sql import SparkSession, functions as F
from firesteel.sql._engine import engine_of
with SparkSession.builder.master("local[2]").getOrCreate() as spark:
    sc = spark.sparkContext
    pairs = sc.parallelize(range(100), 4).map(lambda x: (x % 2, x)).reduceByKey(lambda a, b: a + b)
    frame = pairs.toDF("k long, v long")
    print(spark.sql("select java_method('java.lang.System', 'getProperty', 'java.version') as v").first().v)
    print(sorted(frame.select(F.udf(lambda v: v + 1, "long")("v").alias("v")).rdd.collect()))
    print(frame.filter("k = 1").rdd.collect(), frame.toPandas().shape)
    assert "WARN" not in engine_of(sc).prepare().last_words(), engine_of(sc).prepare().last_words()
"""


def newest() -> tuple[str, int]:
    """Return the home and the version of the newest Java of this machine."""
    homes = [os.environ.get("JAVA_HOME", ""), *glob("/usr/lib/jvm/*")]
    there = [home for home in homes if os.access(os.path.join(home, "bin", "java"), os.X_OK)]
    found = [(home, java.version) for home in there if (java := jvm._inspect(f"{home}/bin/java"))]
    return max(found, key=lambda each: each[1])


def test_nothing_is_printed(tmp_path: Path) -> None:
    home, version = newest()
    if version < 24:
        pytest.skip(f"the newest Java here is {version}, and the first that warns is 24")
    environment = {**os.environ, "JAVA_HOME": home, "XDG_CACHE_HOME": str(tmp_path)}
    settings = "-c firesteel.sql.archive=false pyspark-shell"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**environment, "PYSPARK_SUBMIT_ARGS": settings},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.stderr == ""
    java, *answers = done.stdout.splitlines()
    assert java.startswith(str(version))
    assert answers == ["[Row(v=2451), Row(v=2501)]", "[Row(k=1, v=2500)] (2, 2)"]
