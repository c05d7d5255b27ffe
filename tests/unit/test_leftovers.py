"""The search for leftovers at the end of the tests finds what it is there for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

CONFTEST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "conftest.py")

LEAVES = {
    "process": "import subprocess; subprocess.Popen(['sleep', '61'])",
    "file": "import os, tempfile; os.mkdir(os.path.join(tempfile.gettempdir(), 'firesteel-app-1'))",
    "entry": "import os, tempfile; os.makedirs(f'{tempfile.gettempdir()}/firesteel-{os.getuid()}/app-2')",
    "nothing": "import os, tempfile; os.mkdir(f'{tempfile.gettempdir()}/firesteel-{os.getuid()}')",
}


@pytest.mark.parametrize(
    ("leave", "named"),
    [("process", "sleep 61"), ("file", "firesteel-app-1"), ("entry", "/app-2"), ("nothing", None)],
)
def test_what_a_test_leaves_fails_the_run(tmp_path: object, leave: str, named: str | None) -> None:
    directory = str(tmp_path)
    shutil.copy(CONFTEST, directory)
    with open(os.path.join(directory, "test_it.py"), "w") as file:
        file.write(f"def test_it():\n    {LEAVES[leave]}\n")
    with open(os.path.join(directory, "pytest.ini"), "w") as file:
        file.write("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", directory],
        cwd=directory,
        env={**os.environ, "FIRESTEEL_TEST_PATIENCE": "0.5"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    if named is None:
        assert done.returncode == 0
        assert "left behind" not in done.stdout
    else:
        assert done.returncode == 1
        assert "left behind by the tests" in done.stdout
        assert named in done.stdout
    assert not _sleeping(), "what was left has been ended"


def _sleeping() -> list[int]:
    found = []
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read()
        except OSError:
            continue
        if command == b"sleep\x0061\x00":
            found.append(pid)
    return found
