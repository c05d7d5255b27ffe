"""What scripts/bench makes of its measurements: ratios, means, misses, the page and the plot."""

from __future__ import annotations

import errno
import json
import os
import runpy
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import data
import harness
import memory
import peers
import plot
import process
import report
import results
import summary
from growth import CASES, table
from machine import machine
from options import options
from workloads import GROWING, WORKLOADS


def measurements() -> summary.Measurements:
    return summary.Measurements(
        ["firesteel", "pyspark", "by-hand"],
        {"Python": "3"},
        seconds={
            "small": {"firesteel": [0.001, 0.001], "pyspark": [0.02, 0.02]},
            "lines": {"firesteel": [1.0, 2.0], "pyspark": [9.0, 9.0], "by-hand": [0.5, 0.5]},
            "chain": {"firesteel": [2.0, 4.0], "pyspark": [2.0, 2.0]},
            "join": {"firesteel": [1.0, 1.0], "pyspark": [3.0, 5.0]},
        },
        bytes={"join": {"firesteel": 9, "pyspark": 10}, "chain": {"firesteel": 11, "pyspark": 10}},
    )


def test_losing_workloads_come_first_with_what_they_miss() -> None:
    rows = summary.rows(measurements())
    assert [(row.workload.name, row.missed) for row in rows] == [
        ("chain", ["1.5× PySpark", "memory"]),
        ("lines", ["1.2× the time by hand"]),
        ("join", []),
        ("small", []),
    ]


def test_a_ratio_is_of_the_medians_and_its_spread_of_the_pairs() -> None:
    (row,) = (row for row in summary.rows(measurements()) if row.workload.name == "chain")
    ratio = row.faster["pyspark"]
    assert (ratio.median, ratio.least, ratio.most) == (pytest.approx(2 / 3), 0.5, 1.0)


def test_the_means_are_geometric_and_of_one_kind() -> None:
    rows = summary.rows(measurements())
    assert summary.mean(rows, "latency", "pyspark") == pytest.approx(20)
    assert summary.mean(rows, "data", "pyspark") == pytest.approx((2 / 3 * 6 * 4) ** (1 / 3))
    assert summary.mean(rows, "latency", "by-hand") is None


def test_the_page_has_a_line_for_each_loser_and_keeps_its_note() -> None:
    found = measurements()
    page = results.page(found, summary.rows(found), {"chain": "in the interpreter's calls."})
    losers, winners = page.split("## At the aim")
    assert "- chain: in the interpreter's calls.\n- lines: no profile was taken yet.\n" in losers
    assert "| join |" in winners
    assert "| chain |" not in winners


def test_the_page_tells_how_often_each_peer_was_measured() -> None:
    found = measurements()
    rows = summary.rows(found)
    assert "Runs of each workload:\n2.\n" in results.page(found, rows, {})
    found.seconds["lines"]["by-hand"].pop()
    page = results.page(found, rows, {})
    assert "Runs of each workload:\n2 by firesteel and pyspark, 1 by by-hand.\n" in page


def test_a_page_tells_of_runs_that_failed_and_there_is_none_of_answers_that_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PAGE", str(tmp_path / "page"))
    monkeypatch.setattr(results, "PLOT", str(tmp_path / "plot"))
    found = measurements()
    found.failed = ["dask: join ended with status 1:\nTraceback"]
    results.write(found)
    assert "times are missing:\n\n- dask: join ended with status 1\n\n" in (tmp_path / "page").read_text(
        "utf-8"
    )
    (tmp_path / "page").unlink()
    found.differing = ["join: pyspark says 1, before it was 2"]
    with pytest.raises(SystemExit, match="is not written: it says that the answers agree"):
        results.write(found)
    assert not (tmp_path / "page").exists()


def test_the_plot_has_a_bar_for_each_workload() -> None:
    svg = ElementTree.fromstring(plot.svg(summary.rows(measurements())))
    texts = [each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "10 maps and filters, 2 M" in texts
    assert "0.7" in texts


def test_measurements_survive_being_told() -> None:
    found = measurements()
    assert report.tables(summary.Measurements.of(found.told())) == report.tables(found)


def test_measurements_of_several_times_are_one_table_and_their_answers_are_compared(tmp_path: Path) -> None:
    one, other = measurements(), measurements()
    one.answers, other.answers = {"join": 5, "lines": 1}, {"join": 6, "chain": 2}
    one.machine["load before"] = "2.5"
    other.machine = {"Python": "4", "load before": "10.0"}
    other.seconds = {"join": {"firesteel": [3.0], "dask": [4.0]}}
    other.peers = ["firesteel", "dask"]
    other.bytes = {"join": {"firesteel": 8, "pyspark": 12}}
    paths = [tmp_path / "one.json", tmp_path / "other.json"]
    for path, found in zip(paths, (one, other), strict=True):
        path.write_text(json.dumps(found.told()), encoding="utf-8")
    found = harness.read([str(path) for path in paths])
    assert found.peers == ["firesteel", "pyspark", "by-hand", "dask"]
    assert found.machine == {"Python": "3 and 4", "load before": "10.0"}
    assert found.seconds["join"] == {"firesteel": [1.0, 1.0, 3.0], "pyspark": [3.0, 5.0], "dask": [4.0]}
    assert found.seconds["lines"] == one.seconds["lines"]
    assert found.bytes["join"] == {"firesteel": 9, "pyspark": 12}
    assert found.answers == {"join": 5, "lines": 1, "chain": 2}
    assert found.differing == [f"join: {paths[1]} says 6, before it was 5"]


def test_what_one_peer_tells_more_than_those_before_is_held_against_the_next() -> None:
    found = measurements()
    for who, answer in (("by-hand", {"by hand": 1}), ("pyspark", {"by hand": 1, "words": 2})):
        harness.compare(found, "words", who, answer)
    assert not found.differing
    harness.compare(found, "words", "firesteel", {"by hand": 1, "words": 3})
    assert len(found.differing) == 1


def test_measurements_at_other_scales_do_not_go_together() -> None:
    other = measurements()
    other.scale = 0.5
    with pytest.raises(ValueError, match=r"the scales 1 and 0\.5 do not go together"):
        measurements().add(other)


def test_answers_agree_when_floats_nearly_do_and_shared_keys_are_equal() -> None:
    assert harness.agree({"a": [1.0, 2], "b": 1}, {"a": [1.0 + 1e-9, 2], "c": 2})
    assert not harness.agree({"a": [1.0, 2]}, {"a": [1.1, 2]})
    assert not harness.agree([1], [1, 2])
    assert not harness.agree(1, 2)


def test_the_notes_are_of_workloads_that_there_are() -> None:
    notes = json.loads(Path(results.NOTES).read_text(encoding="utf-8"))
    assert notes.keys() <= {each.name for each in WORKLOADS}
    assert all(note.endswith(".") for note in notes.values())


def test_names_are_unique_and_growth_knows_its_workloads() -> None:
    names = [each.name for each in (*WORKLOADS, *GROWING)]
    assert len(set(names)) == len(names)
    assert {case.workload for case in CASES} <= set(names)


def test_growth_is_told_by_the_least_work_and_by_the_same_work_with_enough_memory() -> None:
    cases = [case for case in CASES if case.workload == "join"]
    found = {"join": {"firesteel": [1e-6, 1e-6, 1.1e-6]}, "join-scant": {"firesteel": [1e-6, 1.5e-6, 2.2e-6]}}
    _, enough, scant = (" ".join(line.split()) for line in table(cases, found).splitlines())
    assert enough == "join firesteel row 1 µs 1.00 1.10"
    assert scant == "join-scant firesteel row 1 µs 1.50 2.20 grows more 1.00, 1.50, 2.00"
    _, alone = table(cases[1:], {"join-scant": found["join-scant"]}).splitlines()
    assert alone.rstrip().endswith("grows more")


def test_the_memory_of_a_child_and_of_its_child_counts() -> None:
    script = "import subprocess, sys; x = bytes(1); subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = "x = b'1' * 50_000_000; print('ready', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, child], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    watch = memory.Watch(process.pid)
    watch.phase("work")
    watch.phase("")
    watch.stop()
    process.communicate("\n")
    assert watch.peaks["work"] > 50_000_000


def test_what_a_process_holds_when_something_begins_and_when_it_ends_is_seen_however_short_it_is() -> None:
    script = """
import sys
kept = b"1" * 30_000_000
print("@short", flush=True); sys.stdin.readline()
print("@", flush=True); sys.stdin.readline()
print("@shorter", flush=True); sys.stdin.readline()
kept += b"1" * 20_000_000
print("@", flush=True); sys.stdin.readline()
print("done")
"""
    lines, peaks = process.run([sys.executable, "-c", script], dict(os.environ), "a short one")
    assert lines == ["done\n"]
    assert 30_000_000 < peaks["short"] < 48_000_000
    assert peaks["shorter"] > 50_000_000


def test_a_process_that_ends_before_it_is_answered_is_an_error_with_what_it_said() -> None:
    script = "import sys; print('@work', flush=True); sys.exit('no more')"
    with pytest.raises(process.RunFailed, match="a bad one ended with status 1:\nno more"):
        process.run([sys.executable, "-c", script], dict(os.environ), "a bad one", "what to do")


def test_files_in_its_own_tmpfs_count(tmp_path: Path) -> None:
    if not memory.own_tmpfs():
        pytest.skip("no mount namespaces here")
    script = "open('/dev/shm/x', 'wb').write(bytes(30_000_000)); print('ready', flush=True); input()"
    process = subprocess.Popen(
        [*memory.own_tmpfs(), sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    watch = memory.Watch(process.pid)
    watch.phase("work")
    watch.phase("")
    watch.stop()
    process.communicate("\n")
    assert 30_000_000 < watch.peaks["work"] < 90_000_000
    assert not Path("/dev/shm/x").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--runs", "0"],
        ["--scale", "0"],
        ["--peers", "nobody"],
        ["nothing"],
        ["--growth", "--peers", "dask"],
        ["--java", "lines"],
        ["--java", "--json"],
        ["--from", "some.json", "--java"],
        ["--tpch", "tpch"],
        ["--tpch", "--java"],
        ["--from", "some.json", "--tpch"],
    ],
)
def test_wrong_options_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        options(wrong)


def test_a_machine_without_git_and_with_java_in_java_home_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "java"
    program.write_text("#!/bin/sh\necho 'openjdk version \"99.1\"' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = machine([])
    assert (found["Java"], found["Firesteel"]) == ("99.1", "unknown")
    monkeypatch.delenv("JAVA_HOME")
    assert machine([])["Java"] == "unknown"


def test_growth_is_measured_of_those_who_have_it() -> None:
    assert options(["--growth"]).peers == ["firesteel", "pyspark"]
    assert options(["--growth", "--peers", "pyspark"]).peers == ["pyspark"]


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(SystemExit, match="2"):
        options(["--write"])
    assert "--write: nothing can be written in" in capsys.readouterr().err


SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.mark.parametrize("written", [b"one\r\ntwo\rthree\n", b"one\ntwo\nthree\n"])
def test_the_corpus_ends_lines_in_one_way(tmp_path: Path, written: bytes) -> None:
    made = runpy.run_path(str(SCRIPTS / "make-corpus"), run_name="make_corpus")
    path = tmp_path / "a.txt"
    path.write_bytes(written)
    assert made["read"](str(path)) == b"one\ntwo\nthree\n"


def test_a_corpus_has_the_size_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "text"
    subprocess.run(
        [sys.executable, SCRIPTS / "make-corpus", "--size", "300k", path], check=True, capture_output=True
    )
    text = path.read_bytes()
    assert 250_000 < len(text) < 350_000
    assert text.endswith(b"\n")
    assert len(set(text.decode().split())) > 1000


def test_an_environment_that_is_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").write_text("")
    (tmp_path / ".venv-linked").symlink_to(other)
    monkeypatch.setattr(peers, "HERE", str(tmp_path))
    with pytest.raises(SystemExit, match=r"is a symbolic link to .*other.*remove the link"):
        peers.installed("linked", ("nothing==1",))
    assert (other / "kept").exists()


def test_a_peer_that_cannot_be_installed_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "HERE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    told = r"nothing-of-this-name==1 cannot be installed into .*: No matching distribution found .*--peers"
    with pytest.raises(SystemExit, match=told):
        peers.installed("absent", ("nothing-of-this-name==1",))
    assert not (tmp_path / ".venv-absent" / "installed").exists()


def test_a_text_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str, size: int) -> None:
        Path(path).write_text("the beginning")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(data, "HERE", str(tmp_path))
    monkeypatch.setattr(data, "_write_few", full)
    with pytest.raises(SystemExit, match=r"few-52429\.txt cannot be made: .*No space left on device"):
        data.few(0.001)
    assert os.listdir(tmp_path / "data") == []


def test_a_corpus_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "HERE", str(tmp_path))
    monkeypatch.setattr(data, "ROOT", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match=r"corpus-104858\.txt cannot be made: .*make-corpus"):
        data.corpus(0.001)
    assert os.listdir(tmp_path / "data") == []


def test_a_run_that_takes_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LONGEST_S", 0.2)
    with pytest.raises(process.RunFailed, match=r"it was ended: it took more than 0\.2 s"):
        process.run(["sleep", "100"], dict(os.environ), "it", watched=False)
