"""PySpark's own example programs, unchanged, under bin/spark-submit: they print what they print with PySpark.

They are those of the installed package. Those of SQL read files that the package lacks; `resources` makes
files of the same form. Of a program that draws random numbers, or prints how far it is, only what kinds of
lines it prints is compared.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from compat_peer import ROOT

from firesteel.sql._installed import require_jars

PACKAGE = Path(require_jars().package)
PROGRAMS = PACKAGE / "examples" / "src" / "main" / "python"
_NUMBERS = re.compile(r"(?:\s*-?\d+(?:\.\d*)?(?:e[-+]?\d+)?)+(?:\s+(?=\]))?")  # NumPy pads an array
_STATES = re.compile(r"RUNNING|SUCCEEDED")  # when the program asks, not what it prints, decides which
_DATA = "data/mllib"


class Program(NamedTuple):
    """A program, its arguments, and whether it prints random numbers."""

    name: str
    arguments: tuple[str, ...] = ()
    random: bool = False


TOP = (
    Program("als", ("10", "20", "5", "2", "2"), random=True),
    Program("kmeans", (f"{_DATA}/kmeans_data.txt", "2", "0.5")),
    Program("logistic_regression", ("points.txt", "3"), random=True),
    Program("pagerank", (f"{_DATA}/pagerank_data.txt", "5")),
    Program("pi", ("4",), random=True),
    Program("sort", ("numbers.txt",)),
    Program("status_api_demo", random=True),
    Program("transitive_closure", ("2",), random=True),
    Program("wordcount", (f"{_DATA}/pagerank_data.txt",)),
)
SQL = tuple(Program(f"sql/{name}") for name in ("arrow", "basic", "datasource", "udtf"))
ML = tuple(
    Program(f"ml/{name}")
    for name in (
        "aft_survival_regression",
        "binarizer_example",
        "bucketizer_example",
        "correlation_example",
        "count_vectorizer_example",
        "decision_tree_classification_example",
        "feature_hasher_example",
        "fpgrowth_example",
        "generalized_linear_regression_example",
        "imputer_example",
        "index_to_string_example",
        "isotonic_regression_example",
        "kmeans_example",
        "linear_regression_with_elastic_net",
        "logistic_regression_with_elastic_net",
        "n_gram_example",
        "naive_bayes_example",
        "onehot_encoder_example",
        "pca_example",
        "pipeline_example",
        "standard_scaler_example",
        "tf_idf_example",
        "vector_assembler_example",
        "word2vec_example",
    )
)


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """A directory as the programs expect it around them."""
    (tmp_path / "data").mkdir()
    (tmp_path / _DATA).symlink_to(PACKAGE / _DATA)
    (tmp_path / "numbers.txt").write_text("5 3 9\n1 40 7\n")
    points = [" ".join(map(str, [label, *(label * each / 10 for each in range(10))])) for label in (1, -1)]
    (tmp_path / "points.txt").write_text("\n".join(points) + "\n")
    there = tmp_path / "examples" / "src" / "main" / "resources"
    there.mkdir(parents=True)
    (there / "people.json").write_text('{"name":"Ada"}\n{"name":"Bob", "age":30}\n{"name":"Cy", "age":19}\n')
    (there / "people.txt").write_text("Ada, 29\nBob, 30\nCy, 19\n")
    (there / "people.csv").write_text("name;age;job\nAda;30;Developer\nBob;32;Developer\n")
    (there / "people.xml").write_text(
        "<people><person><name>Ada</name><age>29</age></person><person><name>Cy</name><age>19</age></person></people>\n"
    )
    _write_users(there)
    return tmp_path


def _write_users(there: Path) -> None:
    import pyarrow as pa
    from pyarrow import orc, parquet

    users = pa.table(
        {
            "name": ["Ada", "Bob"],
            "favorite_color": pa.array([None, "red"], pa.string()),
            "favorite_numbers": pa.array([[3, 9], []], pa.list_(pa.int32())),
        }
    )
    parquet.write_table(users, there / "users.parquet")
    orc.write_table(users, there / "users.orc")
    for name in ("dir1/file1.parquet", "dir1/dir2/file2.parquet"):
        path = there / name
        path.parent.mkdir(exist_ok=True)
        parquet.write_table(pa.table({"file": [path.name]}), path)
    (there / "dir1" / "file3.json").write_text('{"file":"corrupt.json"}\n')


def printed(command: list[str], directory: Path, program: Program) -> str:
    """Run a program, and return what it prints; one line of each kind if it prints random numbers."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "SPARK"))}
    done = subprocess.run(
        [*command, str(PROGRAMS / f"{program.name}.py"), *program.arguments],
        cwd=directory,
        env={
            **kept,
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.default.parallelism=2 "
            "--conf spark.sql.shuffle.partitions=4 pyspark-shell",
        },
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    if not program.random:
        return done.stdout
    return "\n".join(sorted(set(_STATES.sub("STATE", _NUMBERS.sub(" N", done.stdout)).splitlines())))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "program",
    [
        *(pytest.param(each, id=each.name) for each in TOP),
        *(pytest.param(each, id=each.name, marks=pytest.mark.slow) for each in (*SQL, *ML)),
    ],
)
def test_a_program_prints_what_it_prints_with_pyspark(
    program: Program, resources: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = printed([os.path.join(ROOT, "bin", "spark-submit")], resources, program)
    assert ours
    theirs = tmp_path_factory.mktemp("theirs")
    (theirs / "data").mkdir()
    for name in ("data/mllib", "examples", "numbers.txt", "points.txt"):
        (theirs / name).symlink_to(resources / name)
    assert ours == printed([sys.executable], theirs, program)
