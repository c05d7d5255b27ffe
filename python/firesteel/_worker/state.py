"""What one task holds while it runs: its names, budget, blocks and counts."""

from __future__ import annotations

from typing import Any

from firesteel._data.combining import Functions
from firesteel._data.errors import PlanError
from firesteel._data.memory import Memory
from firesteel._worker.closures import ClosureCache
from firesteel._worker.operations import Operation

__all__ = ["TaskState"]


class TaskState:
    """The state of one task attempt.

    Parameters
    ----------
    body
        The TASK frame.
    closures
        The worker's closure bytes.
    """

    def __init__(self, body: dict[str, Any], closures: ClosureCache) -> None:
        task = body["task"]
        self.attempt: int = task["id"]
        self.partition: int = task["partition"]
        self.files: dict[str, str] = body["files"]
        self.inline: int = body["inline"]
        self.memory = Memory(body["memory"], body["scratch"])
        self.blocks: dict[str, tuple[str, int, int]] = {}
        self.operations: list[Operation] = []
        self.records_read = 0
        self.bytes_read = 0
        self._closures = closures

    def path(self, name: str) -> str:
        """Give the file of a name in the plan."""
        try:
            return self.files[name]
        except KeyError:
            raise PlanError(f"the plan names {name}, for which the task has no file") from None

    def load(self, name: str) -> Any:
        """Unpickle a closure."""
        return self._closures.load(name, self.path(name))

    def pipeline(self, name: str) -> list[Operation]:
        """Load the operations of a pipeline."""
        operations = [Operation(*step) for step in self.load(name)]
        self.operations.extend(operations)
        return operations

    def functions(self, name: str) -> Functions:
        """Load the functions of an aggregation."""
        create, merge_value, merge_combiners, site = self.load(name)
        self.operations.extend(
            Operation("combine", function, site)
            for function in (create, merge_value, merge_combiners)
            if function is not None
        )
        return Functions(create, merge_value, merge_combiners, site)

    def single(self, name: str, kind: str) -> tuple[Any, str | None]:
        """Load a closure that is one function (or None) and its site: a partitioner or a sort key."""
        function, site = self.load(name)
        if function is not None:
            self.operations.append(Operation(kind, function, site))
        return function, site
