"""The driver's session with one engine: numbers, lineage, jobs, and what is to be released.

An action is one call of the engine, `run`. The lock is held while a request is put together, never while a
job runs, so that jobs of several threads run at once. Numbers that the collector gives back wait in a
queue, and travel with the next request.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from firesteel._data.compression import require
from firesteel._data.errors import BlockCorrupt, RecordUnreadable
from firesteel._driver import config_keys
from firesteel._driver.broadcasts import Broadcasts
from firesteel._driver.checkpoints import Checkpoints
from firesteel._driver.closures import pickle_payload, write_closure
from firesteel._driver.compiler import Compiler, Entry, Number
from firesteel._driver.deadline import Deadline
from firesteel._driver.gateway import python_path
from firesteel._driver.levels import level_changes
from firesteel._driver.lineage import Node, Published
from firesteel._driver.link import Link
from firesteel._driver.notices import Notices
from firesteel._driver.progress import ProgressBar
from firesteel._driver.releases import Releases
from firesteel._driver.results import Row, discard, read_all
from firesteel.accumulators import _apply, _unpack
from firesteel.conf import SparkConf
from firesteel.errors import PySparkRuntimeError

_REMEMBERED = 1000  # jobs that have ended


_RESULT_ATTEMPTS = 4

_JOBS_OF_A_DRIVER = 1_000_000_000  # jobs of all drivers of an engine have different numbers


class Series:
    """The jobs of one action over one RDD. The engine fails a later one that would not fit the first."""

    __slots__ = ("first",)

    def __init__(self) -> None:
        self.first: int | None = None


class End(NamedTuple):
    """How a job ended."""

    properties: dict[str, str]
    succeeded: bool


class Session:
    """One engine and everything the driver told it.

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
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self.driver: int = gateway.hello.get("driver", 0)
        """This driver's number in the engine, which may have others."""
        self._jobs = itertools.count(self.driver * _JOBS_OF_A_DRIVER)
        self._releases = Releases(self._send_releases)
        self._changed: weakref.WeakSet[Node] = weakref.WeakSet()
        self._running: dict[int, dict[str, str]] = {}
        self._ended: deque[tuple[int, End]] = deque(maxlen=_REMEMBERED)
        self._progress = progress
        self._show_progress = config_keys.SHOW_PROGRESS.flag(conf)
        self._show_java = config_keys.SHOW_JAVA.flag(conf)
        self.broadcasts = Broadcasts(self, self.driver, config_keys.BROADCAST_COMPRESS.flag(conf))
        for key in (
            config_keys.BROADCAST_COMPRESS,
            config_keys.RDD_COMPRESS,
            config_keys.SHUFFLE_COMPRESS,
        ):
            if key.flag(conf):
                require(f"{key.name}=true")
        self._max_result_size = config_keys.MAX_RESULT_SIZE.size(conf)
        self._compiler = Compiler(self._numbers, self._pickle_closure, self.queue_release)
        self.checkpoints = Checkpoints(self)
        self.notices = Notices()
        self.stopped: str | None = None

    def profile_with(self, profiler: Callable[[int], Any]) -> None:
        """Have the functions of every pipeline run under a profiler.

        Parameters
        ----------
        profiler : callable
            Makes the profiler of a pipeline, by the RDD's number.
        """
        self._compiler.profiler = profiler

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

    def expect_releases(self) -> None:
        """Get ready to tell the engine, in time, of what will be dropped; not for finalizers."""
        self._releases.start()

    def queue_release(self, kind: str, number: Any) -> None:
        """Note something that the engine can drop; safe to call from a finalizer."""
        self._releases.add(kind, number)

    def level_changed(self, node: Node, blocking: bool = False) -> None:
        """Tell the engine of a node's new level: at once when it drops blocks, else with the next job.

        Parameters
        ----------
        node : Node
            The node.
        blocking : bool, optional
            Wait until the files of dropped blocks are removed.
        """
        with self._lock:
            entry = node.entry
            if entry is None or entry.level == node.level:
                return
            if node.level is not None or not entry.known:
                self._changed.add(node)
                return
            entry.level = None
            self._changed.discard(node)
        if self.stopped is None:
            self._update(persist=[[entry.number, None]], blocking=blocking)

    def describe_files(
        self, paths: list[str], kind: str, partitions: int, site: str
    ) -> tuple[dict[str, Any], int]:
        """Ask the engine to list files and cut them into partitions.

        Parameters
        ----------
        paths : list of str
            Absolute paths, globs or URIs.
        kind : str
            ``text`` or ``whole``.
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
        request = {"paths": paths, "kind": kind, "min_partitions": partitions}
        answer = self.gateway.call("describeFiles", request)
        if not answer["ok"]:
            from firesteel._driver.errors import JobError

            error = answer["error"]
            failure = {**error, "kind": "source"}
            raise JobError(f"{error['message']}\n  in {site}", failure)
        return {"files": answer["files"]}, int(answer["partitions"])

    def run(
        self,
        target: Node,
        partitions: list[int] | None,
        properties: dict[str, str],
        site: str,
        sink: list[Any] | None = None,
        series: Series | None = None,
        seconds: float | None = None,
        counts: bool = True,
    ) -> tuple[int, list[Row]]:
        """Run a job and wait for its end.

        Parameters
        ----------
        target : Node
            What to compute.
        partitions : list of int or None
            Which partitions; None for all.
        properties : dict of str to str
            The local properties.
        site : str
            The action and its place.
        sink : list, optional
            The wire form of the sink; the results by default.
        series : Series, optional
            The action's jobs, where it runs several.
        seconds : float, optional
            When they are over, the job ends with the partitions that are computed.
        counts : bool, optional
            Whether what tasks add to accumulators counts; not when results are only made again.

        Returns
        -------
        (int, list of rows)
            The job's number, and the answer's rows.

        Raises
        ------
        JobError
            When the job fails.
        """
        self.require_running(site.partition(" ")[0])
        self._releases.start()
        with self._lock:
            job = next(self._jobs)
            request, entries, broadcasts = self._request(target)
            self._running[job] = properties
        request.update(
            driver=self.driver,
            job=job,
            site=site,
            target=self._number(target),
            partitions=partitions,
            sink=sink or ["Result"],
            path=python_path(),
            properties=properties,
            max_result_size=self._max_result_size,
            after=None if series is None else series.first,
        )
        if series is not None and series.first is None:
            series.first = job
        finish = None
        succeeded = False
        try:
            if self._show_progress and self._progress.wanted():
                finish = self._progress.watch(job, lambda number: dict(self.gateway.call("progress", number)))
            with Deadline(self.gateway, job, seconds):
                answer = self.gateway.call("runJob", request)
            succeeded = bool(answer["ok"])
        except KeyboardInterrupt as interrupt:
            self.cancel(job, "interrupted by the user")
            interrupt.args = interrupt.args or (f"job {job} was cancelled",)
            raise
        finally:
            with self._lock:
                self._running.pop(job, None)
                self._ended.append((job, End(properties, succeeded)))
            if finish is not None:
                finish()
        self._answered(entries, broadcasts)
        self.gateway.drain_output()
        try:
            updates = list(map(_unpack, answer.get("accumulators") or []))
        except (BlockCorrupt, RecordUnreadable) as error:
            from firesteel._driver.errors import unread_result

            discard(answer.get("results") or [])
            raise unread_result(error, site) from error.__cause__
        if counts:
            for update in updates:
                _apply(update)
        if not answer["ok"]:
            from firesteel._driver.errors import job_error

            self.gateway.require_files(self.directory)  # nothing else that went wrong matters then
            raise job_error({**answer["failure"], "job": job}, site, self._show_java)
        for sentence in answer.get("notices") or []:
            self.notices.warn(sentence)
        self.checkpoints.write(target, properties)
        return job, answer["results"]

    def collect(
        self,
        target: Node,
        partitions: list[int] | None,
        properties: dict[str, str],
        site: str,
        series: Series | None = None,
    ) -> list[list[Any]]:
        """Run a job and read its results, partition by partition.

        Returns
        -------
        list of list
        """
        series = series or Series()
        job, rows = self.run(target, partitions, properties, site, series=series)
        try:
            found, damaged = read_all(job, rows)
            for attempt in itertools.count(1):
                if not damaged:
                    return [found[row[0]] for row in rows]
                if attempt == _RESULT_ATTEMPTS:
                    raise next(iter(damaged.values()))
                again, more = self.run(target, list(damaged), properties, site, series=series, counts=False)
                read, damaged = read_all(again, more)
                found.update(read)
        except (BlockCorrupt, RecordUnreadable) as error:
            discard(rows)
            from firesteel._driver.errors import unread_result

            raise unread_result(error, site) from error.__cause__
        except BaseException:
            discard(rows)
            raise
        raise AssertionError("the loop above ends by itself")

    def collect_within(
        self, target: Node, properties: dict[str, str], site: str, seconds: float
    ) -> list[list[Any]]:
        """Run a job for so long at most; read the results of the partitions that were computed.

        Returns
        -------
        list of list
        """
        job, rows = self.run(target, None, properties, site, seconds=seconds)
        found, _ = read_all(job, rows)  # one that is damaged counts as one that came too late
        return list(found.values())

    def clean_shuffles(self, target: Node) -> None:
        """Drop the outputs of the shuffles behind a node, down to persisted nodes."""
        numbers: set[int] = set()
        seen: set[int] = set()
        stack = [target]
        with self._lock:
            while stack:
                node = stack.pop()
                if id(node) in seen or (node.level is not None and node is not target):
                    continue
                seen.add(id(node))
                stack += node.parents
                for shuffle in node.shuffles():
                    stack.append(shuffle.parent)
                    if shuffle.entry is not None and shuffle.entry.known:
                        numbers.add(shuffle.number)
        if numbers:
            self._update(clean=sorted(numbers))

    def set_log_level(self, level: str) -> None:
        """Tell the engine the least level of log lines to show."""
        self._update(log_level=level)

    def _update(self, **fields: Any) -> None:
        """Tell the engine something without a job, and what has been dropped."""
        request = {"driver": self.driver, "persist": [], "release": self._take_releases(), **fields}
        self.gateway.call("update", request)

    def publish(self, name: str, target: Node) -> dict[str, Any]:
        """Have the engine name a node, and tell it what it has not heard of yet; returns its answer."""
        _ = target.partitions  # lists files, which is not for the time of the lock
        with self._lock:
            request, entries, broadcasts = self._request(target)
        request.update(driver=self.driver, name=name, target=self._number(target), path=python_path())
        answer: dict[str, Any] = self.gateway.call("publish", request)
        self._answered(entries, broadcasts)
        return answer

    def found(self, answer: dict[str, Any]) -> Published:
        """Return a node for what the engine found under a name, and holds for this driver."""
        self._releases.start()
        return Published(next(self._numbers), answer, self._compiler.held(answer["node"]))

    def cancel(self, job: int, reason: str) -> None:
        """Cancel a job; without effect when it has ended."""
        self.gateway.call("cancelJob", job, reason)

    def running(self) -> list[tuple[int, dict[str, str]]]:
        """Return the running jobs with their local properties.

        Returns
        -------
        list of (int, dict)
        """
        with self._lock:
            return list(self._running.items())

    def ended(self) -> list[tuple[int, End]]:
        """Return the last jobs that have ended.

        Returns
        -------
        list of (int, End)
        """
        with self._lock:
            return list(self._ended)

    def progress(self, job: int) -> list[dict[str, Any]]:
        """Ask what the stages of a running job are doing; nothing of another one.

        Returns
        -------
        list of dict
            ``id``, ``name``, and how many ``tasks``, ``active``, ``done``, ``failed``.
        """
        stages: list[dict[str, Any]] = self.gateway.call("progress", job)["stages"]
        return stages

    def require_running(self, operation: str) -> None:
        """Refuse to work when the session is stopped, or in a fork of the driver.

        Raises
        ------
        PySparkRuntimeError
            When it was stopped.
        """
        if self.stopped is not None:
            raise PySparkRuntimeError(
                errorClass="CONTEXT_STOPPED",
                messageParameters={"where": self.stopped, "operation": operation or "this"},
            )
        self.gateway.require_owner()
        self.gateway.require_files(self.directory)

    def stop(self, where: str) -> None:
        """Stop the engine. Idempotent."""
        if self.stopped is None:
            self.stopped = where
        self._releases.stop()
        self.gateway.stop()
        self._releases.join()

    def _request(self, target: Node) -> tuple[dict[str, Any], list[Entry], list[int]]:
        entries = self._compiler.compile(target)
        self._refuse_destroyed(target)
        lists: dict[str, list[Any]] = {
            "nodes": [],
            "shuffles": [],
            "closures": [],
            "broadcasts": [],
            "persist": [],
        }
        broadcasts: dict[int, str] = {}
        for entry in entries:
            lists[entry.kind].append(entry.definition)
            if entry.kind == "closures":
                for broadcast in entry.keep:
                    if broadcast._id not in self.broadcasts.known:
                        broadcasts[broadcast._id] = broadcast._path
        lists["broadcasts"] = [[number, path] for number, path in broadcasts.items()]
        lists["persist"] = list(level_changes(target, entries, self._changed))
        cuts = self.checkpoints.take()
        return {**lists, "release": self._take_releases(), "cuts": cuts}, entries, list(broadcasts)

    def _refuse_destroyed(self, target: Node) -> None:
        """Refuse a lineage whose functions use a broadcast that was destroyed."""
        if not self.broadcasts.destroyed or target.entry is None:
            return
        seen: set[int] = set()
        stack = [target.entry]
        while stack:
            entry = stack.pop()
            if id(entry) in seen:
                continue
            seen.add(id(entry))
            stack += entry.needs
            if entry.kind == "closures":
                for broadcast in entry.keep:
                    broadcast._require_usable()

    def _answered(self, entries: list[Entry], broadcasts: list[int]) -> None:
        with self._lock:
            for entry in entries:
                entry.acknowledge()
            self.broadcasts.known.update(broadcasts)

    def _number(self, node: Node) -> Number:
        assert node.entry is not None
        return node.entry.number

    def _take_releases(self) -> dict[str, list[Any]]:
        release = self._releases.take()
        for number, path in release["broadcasts"]:
            if number not in self.broadcasts.known:
                release["inputs"].append(path)  # no job has used it: the engine only knows its room, if that
        release["broadcasts"] = [number for number, _ in release["broadcasts"]]
        return release

    def _send_releases(self) -> None:
        try:
            self._update()
        except Exception as error:
            if self.stopped is None:
                raise
            raise PySparkRuntimeError(  # the engine ended in the middle of the call
                errorClass="CONTEXT_STOPPED",
                messageParameters={"where": self.stopped, "operation": "releasing"},
            ) from error

    def written_closure(self, number: int, path: str) -> Entry:
        """Return the entry of a closure whose file the engine has written.

        Returns
        -------
        Entry
        """
        return self._compiler.written_closure(number, path)

    def _pickle_closure(self, number: int, payload: Any, site: str) -> tuple[Any, list[Any]]:
        data, broadcasts = pickle_payload(payload, site)
        path = os.path.join(self.directory, f"closure_{self.driver}_{number}")
        write_closure(data, path)
        for broadcast in broadcasts:
            self.broadcasts.require_own(broadcast, site)
        unique = {broadcast._id: broadcast for broadcast in broadcasts}
        return [number, path, list(unique)], list(unique.values())
