"""The launchers' command line and the files it draws on, without an engine."""

from __future__ import annotations

import os

import pytest

from firesteel._config import submitted
from firesteel._config.options import OPTIONS, CommandLine, UsageError, describe, parse
from firesteel._config.properties import read_properties


def test_options_end_where_the_script_begins() -> None:
    line = parse(["--master", "local[2]", "--conf", "spark.a=1=2", "app.py", "--master", "mine", "-x"])
    assert line.conf == {"spark.master": "local[2]", "spark.a": "1=2"}
    assert line.script == "app.py"
    assert line.arguments == ["--master", "mine", "-x"]


def test_a_value_may_follow_an_equals_sign() -> None:
    line = parse(["--name=a b", "--conf=firesteel.x=y", "--driver-memory=2g", "app.py"])
    assert line.conf == {"spark.app.name": "a b", "firesteel.x": "y", "spark.driver.memory": "2g"}


def test_an_option_of_its_own_wins_over_conf() -> None:
    for arguments in (
        ["--name", "n", "--conf", "spark.app.name=c"],
        ["--conf", "spark.app.name=c", "--name", "n"],
    ):
        assert parse([*arguments, "app.py"]).conf == {"spark.app.name": "n"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mastre", "local", "a.py"], ["--mastre", "Did you mean --master?"]),
        (["--py-file", "x.py", "a.py"], ["Did you mean --py-files?"]),
        (["-z", "a.py"], ["unknown option -z", "--help"]),
        (["--name"], ["--name needs a value"]),
        (["--verbose=yes", "a.py"], ["--verbose takes no value"]),
        (["--conf", "novalue", "a.py"], ["KEY=VALUE", "novalue"]),
        (["--packages", "g:a:1", "a.py"], ["--packages", "--jars"]),
        (["--deploy-mode", "cluster", "a.py"], ["cluster", "use client"]),
        (["--supervise", "a.py"], ["--supervise", "cluster"]),
    ],
)
def test_what_cannot_be_honoured_is_refused(arguments: list[str], words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(arguments)
    for word in words:
        assert word in str(caught.value)


def test_what_means_nothing_here_is_accepted_with_a_notice() -> None:
    line = parse(
        ["--executor-memory", "4g", "--num-executors", "8", "--deploy-mode", "client", "--class", "A", "a.py"]
    )
    assert [notice.split()[0] for notice in line.notices] == [
        "--executor-memory",
        "--num-executors",
        "--class",
    ]
    assert line.script == "a.py"


def test_a_key_that_is_no_key_is_left_out_and_said_so() -> None:
    line = parse(["--conf", "colour=red", "a.py"])
    assert line.conf == {}
    assert "colour" in line.notices[0]


def test_help_names_every_option_that_is_honoured() -> None:
    text = describe()
    for option in OPTIONS:
        assert option.refusal or option.names[0] == "--deploy-mode" or option.names[0] in text


@pytest.mark.parametrize("master", ["local", "local[4]", "local[*]", "local[2,3]", "local[*,1]"])
def test_masters_of_one_machine(master: str) -> None:
    submitted.check_master(master)


@pytest.mark.parametrize("master", ["local-cluster[2,1,512]", "spark://h:7077", "yarn", "k8s://https://h"])
def test_masters_that_are_not_there_yet(master: str) -> None:
    with pytest.raises(UsageError, match=r"yet.*local\[\*\]"):
        submitted.check_master(master)


@pytest.mark.parametrize("master", ["", "loca", "local[0]", "local[x]", "local[2", "LOCAL"])
def test_masters_that_are_none(master: str) -> None:
    with pytest.raises(UsageError, match="is not understood"):
        submitted.check_master(master)


def _file(directory: object, name: str, text: str) -> str:
    path = f"{directory}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_properties_are_read_as_java_reads_them(tmp_path: object) -> None:
    text = (
        "# comment\n! comment\n\n"
        "spark.a 1\n"
        "spark.b=2 \r\n"
        "  spark.c : three words \n"
        "spark.d\n"
        "spark.e one,\\\n    two\n"
        "spark\\ f=\\u00e9\\tx\n"
        "spark.g=a=b:c\n"
        "spark.h=C:\\\\dir\n"
    )
    assert read_properties(_file(tmp_path, "p", text)) == {
        "spark.a": "1",
        "spark.b": "2",
        "spark.c": "three words",
        "spark.d": "",
        "spark.e": "one,two",
        "spark f": "é\tx",
        "spark.g": "a=b:c",
        "spark.h": "C:\\dir",
    }


def test_the_command_line_wins_then_the_environment_then_the_file(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, "p", "spark.one file\nspark.two file\nspark.three file\nother.key file\n")
    monkeypatch.setenv(
        "PYSPARK_SUBMIT_ARGS", "--conf spark.two=environment --conf spark.one=environment pyspark-shell"
    )
    line = CommandLine(conf={"spark.one": "line"}, properties_file=path)
    assert submitted.assemble(line) == {
        "spark.one": "line",
        "spark.two": "environment",
        "spark.three": "file",
    }


def test_defaults_are_found_in_the_directory_that_the_environment_names(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(tmp_path, "spark-defaults.conf", "spark.one defaults\nspark.two defaults\n")
    other = _file(tmp_path, "other.conf", "spark.one other\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    assert submitted.assemble(CommandLine()) == {"spark.one": "defaults", "spark.two": "defaults"}
    assert submitted.assemble(CommandLine(properties_file=other)) == {"spark.one": "other"}
    both = submitted.assemble(CommandLine(properties_file=other, load_defaults=True))
    assert both == {"spark.one": "other", "spark.two": "defaults"}


def test_a_bad_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--mastr local pyspark-shell")
    with pytest.raises(UsageError, match=r"PYSPARK_SUBMIT_ARGS.*--master"):
        submitted.assemble(CommandLine())


@pytest.mark.parametrize("option", ["--py-files", "--files", "--jars", "--archives"])
def test_patterns_name_the_files_that_match(
    option: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a1.zip", "a2.zip", "b1.zip", "[x].zip"):
        _file(tmp_path, name, "")
    monkeypatch.chdir(str(tmp_path))

    def given(value: str) -> list[str]:
        (files,) = submitted.assemble(parse([option, value])).values()
        return [os.path.relpath(each, str(tmp_path)) for each in files.split(",")]

    assert given("a*.zip") == ["a1.zip", "a2.zip"]
    assert given("?1.zip,a2.zip") == ["a1.zip", "b1.zip", "a2.zip"]
    assert given("[^a]1.zip") == given("[!a]1.zip") == ["b1.zip"]
    assert given(f"{tmp_path}/a[12].zip") == ["a1.zip", "a2.zip"]
    assert given("[x].zip") == ["[x].zip"], "a file of that very name comes first"
    assert given(f"file://{tmp_path}/b*") == ["b1.zip"]
    with pytest.raises(UsageError, match=r"no file matches c\*\.zip"):
        given("a1.zip,c*.zip")


def test_a_pattern_with_a_name_matches_one_archive(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a1.zip", "a2.zip"):
        _file(tmp_path, name, "")
    monkeypatch.chdir(str(tmp_path))
    conf = submitted.assemble(parse(["--archives", "*1.zip#data"]))
    assert conf["spark.archives"] == str(tmp_path) + "/a1.zip#data"
    with pytest.raises(UsageError, match=r"a\*\.zip matches 2 files, which cannot all be called data"):
        submitted.assemble(parse(["--archives", "a*.zip#data"]))


def test_files_become_absolute_and_must_exist(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    path = _file(tmp_path, "a.txt", "")
    line = parse(["--files", f"a.txt,file://{path}", "--archives", "a.txt#name", "x.py"])
    conf = submitted.assemble(line)
    assert conf == {"spark.files": f"{path},{path}", "spark.archives": f"{path}#name"}
    with pytest.raises(UsageError, match=r"no such file: b\.txt"):
        submitted.assemble(parse(["--files", "b.txt", "x.py"]))
    with pytest.raises(UsageError, match="hdfs://h/f is not a local file"):
        submitted.assemble(parse(["--jars", "hdfs://h/f", "x.py"]))
