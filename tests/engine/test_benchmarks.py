"""The benchmarks: their answers are those of plain Python, and the harness reports its measurements."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from application import children, eventually
from plain import PlainContext

import alone
import harness
import process
from firesteel import SparkContext
from workloads import GROWING, WORKLOADS, Given, Workload, forget
from workloads.sql import SQL

ROOT = Path(__file__).parents[2]
RUN = [each for each in (*WORKLOADS, *GROWING) if each.run is not None and each not in SQL]


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


def test_a_second_measurement_waits_for_the_first(text: str) -> None:
    held = alone.wait()
    command = [sys.executable, str(ROOT / "benchmarks" / "harness.py"), "lines", "--corpus", text]
    options = ["--peers", "by-hand", "--runs", "1", "--no-memory"]
    with subprocess.Popen([*command, *options], stdout=PIPE, stderr=PIPE, text=True) as second:
        assert second.stderr is not None
        assert (
            second.stderr.readline()
            == "another scripts/bench of this checkout measures: waiting for its end\n"
        )
        os.close(held)
        told = second.communicate(timeout=60)[1]
    assert (second.returncode, told.count("run 1/1")) == (0, 1)


@pytest.mark.parametrize("watched", [False, True])
def test_interrupted_it_ends_what_it_measures(tmp_path: Path, watched: bool) -> None:
    def interrupt(number: int, _: object) -> None:
        raise KeyboardInterrupt

    pids = tmp_path / "pids"
    program = f"""if True:
        import os, pathlib, signal
        child = os.fork()
        if child:
            pathlib.Path({str(pids)!r}).write_text(f"{{os.getpid()}} {{child}}")
            os.kill({os.getpid()}, signal.SIGUSR1)
        signal.pause()
    """
    before, threads = signal.signal(signal.SIGUSR1, interrupt), threading.active_count()
    try:
        with pytest.raises(KeyboardInterrupt):
            process.run([sys.executable, "-c", program], dict(os.environ), "it", watched=watched)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert threading.active_count() == threads
    for pid in pids.read_text().split():
        eventually(lambda pid=pid: not alive(int(pid)), f"process {pid} has ended")


def alive(pid: int) -> bool:
    return any(pid in below for below in children().values())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "nowhere.json"],
        ["--from", "."],
        *(["--from", f"{number}.json"] for number in range(5)),
        ["--from", "fine.json", "larger.json"],
        ["--scale", "nan"],
        ["--scale", "inf"],
        ["--runs", "0"],
        ["--peers", "firesteel,firesteel"],
        ["--corpus", "nowhere.txt"],
        ["--growth", "nothing"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_measured_or_read_is_refused_in_a_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    damaged = [
        b'{"peers":',
        b"[]",
        b"{}",
        b"\x80",
        b'{"peers": ["firesteel"], "machine": {}, "seconds": {"words": {"firesteel": ["soon"]}}}',
    ]
    for number, text in enumerate(damaged):
        (tmp_path / f"{number}.json").write_bytes(text)
    for name, scale in (("fine", 1), ("larger", 2)):
        (tmp_path / f"{name}.json").write_text(f'{{"peers": [], "machine": {{}}, "scale": {scale}}}')
    done = bench(*arguments)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert "scripts/bench: " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_workload_is_refused_and_the_known_ones_named() -> None:
    done = bench("nothing")
    assert done.returncode == 2
    assert "no workload 'nothing'" in done.stderr
    assert "words" in done.stderr
