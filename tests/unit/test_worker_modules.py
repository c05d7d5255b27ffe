"""Modules of tasks that run functions of several programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from firesteel._worker.modules import OneOrNone


def test_a_module_that_two_programs_have_is_refused(tmp_path: Path) -> None:
    for place in ("one", "two", "shared"):
        (tmp_path / place).mkdir()
        (tmp_path / place / f"only_{place}.py").write_text("")
    for place in ("one", "two"):
        (tmp_path / place / "helpers_of_both.py").write_text("")
    one, two, shared = (str(tmp_path / place) for place in ("one", "two", "shared"))
    finder = OneOrNone([one, shared, "", two, shared])
    for name in ("only_one", "only_two", "only_shared", "there_is_none"):
        assert finder.find_spec(name, None) is None
    assert finder.find_spec("a.helpers_of_both", [one]) is None
    with pytest.raises(ImportError, match=r"helpers_of_both is in .*one.* and in .*two.*Rename one"):
        finder.find_spec("helpers_of_both", None)
