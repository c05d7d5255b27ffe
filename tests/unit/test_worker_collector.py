"""The collector of a worker: less and less often while there are no cycles, often again when there are."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import gc
from firesteel._worker.collector import FEWEST, MOST, Collector

gc.collect()
gc.freeze()
collector = Collector()
collector.start()

def plain(count):
    return [[] for _ in range(count)]

def cycles(count):
    for _ in range(count):
        a = []
        a.append(a)

def young():
    return gc.get_threshold()[0]

"""


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("print(young() == FEWEST)", "True"),
        ("held = plain(2 * FEWEST); print(young() == 4 * FEWEST)", "True"),
        ("held = plain(2 * MOST); print(young() == MOST)", "True"),
        ("held = plain(2 * MOST); cycles(2 * MOST); print(young() == FEWEST)", "True"),
        ("cycles(3 * FEWEST); print(young() == FEWEST, len(gc.get_objects()) < 2 * FEWEST)", "True True"),
        ("gc.set_threshold(1000); held = plain(2 * FEWEST); print(young())", "1000"),
        ("gc.disable(); cycles(2 * FEWEST); print(gc.isenabled(), young() == FEWEST)", "False True"),
        ("cycles(3 * FEWEST // 2); x = bytearray(200 << 20); x[::4096] = x[::4096]; collector.after_task(); "
         "print(gc.get_count()[0] < FEWEST // 4)", "True"),
    ],
)  # fmt: skip
def test_young_objects_are_looked_at_as_often_as_it_is_worth(steps: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + steps.replace("; ", "\n")], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == (told, "")
