"""Runs, cancels and remembers the jobs of a session.

An action is one call of the engine, `Jobs.run`. The session's lock is held while the request is put together
and not while the job runs, so that jobs of several threads run at the same time.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from typing import Any, NamedTuple

from firesteel._config import keys as config_keys
from firesteel._data.errors import BlockCorrupt, RecordUnreadable
from firesteel._driver.checkpoints import Checkpoints
from firesteel._driver.deadline import Deadline
from firesteel._driver.identity import DriverIdentity
from firesteel._driver.lifetime import Lifetime
from firesteel._driver.lineage import Node
from firesteel._driver.link import Link
from firesteel._driver.notices import Notices
from firesteel._driver.progress import ProgressBar
from firesteel._driver.releases import Releases
from firesteel._driver.requests import Requests
from firesteel._driver.results import Row, discard, read_all
from firesteel._driver.workers_python import WorkersPython
from firesteel.accumulators import _apply, _unpack
from firesteel.conf import SparkConf
from firesteel.errors import PySparkException

__all__ = ["End", "Jobs", "Series"]

_RESULT_ATTEMPTS = 4


class Series:
    """The jobs of one action on one RDD. The engine fails a later job that does not match the first."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: int | None = None
        self.last: int | None = None


class End(NamedTuple):
    """How a job ended."""

    properties: dict[str, str]
    succeeded: bool


class Jobs:
    """The jobs that are running, and the last that have ended.

    Parameters
    ----------
    gateway : Link
        The engine.
    identity : DriverIdentity
        Which of the engine's drivers this is.
    conf : SparkConf
        The application's settings.
    progress : ProgressBar
        What draws progress.
    lock : lock
        The session's.
    lifetime : Lifetime
        Refuses jobs when the session has ended.
    requests : Requests
        Puts requests together.
    releases : Releases
        What has been dropped.
    checkpoints : Checkpoints
        What is to be written after a job.
    notices : Notices
        Tells the user what the engine has noticed.
    python : WorkersPython
        What the workers find of the driver's modules.
    """

    def __init__(
        self,
        gateway: Link,
        identity: DriverIdentity,
        conf: SparkConf,
        progress: ProgressBar,
        *,
        lock: threading.RLock,
        lifetime: Lifetime,
        requests: Requests,
        releases: Releases,
        checkpoints: Checkpoints,
        notices: Notices,
        python: WorkersPython,
    ) -> None:
        self._gateway = gateway
        self._identity = identity
        self._lock = lock
        self._lifetime = lifetime
        self._requests = requests
        self._releases = releases
        self._checkpoints = checkpoints
        self._notices = notices
        self._python = python
        self._numbers = itertools.count(identity.first())
        self._running: dict[int, dict[str, str]] = {}
        self._ended: deque[tuple[int, End]] = deque(maxlen=config_keys.RETAINED_JOBS.whole(conf))
        self._progress = progress
        self._show_progress = config_keys.SHOW_PROGRESS.flag(conf)
        self._show_java = config_keys.SHOW_JAVA.flag(conf)
        self.max_result_size = config_keys.MAX_RESULT_SIZE.size(conf)
        """The bytes that the results of one job may have."""

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
            After this time the job ends with the partitions that have been computed.
        counts : bool, optional
            Whether updates of accumulators count; they do not when lost results are computed again.

        Returns
        -------
        (int, list of rows)
            The job's number, and the answer's rows.

        Raises
        ------
        JobError
            When the job fails.
        """
        self._lifetime.require_running(site.partition(" ")[0])
        self._releases.start()
        self._requests.describe(target)
        with self._lock:
            job = next(self._numbers)
            request = self._requests.new(target)
            self._running[job] = properties
        request.fields.update(
            driver=self._identity.number,
            job=job,
            site=site,
            target=target.number_in_engine,
            partitions=partitions,
            sink=sink or ["Result"],
            path=self._python.path(),
            properties=properties,
            max_result_size=self.max_result_size,
            after=None if series is None else series.first,
        )
        if series is not None:
            series.first = job if series.first is None else series.first
            series.last = job
        taken = False
        try:
            answer = self._wait(job, request.fields, seconds)
            taken = bool(answer["ok"]) or answer["failure"]["kind"] != "internal"
        finally:
            (self._requests.answered if taken else self._requests.not_taken)(request)
        try:
            self._gateway.drain_output()
            _accumulate(answer, site, counts)
            if not answer["ok"]:
                from firesteel._driver.errors import job_error

                self._gateway.require_files(
                    self._identity.directory
                )  # nothing else that went wrong matters then
                raise job_error({**answer["failure"], "job": job}, site, self._show_java)
            for sentence in answer.get("notices") or []:
                self._notices.warn(sentence)
            self._checkpoints.write(target, properties, self.run)
        except BaseException:
            _discard(answer, request.fields)
            raise
        return job, answer["results"]

    def _wait(self, job: int, request: dict[str, Any], seconds: float | None) -> dict[str, Any]:
        """Call the engine; cancel the job if the call is interrupted."""
        finish = None
        succeeded = False
        try:
            if self._show_progress and self._progress.wanted():
                finish = self._progress.watch(
                    job, lambda number: dict(self._gateway.call("progress", number))
                )
            with Deadline(self._gateway, job, seconds):
                answer: dict[str, Any] = self._gateway.call("runJob", request)
            succeeded = bool(answer["ok"])
            return answer
        except PySparkException:
            raise  # the engine is gone
        except BaseException as interrupt:
            self._abandon(job, request, interrupt)
            raise
        finally:
            with self._lock:
                self._ended.append((job, End(self._running.pop(job), succeeded)))
            if finish is not None:
                finish()

    def _abandon(self, job: int, request: dict[str, Any], interrupt: BaseException) -> None:
        """Cancel a job that Ctrl-C or a signal handler of the program interrupted.

        Updates of accumulators by finished tasks count, as for any cancelled job.
        """
        reason = "the user" if isinstance(interrupt, KeyboardInterrupt) else type(interrupt).__name__
        answer = self._gateway.call("abandonJob", job, f"interrupted by {reason}")
        if isinstance(interrupt, KeyboardInterrupt):
            interrupt.args = interrupt.args or (f"job {job} was cancelled",)
        if answer is not None:
            _discard(answer, request)
            _accumulate(answer, request["site"], True)

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
        """Run a job with a time limit; read the results of the partitions that were computed.

        Returns
        -------
        list of list
        """
        job, rows = self.run(target, None, properties, site, seconds=seconds)
        try:
            found, _ = read_all(job, rows)  # a damaged result counts as missing
        except RecordUnreadable as error:
            from firesteel._driver.errors import unread_result

            raise unread_result(error, site) from error.__cause__
        finally:
            discard(rows)
        return list(found.values())

    def cancel(self, job: int, reason: str) -> None:
        """Cancel a job; without effect when it has ended."""
        self._gateway.call("cancelJob", job, reason)

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

    def stage_numbers(self, job: int) -> list[int]:
        """Ask which stages a job has, or had if it ended not long ago.

        Returns
        -------
        list of int
        """
        numbers: list[int] = self._gateway.call("stages", job)["stages"]
        return numbers

    def stage(self, number: int) -> dict[str, Any] | None:
        """Ask what a stage is doing, or has done if it ended not long ago.

        Returns
        -------
        dict or None
            As a line of `progress`; None when it is not known.
        """
        if not 0 <= number < 1 << 31:
            return None  # no stage has such a number, and the engine's are ints
        found: list[dict[str, Any]] = self._gateway.call("stage", number)["stages"]
        return found[0] if found else None

    def progress(self, job: int) -> list[dict[str, Any]]:
        """Return the progress of the stages of a running job; empty for other jobs.

        Returns
        -------
        list of dict
            ``id``, ``attempt``, ``name``, and how many ``tasks``, ``active``, ``done``, ``failed``.
        """
        stages: list[dict[str, Any]] = self._gateway.call("progress", job)["stages"]
        return stages


def _accumulate(answer: dict[str, Any], site: str, counts: bool) -> None:
    """Apply the updates that tasks made to accumulators, if they count."""
    try:
        updates = list(map(_unpack, answer.get("accumulators") or []))
    except (BlockCorrupt, RecordUnreadable) as error:
        from firesteel._driver.errors import unread_result

        raise unread_result(error, site) from error.__cause__
    if counts:
        for update in updates:
            _apply(update)


def _discard(answer: dict[str, Any], request: dict[str, Any]) -> None:
    """Remove results that nobody will read, but not files that the job has saved for the user."""
    if request["sink"] == ["Result"]:
        discard(answer.get("results") or [])
