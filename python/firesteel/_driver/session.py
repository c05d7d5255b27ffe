"""The driver's session with one engine: puts its parts together, gives numbers, and ends it.

`Requests` puts together what the engine needs to know, `Jobs` runs jobs, and `Releases` passes on what has
been dropped.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from typing import Any

from firesteel._config import keys as config_keys
from firesteel._data.compression import require
from firesteel._driver.broadcasts import Broadcasts
from firesteel._driver.checkpoints import Checkpoints
from firesteel._driver.compiler import Entry
from firesteel._driver.identity import DriverIdentity
from firesteel._driver.jobs import Jobs
from firesteel._driver.lifetime import Lifetime
from firesteel._driver.lineage import Node, Published, walk
from firesteel._driver.link import Link
from firesteel._driver.notices import Notices
from firesteel._driver.paths import check_path, working_directory
from firesteel._driver.progress import ProgressBar
from firesteel._driver.releases import Releases
from firesteel._driver.requests import Requests
from firesteel._driver.workers_python import WorkersPython
from firesteel.conf import SparkConf
from firesteel.errors import PySparkNotImplementedError, PySparkValueError

__all__ = ["Session"]


class Session:
    """One engine, and what the driver holds for it.

    Parameters
    ----------
    gateway : Link
        The running engine, or a fake one.
    conf : SparkConf
        The application's settings.
    progress : ProgressBar
        What draws progress.
    """

    def __init__(self, gateway: Link, conf: SparkConf, progress: ProgressBar) -> None:
        self.gateway = gateway
        disk = gateway.hello["directories"]["disk"][0]
        self.directory: str = gateway.hello.get("driver_directory") or os.path.join(disk, "driver")
        self.lock = threading.RLock()
        """Held while a request is put together, never while a job runs."""
        self._numbers = itertools.count()
        self.driver: int = gateway.hello.get("driver", 0)
        """The number of this driver in the engine."""
        identity = DriverIdentity(self.driver, self.directory)
        self._lifetime = Lifetime(gateway, self.directory)
        self._releases = Releases(self._send_releases)
        self.broadcasts = Broadcasts(
            gateway,
            identity,
            config_keys.BROADCAST_COMPRESS.flag(conf),
            lifetime=self._lifetime,
            releases=self._releases,
        )
        for key in (
            config_keys.BROADCAST_COMPRESS,
            config_keys.RDD_COMPRESS,
            config_keys.SHUFFLE_COMPRESS,
        ):
            if key.flag(conf):
                require(f"{key.name}=true")
        self.checkpoints = Checkpoints(identity, self.lock, self._releases)
        self.requests = Requests(
            identity,
            self._numbers,
            lock=self.lock,
            broadcasts=self.broadcasts,
            checkpoints=self.checkpoints,
            releases=self._releases,
        )
        self.notices = Notices()
        self.python = WorkersPython(conf)
        self.jobs = Jobs(
            gateway,
            identity,
            conf,
            progress,
            lock=self.lock,
            lifetime=self._lifetime,
            requests=self.requests,
            releases=self._releases,
            checkpoints=self.checkpoints,
            notices=self.notices,
            python=self.python,
        )

    @property
    def stopped(self) -> str | None:
        """Where the program stopped it; None while it runs."""
        return self._lifetime.stopped

    def profile_with(self, profiler: Callable[[int], Any]) -> None:
        """Run the functions of every pipeline under a profiler.

        Parameters
        ----------
        profiler : callable
            Makes the profiler of a pipeline from the RDD's number.
        """
        self.requests.compiler.profiler = profiler

    def next_number(self) -> int:
        """Return a new number for a node or a shuffle.

        Returns
        -------
        int
        """
        return next(self._numbers)

    def input_path(self, number: int) -> tuple[str, str]:
        """Return (name, path) of the file of a `parallelize`.

        Returns
        -------
        (str, str)
        """
        self._releases.start()
        name = f"input_{self.driver}_{number}"
        return name, os.path.join(self.directory, name)

    def queue_release(self, kind: str, number: Any) -> None:
        """Queue something that the engine can drop; safe to call from a finalizer."""
        self._releases.add(kind, number)

    def level_changed(self, node: Node, blocking: bool = False) -> None:
        """Tell the engine a node's new storage level: at once if it drops blocks, else with the next job.

        Parameters
        ----------
        node : Node
            The node.
        blocking : bool, optional
            Wait until the files of dropped blocks are removed.
        """
        entry = self.requests.level_changed(node)
        if entry is not None and self.stopped is None:
            self._update(persist=[[entry.number, None]], blocking=blocking)

    def describe_files(
        self,
        paths: list[str],
        directory: str | None,
        format_name: str,
        options: dict[str, str],
        partitions: int,
        site: str,
    ) -> tuple[dict[str, Any], int]:
        """Ask the engine to list files and cut them into partitions.

        Parameters
        ----------
        paths : list of str
            Paths, globs or URIs.
        directory : str or None
            What relative ones are relative to.
        format_name : str
            The format that cuts them, such as ``text``.
        options : dict
            What the format is told of the whole input.
        partitions : int
            The least number of partitions.
        site : str
            The operation and its place, for errors.

        Returns
        -------
        (dict, int)
            The wire fields of the source, and its number of partitions.
        """
        self.require_running("textFile")
        self._releases.start()
        request = {
            "paths": paths,
            "directory": directory,
            "format": format_name,
            "options": options,
            "min_partitions": partitions,
        }
        answer = _listed(self.gateway.call("describeFiles", request), site)
        return {"files": answer["files"]}, int(answer["partitions"])

    def local_path(self, path: str, decoded: bool = False) -> str:
        """Return the absolute local path that a path or ``file:`` URI stands for.

        Parameters
        ----------
        path : str
            The path, as the user gave it.
        decoded : bool, optional
            Whether what follows ``file:`` is decoded, which it is for what goes with an application only.

        Returns
        -------
        str

        Raises
        ------
        PySparkNotImplementedError
            It belongs to another file system.
        PySparkValueError
            It names nothing.
        """
        check_path(path)
        request = {"path": path, "directory": working_directory(), "decoded": decoded}
        answer = self.gateway.call("localPath", request)
        if answer["ok"]:
            return str(answer["path"])
        error = answer["error"]
        if error["condition"] == "SCHEME_NOT_YET":
            raise PySparkNotImplementedError(
                errorClass="NOT_YET",
                messageParameters={"feature": f"Using {path}", "instead": "Use a local path."},
            )
        raise PySparkValueError(error["message"])

    def clean_shuffles(self, target: Node) -> None:
        """Drop the outputs of the shuffles behind a node, down to persisted nodes."""

        def beyond(node: Node) -> bool:
            return node.level is None or node is target

        with self.lock:
            numbers = {
                shuffle.number
                for node in walk(target, beyond)
                if beyond(node)
                for shuffle in node.shuffles()
                if shuffle.entry is not None and shuffle.entry.known
            }
        if numbers:
            self._update(clean=sorted(numbers))

    def set_log_level(self, level: str) -> None:
        """Tell the engine the least level of log lines to show."""
        self._update(log_level=level)

    def _update(self, **fields: Any) -> None:
        """Send the engine an update without a job, and what has been dropped."""
        release = self.requests.take_releases()
        try:
            self.gateway.call("update", {"driver": self.driver, "persist": [], "release": release, **fields})
        except BaseException:
            self.requests.put_back_releases(release)
            raise

    def publish(self, name: str, target: Node) -> dict[str, Any]:
        """Publish a node under a name; return the engine's answer."""
        _ = target.partitions  # lists files, which must not happen under the lock
        request = self.requests.new(target)
        request.fields.update(
            driver=self.driver, name=name, target=target.number_in_engine, path=self.python.path()
        )
        try:
            answer: dict[str, Any] = self.gateway.call("publish", request.fields)
        except BaseException:
            self.requests.not_taken(request)
            raise
        self.requests.answered(request)
        return answer

    def lookup(self, name: str) -> dict[str, Any]:
        """Ask what is published under a name, and for it to be held; return the engine's answer."""
        answer: dict[str, Any] = self.gateway.call("lookup", {"driver": self.driver, "name": name})
        return answer

    def found(self, answer: dict[str, Any]) -> Published:
        """Return a node for the RDD that the engine found under a name and holds for this driver."""
        self._releases.start()
        return Published(next(self._numbers), answer, self.requests.compiler.held(answer["node"]))

    def require_running(self, operation: str) -> None:
        """Refuse to work when the session is stopped, or in a fork of the driver.

        Raises
        ------
        PySparkRuntimeError
            When it was stopped.
        """
        self._lifetime.require_running(operation)

    def stop(self, where: str) -> None:
        """Stop the engine. Idempotent."""
        if self.stopped is None:
            self._lifetime.stopped = where
        self._releases.stop()
        self.gateway.stop()
        self._releases.join()

    def _send_releases(self) -> None:
        try:
            self._update()
        except Exception as error:
            if self.stopped is None:
                raise
            raise self._lifetime.ended("releasing") from error  # the engine ended during the call

    def written_closure(self, number: int, path: str) -> Entry:
        """Return the entry of a closure whose file the engine has written.

        Returns
        -------
        Entry
        """
        return self.requests.compiler.written_closure(number, path)


def _listed(answer: dict[str, Any], site: str) -> dict[str, Any]:
    if answer["ok"]:
        return answer
    from firesteel._driver.errors import JobError

    error = answer["error"]
    if error["condition"] == "NO_WHOLE_RECORDS":
        raise PySparkValueError(error["message"])
    raise JobError(f"{error['message']}\n  in {site}", {**error, "kind": "source"})
