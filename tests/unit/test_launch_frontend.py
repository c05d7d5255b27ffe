"""Front ends such as Jupyter, started by the shell's launcher."""

from __future__ import annotations

import os
import subprocess
import sys

import firesteel

LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(firesteel.__file__)), "_launch")


def _shell(front_end: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, LAUNCHER, "shell", *arguments],
        env={**os.environ, "PYSPARK_DRIVER_PYTHON": front_end, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_front_end_gets_its_options_and_the_configuration_by_a_private_file(tmp_path: object) -> None:
    front_end = os.path.join(str(tmp_path), "jupyter")
    with open(front_end, "w") as file:
        file.write(
            '#!/bin/sh\necho "arguments: $@"\necho "startup: $PYTHONSTARTUP"\nenv >"$0.env"\n'
            'stat -c "mode: %a" "$FIRESTEEL_LAUNCH_FILE"\ncat "$FIRESTEEL_LAUNCH_FILE"\nexit 5\n'
        )
    os.chmod(front_end, 0o755)
    done = _shell(
        front_end, "--conf", "spark.x.password=hunter2", PYSPARK_DRIVER_PYTHON_OPTS="notebook --port '1 2'"
    )
    assert done.returncode == 5, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "arguments: notebook --port 1 2"
    assert lines[1] == f"startup: {LAUNCHER}/startup.py"
    assert lines[2] == "mode: 600"
    assert '"spark.x.password": "hunter2"' in lines[3]
    assert '"spark.master": "local[*]"' in lines[3]
    with open(f"{front_end}.env") as file:
        assert "hunter2" not in file.read()
    assert not [name for name in os.listdir(os.environ["TMPDIR"]) if name.startswith("firesteel-launch-")]


def test_a_front_end_that_is_not_there() -> None:
    done = _shell("jupyter-that-is-not-there")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "no such program: jupyter-that-is-not-there (named by PYSPARK_DRIVER_PYTHON)."
    )
