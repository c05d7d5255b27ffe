"""The context of a task, and the synchronisation of the tasks of a barrier stage."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from firesteel.errors import PySparkRuntimeError

if TYPE_CHECKING:
    from typing_extensions import Self

    from firesteel.resource import ResourceInformation

__all__ = ["BarrierTaskContext", "BarrierTaskInfo", "TaskContext"]


class TaskContext:
    """The running task, for functions that run in workers.

    `TaskContext.get` gives it, and so does ``TaskContext()`` in a task. One that comes back with a result
    still tells what it knew.

    Examples
    --------
    >>> TaskContext.get() is None  # in the driver
    True
    >>> sc.parallelize([1, 2], 2).map(lambda _: TaskContext.get().partitionId()).collect()
    [0, 1]
    """

    _current: ClassVar[TaskContext | None] = None

    _stage: int
    _partition: int
    _attempt: int
    _attempt_id: int
    _properties: dict[str, str]
    _cpus: int

    def __new__(cls) -> Self:
        """Return the context of the running task.

        Raises
        ------
        PySparkRuntimeError
            In the driver.
        """
        running = TaskContext._current
        if not isinstance(running, cls):
            raise PySparkRuntimeError(errorClass="NOT_IN_TASK", messageParameters={"class": cls.__name__})
        return running

    @classmethod
    def _of(cls, **state: Any) -> Self:
        """Make the context of a task; the names are those of the attributes, without the underscore."""
        made = object.__new__(cls)
        vars(made).update({f"_{name}": value for name, value in state.items()})
        return made

    def _state(self) -> dict[str, Any]:
        return {name[1:]: value for name, value in vars(self).items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (type(self), self._state())

    @classmethod
    def get(cls) -> TaskContext | None:
        """Return the context of the running task.

        Returns
        -------
        TaskContext or None
            None in the driver.
        """
        return TaskContext._current

    @classmethod
    def _set(cls, context: TaskContext | None) -> None:
        TaskContext._current = context

    def stageId(self) -> int:
        """Return the id of the stage that the task belongs to.

        Returns
        -------
        int
        """
        return self._stage

    def partitionId(self) -> int:
        """Return the number of the partition that the task computes.

        Returns
        -------
        int
        """
        return self._partition

    def attemptNumber(self) -> int:
        """Return how many times this task was tried before: 0 the first time.

        Returns
        -------
        int
        """
        return self._attempt

    def taskAttemptId(self) -> int:
        """Return an id that no other attempt of any task in this application has.

        Returns
        -------
        int
        """
        return self._attempt_id

    def getLocalProperty(self, key: str) -> str | None:
        """Return a local property of the driver's thread that started the job.

        Parameters
        ----------
        key : str
            Its name, such as ``spark.jobGroup.id``.

        Returns
        -------
        str or None
            None when it is not set.
        """
        return self._properties.get(key)

    def cpus(self) -> int:
        """Return the number of CPUs that the task may use.

        Returns
        -------
        int
        """
        return self._cpus

    def cpuAmount(self) -> Decimal:
        """Return the number of CPUs that the task may use, as a decimal number.

        Returns
        -------
        Decimal
        """
        return Decimal(self._cpus)

    def resources(self) -> dict[str, ResourceInformation]:
        """Return the other resources of the task: none on one machine.

        Returns
        -------
        dict
        """
        return {}


class BarrierTaskInfo:
    """A task of a barrier stage, as the others see it.

    Parameters
    ----------
    address : str
        ``host:port`` of the executor that runs it.

    Examples
    --------
    >>> BarrierTaskInfo("127.0.0.1:0").address
    '127.0.0.1:0'
    """

    def __init__(self, address: str) -> None:
        self.address = address


class BarrierTaskContext(TaskContext):
    """The running task of a barrier stage, which can wait for the others and exchange messages with them.

    `BarrierTaskContext.get` gives it. Every task of the stage must make the same
    calls: when one ends without the call that others wait in, the stage fails and says so.

    Examples
    --------
    >>> def meet(records):
    ...     context = BarrierTaskContext.get()
    ...     context.barrier()
    ...     return [(context.partitionId(), context.allGather("p%d" % context.partitionId()))]
    >>> sc.parallelize([1, 2], 2).barrier().mapPartitions(meet).collect()
    [(0, ['p0', 'p1']), (1, ['p0', 'p1'])]
    """

    _addresses: list[str]
    _synchronize: Callable[[str, str], list[str]] | None

    def _state(self) -> dict[str, Any]:
        return {**super()._state(), "synchronize": None}

    @classmethod
    def get(cls) -> BarrierTaskContext:
        """Return the context of the running task.

        Returns
        -------
        BarrierTaskContext

        Raises
        ------
        PySparkRuntimeError
            When the task is not of a barrier stage, and in the driver.
        """
        current = TaskContext._current
        if not isinstance(current, BarrierTaskContext):
            raise PySparkRuntimeError(errorClass="NOT_IN_BARRIER_STAGE", messageParameters={})
        return current

    def barrier(self) -> None:
        """Wait until all tasks of the stage have come to this call.

        At most ``spark.barrier.sync.timeout`` seconds; then the task fails.
        """
        self._meet("barrier", "")

    def allGather(self, message: str = "") -> list[str]:
        """Wait as `barrier` does, and give what all tasks said.

        Parameters
        ----------
        message : str, optional
            The message of this task.

        Returns
        -------
        list of str
            The messages, by partition.
        """
        return self._meet("allGather", str(message))

    def getTaskInfos(self) -> list[BarrierTaskInfo]:
        """Return the tasks of the stage.

        Returns
        -------
        list of BarrierTaskInfo
            By partition.
        """
        return [BarrierTaskInfo(address) for address in self._addresses]

    def _meet(self, call: str, message: str) -> list[str]:
        if self._synchronize is None or TaskContext._current is not self:
            raise PySparkRuntimeError(errorClass="NOT_IN_BARRIER_STAGE", messageParameters={})
        return self._synchronize(call, message)


def _made_again(kind: type[TaskContext], state: dict[str, Any]) -> TaskContext:
    return kind._of(**state)
