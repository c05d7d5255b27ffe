"""Programs under bin/spark-submit with an engine: what the options do, and how they end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import textwrap
import zipfile
from collections.abc import Callable

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUBMIT = os.path.join(ROOT, "bin", "spark-submit")

Script = Callable[..., str]


def submit(*arguments: str, status: int = 0, command: str = SUBMIT, **environment: str) -> str:
    done = subprocess.run(
        [command, "--master", "local[2]", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=os.environ["TMPDIR"],
        env={**os.environ, **environment},
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status == 0 else done.stderr


@pytest.fixture
def script(tmp_path: object) -> Script:
    def write(text: str, name: str = "app.py") -> str:
        path = os.path.join(str(tmp_path), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    return write


def test_an_unmodified_program_with_a_module_beside_it(script: Script) -> None:
    script("def triple(x):\n    return 3 * x\n", "beside_module.py")
    path = script(
        """
        import sys
        from pyspark import SparkConf, SparkContext
        from beside_module import triple
        sc = SparkContext(conf=SparkConf().setAppName("mine"))
        print(sc.master, sc.appName, sc.parallelize([1, 2, 3]).map(triple).collect(), sys.argv[1:])
        """
    )
    assert submit("--name", "theirs", path, "a", "--b") == "local[2] mine [3, 6, 9] ['a', '--b']\n"


def test_code_wins_over_the_command_line_and_that_over_the_file(script: Script) -> None:
    properties = script("spark.one file\nspark.two file\nspark.three file\n", "some.conf")
    path = script(
        """
        from pyspark import SparkConf, SparkContext
        with SparkContext(conf=SparkConf().set("spark.one", "code")) as sc:
            print([sc.getConf().get(f"spark.{key}") for key in ("one", "two", "three")])
        """
    )
    arguments = ["--properties-file", properties, "--conf", "spark.one=line", "--conf", "spark.two=line"]
    assert submit(*arguments, path) == "['code', 'line', 'file']\n"


def test_files_archives_and_modules_reach_the_tasks(script: Script, tmp_path: object) -> None:
    data = script("forty-two", "data.txt")
    module = script("NAME = 'module'", "shipped_module.py")
    archive = os.path.join(str(tmp_path), "packed.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inside.txt", "unpacked")
    os.mkdir(os.path.join(str(tmp_path), "elsewhere"))
    path = script(
        """
        import shipped_module
        from pyspark import SparkContext, SparkFiles
        def look(_):
            import shipped_module
            texts = [open(SparkFiles.get(name)).read() for name in ("data.txt", "name/inside.txt")]
            return (shipped_module.NAME, *texts)
        with SparkContext() as sc:
            print(sc.parallelize([0], 1).map(look).collect())
        """,
        "elsewhere/app.py",
    )
    printed = submit("--files", data, "--archives", f"{archive}#name", "--py-files", module, path)
    assert printed == "[('module', 'forty-two', 'unpacked')]\n"


def test_it_runs_through_a_link_from_anywhere(script: Script, tmp_path: object) -> None:
    link = os.path.join(str(tmp_path), "linked-submit")
    os.symlink(SUBMIT, link)
    path = script("from pyspark import SparkContext\nprint(SparkContext().range(5).sum())\n")
    assert submit(path, command=link) == "10\n"


def test_a_user_error_shows_the_users_own_line(script: Script) -> None:
    path = script(
        """
        from pyspark import SparkContext
        def broken(x):
            return 1 // (x - 2)
        sc = SparkContext()
        sc.parallelize([1, 2, 3], 1).map(broken).collect()
        """
    )
    said = submit(path, status=1)
    assert "ZeroDivisionError" in said
    assert f'"{path}", line 4, in broken' in said
    assert "_launch" not in said


def test_the_exit_status_is_the_programs_with_a_context_that_is_not_stopped(script: Script) -> None:
    path = script(
        """
        import sys
        from pyspark import SparkContext
        sc = SparkContext()
        sc.range(3).count()
        sys.exit(7)
        """
    )
    submit(path, status=7)


def test_ctrl_c_ends_the_program_its_job_and_its_engine(script: Script) -> None:
    path = script(
        """
        import time
        from pyspark import SparkContext
        sc = SparkContext()
        sc.range(2).foreach(lambda x: (print("begun", flush=True), time.sleep(60)))
        """
    )
    command = [SUBMIT, "--master", "local[2]", path]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == -signal.SIGINT, errors
    assert re.fullmatch(r"KeyboardInterrupt: job \d+ was cancelled", errors.splitlines()[-1])
    assert "firesteel/_driver" not in errors


def test_configuration_is_in_no_other_processes_arguments_or_environment(script: Script) -> None:
    path = script(
        """
        import os
        from pyspark import SparkContext
        def look(_):
            daemon = os.getppid()
            engine = int(open(f"/proc/{daemon}/stat").read().rsplit(")", 1)[1].split()[1])
            seen = b""
            for pid in (os.getpid(), daemon, engine):
                for name in ("cmdline", "environ"):
                    seen += open(f"/proc/{pid}/{name}", "rb").read()
            return b"hunter2" in seen, len(seen) > 0
        with SparkContext() as sc:
            print(sc.parallelize([0], 1).map(look).first(), sc.getConf().get("spark.x.password"))
        """
    )
    properties = script("spark.x.password hunter2\n", "secret.conf")
    assert submit("--properties-file", properties, path) == "(False, True) hunter2\n"
