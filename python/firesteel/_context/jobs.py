"""Jobs of a context: local properties, groups, cancelling, and `runJob`."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from firesteel._driver import arguments
from firesteel._driver.paths import without_bytes
from firesteel._driver.session import Session
from firesteel.errors import PySparkIndexError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")

GROUP = "spark.jobGroup.id"
DESCRIPTION = "spark.job.description"
INTERRUPT = "spark.job.interruptOnCancel"


class Jobs:
    """The part of SparkContext about jobs. Local properties belong to the thread that sets them."""

    _driver: Session
    _local: threading.local
    _shared_properties: dict[str, str]

    def _own_properties(self) -> dict[str, str]:
        own: dict[str, str] | None = getattr(self._local, "properties", None)
        if own is None:
            own = self._local.properties = {}
        return own

    def _properties(self) -> dict[str, str]:
        """Return what a job of this thread takes along."""
        return {**self._shared_properties, **self._own_properties()}

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """Set a property of the jobs that this thread starts.

        Parameters
        ----------
        key : str
            Such as ``spark.scheduler.pool``; tasks read it with `TaskContext.getLocalProperty`.
        value : str or None
            None removes it.

        Examples
        --------
        >>> sc.setLocalProperty("mood", "calm")
        >>> sc.getLocalProperty("mood")
        'calm'
        >>> sc.setLocalProperty("mood", None)
        """
        if value is None:
            self._own_properties().pop(key, None)
            return
        try:
            for text in (str(key), str(value)):
                text.encode()
        except UnicodeEncodeError as error:
            raise without_bytes(error) from None
        self._own_properties()[str(key)] = str(value)

    def getLocalProperty(self, key: str) -> str | None:
        """Return a property of the jobs that this thread starts.

        Parameters
        ----------
        key : str
            The property.

        Returns
        -------
        str or None

        Examples
        --------
        >>> sc.getLocalProperty("unknown") is None
        True
        """
        return self._own_properties().get(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Put the jobs that this thread starts into a group, which `cancelJobGroup` cancels.

        Parameters
        ----------
        groupId : str
            The group.
        description : str
            What the jobs are for.
        interruptOnCancel : bool, optional
            Accepted for compatibility: cancelling always ends the tasks.

        Examples
        --------
        >>> sc.setJobGroup("nightly", "count words")
        >>> sc.getLocalProperty("spark.job.description")
        'count words'
        """
        self.setLocalProperty(GROUP, groupId)
        self.setLocalProperty(DESCRIPTION, description)
        self.setLocalProperty(INTERRUPT, "true" if interruptOnCancel else "false")

    def setJobDescription(self, value: str) -> None:
        """Describe the jobs that this thread starts.

        Parameters
        ----------
        value : str
            The description.

        Examples
        --------
        >>> sc.setJobDescription("count words")
        """
        self.setLocalProperty(DESCRIPTION, value)

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Accept whether cancelling interrupts tasks; it always does.

        Parameters
        ----------
        interruptOnCancel : bool
            Kept as a local property.

        Examples
        --------
        >>> sc.setInterruptOnCancel(True)
        """
        self.setLocalProperty(INTERRUPT, "true" if interruptOnCancel else "false")

    def cancelJobGroup(self, groupId: str) -> None:
        """Cancel the running jobs of a group; their actions raise.

        Parameters
        ----------
        groupId : str
            The group.

        Examples
        --------
        >>> sc.cancelJobGroup("nightly")
        """
        self._driver.require_running("cancelJobGroup")
        for job, properties in self._driver.jobs.running():
            if properties.get(GROUP) == groupId:
                self._driver.jobs.cancel(job, f"part of cancelled job group {groupId}")

    def cancelAllJobs(self) -> None:
        """Cancel all running jobs; their actions raise.

        Examples
        --------
        >>> sc.cancelAllJobs()
        """
        self._driver.require_running("cancelAllJobs")
        for job, _ in self._driver.jobs.running():
            self._driver.jobs.cancel(job, "all jobs were cancelled")

    def runJob(
        self,
        rdd: RDD[T],
        partitionFunc: Callable[[Iterable[T]], Iterable[U]],
        partitions: Sequence[int] | None = None,
        allowLocal: bool = False,  # noqa: ARG002
    ) -> list[U]:
        """Apply a function to some partitions of an RDD, and bring the results here.

        Parameters
        ----------
        rdd : RDD
            The RDD.
        partitionFunc : callable
            Takes an iterator of a partition's records, gives an iterable.
        partitions : sequence of int, optional
            Which partitions, in the order of the results; all by default.
        allowLocal : bool, optional
            Without effect, as in Spark.

        Returns
        -------
        list

        Examples
        --------
        >>> numbers = sc.parallelize(range(6), 3)
        >>> sc.runJob(numbers, lambda records: [record * record for record in records], [0, 2])
        [0, 1, 16, 25]
        """
        wanted = (
            None if partitions is None else [arguments.whole(index, "a partition") for index in partitions]
        )
        total = rdd.getNumPartitions()
        for index in wanted or ():
            if not 0 <= index < total:
                raise PySparkIndexError(f"there is no partition {index}: {rdd!r} has {total}")
        if wanted == []:
            return []
        return list(chain.from_iterable(rdd._run("runJob", "mapPartitions", partitionFunc, wanted)))

    @contextlib.contextmanager
    def _job_group(self, group: str, description: str) -> Iterator[None]:
        """Put this thread's jobs into a group for a while."""
        before = dict(self._own_properties())
        self.setJobGroup(group, description)
        try:
            yield
        finally:
            self._local.properties = before
