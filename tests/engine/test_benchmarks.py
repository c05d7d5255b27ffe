"""The benchmarks: their answers are those of plain Python, and the harness tells what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plain import PlainContext

import harness
from firesteel import SparkContext
from workloads import GROWING, WORKLOADS, Given, Workload, forget

ROOT = Path(__file__).parents[2]
RUN = [each for each in (*WORKLOADS, *GROWING) if each.run is not None]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("bench") / "text.txt"
    lines = (f"the line {number} of {number % 7} words é \t {number * number} \n" for number in range(2000))
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def answer_of(text: str, tmp_path: Path) -> Iterator[Any]:
    def answer(context: Any, workload: Workload) -> Any:
        scratch = tmp_path / type(context).__name__
        scratch.mkdir()
        assert workload.run is not None
        forget()
        found = workload.run(context, Given(text, text, str(scratch), scale=0.001))
        return json.loads(json.dumps(found() if callable(found) else found))

    yield answer
    forget()


@pytest.mark.parametrize("workload", RUN, ids=lambda workload: workload.name)
def test_a_workloads_answer_is_that_of_plain_python(
    sc: SparkContext, answer_of: Any, workload: Workload
) -> None:
    assert harness.agree(answer_of(sc, workload), answer_of(PlainContext(), workload))


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "harness.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, env=dict(os.environ))


def test_two_peers_are_measured_by_turns_and_their_answers_compared(text: str) -> None:
    done = bench("lines", "words", "--peers", "firesteel,by-hand", "--runs", "1", "--corpus", text, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["differing"] == told["failed"] == []
    assert {name: sorted(peers) for name, peers in told["seconds"].items()} == {
        "lines": ["by-hand", "firesteel"],
        "words": ["by-hand", "firesteel"],
    }
    assert all(len(times) == 1 for peers in told["seconds"].values() for times in peers.values())
    assert 1e7 < told["bytes"]["lines"]["firesteel"] < 1e9
    assert 1e6 < told["bytes"]["lines"]["by-hand"] < 1e9
    turns = [line.split(": ")[1].partition(",")[0] for line in done.stderr.splitlines() if line[:4] == "run "]
    assert turns == ["by-hand", "firesteel"] * 2


def test_an_unknown_workload_is_refused_and_the_known_ones_named() -> None:
    done = bench("nothing")
    assert done.returncode == 2
    assert "no workload 'nothing'" in done.stderr
    assert "words" in done.stderr
