"""The lineage: the nodes that the user's transformations made. It calls neither engine nor compiler.

A transformation makes one `Node`. Narrow Python operations are `Step`; a `Shuffled` or `Sorted` node reads
a `Shuffle`, whose parent is a node again. `firesteel._driver.compiler` turns nodes into what is sent to the
engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from firesteel.storagelevel import StorageLevel

if TYPE_CHECKING:
    from firesteel._driver.compiler import Compiler, Entry, Number

Payload = Any


class Node:
    """A node of the lineage; each RDD has one.

    Parameters
    ----------
    number : int
        The RDD's number.
    op : str
        The name on the wire: ``input``, ``pipeline``, ``shuffled``…
    site : str
        The operation and its place in the user's program.
    parents : tuple of Node, optional
        Parents by narrow dependency.
    """

    __slots__ = (
        "__weakref__",
        "counted",
        "entry",
        "level",
        "mark",
        "name",
        "number",
        "op",
        "parents",
        "saved",
        "site",
    )

    def __init__(self, number: int, op: str, site: str, parents: tuple[Node, ...] = ()) -> None:
        self.number = number
        self.op = op
        self.site = site
        self.parents = parents
        self.level: StorageLevel | None = None
        self.entry: Entry | None = None
        self.name: str | None = None
        self.counted: int | None = None
        self.mark: tuple[str | None] | None = None
        self.saved: Saved | None = None

    @property
    def number_in_engine(self) -> Number:
        """The node's number in the engine, after a job that used it."""
        assert self.entry is not None
        return self.entry.number

    def cut(self, saved: Saved) -> None:
        """Replace what the node was computed from by a checkpoint."""
        assert self.entry is not None
        self.saved = saved
        self.counted = len(saved.parts)
        self.parents = ()
        self.entry.needs = ()
        self.entry.base = None
        self.entry.keep = saved

    @property
    def partitions(self) -> int:
        """The number of partitions; a text file asks the engine to list its files, once."""
        stack: list[Node] = [self]
        while stack:  # not by recursion: a lineage may be deeper than Python's stack
            node = stack[-1]
            missing = [parent for parent in node.parents if parent.counted is None]
            if node.counted is None and missing:
                stack += missing
            else:
                if node.counted is None:
                    node.counted = node.count_partitions()
                stack.pop()
        assert self.counted is not None
        return self.counted

    def count_partitions(self) -> int:
        """Count the partitions, after those of the parents."""
        return sum(parent.counted or 0 for parent in self.parents)

    def shuffles(self) -> tuple[Shuffle, ...]:
        """Return the shuffles that the node reads."""
        return ()

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:  # noqa: ARG002
        """Return the wire fields of the node, and the entries that it refers to besides its parents."""
        return {}, ()


def walk(target: Node, beyond: Callable[[Node], bool] | None = None) -> Iterator[Node]:
    """Yield a node and its ancestors, across shuffles, each once.

    Parameters
    ----------
    target : Node
        Where to begin.
    beyond : callable, optional
        Tells whether to continue to a node's parents; by default, always.

    Returns
    -------
    iterator of Node
    """
    seen: set[int] = set()
    stack = [target]
    while stack:  # not by recursion: a lineage may be deeper than Python's stack
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if beyond is None or beyond(node):
            stack += node.parents
            stack += [shuffle.parent for shuffle in node.shuffles()]


class Saved:
    """The files of a checkpoint.

    Parameters
    ----------
    directory : str
        Where they are.
    reliable : bool
        Whether they outlive the application.
    parts : list of list
        ``[path, name, bytes, records, attempt]`` of each partition.
    """

    __slots__ = ("directory", "keep", "parts", "reliable")

    def __init__(self, directory: str, reliable: bool, parts: list[list[Any]]) -> None:
        self.directory = directory
        self.reliable = reliable
        self.parts = parts
        self.keep: Any = None

    def fields(self) -> dict[str, Any]:
        """Return the wire fields."""
        return {"directory": self.directory, "parts": self.parts}


class Step(Node):
    """A narrow Python operation on its parent."""

    __slots__ = ("barrier", "function", "kind")

    def __init__(self, number: int, site: str, parent: Node, kind: str, function: Any) -> None:
        super().__init__(number, "pipeline", site, (parent,))
        self.barrier = False  # whether the tasks that run it are launched together
        self.kind = kind
        self.function = function


class JavaStep(Node):
    """A Java function on a parent with Java records. `closure` is the entry of the function's file."""

    __slots__ = ("closure",)

    def __init__(self, number: int, site: str, parent: Node, closure: Entry) -> None:
        super().__init__(number, "pipeline", site, (parent,))
        self.closure = closure

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the parent's number, the closure's, and the language."""
        fields = {
            "parent": compiler.entry(self.parents[0]).number,
            "closure": self.closure.number,
            "language": "java",
        }
        return fields, (self.closure,)


class Crossing(Node):
    """The parent's records, converted to the other language: ``java`` or ``python``."""

    __slots__ = ("to",)

    def __init__(self, number: int, site: str, parent: Node, to: str) -> None:
        super().__init__(number, "crossing", site, (parent,))
        self.to = to

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the parent's number and the language."""
        return {"parent": compiler.entry(self.parents[0]).number, "to": self.to}, ()


class Published(Node):
    """A node that was looked up by its name in the engine. `found` is the engine's answer."""

    __slots__ = ("language",)

    def __init__(self, number: int, found: dict[str, Any], entry: Entry) -> None:
        super().__init__(number, "published", found["site"])
        self.language: str = found["language"]
        self.counted = found["partitions"]
        self.entry = entry
        self.level = entry.level = StorageLevel._from_wire(found.get("level"))


class Source(Node):
    """A source without parents. `describe` returns (wire fields, partitions); it is called at most once."""

    __slots__ = ("_described", "describe", "keep")

    def __init__(
        self,
        number: int,
        op: str,
        site: str,
        describe: Callable[[], tuple[dict[str, Any], int]],
        keep: Any = None,
    ) -> None:
        super().__init__(number, op, site)
        self.describe = describe
        self.keep = keep
        self._described: tuple[dict[str, Any], int] | None = None

    def _answer(self) -> tuple[dict[str, Any], int]:
        if self._described is None:
            self._described = self.describe()
        return self._described

    def count_partitions(self) -> int:
        """Return the number in the description."""
        return self._answer()[1]

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:  # noqa: ARG002
        """Return the described fields."""
        return self._answer()[0], ()


class Input(Source):
    """Data from outside, which a format reads.

    Parameters
    ----------
    number : int
        The RDD's number.
    site : str
        The operation and its place.
    format_name : str
        The name of the format.
    options : dict
        What the format is told of the whole input.
    readers : tuple of str
        The languages that have the format: ``python``, ``java``.
    describe : callable
        Gives where the splits are, ``files`` or ``splits``, and how many; asked once, when needed.
    keep : object, optional
        What must live as long as the node.
    """

    __slots__ = ("format_name", "options", "readers")

    def __init__(
        self,
        number: int,
        site: str,
        format_name: str,
        options: dict[str, str],
        readers: tuple[str, ...],
        describe: Callable[[], tuple[dict[str, Any], int]],
        keep: Any = None,
    ) -> None:
        super().__init__(number, "input", site, describe, keep)
        self.format_name = format_name
        self.options = options
        self.readers = readers

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the format, and where the splits are."""
        splits, needs = super().fields(compiler)
        return {"format": self.format_name, "options": self.options, "readers": self.readers, **splits}, needs


class Union(Node):
    """The union of its parents, one after another (`aligned`: partition by partition)."""

    __slots__ = ()

    def __init__(self, number: int, site: str, parents: tuple[Node, ...], aligned: bool) -> None:
        super().__init__(number, "aligned" if aligned else "union", site, parents)

    def count_partitions(self) -> int:
        """Return the sum of the parents' numbers; when aligned, their common number."""
        return self.parents[0].counted or 0 if self.op == "aligned" else super().count_partitions()

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the parents' numbers."""
        return {"parents": [compiler.entry(parent).number for parent in self.parents]}, ()


class Coalesced(Node):
    """The parent's partitions, neighbours merged into fewer ones."""

    __slots__ = ("wanted",)

    def __init__(self, number: int, site: str, parent: Node, wanted: int) -> None:
        super().__init__(number, "coalesced", site, (parent,))
        self.wanted = wanted

    def count_partitions(self) -> int:
        """Return the requested number, or the parent's if that is less."""
        return min(self.wanted, self.parents[0].counted or 0)

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the parent's number and how many partitions are wanted."""
        return {"parent": compiler.entry(self.parents[0]).number, "partitions": self.wanted}, ()


class Paired(Node):
    """Pairs of the records of two parents: `op` is ``zipped`` (by position) or ``product`` (all pairs)."""

    __slots__ = ()

    def __init__(self, number: int, op: str, site: str, left: Node, right: Node) -> None:
        super().__init__(number, op, site, (left, right))

    def count_partitions(self) -> int:
        """Return the parents' common number or, for all pairs, the product of their numbers."""
        left, right = (parent.counted or 0 for parent in self.parents)
        return left if self.op == "zipped" else left * right

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the parents' numbers."""
        left, right = (compiler.entry(parent).number for parent in self.parents)
        return {"left": left, "right": right}, ()


class Closure:
    """Functions that one or more nodes and shuffles share; pickled when first sent."""

    __slots__ = ("__weakref__", "entry", "payload", "site")

    def __init__(self, payload: Payload, site: str) -> None:
        self.payload = payload
        self.site = site
        self.entry: Entry | None = None


class Shuffle:
    """A shuffle dependency.

    Parameters
    ----------
    number : int
        The shuffle's number.
    parent : Node
        What is shuffled.
    partitions : int
        Number of reduce partitions.
    partitioner : tuple
        ``("hash",)``, ``("custom", Closure)`` or ``("sort", Closure, ascending)``.
    combine : Closure or None
        Functions for combining on the map side.
    site : str
        The operation and its place in the user's program.
    """

    __slots__ = ("__weakref__", "combine", "entry", "number", "parent", "partitioner", "partitions", "site")

    def __init__(
        self,
        number: int,
        parent: Node,
        partitions: int,
        partitioner: tuple[Any, ...],
        combine: Closure | None,
        site: str,
    ) -> None:
        self.number = number
        self.parent = parent
        self.partitions = partitions
        self.partitioner = partitioner
        self.combine = combine
        self.site = site
        self.entry: Entry | None = None


class Shuffled(Node):
    """The result of a shuffle. `how` is ``("plain",)``, ``("combined", Closure)`` or ``("grouped",)``."""

    __slots__ = ("how", "shuffle")

    def __init__(self, number: int, site: str, shuffle: Shuffle, how: tuple[Any, ...]) -> None:
        super().__init__(number, "shuffled", site)
        self.shuffle = shuffle
        self.how = how

    def count_partitions(self) -> int:
        """Return the shuffle's number."""
        return self.shuffle.partitions

    def shuffles(self) -> tuple[Shuffle, ...]:
        """Return the shuffle, until a checkpoint replaces it."""
        return (self.shuffle,) if self.saved is None else ()

    def cut(self, saved: Saved) -> None:
        """Forget the shuffle too."""
        super().cut(saved)
        del self.shuffle

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the shuffle and how it is read."""
        how, needs = compiler.words(self.how)
        return {"shuffle": self.shuffle.number, "how": how}, (*needs, compiler.shuffle_entry(self.shuffle))


class Samples(Node):
    """The samples that the map tasks of a sort shuffle took: one partition."""

    __slots__ = ("shuffle",)

    def __init__(self, number: int, site: str, shuffle: Shuffle) -> None:
        super().__init__(number, "samples", site)
        self.shuffle = shuffle

    def count_partitions(self) -> int:
        """Return one."""
        return 1

    def shuffles(self) -> tuple[Shuffle, ...]:
        """Return the sort shuffle."""
        return (self.shuffle,)

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the shuffle's number."""
        return {"shuffle": self.shuffle.number}, (compiler.shuffle_entry(self.shuffle),)


class Sorted(Node):
    """The sorted records of a sort shuffle, in ranges whose bounds come from the samples."""

    __slots__ = ("_partitions", "ascending", "bounds", "closure", "shuffle")

    def __init__(
        self,
        number: int,
        site: str,
        shuffle: Shuffle,
        bounds: Shuffle | None,
        partitions: int,
        closure: Closure,
        ascending: bool,
    ) -> None:
        super().__init__(number, "sorted", site)
        self.shuffle = shuffle
        self.bounds = bounds
        self._partitions = partitions
        self.closure = closure
        self.ascending = ascending

    def count_partitions(self) -> int:
        """Return what was asked for."""
        return self._partitions

    def shuffles(self) -> tuple[Shuffle, ...]:
        """Return the sort shuffle and, with several partitions, that of the bounds."""
        if self.saved is not None:
            return ()
        return (self.shuffle,) if self.bounds is None else (self.shuffle, self.bounds)

    def cut(self, saved: Saved) -> None:
        """Forget the shuffles too."""
        super().cut(saved)
        del self.shuffle, self.bounds

    def fields(self, compiler: Compiler) -> tuple[dict[str, Any], tuple[Entry, ...]]:
        """Return the shuffles, the key function and the direction."""
        closure = compiler.closure_entry(self.closure)
        needs = (closure, *(compiler.shuffle_entry(shuffle) for shuffle in self.shuffles()))
        fields = {
            "shuffle": self.shuffle.number,
            "bounds": None if self.bounds is None else self.bounds.number,
            "partitions": self._partitions,
            "closure": closure.number,
            "ascending": self.ascending,
        }
        return fields, needs
