"""scripts/bootstrap on machines that lack something: what it says, and that it changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = [
    "bash",
    "cat",
    "date",
    "env",
    "find",
    "flock",
    "getconf",
    "head",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sed",
    "sha256sum",
    "sort",
    "tail",
    "touch",
    "tr",
    "uname",
    "xargs",
]
GOOD = {
    "python3": 'case "$2" in *version_info*) echo 3.11.2;; esac',
    "java": 'echo "openjdk version \\"17.0.1\\"" >&2',
    "javac": "echo javac 17.0.1",
    "mvn": 'echo "Apache Maven 3.8.7"; echo "Java version: 17.0.1"',
}


class Machine:
    """A checkout with nothing built, and a PATH that holds what a test puts there."""

    jars: str
    archive: str
    notes: str

    def __init__(self, directory: str) -> None:
        self.root = os.path.join(directory, "check out")
        self.bin = os.path.join(directory, "bin")
        for path in ("scripts", "jvm", "python"):
            os.makedirs(os.path.join(self.root, path))
        os.mkdir(self.bin)
        shutil.copy(os.path.join(ROOT, "scripts", "bootstrap"), os.path.join(self.root, "scripts"))
        for name in ("pom.xml", "pyproject.toml", "requirements.lock"):
            shutil.copy(os.path.join(ROOT, name), self.root)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            os.symlink(found, os.path.join(self.bin, tool))

    def command(self, name: str, script: str) -> None:
        path = os.path.join(self.bin, name)
        with open(path, "w") as file:
            file.write(f"#!{self.bin}/bash\n{script}\n")
        os.chmod(path, 0o755)

    def bootstrap(self, *options: str, **environment: str) -> tuple[int, str]:
        command = [os.path.join(self.root, "scripts", "bootstrap"), "--print-python", *options]
        done = subprocess.run(
            command,
            env={"PATH": self.bin, "HOME": "/nowhere", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout == "" or done.returncode == 0
        return done.returncode, done.stderr


@pytest.fixture
def machine(tmp_path: object) -> Machine:
    return Machine(str(tmp_path))


def test_a_bare_machine_is_told_everything_at_once(machine: Machine) -> None:
    status, said = machine.bootstrap()
    assert status == 1
    for what in (
        "Python 3.10 or newer",
        "a JDK (Java with its compiler, javac), 17 or newer",
        "Maven 3.8 or newer",
    ):
        assert f"  {what}\n    found:   none\n" in said
    assert "apt install maven openjdk-17-jdk-headless python3 python3-venv" in said
    assert sorted(os.listdir(machine.root)) == [
        "jvm",
        "pom.xml",
        "pyproject.toml",
        "python",
        "requirements.lock",
        "scripts",
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"python3": "echo 3.9.2"},
            ["Python 3.10 or newer", "found:   3.9.2 (", "python3-venv, of a release"],
        ),
        (
            {"python3": 'case "$2" in *version_info*) echo 3.11.2;; *) exit 1;; esac'},
            ["venv", "apt install python3-venv"],
        ),
        ({"javac": "echo javac 11.0.2"}, ["a JDK, 17 or newer", "found:   11.0.2 (", "JAVA_HOME"]),
        (
            {"javac": None},
            ["found:   Java 17.0.1 without its compiler (", "apt install openjdk-17-jdk-headless"],
        ),
        (
            {"mvn": 'echo "Apache Maven 3.6.3"'},
            ["Maven 3.8 or newer", "found:   3.6.3 (", "apt install maven"],
        ),
        (
            {"mvn": 'echo "Apache Maven 3.9.9"; echo "Java version: 11.0.2"'},
            ["Maven runs on Java 11.0.2", "JAVA_HOME"],
        ),
        ({"mvn": None}, ["Maven 3.8 or newer", "found:   none"]),
    ],
)
def test_what_is_missing_or_too_old_is_named(
    machine: Machine, changed: dict[str, str | None], expected: list[str]
) -> None:
    for name, script in {**GOOD, **changed}.items():
        if script is not None:
            machine.command(name, script)
    status, said = machine.bootstrap()
    assert status == 1
    for text in expected:
        assert text in said
    assert said.count("found:") == 1, "what is good is not listed"
    assert not os.path.exists(os.path.join(machine.root, ".bootstrap"))


def test_java_home_comes_before_the_path(machine: Machine) -> None:
    for name, script in GOOD.items():
        machine.command(name, script)
    status, said = machine.bootstrap(JAVA_HOME="/nowhere/jdk")
    assert status == 1
    assert "none in JAVA_HOME, /nowhere/jdk" in said


def test_an_interpreter_that_is_not_there(machine: Machine) -> None:
    status, said = machine.bootstrap(PYSPARK_DRIVER_PYTHON="python9")
    assert status == 1
    assert "no such interpreter: python9 (named by PYSPARK_DRIVER_PYTHON or PYSPARK_PYTHON)" in said


def test_a_step_that_fails_shows_the_end_of_its_log(machine: Machine) -> None:
    for name, script in GOOD.items():
        machine.command(name, script)
    machine.command("python3", GOOD["python3"] + '\nif [ "$2" = venv ]; then echo no room; exit 3; fi')
    status, said = machine.bootstrap()
    assert status == 1
    assert "Python environment (.venv)" in said
    assert "failed" in said
    assert "  | no room\n" in said


STEPS = ["Python environment", "engine (Maven)", "archive of loaded classes"]


@pytest.fixture
def working(machine: Machine) -> Machine:
    """Return a machine whose tools do just what bootstrap expects of them, and note it."""
    machine.jars = os.path.join(machine.root, "python", "firesteel", "_jars")
    machine.archive = os.path.join(machine.root, "archive.jsa")
    machine.notes = os.path.join(machine.root, "notes")
    machine.command(
        "venv-python",
        f'case "$2$*" in *make-archive*) : >"{machine.archive}"; echo "{machine.archive}";; '
        '*print*) echo "${VERSION:-3.11}";; '
        f'*editable*) echo pip >>"{machine.notes}"; echo "$*" >>"{machine.notes}.pip"; sleep 0.3;; '
        f'*pip*) echo "$*" >>"{machine.notes}.pip"; '
        f'for last; do :; done; cat "$last" >>"{machine.notes}.lock";; esac',
    )
    os.symlink(str(shutil.which("sleep")), os.path.join(machine.bin, "sleep"))
    make = f'mkdir -p "$4/bin"; [ -e "$4/bin/python" ] || ln -s "{machine.bin}/venv-python" "$4/bin/python"'
    machine.command("python3", f'case "$2" in venv) {make};; *) {GOOD["python3"]};; esac')
    os.symlink(str(shutil.which("ln")), os.path.join(machine.bin, "ln"))
    build = f'echo mvn >>"{machine.notes}"; mkdir -p "{machine.jars}/sql"; cd "{machine.jars}"; '
    build += "for j in firesteel-core msgpack-core py4j sql/firesteel-sql; do echo >$j.jar; done"
    machine.command("mvn", f'case "$*" in *package*) {build};; *) {GOOD["mvn"]};; esac')
    for name in ("java", "javac"):
        machine.command(name, GOOD[name])
    return machine


def test_each_step_is_done_once_and_again_when_its_source_changes(working: Machine) -> None:
    def done_now() -> list[str]:
        status, said = working.bootstrap()
        assert status == 0, said
        return [step for step in STEPS if step in said]

    assert done_now() == STEPS
    assert done_now() == []
    source = os.path.join(working.root, "jvm", "A.java")
    with open(source, "w") as file:
        file.write("class A {}")
    assert done_now() == STEPS[1:]
    os.utime(source)
    assert done_now() == [], "only its time changed"
    with open(os.path.join(working.root, "pyproject.toml"), "a") as file:
        file.write("\n[tool.other]\n")
    assert done_now() == [], "not what is installed"
    os.remove(working.archive)
    assert done_now() == STEPS[2:]
    os.remove(os.path.join(working.jars, "py4j.jar"))
    assert done_now() == STEPS[1:]


def test_two_at_once_do_the_work_once(working: Machine) -> None:
    command = [os.path.join(working.root, "scripts", "bootstrap"), "--print-python"]
    both = [
        subprocess.Popen(
            command, env={"PATH": working.bin}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    outcomes = [each.communicate(timeout=60) for each in both]
    assert [each.returncode for each in both] == [0, 0], outcomes
    assert {out for out, _ in outcomes} == {os.path.join(working.root, ".venv", "bin", "python") + "\n"}
    with open(working.notes) as file:
        assert file.read().split() == ["pip", "mvn"]


def test_an_interpreter_that_the_user_names_is_lent_the_packages_that_it_lacks(working: Machine) -> None:
    named = {"PYSPARK_PYTHON": "python3.12"}
    asked = os.path.join(working.root, "asked")
    make = f'mkdir -p "$4/bin"; ln -s "{working.bin}/venv-python" "$4/bin/python"'
    working.command(
        "python3.12",
        f'case "$2$*" in *find_spec*) echo >>"{asked}"; [ -n "$COMPLETE" ];; '
        f'venv*) echo named >>"{working.notes}"; '
        f"{make};; "
        f'*make-archive*) : >"{working.archive}"; echo "{working.archive}";; '
        "*version_info*) echo 3.12.1;; esac",
    )
    status, said = working.bootstrap(**named, COMPLETE="yes")
    assert status == 0, said
    assert [step for step in STEPS if step in said] == STEPS[1:], "it has all: no environment is made"
    os.remove(os.path.join(working.root, ".bootstrap", "given"))
    status, said = working.bootstrap(**named)
    assert [step for step in STEPS if step in said] == STEPS[:1], said
    with open(working.notes) as file:
        assert file.read().split() == ["mvn", "named", "pip"], "the environment is made from the same Python"
    os.remove(asked)
    assert working.bootstrap(**named) == (0, "")
    assert not os.path.exists(asked), "asked once"


def test_a_checkout_that_was_moved_is_set_up_again(working: Machine) -> None:
    assert working.bootstrap()[0] == 0
    moved = working.root + " elsewhere"
    os.rename(working.root, moved)
    working.root = moved
    _, said = working.bootstrap()
    assert "Python environment" in said, "a virtual environment holds absolute paths"


LOCK = """\
# Covered: Python 3.10 3.11; x86_64 aarch64; glibc.

## run: one
one==1 --hash=sha256:1

## shell: two
two==2 --hash=sha256:2

## dev: three
three==3 --hash=sha256:3
"""


def installed(machine: Machine, *options: str, **environment: str) -> tuple[str, list[str]]:
    """Set up; give what pip was told, and the names in the requirements that it was given."""
    for name in (machine.notes + ".pip", machine.notes + ".lock"):
        if os.path.exists(name):
            os.remove(name)
    status, said = machine.bootstrap(*options, **environment)
    assert status == 0, said
    told, names = "", []
    if os.path.exists(machine.notes + ".pip"):
        with open(machine.notes + ".pip") as file:
            told = file.read()
    if os.path.exists(machine.notes + ".lock"):
        with open(machine.notes + ".lock") as file:
            names = [line.partition("==")[0] for line in file if "==" in line]
    return told, names


def test_what_is_installed_is_what_the_lock_says(working: Machine) -> None:
    lock = os.path.join(working.root, "requirements.lock")
    with open(lock, "w") as file:
        file.write(LOCK)
    told, names = installed(working)
    assert "--require-hashes --only-binary=:all:" in told
    assert "--no-deps --no-build-isolation --editable" in told
    assert names == ["one"]
    assert installed(working, "--shell")[1] == ["one", "two"]
    assert installed(working) == ("", []), "what was asked for once stays"
    assert installed(working, "--dev")[1] == ["one", "two", "three"]
    assert installed(working, "--shell") == ("", []), "the tests' needs hold the shell's"
    with open(lock, "a") as file:
        file.write("four==4 --hash=sha256:4\n")
    assert installed(working)[1] == ["one", "two", "three", "four"], "a new lock is installed"


def test_what_is_published_as_source_only_is_for_tests_and_built_with_what_the_lock_names(
    working: Machine,
) -> None:
    with open(os.path.join(working.root, "requirements.lock"), "w") as file:
        file.write(LOCK + "\n## source: four\nfour==4 --hash=sha256:4\n")
    for option, names in (("--shell", ["one", "two"]), ("--dev", ["one", "two", "three", "four"])):
        told, got = installed(working, option)
        assert got == names
    wheels, sources, _ = told.splitlines()
    assert "--only-binary=:all:" in wheels
    assert "--only-binary" not in sources
    for pledge in ("--require-hashes", "--no-deps", "--no-build-isolation"):
        assert pledge in sources, "nothing is fetched that has no hash in the lock"


def test_a_python_that_the_lock_does_not_cover_gets_the_newest_releases(working: Machine) -> None:
    with open(os.path.join(working.root, "requirements.lock"), "w") as file:
        file.write(LOCK)
    told, names = installed(working, "--shell", VERSION="3.1")
    assert "--require-hashes" not in told
    assert "--editable" in told
    assert "[shell]" in told
    assert names == []
    with open(os.path.join(working.root, ".bootstrap", "log")) as file:
        assert "does not cover this Python" in file.read()


def test_the_lock_is_of_what_is_asked_for() -> None:
    command = [sys.executable, os.path.join(ROOT, "scripts", "lock"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(ROOT, "requirements.lock")) as file:
        text = file.read()
    assert "://" not in text, "names, versions and hashes; no addresses"


@pytest.mark.parametrize("asked", ["cloudpickle>=", "pandas>=", "pyspark[connect]>=", "ruff>="])
def test_a_change_of_what_is_asked_for_is_noticed(asked: str, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    for name in ("scripts/lock", "requirements.lock"):
        shutil.copy(os.path.join(ROOT, name), tmp_path / name)
    text = Path(ROOT, "pyproject.toml").read_text()
    assert asked in text
    (tmp_path / "pyproject.toml").write_text(text.replace(asked, asked + "0."))
    command = [sys.executable, str(tmp_path / "scripts" / "lock"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "pyproject.toml has other requirements than requirements.lock; run scripts/lock" in done.stderr
