"""A format of the program's own, in one module: found by its name, and read as any other input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firesteel import JobError, SparkContext, inputs
from firesteel.errors import PySparkTypeError

ROWS = """
import json

def read(split, options, reading):
    said = json.loads(split)
    reading.bytes_read += len(split)
    for name in said["names"]:
        if name == "bad":
            raise ValueError(f"there is no {name} at {options['server']}")
        yield [(options["server"], name)]
"""


@pytest.fixture
def rows(sc: SparkContext, tmp_path: Path) -> Any:
    path = tmp_path / "rows_format.py"
    path.write_text(ROWS, encoding="utf-8")
    sc.addPyFile(str(path))
    splits = [b'{"names": ["a", "b"]}', b'{"names": []}', '{"names": ["é"]}'.encode()]
    return inputs.read(sc, "rows_format", splits, {"server": "s"})


def test_a_format_is_read_as_any_other_input(rows: Any) -> None:
    assert rows.getNumPartitions() == 3
    assert rows.glom().collect() == [[("s", "a"), ("s", "b")], [], [("s", "é")]]
    assert rows.count() == 3
    assert rows.first() == ("s", "a")
    assert rows.map(lambda row: (row[1], 1)).reduceByKey(lambda a, b: a + b).count() == 3
    assert rows.zip(rows.cache()).filter(lambda pair: pair[0] == pair[1]).count() == 3
    assert "read at test_inputs.py" in rows.toDebugString().decode()


def test_what_a_format_raises_is_the_users_own_error(sc: SparkContext, rows: Any) -> None:
    bad = inputs.read(sc, "rows_format", [b'{"names": ["bad"]}'], {"server": "s"})
    with pytest.raises(JobError, match="there is no bad at s") as caught:
        bad.collect()
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(JobError, match="no input format 'absent_format'"):
        inputs.read(sc, "absent_format", [b""]).collect()


def test_splits_and_options_of_other_types_are_refused(sc: SparkContext) -> None:
    wrong: Any = ["x"]
    with pytest.raises(PySparkTypeError, match="a split is bytes, and not str"):
        inputs.read(sc, "rows_format", wrong)
    wrong = {"server": 1}
    with pytest.raises(PySparkTypeError, match="'server': 1 is not"):
        inputs.read(sc, "rows_format", [b""], wrong)


def test_text_is_a_format_that_programs_may_name(sc: SparkContext, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"one\ntwo\n")
    lines = sc.textFile(str(path))
    assert (lines.collect(), lines.count()) == (["one", "two"], 2)
