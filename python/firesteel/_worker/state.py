"""What one task holds while it runs: its names, budget, blocks and counts."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, Protocol

from firesteel._data.combining import Functions
from firesteel._data.errors import PlanError
from firesteel._data.memory import Memory
from firesteel._data.newfile import remove
from firesteel._data.tiered import Ask, TieredFile
from firesteel._worker.closures import ClosureCache
from firesteel._worker.depth import make_room_for
from firesteel._worker.operations import Operation
from firesteel._worker.plans import plan_of

__all__ = ["TaskState"]


def _no_room(name: str, wish: int, least: int) -> tuple[int, str | None]:  # noqa: ARG001
    """Refuse more room, where there is no engine to ask."""
    return 0, None


class Exchange(Protocol):
    """The connection to the other language's half of a plan."""

    def need(self, crossing: int) -> dict[str, Any]:
        """Ask for the next batch of a crossing."""
        ...

    def give(self, crossing: int, path: str | None, size: int, records: int) -> bool:
        """Pass a batch on; tell whether the other half asks for another."""
        ...


class TaskState:
    """The state of one task attempt.

    Parameters
    ----------
    body
        The TASK frame.
    closures
        The worker's closure bytes.
    ask
        Asks the engine for room in the memory tier.
    exchange
        Exchanges batches with the half of the plan that Java runs.
    """

    def __init__(
        self,
        body: dict[str, Any],
        closures: ClosureCache,
        ask: Ask = _no_room,
        exchange: Exchange | None = None,
    ) -> None:
        task = body["task"]
        self.attempt: int = task["id"]
        self.partition: int = task["partition"]
        self.files: dict[str, str] = body["files"]
        self.inline: int = body["inline"]
        self.compress: frozenset[str] = frozenset(body.get("compress", ()))
        self.memory = Memory(body["memory"], body["scratch"], compress="shuffle" in self.compress)
        self.blocks: dict[str, tuple[str, int, int]] = {}
        self.unkept: set[str] = set()
        """Blocks that this task has written and that the engine must not register."""
        self.operations: list[Operation] = []
        self.records_read = 0
        self.bytes_read = 0
        self._closures = closures
        self._space: dict[str, int] = body.get("space", {})
        self.plan = plan_of(body["plan"])
        self._named: Counter[str] | None = None
        self.scratch: str = body["scratch"]
        self.exchange = exchange
        self._ask = ask

    @property
    def half(self) -> str:
        """Distinguishes the files of the halves of a plan within the same attempt."""
        return f"_{self.plan[2]}" if self.plan[0] == "Exchange" else ""

    @property
    def beside(self) -> str:
        """The parent of the task's scratch directory; files there outlive the task."""
        scratch = os.path.dirname(self.scratch) if self.half else self.scratch  # a half has a directory in it
        return os.path.dirname(scratch)

    def path(self, name: str) -> str:
        """Return the path of a file that the plan names."""
        try:
            return self.files[name]
        except KeyError:
            raise PlanError(f"the plan names {name}, for which the task has no file") from None

    def room(self, name: str) -> int | None:
        """Return how many bytes may go into the memory tier without asking; None for a file on disk."""
        return self._space.get(name)

    def new_file(self, name: str) -> TieredFile:
        """Create the file of a name that the plan writes."""
        spare = os.path.join(self.scratch, name)
        return TieredFile(self.path(name), name, self.room(name), self._ask, spare)

    def is_named_twice(self, name: str) -> bool:
        """Tell whether the plan uses a cached block in several places, which must all read the same data."""
        if self._named is None:
            self._named = Counter()
            waiting = [self.plan]
            while waiting:
                node = waiting.pop()
                if isinstance(node, list) and node:
                    if node[0] == "Cached":
                        self._named[node[2]] += 1
                    waiting += node
        return self._named[name] > 1

    def close(self) -> None:
        """Remove the blocks that are not kept."""
        for name in self.unkept:
            remove(self.blocks[name][0])
        self.unkept.clear()

    def load(self, name: str) -> Any:
        """Unpickle a closure."""
        return self._closures.load(name, self.path(name))

    def pipeline(self, name: str) -> list[Operation]:
        """Load the operations of a pipeline."""
        operations = [Operation(*step) for step in self.load(name)]
        self.operations.extend(operations)
        make_room_for(len(self.operations))
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

    def partitioner(self, name: str) -> tuple[Any, str | None]:
        """Load a partition function and its site."""
        function, site = self.load(name)
        self.operations.append(Operation("partitionBy", function, site))
        return function, site
