"""The launchers' options: one table, one parser, for ``spark-submit``, the shell and ``PYSPARK_SUBMIT_ARGS``.

A row of the table describes an option. It sets a configuration key; or the launcher itself acts on it; or it
is an option of Spark that means nothing on one machine (accepted, with a notice); or it would change what the
program does and is not supported (refused, with what to do instead).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn


class UsageError(Exception):
    """An invalid command line; the launchers print the error and end with status 2."""


@dataclass(frozen=True)
class Option:
    """One option: its names, its value, and what it does."""

    names: tuple[str, ...]
    value: str = ""  # the name of the value in the help; empty if the option takes none
    key: str = ""  # the configuration key that it sets
    notice: str = ""  # the notice with which it is accepted
    refusal: str = ""  # why it is refused, and what to do
    help: str = ""


_ONE_MACHINE = "has no effect: everything runs on this machine"
_CLUSTER = "is for a cluster's own drivers; leave it out"

OPTIONS: tuple[Option, ...] = (
    Option(("--master",), "MASTER", "spark.master", help="local, local[N], local[N,F] or local[*]"),
    Option(("--name",), "NAME", "spark.app.name", help="the application's name"),
    Option(("--conf", "-c"), "KEY=VALUE", help="a configuration value; may be given again and again"),
    Option(("--properties-file",), "FILE", help="configuration to read instead of conf/spark-defaults.conf"),
    Option(("--load-spark-defaults",), help="read conf/spark-defaults.conf as well as --properties-file"),
    Option(
        ("--remote",), "URL", "spark.remote", help="a Spark Connect server (sc://host:port) for SparkSession"
    ),
    Option(("--py-files",), "FILES", "spark.submit.pyFiles", help=".py, .zip and .egg files to import from"),
    Option(("--files",), "FILES", "spark.files", help="files for the working directory of every executor"),
    Option(("--archives",), "FILES", "spark.archives", help="archives to unpack there"),
    Option(("--jars",), "FILES", "spark.jars", help="jars for the engine's class path"),
    Option(("--driver-memory",), "SIZE", "spark.driver.memory", help="the engine's heap, such as 512m or 2g"),
    Option(
        ("--driver-java-options",), "OPTIONS", "spark.driver.extraJavaOptions", help="options for its JVM"
    ),
    Option(
        ("--driver-class-path",), "PATH", "spark.driver.extraClassPath", help="more entries of its class path"
    ),
    Option(("--driver-library-path",), "PATH", "spark.driver.extraLibraryPath", help="its native libraries"),
    Option(("--verbose", "-v"), help="print what was understood before starting"),
    Option(("--version",), help="print the version and end"),
    Option(("--help", "-h"), help="print this and end"),
    # Accepted: a command line written for a cluster still runs, and does the same.
    Option(("--executor-memory",), "SIZE", "spark.executor.memory", notice=_ONE_MACHINE),
    Option(
        ("--executor-cores",), "N", "spark.executor.cores", notice=f"{_ONE_MACHINE}; use --master local[N]"
    ),
    Option(
        ("--num-executors",), "N", "spark.executor.instances", notice=f"{_ONE_MACHINE}; use --master local[N]"
    ),
    Option(
        ("--total-executor-cores",), "N", "spark.cores.max", notice=f"{_ONE_MACHINE}; use --master local[N]"
    ),
    Option(("--driver-cores",), "N", "spark.driver.cores", notice=_ONE_MACHINE),
    Option(("--queue",), "NAME", notice=_ONE_MACHINE),
    Option(("--class",), "NAME", notice="has no effect: it is for Java programs"),
    Option(("--deploy-mode",), "MODE"),
    # Refused: to ignore these would run something else than was asked for.
    Option(("--packages",), "NAMES", refusal="nothing is downloaded; give the jar files with --jars"),
    Option(("--exclude-packages",), "NAMES", refusal="nothing is downloaded; give the jar files with --jars"),
    Option(("--repositories",), "URLS", refusal="nothing is downloaded; give the jar files with --jars"),
    Option(("--proxy-user",), "NAME", refusal="programs run as you; start it as that user instead"),
    Option(("--principal",), "NAME", refusal="there is no Kerberos here; leave it out"),
    Option(("--keytab",), "FILE", refusal="there is no Kerberos here; leave it out"),
    Option(("--supervise",), refusal=_CLUSTER),
    Option(("--kill",), "ID", refusal=_CLUSTER),
    Option(("--status",), "ID", refusal=_CLUSTER),
)

_BY_NAME = {name: option for option in OPTIONS for name in option.names}
_SHELL = "pyspark-shell"  # what PYSPARK_SUBMIT_ARGS ends with in place of a script


@dataclass
class CommandLine:
    """A parsed command line.

    ``conf`` holds what the options set; one with a name of its own wins over ``--conf`` with the same key,
    as in Spark.
    """

    conf: dict[str, str] = field(default_factory=dict)
    properties_file: str | None = None
    load_defaults: bool = False
    verbose: bool = False
    version: bool = False
    help: bool = False
    notices: list[str] = field(default_factory=list)
    script: str | None = None
    arguments: list[str] = field(default_factory=list)


def parse(arguments: list[str]) -> CommandLine:
    """Parse the options; the first other argument is the script, and the rest are the script's arguments."""
    line = CommandLine()
    named: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            line.script = None if word == _SHELL else word
            line.arguments = rest
            break
        name, equals, value = word.partition("=")
        option = _BY_NAME.get(name)
        if option is None:
            _unknown(name)
        if option.refusal:
            raise UsageError(f"{name}: {option.refusal}.")
        if not option.value:
            if equals:
                raise UsageError(f"{name} takes no value, and was given {value!r}.")
        elif not equals:
            if not rest:
                raise UsageError(f"{name} needs a value: {name} {option.value}.")
            value = rest.pop(0)
        _apply(line, named, option, value)
    line.conf.update(named)
    return line


def _apply(line: CommandLine, named: dict[str, str], option: Option, value: str) -> None:
    name = option.names[0]
    if option.notice:
        line.notices.append(f"{name} {option.notice}.")
    if option.key:
        named[option.key] = value
    elif name == "--conf":
        key, equals, text = value.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError(f"--conf needs KEY=VALUE, and was given {value!r}.")
        if key.startswith(("spark.", "firesteel.")):
            line.conf[key] = text.strip()
        else:
            line.notices.append(f"--conf {key} is ignored: a key begins with spark. or firesteel.")
    elif name == "--properties-file":
        line.properties_file = value
    elif name == "--load-spark-defaults":
        line.load_defaults = True
    elif name == "--deploy-mode" and value != "client":
        raise UsageError(f"--deploy-mode {value}: the driver runs here; use client, or leave it out.")
    elif name in ("--verbose", "--version", "--help"):
        setattr(line, name[2:], True)


def _unknown(name: str) -> NoReturn:
    from difflib import get_close_matches

    known = [each for each in _BY_NAME if each.startswith("--")]
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"unknown option {name}.{hint} --help lists them all.")


def describe() -> str:
    """Return the table of options for ``--help``."""
    rows = []
    for option in OPTIONS:
        if option.help:
            left = ", ".join(sorted(option.names)) + (f" {option.value}" if option.value else "")
            rows.append(f"  {left:<30} {option.help}")
    accepted = ", ".join(option.names[0] for option in OPTIONS if option.notice)
    rows.append(f"\nAccepted, without effect on one machine: {accepted}.")
    return "\n".join(rows)
