"""Sources of plans: what a task reads, as iterators of batches of records, opened when first used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import chain, count
from typing import Any

from firesteel._data.combining import Combining
from firesteel._data.errors import BlockCorrupt, CheckpointDamaged, DriverFileDamaged, PlanError
from firesteel._data.grouping import Grouping
from firesteel._data.pair_sorting import PairSorting
from firesteel._data.reading import read_block, read_slice
from firesteel._data.sampling import bounds_of, merged
from firesteel._data.shuffle import (
    SORTED_INDEX,
    SORTED_RUN,
    MapSection,
    ShuffleTable,
    read_index,
    read_range,
    read_section,
)
from firesteel._worker.caching import materialized, read_materialized
from firesteel._worker.crossing import from_java
from firesteel._worker.formats import reader_of
from firesteel._worker.operations import run_operations
from firesteel._worker.pairing import product, zipped
from firesteel._worker.state import TaskState
from firesteel.resultiterable import ResultIterable

__all__ = ["Sources"]

Plan = list[Any]

_STATED = {"Block": 3, "Saved": 4, "Range": 3, "FileSlice": 4}
"""The field of a source's plan that states its number of records."""

Batches = Iterator[Iterable[Any]]


class Sources:
    """Interprets source plans.

    Parameters
    ----------
    state
        The task.
    """

    def __init__(self, state: TaskState) -> None:
        self._state = state
        self._known: dict[str, Callable[..., Batches]] = {
            "Input": self._input,
            "FileSlice": self._file_slice,
            "Range": self._range,
            "Block": self._block,
            "Saved": self._saved,
            "ShuffleRead": self._shuffle_read,
            "Cached": self._cached,
            "Empty": self._empty,
            "Crossing": self._crossing,
            "Zip": self._zip,
            "Product": self._product,
        }

    def records(self, plan: Plan) -> Iterator[Any]:
        """Open a source.

        Parameters
        ----------
        plan
            The source.

        Returns
        -------
        Iterator
            The records.
        """
        batches, records = self._opened(plan)
        return chain.from_iterable(batches) if records is None else records

    def batches(self, plan: Plan) -> Batches:
        """Open a source, as batches of records."""
        batches, records = self._opened(plan)
        return batches if records is None else iter((records,))

    def _opened(self, plan: Plan) -> tuple[Batches, Iterator[Any] | None]:
        """Open a source, as batches or, where a pipeline comes last, as records.

        Pipelines and blocks may be nested thousands deep, so there is no recursion over them. Blocks are
        materialized here, the innermost first; the next one outwards reads it.
        """
        state, path = self._state, []
        while plan[0] == "Pipeline" or (plan[0] == "Cached" and plan[2] not in state.blocks):
            path.append(plan)
            plan = plan[1]
        batches, records = self._leaf(plan), None
        for node in reversed(path):
            if node[0] == "Pipeline":
                source = batches if records is None else iter((records,))
                records = run_operations(state.pipeline(node[2]), source, node[3], state.memory)
            else:
                source = chain.from_iterable(batches) if records is None else records
                batches, records = materialized(state, source, node[2]), None
        return batches, records

    def _leaf(self, plan: Plan) -> Batches:
        name, *arguments = plan
        if name == "Chain":
            return chain.from_iterable(map(self.batches, arguments[0]))
        if name not in self._known:
            raise PlanError(f"unknown source {name!r} in the plan")
        return self._known[name](*arguments)

    def _counted(self, batches: Iterable[Any]) -> Batches:
        state = self._state
        for batch in batches:
            state.records_read += len(batch)
            yield batch

    def _zip(self, left: Plan, right: Plan) -> Batches:
        return iter((zipped(self.records(left), self.records(right)),))

    def _product(self, left: Plan, right: Plan) -> Batches:
        return product(self.records(left), self.records(right), self._state.memory)

    def _input(self, name: str, options: dict[str, str], split: bytes) -> Batches:
        return self._counted(reader_of(name)(split, options, self._state))

    def _file_slice(self, name: str, begin: int, end: int, records: int, first: int) -> Batches:
        self._state.bytes_read += end - begin
        return self._counted(self._slice(name, begin, end, records, first))

    def _slice(self, name: str, begin: int, end: int, records: int, first: int) -> Batches:
        path = self._state.path(name)
        try:
            yield from read_slice(path, name, begin, end, records, first)
        except BlockCorrupt as failure:  # it cannot be computed again
            what = f"the driver's file for parallelize is missing or damaged: {failure.what}"
            raise DriverFileDamaged(path, what) from failure

    def _range(self, start: str, step: str, count: int | str) -> Batches:
        first, by, many = int(start), int(step), int(count)
        self._state.records_read += many
        return iter((range(first, first + by * many, by),))

    def _empty(self) -> Batches:
        return iter(())

    def _crossing(self, _: int, __: str, number: int) -> Batches:
        return from_java(self._state, number)

    def _block(self, name: str, size: int, records: int, attempt: int) -> Batches:
        self._state.bytes_read += size
        return self._counted(read_block(self._state.path(name), name, attempt, records, size))

    def _saved(self, path: str, name: str, size: int, records: int, attempt: int) -> Batches:
        """Read a partition of a checkpoint, which cannot be computed again."""
        self._state.bytes_read += size
        try:
            yield from self._counted(read_block(path, name, attempt, records, size))
        except BlockCorrupt as damage:
            raise CheckpointDamaged(path, f"the checkpoint is damaged: {damage.what}") from damage

    def count(self, plan: Plan) -> int:
        """Count the records of a source; a source that states its number is not read.

        Parameters
        ----------
        plan
            The source.

        Returns
        -------
        int
        """
        name = plan[0]
        if name == "Pipeline":
            return _counted_one_by_one(self.records(plan))
        if name == "Chain":
            return sum(map(self.count, plan[1]))
        if name in _STATED:
            return int(plan[_STATED[name]])
        return sum(map(_length, self.batches(plan)))

    def _cached(self, _: Plan, name: str, *__: Any) -> Batches:
        """Read a block that this task has materialized."""
        return read_materialized(self._state, name)

    def _shuffle_read(self, name: str, partition: int, how: list[Any]) -> Batches:
        kind = how[0]
        if kind == "plain":
            return chain.from_iterable(map(self._section, self._sections(name, partition)))
        if kind == "combined":
            return self._combined(name, partition, how[1])
        if kind == "grouped":
            return self._grouped(name, partition)
        if kind == "sorted":
            return self._sorted(name, partition, *how[1:])
        if kind == "samples":
            return self._samples(name)
        raise PlanError(f"unknown way {kind!r} to read a shuffle")

    def _sections(self, name: str, partition: int) -> list[MapSection]:
        table = ShuffleTable(self._state.path(name), name)
        try:
            return table.sections(partition)
        finally:
            table.close()

    def _section(self, section: MapSection) -> Batches:
        self._state.bytes_read += section.length
        return self._counted(read_section(section))

    def _combined(self, name: str, partition: int, closure: str) -> Batches:
        combining = Combining(self._state.memory, self._state.functions(closure))
        for section in self._sections(name, partition):
            for batch in self._section(section):
                combining.add_combiners(batch)
        yield combining.items()

    def _grouped(self, name: str, partition: int) -> Batches:
        grouping = Grouping(self._state.memory)
        for section in self._sections(name, partition):
            for batch in self._section(section):
                grouping.add(batch)
        yield ((key, ResultIterable(values)) for key, values in grouping.items())

    def _samples(self, name: str) -> Batches:
        samples = [read_index(section)[0] for section in self._sections(name, SORTED_INDEX)]
        yield ((0, merged(samples)),)

    def _sorted(
        self,
        name: str,
        partition: int,
        bounds_name: str | None,
        partitions: int,
        closure: str,
        ascending: bool,
    ) -> Batches:
        _, site = self._state.load(closure)
        bounds = self._bounds(bounds_name, partitions) if bounds_name is not None else []
        number = partition if ascending else partitions - 1 - partition
        if number > len(bounds):
            return
        low, high = bounds[number - 1 : number] if number else [], bounds[number : number + 1]
        sorting = PairSorting(self._state.memory, None, ascending, site)
        indexes = {section.shuffle: section for section in self._sections(name, SORTED_INDEX)}
        for run in self._sections(name, SORTED_RUN):
            if run.shuffle not in indexes:
                raise BlockCorrupt(run.name, "has a sorted run but no index", run.shuffle)
            _, index = read_index(indexes[run.shuffle])
            for batch in read_range(run, index, low, high, ascending, site):
                self._state.records_read += len(batch)
                sorting.add_batch(batch)
        yield from sorting.batches()

    def _bounds(self, name: str, partitions: int) -> list[Any]:
        for batch in chain.from_iterable(map(self._section, self._sections(name, 0))):
            return bounds_of((sample for _, sample in batch), partitions)
        raise BlockCorrupt(name, "holds no bounds for the sort")


def _length(records: Iterable[Any]) -> int:
    return len(records) if isinstance(records, Sized) else _counted_one_by_one(records)


def _counted_one_by_one(records: Iterable[Any]) -> int:
    """Count records by iterating: ``len`` of an iterable from a user's function may be wrong."""
    counter = count()
    deque(zip(records, counter, strict=False), maxlen=0)  # in C
    return next(counter)
