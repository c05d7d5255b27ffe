"""spark-submit as its user sees it: a process, its output and its status. No engine is started."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import zipfile

import pytest

import firesteel
from firesteel._launch import pyfiles

PACKAGE = os.path.dirname(os.path.abspath(firesteel.__file__))
LAUNCHER = os.path.join(PACKAGE, "_launch")


def submit(*arguments: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, LAUNCHER, "submit", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.fixture
def script(tmp_path: object):  # type: ignore[no-untyped-def]
    def write(text: str, name: str = "app.py") -> str:
        path = os.path.join(str(tmp_path), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    return write


def test_the_script_is_main_with_its_arguments_and_its_directory(script) -> None:  # type: ignore[no-untyped-def]
    script("VALUE = 42", "helper_beside.py")
    path = script(
        """
        import os, sys, helper_beside
        assert __name__ == "__main__" and sys.modules["__main__"].helper_beside is helper_beside
        assert sys.path[0] == os.path.dirname(os.path.realpath(__file__))
        print(sys.argv[1:], helper_beside.VALUE)
        """
    )
    assert submit(path, "--a", "b c").stdout == "['--a', 'b c'] 42\n"


def test_configuration_reaches_sparkconf_and_code_wins(script) -> None:  # type: ignore[no-untyped-def]
    path = script(
        """
        from pyspark import SparkConf
        conf = SparkConf().set("spark.x", "code")
        print(conf.get("spark.master"), conf.get("spark.app.name"), conf.get("spark.x"), conf.get("spark.y"))
        """
    )
    printed = submit("--conf", "spark.x=line", "--conf", "spark.y=line", path).stdout
    assert printed == "local[*] app.py code line\n"


def test_a_failing_script_shows_its_own_frames_only(script) -> None:  # type: ignore[no-untyped-def]
    path = script(
        """
        def deep():
            return {}["missing"]
        deep()
        """
    )
    lines = submit(path, status=1).stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'  File "{path}", line 4, in <module>'
    assert lines[-1] == "KeyError: 'missing'"
    assert not any("_launch" in line or "runpy" in line for line in lines)


def test_a_syntax_error_is_the_scripts_own(script) -> None:  # type: ignore[no-untyped-def]
    lines = submit(script("x = = 1\n"), status=1).stderr.splitlines()
    assert lines[-1].startswith("SyntaxError")
    assert not any("_launch" in line for line in lines)


@pytest.mark.parametrize(("code", "status"), [("sys.exit()", 0), ("sys.exit(7)", 7), ("sys.exit('no')", 1)])
def test_the_exit_status_is_kept(script, code: str, status: int) -> None:  # type: ignore[no-untyped-def]
    submit(script(f"import sys\n{code}\n"), status=status)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no program was given"),
        (["/no/such/app.py"], "cannot read the program /no/such/app.py: No such file or directory"),
        (["app.jar"], "only Python programs"),
        (["--mastr", "local", "a.py"], "Did you mean --master?"),
        (["--properties-file", "/no/file", __file__], "cannot read the properties file /no/file"),
        (["--py-files", "/no/file.py", __file__], "no such file: /no/file.py"),
        (["--py-files", "/etc/hostname", __file__], "takes .py, .zip and .egg files"),
        (["--master", "yarn", __file__], "cannot be used yet. Use local[*]"),
        (["--conf", "spark.pyspark.python=/no/python", __file__], "no such interpreter: /no/python"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(arguments: list[str], message: str) -> None:
    lines = submit(*arguments, status=2).stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("spark-submit: ")
    assert message in lines[0]


@pytest.mark.parametrize("verb", ["submit", "shell"])
def test_a_working_directory_that_has_been_removed(script, tmp_path: object, verb: str) -> None:  # type: ignore[no-untyped-def]
    gone = os.path.join(str(tmp_path), "gone")
    os.mkdir(gone)
    arguments = [script("raise SystemExit('it ran')")] if verb == "submit" else []
    run = 'rmdir "$PWD" && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", run, "sh", sys.executable, LAUNCHER, verb, *arguments],
        cwd=gone,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    program = "spark-submit" if verb == "submit" else "pyspark"
    said = "the working directory has been removed. Change to one that exists (cd) and start again."
    assert (done.returncode, done.stderr) == (2, f"{program}: {said}\n")


def test_version_and_help() -> None:
    assert (
        submit("--version").stdout == f"firesteel {firesteel.__version__}, Python {sys.version.split()[0]}\n"
    )
    assert "--properties-file FILE" in submit("--help").stdout


def test_py_files_are_importable_without_their_neighbours(script, tmp_path: object) -> None:  # type: ignore[no-untyped-def]
    os.mkdir(os.path.join(str(tmp_path), "lib"))
    module = script("NAME = 'module'", "lib/one_module.py")
    script("", "lib/neighbour_module.py")
    archive = os.path.join(str(tmp_path), "lib", "packed.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed_module.py", "NAME = 'packed'")
    path = script(
        """
        import importlib.util, one_module, packed_module
        assert importlib.util.find_spec("neighbour_module") is None
        print(one_module.NAME, packed_module.NAME)
        """
    )
    assert submit("--py-files", f"{module},{archive}", path).stdout == "module packed\n"


def _staged() -> list[str]:
    return [name for name in os.listdir(os.environ["TMPDIR"]) if name.startswith("firesteel-pyfiles-")]


def test_py_files_of_a_killed_program_are_removed_by_the_next(script) -> None:  # type: ignore[no-untyped-def]
    path = script("import time\nprint('up', flush=True)\ntime.sleep(60)\n")
    command = [sys.executable, LAUNCHER, "submit", "--py-files", path, path]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "up\n"
    assert len(_staged()) == 1
    quick = script("print('done')", "quick.py")
    submit("--py-files", quick, quick)
    assert len(_staged()) == 1, "what a living program uses stays, its own is removed"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    submit("--py-files", quick, quick)
    assert _staged() == []


def test_py_files_are_there_although_another_launcher_cleans_up_at_that_moment(
    script,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = tempfile.mkdtemp
    made: list[str] = []

    def made_and_seen(prefix: str) -> str:
        made.append(make(prefix=prefix))
        if len(made) == 1:
            pyfiles._remove_abandoned()
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", made_and_seen)
    monkeypatch.setattr(atexit, "register", lambda *_: None)
    [entry] = pyfiles.import_path(script("", "beside.py"))
    assert (len(made), os.listdir(entry)) == (2, ["beside.py"])
    shutil.rmtree(entry)


def test_ctrl_c_ends_a_script_as_it_ends_python(script) -> None:  # type: ignore[no-untyped-def]
    path = script("import time\nprint('up', flush=True)\ntime.sleep(60)\n")
    running = subprocess.Popen(
        [sys.executable, LAUNCHER, "submit", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == -signal.SIGINT
    assert errors.splitlines()[-1] == b"KeyboardInterrupt"


def test_another_interpreter_is_gone_on_in(script, tmp_path: object) -> None:  # type: ignore[no-untyped-def]
    other = script(f'#!/bin/sh\nTHROUGH=wrapper exec {sys.executable} "$@"\n', "python-wrapper")
    os.chmod(other, 0o755)
    path = script("import os\nprint(os.environ.get('THROUGH'))\n")
    assert submit("--conf", f"spark.pyspark.driver.python={other}", path).stdout == "wrapper\n"


def test_secrets_are_not_shown_by_verbose(script) -> None:  # type: ignore[no-untyped-def]
    shown = submit("-v", "--conf", "spark.my.password=hunter2", "--conf", "spark.x=1", script("pass")).stderr
    assert "spark.x=1" in shown
    assert "hunter2" not in shown
