"""Accumulators: variables that tasks add to and only the driver reads.

A function that uses an accumulator carries ``(id, zero, param)`` to the worker. The worker collects what
each task added, sends it with the task's answer, and the engine passes on the updates of the attempts that
count. Used on both sides, so it imports neither the driver nor the worker.
"""

from __future__ import annotations

import itertools
import os
import pickle
import threading
import weakref
from typing import Any, Generic, TypeVar

from firesteel.errors import PySparkRuntimeError

__all__ = [
    "COMPLEX_ACCUMULATOR_PARAM",
    "FLOAT_ACCUMULATOR_PARAM",
    "INT_ACCUMULATOR_PARAM",
    "Accumulator",
    "AccumulatorParam",
    "AddingAccumulatorParam",
]

T = TypeVar("T")

_ids = itertools.count()
_driver_registry: weakref.WeakValueDictionary[int, Accumulator[Any]] = weakref.WeakValueDictionary()
"""The driver's accumulators by id. Updates of one that is gone are dropped: nothing can read its value."""

_worker_registry: dict[int, Accumulator[Any]] = {}
"""The accumulators that the running task's functions brought along; the worker clears it before each task."""

_update_lock = threading.Lock()


def _deserialize(aid: int, zero: Any, param: AccumulatorParam[Any]) -> Accumulator[Any]:
    """Return the worker's accumulator of that id, made from zero when the task meets it first."""
    found = _worker_registry.get(aid)
    if found is None:
        found = Accumulator._for_worker(aid, zero, param)
        _worker_registry[aid] = found
    return found


_INLINE = 64 << 10


def _pack(
    updates: list[tuple[int, Any]], attempt: int, directory: str, half: str = ""
) -> tuple[bytes, str | None]:
    """Pickle a task's updates; write large ones to a file in the directory, and return its path too."""
    from firesteel._data.blocks import BlockWriter
    from firesteel._data.errors import Unpicklable

    path = os.path.join(directory, f"accumulators_{attempt}{half}")
    writer = BlockWriter(f"accumulators_{attempt}", attempt)
    try:
        data = writer.write(path, updates, _INLINE)
    except Unpicklable as failure:
        what = "an accumulator's number, and what the task added to it:"
        raise Unpicklable(failure.record, failure.why, what) from failure
    place = None if data is not None else path
    return pickle.dumps((data, place, attempt, writer.section.length), 5), place


def _unpack(packed: bytes) -> list[tuple[int, Any]]:
    """Read what `_pack` gave; a file is removed. `BlockCorrupt` names one that is damaged."""
    from firesteel._data.errors import BlockCorrupt
    from firesteel._data.reading import read_block

    data, path, attempt, size = pickle.loads(packed)
    source = path if data is None else data
    batches = read_block(source, f"accumulators_{attempt}", attempt, size=size, unlink=data is None)
    try:
        return list(itertools.chain.from_iterable(batches))
    except BlockCorrupt as failure:
        what = f"the file {path} with what a task added to accumulators is damaged: {failure.what}"
        raise BlockCorrupt(failure.name, what) from failure


def _apply(updates: list[tuple[int, Any]]) -> None:
    """Add a task's updates to the driver's accumulators (of those that are still there)."""
    with _update_lock:
        for aid, value in updates:
            accumulator = _driver_registry.get(aid)
            if accumulator is not None:
                accumulator._value = accumulator.accum_param.addInPlace(accumulator._value, value)


class Accumulator(Generic[T]):
    """A variable that tasks can only add to. Make one with `SparkContext.accumulator`.

    Parameters
    ----------
    aid : int
        The accumulator's number.
    value : T
        The value to start from.
    accum_param : AccumulatorParam
        How values are added.

    Examples
    --------
    >>> seen = sc.accumulator(0)
    >>> sc.parallelize([1, 2, 3]).foreach(seen.add)
    >>> seen.value
    6
    """

    def __init__(self, aid: int, value: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = value
        self._on_driver = True
        _driver_registry[aid] = self

    @classmethod
    def _for_worker(cls, aid: int, zero: T, param: AccumulatorParam[T]) -> Accumulator[T]:
        accumulator = cls.__new__(cls)
        accumulator.aid = aid
        accumulator.accum_param = param
        accumulator._value = zero
        accumulator._on_driver = False
        return accumulator

    def __reduce__(self) -> tuple[Any, ...]:
        zero = self.accum_param.zero(self._value)
        return (_deserialize, (self.aid, zero, self.accum_param))

    @property
    def value(self) -> T:
        """The sum so far. Only the driver may read it.

        Examples
        --------
        >>> sc.accumulator(5).value
        5
        """
        if not self._on_driver:
            raise PySparkRuntimeError(
                errorClass="VALUE_NOT_ACCESSIBLE", messageParameters={"value": "Accumulator.value"}
            )
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        if not self._on_driver:
            raise PySparkRuntimeError(
                errorClass="VALUE_NOT_ACCESSIBLE", messageParameters={"value": "Accumulator.value"}
            )
        self._value = value

    def add(self, term: T) -> None:
        """Add a term.

        Parameters
        ----------
        term : T
            What to add.

        Examples
        --------
        >>> total = sc.accumulator(1)
        >>> total.add(2)
        >>> total.value
        3
        """
        self._value = self.accum_param.addInPlace(self._value, term)

    def __iadd__(self, term: T) -> Accumulator[T]:
        self.add(term)
        return self

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"


class AccumulatorParam(Generic[T]):
    """How the values of an accumulator are added: subclass it for types other than numbers.

    Examples
    --------
    >>> class Lists(AccumulatorParam):
    ...     def zero(self, value):
    ...         return []
    ...     def addInPlace(self, value1, value2):
    ...         value1.extend(value2)
    ...         return value1
    >>> words = sc.accumulator([], Lists())
    >>> sc.parallelize(["a", "b"]).foreach(lambda word: words.add([word]))
    >>> sorted(words.value)
    ['a', 'b']
    """

    def zero(self, value: T) -> T:
        """Return a neutral element for values like this one (for a vector, one of the same length).

        Parameters
        ----------
        value : T
            A value of the accumulator.

        Returns
        -------
        T
        """
        raise NotImplementedError(f"{type(self).__name__} must define zero(value)")

    def addInPlace(self, value1: T, value2: T) -> T:
        """Add two values; the first may be changed and given back.

        Parameters
        ----------
        value1, value2 : T
            What to add.

        Returns
        -------
        T
        """
        raise NotImplementedError(f"{type(self).__name__} must define addInPlace(value1, value2)")


class AddingAccumulatorParam(AccumulatorParam[Any]):
    """Adds with ``+=``, from a given zero.

    Parameters
    ----------
    zero_value : object
        The neutral element.
    """

    def __init__(self, zero_value: Any) -> None:
        self.zero_value = zero_value

    def zero(self, value: Any) -> Any:  # noqa: ARG002
        """Return the zero, whatever the value.

        Returns
        -------
        object
        """
        return self.zero_value

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        """Add the second to the first.

        Returns
        -------
        object
        """
        value1 += value2
        return value1


INT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0j)


def _default_param(value: Any) -> AccumulatorParam[Any]:
    for kind, param in (
        (int, INT_ACCUMULATOR_PARAM),
        (float, FLOAT_ACCUMULATOR_PARAM),
        (complex, COMPLEX_ACCUMULATOR_PARAM),
    ):
        if isinstance(value, kind):
            return param
    raise TypeError(
        f"no default accumulator param for type {type(value)}: give one, "
        "sc.accumulator(value, accum_param), a subclass of AccumulatorParam"
    )
