"""Puts together the configuration that a program starts with, before its own code changes it.

Highest first: what the code sets in its SparkConf, the command line, ``PYSPARK_SUBMIT_ARGS``, the properties
file (or ``spark-defaults.conf``), the defaults. All but the first are put together here. None of it is passed
on in arguments or the environment of another process: values may be secrets.
"""

from __future__ import annotations

import glob
import os
import re
import shlex

from firesteel._config.options import CommandLine, UsageError, parse
from firesteel._config.properties import defaults_file, read_properties

_MASTERS = re.compile(r"local|local\[(\*|[1-9]\d*)(,[1-9]\d*)?\]")
_NOT_YET = {
    "inline": "tasks in the driver's own process",
    "local-cluster[": "executors in processes of their own",
    "spark://": "a Spark cluster",
    "yarn": "a YARN cluster",
    "k8s://": "a Kubernetes cluster",
    "mesos://": "a Mesos cluster",
}
_FILE_LISTS = ("spark.submit.pyFiles", "spark.files", "spark.archives", "spark.jars")


def checkout() -> str | None:
    """Return the source checkout that this package is imported from, or None when it is installed."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    root = os.path.dirname(os.path.dirname(package))
    return root if os.path.isfile(os.path.join(root, "scripts", "bootstrap")) else None


def require_directory() -> None:
    """Refuse to start in a working directory that has been removed: Java cannot, and relative paths fail.

    Raises
    ------
    UsageError
        The directory is gone.
    """
    try:
        os.getcwd()
    except FileNotFoundError as cause:
        raise UsageError(
            "the working directory has been removed. Change to one that exists (cd) and start again."
        ) from cause


def environment_line() -> CommandLine:
    """Parse ``PYSPARK_SUBMIT_ARGS``."""
    text = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    try:
        return parse(shlex.split(text))
    except (UsageError, ValueError) as cause:
        raise UsageError(f"in PYSPARK_SUBMIT_ARGS: {cause}") from cause


def assemble(line: CommandLine) -> dict[str, str]:
    """Put the configuration of a command line together with the environment's and the files'.

    Raises
    ------
    UsageError
        A file cannot be read or does not exist, or the master on the command line is none, or not there yet.
    """
    outer = environment_line()
    conf: dict[str, str] = {}
    given = line.properties_file or outer.properties_file
    defaults = defaults_file(checkout())
    if defaults and (not given or line.load_defaults or outer.load_defaults):
        conf.update(read_properties(defaults))
    if given:
        conf.update(read_properties(given))
    conf = {key: value for key, value in conf.items() if key.startswith(("spark.", "firesteel."))}
    conf.update(outer.conf)
    conf.update(line.conf)
    if master := line.conf.get("spark.master", outer.conf.get("spark.master")):
        check_master(master)
    for key in _FILE_LISTS:
        if key in conf:
            conf[key] = existing(conf[key], key)
    return conf


def from_environment() -> dict[str, str]:
    """Return the same for a program that no launcher started, from the environment and the files it names."""
    return assemble(CommandLine())


def check_master(master: str) -> None:
    """Refuse a master that is invalid, or not supported yet.

    Raises
    ------
    UsageError
        With what to use instead.
    """
    if _MASTERS.fullmatch(master):
        return
    for prefix, what in _NOT_YET.items():
        if master.startswith(prefix):
            raise UsageError(
                f"master {master}: {what} cannot be used yet."
                " Use local[*] for all cores of this machine, or local[N]."
            )
    raise UsageError(
        f"master {master!r} is not understood."
        " Use local, local[N], local[N,F] or local[*], where N and F are counts."
    )


def existing(files: str, key: str) -> str:
    """Return a list of files with absolute paths, and with what its patterns match.

    Raises
    ------
    UsageError
        A file does not exist, or is not a local one.
    """
    entries = [found for each in files.split(",") if each.strip() for found in _existing(each, key)]
    return ",".join(entries)


def _existing(entry: str, key: str) -> list[str]:
    """Return what one entry of a list of files names; an archive's ``#name`` is kept."""
    path, mark, name = entry.strip().partition("#")
    path = path[len("file://") :] if path.startswith("file:///") else path.removeprefix("file:")
    if "://" in path:
        raise UsageError(f"{key}: {entry.strip()} is not a local file; others cannot be used yet.")
    if os.path.exists(path):
        return [os.path.abspath(path) + mark + name]
    found = sorted(glob.glob(path.replace("[^", "[!")))
    if not found:
        is_pattern = glob.has_magic(path)
        raise UsageError(f"{key}: no {'file matches' if is_pattern else 'such file:'} {path}.")
    if mark and len(found) > 1:
        raise UsageError(f"{key}: {path} matches {len(found)} files, which cannot all be called {name}.")
    return [os.path.abspath(each) + mark + name for each in found]
