"""Functions of queries find the modules that the driver finds; those of `pyspark.ml` are there when used."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., str]


def test_modules_of_the_path_and_of_added_files_are_found(run_program: Run, tmp_path: Path) -> None:
    on_path, added = tmp_path / "on_path", tmp_path / "added"
    on_path.mkdir()
    added.mkdir()
    (tmp_path / "beside.py").write_text("def step(number): return number + 1")
    (on_path / "of_the_path.py").write_text("def step(number): return number + 10")
    (added / "early.py").write_text("def step(number): return number + 100")
    (added / "late.py").write_text("def step(number): return number + 1000")
    with zipfile.ZipFile(added / "zipped.zip", "w") as file:
        file.writestr("zipped.py", "def step(number): return number + 10000")
    printed = run_program(
        f"""
from pyspark.sql import SparkSession, functions as F
import beside, of_the_path
spark = SparkSession.builder.getOrCreate()
spark.sparkContext.addPyFile({str(added / "early.py")!r})
import early
steps = [F.udf(module.step, "long")("id") for module in (beside, of_the_path, early)]
print(list(spark.range(1).select(*steps).first()))
for name in ("late.py", "zipped.zip"):
    spark.sparkContext.addPyFile({str(added)!r} + "/" + name)
import late, zipped
steps = [F.udf(module.step, "long")("id") for module in (late, zipped)]
print(list(spark.range(1).select(*steps).first()))
spark.stop()
""",
        environment={"PYTHONPATH": str(on_path)},
    )
    assert printed.splitlines() == ["[1, 10, 100]", "[1000, 10000]"]


def test_functions_of_vectors_are_there_when_a_query_uses_them(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.errors import AnalysisException
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
arrays = spark.range(2).selectExpr("array(cast(id as double), 1.5) as a")
vectors = arrays.select(array_to_vector("a").alias("v"))
print([row.v.values.tolist() for row in vectors.collect()])
print([row.a for row in vectors.select(vector_to_array("v", "float32").alias("a")).collect()])
try:
    spark.sql("select vector_to_array(array(1))")
except AnalysisException as error:
    print(error.getCondition())
spark.stop()
"""
    )
    assert printed.splitlines() == ["[[0.0, 1.5], [1.0, 1.5]]"] * 2 + ["UNRESOLVED_ROUTINE"]


def test_the_drivers_java_options_are_for_the_sql_engine_too(run_program: Run) -> None:
    printed = run_program(
        """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.sql("select current_timezone()").first()[0])
spark.stop()
""",
        "--driver-java-options",
        "-Duser.timezone=Asia/Tokyo",
    )
    assert printed == "Asia/Tokyo\n"
