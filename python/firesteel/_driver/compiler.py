"""The compiler that turns lineage into the entries of a request.

An action compiles the nodes below it::

    textFile ── flatMap ── map ── [shuffle] ── shuffled ── map      what the user wrote: Nodes
       text    ╰── pipeline ─╯     shuffle      shuffled   pipeline  what is sent: Entries

Adjacent steps (narrow Python operations) become one *pipeline* entry with one closure; persisted nodes and
shuffles cut the chain. An entry is sent with each request until one of them has been answered, so that a job
of another thread never refers to an entry that the engine does not know; the engine ignores entries that it
knows. When the last reference to an entry is gone, its number is put on the release list of a later
request.

All methods are called under the session's lock, except constructors.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from firesteel._driver.lineage import Closure, Node, Payload, Shuffle, Source, Step
from firesteel.storagelevel import StorageLevel

Number = int | list[int]
"""A number that this driver gave; ``[driver, number]`` for a node that another driver may have made."""


class Entry:
    """Something that the engine knows by number, or will know after the next request.

    Parameters
    ----------
    kind : str
        ``nodes``, ``shuffles`` or ``closures``.
    number : int or list of int
        Its number; ``[driver, number]`` for a node that was looked up.
    definition : object
        Its wire form, kept until a request with it has been answered.
    needs : tuple of Entry
        The entries that it refers to and keeps alive.
    keep : object, optional
        Other objects that it keeps alive: broadcasts, the owner of an input.

    Attributes
    ----------
    content : bytes or None
        For a closure, the content of its file. The file is written with the first request that carries the
        closure. So a closure that is never sent, because another one cannot be pickled, leaves no file.
    """

    __slots__ = (
        "__weakref__",
        "base",
        "content",
        "definition",
        "keep",
        "kind",
        "known",
        "level",
        "needs",
        "number",
    )

    def __init__(
        self,
        kind: str,
        number: Number,
        definition: Any,
        needs: tuple[Entry, ...],
        keep: Any = None,
        base: Any = None,
    ) -> None:
        self.kind = kind
        self.number = number
        self.definition = definition
        self.needs = needs
        self.keep = keep
        self.base = base
        self.content: bytes | None = None
        self.known = False
        self.level: StorageLevel | None = None

    def acknowledge(self) -> None:
        """Note that the engine knows it."""
        self.known = True
        self.definition = None


class Compiler:
    """Makes entries of nodes. Called under the session's lock.

    Parameters
    ----------
    numbers : iterator of int
        Gives new numbers.
    pickle_closure : callable
        ``(number, payload, site) -> (definition, broadcasts, content of the closure's file)``.
    release : callable
        Called with ``(kind, number)`` by a finalizer when an entry is gone; must not block.
    """

    def __init__(
        self,
        numbers: itertools.count[int],
        pickle_closure: Callable[[int, Payload, str], tuple[Any, list[Any], bytes]],
        release: Callable[[str, Number], None],
    ) -> None:
        self.profiler: Callable[[int], Any] | None = None
        """Makes the profiler of a pipeline from the RDD's number; None when profiling is off."""
        self._numbers = numbers
        self._pickle_closure = pickle_closure
        self._release = release

    def entry(self, node: Node) -> Entry:
        """Return the entry of a node that was compiled.

        Returns
        -------
        Entry
        """
        assert node.entry is not None, f"{node.op} {node.number} is referred to before it is compiled"
        return node.entry

    def shuffle_entry(self, shuffle: Shuffle) -> Entry:
        """Return the entry of a shuffle whose parent was compiled; make it when needed.

        Returns
        -------
        Entry
        """
        if shuffle.entry is None:
            partitioner, needs = self.words(shuffle.partitioner)
            combine, more = (
                (None, ()) if shuffle.combine is None else self.words(("combine", shuffle.combine))
            )
            parent = self.entry(shuffle.parent)
            definition = {
                "id": shuffle.number,
                "parent": parent.number,
                "partitions": shuffle.partitions,
                "partitioner": partitioner,
                "combine": combine,
                "site": shuffle.site,
            }
            shuffle.entry = self._new("shuffles", shuffle.number, definition, (parent, *needs, *more))
        return shuffle.entry

    def closure_entry(self, closure: Closure) -> Entry:
        """Return a closure's entry, pickling it when needed.

        Returns
        -------
        Entry
        """
        if closure.entry is None:
            number = next(self._numbers)
            definition, broadcasts, content = self._pickle_closure(number, closure.payload, closure.site)
            closure.entry = self._new("closures", number, definition, (), keep=broadcasts)
            closure.entry.content = content
        return closure.entry

    def written_closure(self, number: int, path: str) -> Entry:
        """Return the entry of a closure whose file has been written by the engine.

        Returns
        -------
        Entry
        """
        return self._new("closures", number, [number, path, []], (), keep=[])

    def held(self, number: list[int]) -> Entry:
        """Return the entry of a node that the engine holds for this driver, whichever driver made it.

        Returns
        -------
        Entry
        """
        entry = self._new("held", number, None, ())
        entry.acknowledge()
        return entry

    def words(self, words: tuple[Any, ...]) -> tuple[list[Any], tuple[Entry, ...]]:
        """Replace the closures in a wire tuple by their numbers.

        Returns
        -------
        (list, tuple of Entry)
        """
        needs = tuple(self.closure_entry(word) for word in words if isinstance(word, Closure))
        wire = [self.closure_entry(word).number if isinstance(word, Closure) else word for word in words]
        return wire, needs

    def compile(self, target: Node) -> list[Entry]:
        """Make entries for the target and everything below it.

        Parameters
        ----------
        target : Node
            The node whose job is to run.

        Returns
        -------
        list of Entry
            The entries that the engine may not know, each after those that it refers to.
        """
        stack: list[tuple[Node, bool]] = [(target, False)]
        done: set[int] = set()
        while stack:
            node, expanded = stack.pop()
            if id(node) in done:
                continue
            base = _base(node)
            if expanded:
                done.add(id(node))
                self._make(node, base)
            elif _is_current(node, base):
                done.add(id(node))
            else:
                stack.append((node, True))
                below = (base,) if isinstance(node, Step) else node.parents
                stack += [(parent, False) for parent in reversed(below)]
                stack += [(shuffle.parent, False) for shuffle in node.shuffles()]
        assert target.entry is not None
        return _unknown(target.entry)

    def _make(self, node: Node, base: Node) -> None:
        if not isinstance(node, Step):
            fields, needs = node.fields(self)
            parents = tuple(self.entry(parent) for parent in node.parents)
            definition = {"id": node.number, "op": node.op, "site": node.site, **fields}
            keep = node.keep if isinstance(node, Source) else None
            node.entry = self._new("nodes", node.number, definition, (*parents, *needs), keep=keep)
            return
        steps = []
        barrier = False
        current: Node = node
        while current is not base:
            assert isinstance(current, Step)
            barrier |= current.barrier
            steps.append((current.kind, current.function, current.site))
            current = current.parents[0]
        if self.profiler is not None:
            steps.append(("profile", self.profiler(node.number), node.site))
        steps.reverse()
        closure = self.closure_entry(Closure(steps, node.site))
        parent = self.entry(base)
        number = node.number if node.entry is None else next(self._numbers)
        definition = {
            "id": number,
            "op": "pipeline",
            "site": node.site,
            "parent": parent.number,
            "closure": closure.number,
        }
        if barrier:
            definition["barrier"] = True
        node.entry = self._new("nodes", number, definition, (parent, closure), base=base)

    def _new(
        self,
        kind: str,
        number: Number,
        definition: Any,
        needs: tuple[Entry, ...],
        keep: Any = None,
        base: Any = None,
    ) -> Entry:
        entry = Entry(kind, number, definition, needs, keep, base)
        weakref.finalize(entry, self._release, kind, number).atexit = False  # type: ignore[misc]  # the stub is wrong
        return entry


def _base(node: Node) -> Node:
    """Return where the chain of steps that ends in a node begins: the nearest cut below it."""
    if not isinstance(node, Step) or node.saved is not None:
        return node
    current = node.parents[0]
    while isinstance(current, Step) and current.level is None and current.saved is None:
        current = current.parents[0]
    return current


def _is_current(node: Node, base: Node) -> bool:
    """Tell whether a node's entry is still valid: a step below it may have been persisted since."""
    entry = node.entry
    if node.saved is not None:
        return True
    return entry is not None and (entry.base is None or entry.base is base or node.level is not None)


def _unknown(target: Entry) -> list[Entry]:
    """List the target's entry and those below it that no answered request carried, parents first."""
    order: list[Entry] = []
    seen: set[int] = set()
    stack = [(target, False)]
    while stack:
        entry, expanded = stack.pop()
        if expanded:
            order.append(entry)
        elif not entry.known and id(entry) not in seen:
            seen.add(id(entry))
            stack.append((entry, True))
            stack += [(need, False) for need in reversed(entry.needs)]
    return order
