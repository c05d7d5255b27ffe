"""Random damage to every kind of stored file: no wrong answer, and no failed job that could be saved.

``scripts/test faults --injections 10000`` makes more of them; the figure is printed with ``-s``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from injections import Injections

from firesteel import SparkConf, SparkContext


@pytest.mark.timeout(3000)
def test_no_damage_gives_a_wrong_answer(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    number = request.config.getoption("--injections")
    conf = SparkConf().setMaster("local[2]").setAppName("fuzz").set("spark.python.worker.memory", "4m")
    conf.set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as sc:
        fuzz = Injections(sc, tmp_path, seed=request.config.getoption("--injections-seed"))
        fuzz.run(number)
    print(f"{sum(fuzz.counts.values())} injections, {len(fuzz.wrong)} wrong: {dict(fuzz.counts)}")
    assert not fuzz.wrong, "\n".join(fuzz.wrong)
    assert set(fuzz.counts) - {"vanished"} == set(fuzz.steps)
    assert fuzz.counts["vanished"] <= number // 1000, "an injection that damages nothing tests nothing"
