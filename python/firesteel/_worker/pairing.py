"""Pairs the records of two sources: by position (zip), or every left with every right record (cartesian)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from firesteel._data.errors import RecordError
from firesteel._data.memory import Memory
from firesteel._data.spill import Segment, SpillFile

__all__ = ["product", "zipped"]

_CHUNK = 256
_MISSING = object()


class _End:
    """Notes that an iterator has ended, for iterators that run in C."""

    __slots__ = ("reached",)

    def __init__(self) -> None:
        self.reached = False

    def after(self, records: Iterator[Any]) -> Iterator[Any]:
        """Yield the records, then note the end."""
        return chain(records, self._note())

    def _note(self) -> Iterator[Any]:
        self.reached = True
        yield from ()


def zipped(left: Iterator[Any], right: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair the records at the same position.

    Parameters
    ----------
    left, right
        Equally many records on both sides.

    Raises
    ------
    RecordError
        One side ends before the other (when that is reached).

    Examples
    --------
    >>> list(zipped(iter("ab"), iter([1, 2])))
    [('a', 1), ('b', 2)]
    """
    end = _End()
    rest = right
    pairs = zip(end.after(left), rest)  # noqa: B905 - the lengths are compared below, for a message of our own
    return chain(pairs, _ended_together(end, rest))


def _ended_together(left: _End, right: Iterator[Any]) -> Iterator[Any]:
    longer = None
    if not left.reached:
        longer = "left"
    elif next(right, _MISSING) is not _MISSING:
        longer = "right"
    if longer is not None:
        raise RecordError(
            f"zip needs the same number of records in each partition of both RDDs; the {longer} one has more "
            "here. To pair by position whatever the partitions, join zipWithIndex() of both.",
            None,
        )
    yield from ()


def product(left: Iterator[Any], right: Iterator[Any], memory: Memory) -> Iterator[Iterable[tuple[Any, Any]]]:
    """Pair each left record with each right one.

    The left side is read once. The right side is stored, in a file if it does not fit in memory. Pairs come
    in blocks of a fixed number of records of both sides, so that their order is always the same.

    Parameters
    ----------
    left, right
        Records.
    memory
        The task's budget.

    Yields
    ------
    iterable
        Pairs.

    Examples
    --------
    >>> list(chain.from_iterable(product(iter("ab"), iter([1, 2]), Memory(1 << 30, "/tmp"))))
    [('a', 1), ('a', 2), ('b', 1), ('b', 2)]
    """
    first = list(islice(left, _CHUNK))
    if not first:
        return
    pieces = _kept(right, memory)
    for chunk in chain((first,), iter(lambda: list(islice(left, _CHUNK)), [])):
        for piece in pieces:
            yield itertools.product(chunk, piece)


def _kept(records: Iterator[Any], memory: Memory) -> list[list[Any] | Segment]:
    pieces: list[list[Any] | Segment] = []
    file: SpillFile | None = None
    held: list[int] = []
    while piece := list(islice(records, _CHUNK)):
        held.append(len(pieces))
        pieces.append(piece)
        if memory.exhausted(len(piece)):
            file = file or SpillFile(memory.scratch, memory.compress)
            before = file.size
            for number in held:
                pieces[number] = file.write(pieces[number])
            held.clear()
            del piece
            memory.spill_done(file.size - before)
    return pieces
