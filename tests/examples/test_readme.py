"""What README.md prints as a program runs, and prints what README.md says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _readme() -> str:
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return file.read()


def _programs() -> list[tuple[str, str]]:
    """Return each Python program with the output block that follows it."""
    found = re.findall(
        r"^```python\n(.*?)^```\n\nIt prints\n\n```\n(.*?)^```$", _readme(), re.MULTILINE | re.DOTALL
    )
    assert len(found) == _readme().count("```python"), (
        "each program is followed by 'It prints' and its output"
    )
    assert found
    return found


def test_programs_run_under_spark_submit(submit: Callable[..., str], tmp_path: os.PathLike[str]) -> None:
    for number, (program, output) in enumerate(_programs()):
        for package in ("firesteel", "pyspark"):
            path = os.path.join(tmp_path, f"{package}{number}.py")
            with open(path, "w", encoding="utf-8") as file:
                file.write(program.replace("from firesteel import", f"from {package} import"))
            assert submit(path) == output


def test_programs_run_as_plain_python(tmp_path: os.PathLike[str]) -> None:
    for program, output in _programs():
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=100, cwd=tmp_path
        )
        assert (done.stdout, done.stderr) == (output, "")


def test_files_and_commands_that_it_names_exist() -> None:
    text = _readme()
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    commands = re.findall(r"`((?:bin|scripts)/[\w-]+)", text) + re.findall(
        r"^((?:bin|scripts)/\S+)", text, re.M
    )
    assert links
    assert commands
    for name in [*links, *commands]:
        assert os.path.exists(os.path.join(ROOT, name)), name
