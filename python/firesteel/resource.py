"""Resource profiles: what an RDD's tasks and executors request, and what a task gets.

The engine of one machine schedules by slots: a profile is kept with the RDD and can be read back, and changes
neither where nor how its tasks run.
"""

from __future__ import annotations

import itertools

from firesteel.errors import PySparkTypeError
from firesteel.util import _parse_memory, _running

__all__ = [
    "ExecutorResourceRequest",
    "ExecutorResourceRequests",
    "ResourceInformation",
    "ResourceProfile",
    "ResourceProfileBuilder",
    "TaskResourceRequest",
    "TaskResourceRequests",
]

_ids = itertools.count(1)
"""Numbers of profiles; 0 is the application's own."""


class ResourceInformation:
    """A resource that a task has, such as some GPUs.

    Parameters
    ----------
    name : str
        The resource.
    addresses : list of str
        Which ones.

    Examples
    --------
    >>> ResourceInformation("gpu", ["0", "1"]).addresses
    ['0', '1']
    """

    def __init__(self, name: str, addresses: list[str]) -> None:
        self._name = name
        self._addresses = addresses

    @property
    def name(self) -> str:
        """The resource."""
        return self._name

    @property
    def addresses(self) -> list[str]:
        """Which ones."""
        return self._addresses


class ExecutorResourceRequest:
    """What an executor is to have of one resource.

    Parameters
    ----------
    resourceName : str
        Such as ``cores``, ``memory`` or ``gpu``.
    amount : int
        How much; memory in MB.
    discoveryScript : str, optional
        Program that finds the resource.
    vendor : str, optional
        Who makes it.

    Examples
    --------
    >>> ExecutorResourceRequest("gpu", 2).amount
    2
    """

    def __init__(self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = "") -> None:
        self._name = resourceName
        self._amount = amount
        self._discovery_script = discoveryScript
        self._vendor = vendor

    @property
    def resourceName(self) -> str:
        """The resource."""
        return self._name

    @property
    def amount(self) -> int:
        """How much."""
        return self._amount

    @property
    def discoveryScript(self) -> str:
        """Program that finds the resource, or an empty text."""
        return self._discovery_script

    @property
    def vendor(self) -> str:
        """Who makes it, or an empty text."""
        return self._vendor


class ExecutorResourceRequests:
    """What executors are to have; each method adds to it and gives it back.

    Parameters
    ----------
    _jvm : optional
        Accepted for compatibility.
    _requests : dict of str to ExecutorResourceRequest, optional
        To begin with.

    Examples
    --------
    >>> requests = ExecutorResourceRequests().cores(2).memory("6g")
    >>> {name: request.amount for name, request in requests.requests.items()}
    {'cores': 2, 'memory': 6144}
    """

    _CORES = "cores"
    _MEMORY = "memory"
    _OVERHEAD_MEM = "memoryOverhead"
    _PYSPARK_MEM = "pyspark.memory"
    _OFFHEAP_MEM = "offHeap"

    def __init__(
        self,
        _jvm: object | None = None,
        _requests: dict[str, ExecutorResourceRequest] | None = None,
    ) -> None:
        self._executor_resources = dict(_requests or {})

    def _add(self, name: str, amount: int, script: str = "", vendor: str = "") -> ExecutorResourceRequests:
        self._executor_resources[name] = ExecutorResourceRequest(name, amount, script, vendor)
        return self

    def memory(self, amount: str) -> ExecutorResourceRequests:
        """Ask for heap memory.

        Parameters
        ----------
        amount : str
            With a unit, such as ``6g``.

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(self._MEMORY, _parse_memory(amount))

    def memoryOverhead(self, amount: str) -> ExecutorResourceRequests:
        """Request memory outside the heap.

        Parameters
        ----------
        amount : str
            With a unit.

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(self._OVERHEAD_MEM, _parse_memory(amount))

    def pysparkMemory(self, amount: str) -> ExecutorResourceRequests:
        """Ask for memory of Python workers.

        Parameters
        ----------
        amount : str
            With a unit.

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(self._PYSPARK_MEM, _parse_memory(amount))

    def offheapMemory(self, amount: str) -> ExecutorResourceRequests:
        """Ask for memory outside the heap.

        Parameters
        ----------
        amount : str
            With a unit.

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(self._OFFHEAP_MEM, _parse_memory(amount))

    def cores(self, amount: int) -> ExecutorResourceRequests:
        """Ask for cores.

        Parameters
        ----------
        amount : int

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(self._CORES, amount)

    def resource(
        self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = ""
    ) -> ExecutorResourceRequests:
        """Ask for another resource.

        Parameters
        ----------
        resourceName : str
            Such as ``gpu``.
        amount : int
        discoveryScript, vendor : str, optional

        Returns
        -------
        ExecutorResourceRequests
        """
        return self._add(resourceName, amount, discoveryScript, vendor)

    @property
    def requests(self) -> dict[str, ExecutorResourceRequest]:
        """The requests by resource."""
        return self._executor_resources


class TaskResourceRequest:
    """How much of one resource a task requests.

    Parameters
    ----------
    resourceName : str
        Such as ``cpus`` or ``gpu``.
    amount : float
        How much; a part of one is shared.

    Examples
    --------
    >>> TaskResourceRequest("gpu", 0.5).amount
    0.5
    """

    def __init__(self, resourceName: str, amount: float) -> None:
        self._name = resourceName
        self._amount = float(amount)

    @property
    def resourceName(self) -> str:
        """The resource."""
        return self._name

    @property
    def amount(self) -> float:
        """How much."""
        return self._amount


class TaskResourceRequests:
    """What tasks request; each method adds a request and returns the object.

    Parameters
    ----------
    _jvm : optional
        Accepted for compatibility.
    _requests : dict of str to TaskResourceRequest, optional
        To begin with.

    Examples
    --------
    >>> {name: each.amount for name, each in TaskResourceRequests().cpus(2).requests.items()}
    {'cpus': 2.0}
    """

    _CPUS = "cpus"

    def __init__(
        self, _jvm: object | None = None, _requests: dict[str, TaskResourceRequest] | None = None
    ) -> None:
        self._task_resources = dict(_requests or {})

    def cpus(self, amount: float) -> TaskResourceRequests:
        """Ask for CPUs.

        Parameters
        ----------
        amount : float

        Returns
        -------
        TaskResourceRequests
        """
        return self.resource(self._CPUS, amount)

    def resource(self, resourceName: str, amount: float) -> TaskResourceRequests:
        """Ask for another resource.

        Parameters
        ----------
        resourceName : str
            Such as ``gpu``.
        amount : float

        Returns
        -------
        TaskResourceRequests
        """
        self._task_resources[resourceName] = TaskResourceRequest(resourceName, amount)
        return self

    @property
    def requests(self) -> dict[str, TaskResourceRequest]:
        """The requests by resource."""
        return self._task_resources


class ResourceProfile:
    """What the executors and tasks of an RDD request. Made by `ResourceProfileBuilder`.

    Parameters
    ----------
    _java_resource_profile : optional
        Accepted for compatibility.
    _exec_req : dict of str to ExecutorResourceRequest, optional
    _task_req : dict of str to TaskResourceRequest, optional

    Examples
    --------
    >>> profile = ResourceProfileBuilder().require(TaskResourceRequests().cpus(2)).build
    >>> sc.parallelize([1]).withResources(profile).getResourceProfile().taskResources["cpus"].amount
    2.0
    """

    def __init__(
        self,
        _java_resource_profile: object | None = None,
        _exec_req: dict[str, ExecutorResourceRequest] | None = None,
        _task_req: dict[str, TaskResourceRequest] | None = None,
    ) -> None:
        self._executor_resource_requests = dict(_exec_req or {})
        self._task_resource_requests = dict(_task_req or {})
        self._id: int | None = None

    @property
    def id(self) -> int:
        """Its number in the running application."""
        if self._id is None:
            if _running() is None:
                raise RuntimeError("SparkContext must be created to get the profile id.")
            self._id = next(_ids)
        return self._id

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """What tasks are to have, by resource."""
        return self._task_resource_requests

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """What executors are to have, by resource."""
        return self._executor_resource_requests


class ResourceProfileBuilder:
    """Makes a `ResourceProfile` of requests.

    Examples
    --------
    >>> profile = ResourceProfileBuilder().require(ExecutorResourceRequests().cores(4)).build
    >>> profile.executorResources["cores"].amount
    4
    """

    def __init__(self) -> None:
        self._executor_resource_requests: dict[str, ExecutorResourceRequest] = {}
        self._task_resource_requests: dict[str, TaskResourceRequest] = {}

    def require(
        self, resourceRequest: ExecutorResourceRequests | TaskResourceRequests
    ) -> ResourceProfileBuilder:
        """Add requests.

        Parameters
        ----------
        resourceRequest : ExecutorResourceRequests or TaskResourceRequests

        Returns
        -------
        ResourceProfileBuilder
        """
        if isinstance(resourceRequest, ExecutorResourceRequests):
            self._executor_resource_requests.update(resourceRequest.requests)
        elif isinstance(resourceRequest, TaskResourceRequests):
            self._task_resource_requests.update(resourceRequest.requests)
        else:
            raise PySparkTypeError(
                "require takes ExecutorResourceRequests or TaskResourceRequests, "
                f"not {type(resourceRequest).__name__}"
            )
        return self

    def clearExecutorResourceRequests(self) -> None:
        """Forget what executors were to have."""
        self._executor_resource_requests.clear()

    def clearTaskResourceRequests(self) -> None:
        """Remove the requests of tasks."""
        self._task_resource_requests.clear()

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """What tasks are to have, by resource."""
        return self._task_resource_requests

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """What executors are to have, by resource."""
        return self._executor_resource_requests

    @property
    def build(self) -> ResourceProfile:
        """The profile."""
        return ResourceProfile(
            _exec_req=self._executor_resource_requests, _task_req=self._task_resource_requests
        )
