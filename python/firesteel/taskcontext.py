"""What a task can know about itself: `TaskContext`, as in PySpark."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["TaskContext"]


class TaskContext:
    """The running task, for functions that run in workers.

    Not to be made by users: `TaskContext.get` gives it.

    Examples
    --------
    >>> TaskContext.get() is None  # in the driver
    True
    """

    _current: ClassVar[TaskContext | None] = None

    def __init__(
        self, stage: int, partition: int, attempt: int, attempt_id: int, properties: dict[str, str], cpus: int
    ) -> None:
        self._stage = stage
        self._partition = partition
        self._attempt = attempt
        self._attempt_id = attempt_id
        self._properties = properties
        self._cpus = cpus

    @classmethod
    def get(cls) -> TaskContext | None:
        """Give the context of the running task.

        Returns
        -------
        TaskContext or None
            None in the driver.
        """
        return cls._current

    @classmethod
    def _set(cls, context: TaskContext | None) -> None:
        cls._current = context

    def stageId(self) -> int:
        """Give the id of the stage that the task belongs to."""
        return self._stage

    def partitionId(self) -> int:
        """Give the number of the partition that the task computes."""
        return self._partition

    def attemptNumber(self) -> int:
        """Give how many times this task was tried before: 0 the first time."""
        return self._attempt

    def taskAttemptId(self) -> int:
        """Give an id that no other attempt of any task in this application has."""
        return self._attempt_id

    def getLocalProperty(self, key: str) -> str | None:
        """Give a property that the driver's thread had set when it asked for the job.

        Parameters
        ----------
        key
            Its name, such as ``spark.jobGroup.id``.

        Returns
        -------
        str or None
            None when it is not set.
        """
        return self._properties.get(key)

    def cpus(self) -> int:
        """Give the number of CPUs that the task may use."""
        return self._cpus

    def resources(self) -> dict[str, object]:
        """Give the other resources of the task: none in this version."""
        return {}
