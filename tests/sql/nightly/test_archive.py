"""The archive of the SQL engine's classes: one is made at a time, and the next start uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from application import commands, descendants, eventually

from firesteel import SparkContext
from firesteel.sql import _archive
from firesteel.sql._engine import engine_of
from firesteel.sql._installed import require_jars
from firesteel.sql._server import archive_of

pytestmark = pytest.mark.timeout(300)


@pytest.mark.slow
def test_the_engine_starts_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert _archive.make() == archive_of(require_jars()).path
    assert _archive.make() == archive_of(require_jars()).path, "it is there already"
    with SparkContext("local[1]", "archive") as sc:
        server = engine_of(sc).prepare()
        server.wait()
        assert archive_of(require_jars()).path in Path(f"/proc/{server.pid}/maps").read_text()


@pytest.mark.slow
def test_an_application_that_ran_sql_has_it_made_when_it_ends(tmp_path: Path) -> None:
    program = """
from firesteel.sql import SparkSession
with SparkSession.builder.master("local[1]").getOrCreate() as spark:
    spark.sql("select 1").collect()
"""
    archive = Path(tmp_path / "firesteel" / os.path.basename(archive_of(require_jars()).path))
    run(program, tmp_path, {"firesteel.sql.archive": "false"})
    assert not archive.parent.exists()
    run(program, tmp_path, {})
    eventually(archive.exists, "the archive is made", 200)
    eventually(lambda: not makers(tmp_path), "the process ends")
    assert sorted(path.suffix for path in archive.parent.iterdir() if path.name.startswith("sql")) == [
        ".jars",
        ".jsa",
    ]


def test_what_could_not_be_made_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "firesteel").mkdir()
    archive_of(require_jars()).give_up("no room")
    _archive.begin(require_jars())
    assert not makers(tmp_path)


def test_a_cache_directory_that_cannot_be_made_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    cache = tmp_path / "file" / "below"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    _archive.begin(require_jars())
    assert not makers(cache)


def run(program: str, cache: Path, settings: dict[str, str]) -> None:
    given = "".join(f"-c {key}={value} " for key, value in settings.items())
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYSPARK_SUBMIT_ARGS": f"{given}pyspark-shell"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=120)


def makers(cache: Path) -> list[int]:
    """List the processes that make an archive for that cache directory; the first is no child of ours."""
    wanted = f"XDG_CACHE_HOME={cache}".encode()
    found = []
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            if wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
        except OSError:  # it has ended
            continue
    return [pid for pid in found if pid != os.getpid()]


def test_one_archive_is_made_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "firesteel"
    cache.mkdir()
    with _archive._alone(str(cache)) as alone:
        assert alone
        assert _archive.make() is None
    assert os.listdir(cache) == []
    assert not [line for line in commands(descendants(os.getpid())).values() if "--train" in line]
