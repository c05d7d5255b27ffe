"""StatusTracker: what jobs and stages are doing, for programs that show progress of their own."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, NamedTuple, SupportsIndex

from firesteel.errors import PySparkTypeError

if TYPE_CHECKING:
    from firesteel._driver.session import Session

__all__ = ["SparkExecutorInfo", "SparkJobInfo", "SparkStageInfo", "StatusTracker"]


class SparkJobInfo(NamedTuple):
    """A job: its number, its stages' numbers, and RUNNING, SUCCEEDED, FAILED or UNKNOWN.

    Examples
    --------
    >>> SparkJobInfo(3, [4, 5], "RUNNING").status
    'RUNNING'
    """

    jobId: int
    stageIds: list[int]
    status: str


class SparkStageInfo(NamedTuple):
    """A stage: its number, which attempt it is, its name, and how many tasks it has in which state.

    Examples
    --------
    >>> SparkStageInfo(4, 0, "collect at app.py:3", 8, 2, 5, 0).numCompletedTasks
    5
    """

    stageId: int
    currentAttemptId: int
    name: str
    numTasks: int
    numActiveTasks: int
    numCompletedTasks: int
    numFailedTasks: int


class SparkExecutorInfo(NamedTuple):
    """An executor: where it is, the bytes it caches, its running tasks, and its memory for storage.

    Examples
    --------
    >>> SparkExecutorInfo("localhost", 0, 0, 1, 0, 0, 0, 0).numRunningTasks
    1
    """

    host: str
    port: int
    cacheSize: int
    numRunningTasks: int
    usedOnHeapStorageMemory: int
    usedOffHeapStorageMemory: int
    totalOnHeapStorageMemory: int
    totalOffHeapStorageMemory: int


class StatusTracker:
    """Reports on jobs and stages, to any thread.

    `SparkContext.statusTracker` gives it. It remembers the last jobs and stages that have ended, as many as
    ``spark.ui.retainedJobs`` and ``spark.ui.retainedStages`` say.

    Examples
    --------
    >>> sc.statusTracker().getActiveJobsIds()
    []
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def getJobIdsForGroup(self, jobGroup: str | None = None) -> list[int]:
        """Return the known jobs of a group; with None, those without a group.

        Parameters
        ----------
        jobGroup : str, optional
            The group.

        Returns
        -------
        list of int

        Examples
        --------
        >>> sc.setJobGroup("asked", "jobs to ask about")
        >>> sc.parallelize([1]).count()
        1
        >>> len(sc.statusTracker().getJobIdsForGroup("asked"))
        1
        >>> sc.setLocalProperty("spark.jobGroup.id", None)
        """
        known = [
            *self._session.jobs.running(),
            *((job, end.properties) for job, end in self._session.jobs.ended()),
        ]
        return sorted(job for job, properties in known if properties.get("spark.jobGroup.id") == jobGroup)

    def getActiveJobsIds(self) -> list[int]:
        """Return the running jobs.

        Returns
        -------
        list of int

        Examples
        --------
        >>> sc.statusTracker().getActiveJobsIds()
        []
        """
        return sorted(job for job, _ in self._session.jobs.running())

    def getActiveStageIds(self) -> list[int]:
        """Return the stages whose tasks are running.

        Returns
        -------
        list of int

        Examples
        --------
        >>> sc.statusTracker().getActiveStageIds()
        []
        """
        stages = {
            int(stage["id"])
            for job, _ in self._session.jobs.running()
            for stage in self._session.jobs.progress(job)
            if stage["active"]
        }
        return sorted(stages)

    def getJobInfo(self, jobId: int) -> SparkJobInfo | None:
        """Return what is known of a job.

        Parameters
        ----------
        jobId : int
            The job.

        Returns
        -------
        SparkJobInfo or None
            None when there was no such job, or it is forgotten.

        Examples
        --------
        >>> sc.statusTracker().getJobInfo(123456) is None
        True
        """
        jobId = _number(jobId, "jobId")
        jobs = self._session.jobs
        running = jobId in dict(jobs.running())
        end = dict(jobs.ended()).get(jobId)
        if not running and end is None:
            return None
        status = "RUNNING" if end is None else "SUCCEEDED" if end.succeeded else "FAILED"
        return SparkJobInfo(jobId, jobs.stage_numbers(jobId), status)

    def getStageInfo(self, stageId: int) -> SparkStageInfo | None:
        """Return the progress of a stage, which may have ended.

        Parameters
        ----------
        stageId : int
            The stage.

        Returns
        -------
        SparkStageInfo or None
            None when there was no such stage, or it is forgotten.

        Examples
        --------
        >>> sc.statusTracker().getStageInfo(123456) is None
        True
        """
        stage = self._session.jobs.stage(_number(stageId, "stageId"))
        if stage is None:
            return None
        return SparkStageInfo(
            stageId,
            int(stage["attempt"]),
            str(stage["name"]),
            int(stage["tasks"]),
            int(stage["active"]),
            int(stage["done"]),
            int(stage["failed"]),
        )

    def getExecutorInfos(self) -> list[SparkExecutorInfo]:
        """Return the state of the executors. Memory is not reported yet: those numbers are 0.

        Returns
        -------
        list of SparkExecutorInfo

        Examples
        --------
        >>> [info.numRunningTasks for info in sc.statusTracker().getExecutorInfos()]
        [0]
        """
        running = sum(
            int(stage["active"])
            for job, _ in self._session.jobs.running()
            for stage in self._session.jobs.progress(job)
        )
        return [SparkExecutorInfo("localhost", 0, 0, running, 0, 0, 0, 0)]


def _number(value: SupportsIndex, name: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise PySparkTypeError(f"{name} must be a whole number, not {value!r:.100}") from None
