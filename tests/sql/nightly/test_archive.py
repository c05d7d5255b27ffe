"""The archive of the SQL engine's classes: one is made at a time, and the next start uses it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from application import commands, descendants

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


def test_one_archive_is_made_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "firesteel"
    cache.mkdir()
    with _archive._alone(str(cache)) as alone:
        assert alone
        assert _archive.make() is None
    assert os.listdir(cache) == []
    assert not [line for line in commands(descendants(os.getpid())).values() if "--train" in line]
