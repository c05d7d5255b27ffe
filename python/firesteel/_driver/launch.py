"""Starts the engine for a context: settings, interpreter, command, session."""

from __future__ import annotations

import os
from typing import Any

from firesteel._config import keys as config_keys
from firesteel._driver import jvm
from firesteel._driver.attached import attach, overruled
from firesteel._driver.gateway import Gateway
from firesteel._driver.progress import ProgressBar
from firesteel._driver.session import Session
from firesteel._driver.workers_python import WorkersPython
from firesteel.conf import SparkConf, _submitted
from firesteel.errors import PySparkRuntimeError

_ENVIRONMENT = "spark.executorEnv."


def submitted_settings() -> dict[str, str]:
    """Return the settings that come from outside the program.

    Returns
    -------
    dict of str to str
        The settings given to the launcher; without a launcher, those of ``PYSPARK_SUBMIT_ARGS`` and
        ``spark-defaults.conf``.

    Raises
    ------
    PySparkRuntimeError
        When they cannot be understood.
    """
    if _submitted:
        return _submitted
    from firesteel._config.options import UsageError
    from firesteel._config.submitted import from_environment

    try:
        return from_environment()
    except UsageError as error:
        raise PySparkRuntimeError(str(error)) from error


def start(conf: SparkConf) -> Session:
    """Start an engine; in a script that a Java program runs, attach to that program's engine.

    Parameters
    ----------
    conf : SparkConf
        The application's settings. The defaults of the master and the name are added; in a script that a
        Java program runs, that program's settings, which come first.

    Returns
    -------
    Session

    Raises
    ------
    PySparkRuntimeError
        When it does not come up.
    """
    from firesteel._config.options import UsageError
    from firesteel._config.submitted import require_directory

    progress = ProgressBar()
    attached = attach()
    if attached is not None:
        ignored = overruled(conf, attached.hello["conf"])
        conf.setAll(list(attached.hello["conf"].items()))
        session = Session(attached, conf, progress)
        if ignored:
            session.notices.warn_once(ignored)
        return session
    conf.setIfMissing("spark.master", "local[*]")
    conf.setIfMissing("spark.app.name", "pyspark-shell")
    timeout = config_keys.START_TIMEOUT.whole(conf) or 60
    try:
        require_directory()
        memory = config_keys.DRIVER_MEMORY.size(conf, bare="m")
        command = jvm.command(
            memory,
            config_keys.JAVA_OPTIONS.text(conf),
            _classes(conf),
            config_keys.LIBRARY_PATH.text(conf),
        )
    except (jvm.JavaNotFoundError, UsageError) as error:
        raise PySparkRuntimeError(
            errorClass="ENGINE_NOT_STARTED", messageParameters={"message": str(error)}
        ) from None
    boot: dict[str, Any] = {"conf": dict(conf.getAll()), "python": _python(conf)}
    gateway = Gateway(command, boot, float(timeout), progress.clear)
    try:
        return Session(gateway, conf, progress)
    except BaseException:
        gateway.stop()
        raise


def _classes(conf: SparkConf) -> list[str]:
    jars = (config_keys.JARS.text(conf) or "").split(",")
    more = (config_keys.CLASS_PATH.text(conf) or "").split(os.pathsep)
    entries = [entry.strip() for entry in [*jars, *more]]
    return [os.path.abspath(entry) for entry in entries if entry]


def _python(conf: SparkConf) -> dict[str, Any]:
    python = WorkersPython(conf)
    package_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    environment = {
        key[len(_ENVIRONMENT) :]: value for key, value in conf.getAll() if key.startswith(_ENVIRONMENT)
    }
    environment.update(python.environment())
    environment.setdefault(
        "LC_ALL", os.environ.get("LC_ALL", "")
    )  # the engine has its own; empty means unset
    return {
        "executable": python.executable,
        "path": python.path(),
        "package_root": package_root,
        "environment": environment,
    }
