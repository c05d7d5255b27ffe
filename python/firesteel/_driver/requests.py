"""Puts together requests: what the engine needs to know of the lineage to run a job or publish a name.

A request carries what the engine may not know: the new nodes behind a target with their closures and
broadcasts, changed storage levels, checkpoints, and what has been dropped. It is put together under the
session's lock. When it has been answered, the engine knows what it carried. When it is refused, or nobody
waits for its answer, the next request carries all of it again: the engine ignores what it has.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from typing import Any, NamedTuple

from firesteel._driver.broadcasts import Broadcasts
from firesteel._driver.checkpoints import Checkpoints
from firesteel._driver.closures import pickle_payload, write_closure
from firesteel._driver.compiler import Compiler, Entry
from firesteel._driver.identity import DriverIdentity
from firesteel._driver.levels import UNTOLD, level_changes
from firesteel._driver.lineage import Node, Source, walk
from firesteel._driver.releases import Releases

__all__ = ["Request", "Requests"]


class Request(NamedTuple):
    """One request, and what the engine knows when it has been answered."""

    fields: dict[str, Any]
    entries: list[Entry]
    broadcasts: list[int]
    levels: list[Node]
    """The nodes of whose storage levels it tells."""


class Requests:
    """Puts requests together, and remembers what the engine knows.

    Parameters
    ----------
    identity : DriverIdentity
        Which of the engine's drivers this is.
    numbers : iterator of int
        Gives new numbers.
    lock : lock
        The session's.
    broadcasts : Broadcasts
        The broadcasts that functions may use.
    checkpoints : Checkpoints
        The checkpoints that have cut lineage.
    releases : Releases
        The queue of what has been dropped.
    """

    def __init__(
        self,
        identity: DriverIdentity,
        numbers: itertools.count[int],
        *,
        lock: threading.RLock,
        broadcasts: Broadcasts,
        checkpoints: Checkpoints,
        releases: Releases,
    ) -> None:
        self._identity = identity
        self._lock = lock
        self._broadcasts = broadcasts
        self._checkpoints = checkpoints
        self._releases = releases
        self._changed: weakref.WeakSet[Node] = weakref.WeakSet()
        self.compiler = Compiler(numbers, self._pickle_closure, releases.add)
        self.undescribed: weakref.WeakSet[Source] = weakref.WeakSet()
        """Sources that may run jobs themselves when they are first asked what they are."""

    def describe(self, target: Node) -> None:
        """Ask the sources of a node what they are, if that may take jobs. Not called under the lock."""
        if self.undescribed:
            for node in walk(target):
                if isinstance(node, Source) and node in self.undescribed:
                    _ = node.partitions
                    self.undescribed.discard(node)

    def new(self, target: Node) -> Request:
        """Put together what the engine needs to know to compute a node.

        Parameters
        ----------
        target : Node
            The node.

        Returns
        -------
        Request
        """
        with self._lock:
            entries = self.compiler.compile(target)
            self._refuse_destroyed(target)
            for entry in entries:
                if entry.content is not None:
                    write_closure(entry.content, entry.definition[1])
                    entry.content = None
            fields: dict[str, Any] = {"nodes": [], "shuffles": [], "closures": []}
            broadcasts: dict[int, str] = {}
            for entry in entries:
                fields[entry.kind].append(entry.definition)
                if entry.kind == "closures":
                    for broadcast in entry.keep:
                        if broadcast._id not in self._broadcasts.known:
                            broadcasts[broadcast._id] = broadcast._path
            fields["broadcasts"] = [[number, path] for number, path in broadcasts.items()]
            levels = list(level_changes(target, entries, self._changed))
            fields["persist"] = [wire for _, wire in levels]
            fields["cuts"] = self._checkpoints.take()
            fields["release"] = self.take_releases()
            return Request(fields, entries, list(broadcasts), [node for node, _ in levels])

    def answered(self, request: Request) -> None:
        """Note that the engine knows what a request carried."""
        with self._lock:
            for entry in request.entries:
                entry.acknowledge()
            self._broadcasts.known.update(request.broadcasts)

    def not_taken(self, request: Request) -> None:
        """Note that the engine may not have what a request carried: it is sent again with the next one."""
        with self._lock:
            for node in request.levels:
                if node.entry is not None:
                    node.entry.level = UNTOLD
                    self._changed.add(node)
            self._checkpoints.put_back(request.fields["cuts"])
            self.put_back_releases(request.fields["release"])

    def level_changed(self, node: Node) -> Entry | None:
        """Note the new storage level of a node, for the next request.

        Parameters
        ----------
        node : Node
            The node.

        Returns
        -------
        Entry or None
            The node's entry, if the engine has to drop blocks and must be told at once.
        """
        with self._lock:
            entry = node.entry
            if entry is None or entry.level == node.level:
                return None
            if node.level is not None or not entry.known:
                self._changed.add(node)
                return None
            entry.level = None
            self._changed.discard(node)
            return entry

    def take_releases(self) -> dict[str, list[Any]]:
        """Return what has been dropped, for a request.

        Returns
        -------
        dict of str to list
        """
        release = self._releases.take()
        for number, path in release["broadcasts"]:
            if number not in self._broadcasts.known:
                release["inputs"].append(path)  # no job has used it: the engine knows its size at most
            self._broadcasts.known.discard(number)
        release["broadcasts"] = [number for number, _ in release["broadcasts"]]
        return release

    def put_back_releases(self, release: dict[str, list[Any]]) -> None:
        """Tell the engine again of what has been dropped; it ignores what it has dropped already.

        Parameters
        ----------
        release : dict of str to list
            What `take_releases` returned.
        """
        for kind, numbers in release.items():
            for number in numbers:
                if kind == "broadcasts":
                    self._broadcasts.known.add(number)
                    self._releases.add(kind, (number, ""))
                else:
                    self._releases.add(kind, number)

    def _refuse_destroyed(self, target: Node) -> None:
        """Refuse a lineage whose functions use a broadcast that was destroyed."""
        if not self._broadcasts.destroyed or target.entry is None:
            return
        seen: set[int] = set()
        stack = [target.entry]
        while stack:
            entry = stack.pop()
            if id(entry) in seen:
                continue
            seen.add(id(entry))
            stack += entry.needs
            if entry.kind == "closures":
                for broadcast in entry.keep:
                    broadcast._require_usable()

    def _pickle_closure(self, number: int, payload: Any, site: str) -> tuple[Any, list[Any], bytes]:
        data, broadcasts = pickle_payload(payload, site)
        path = os.path.join(self._identity.directory, f"closure_{self._identity.number}_{number}")
        for broadcast in broadcasts:
            self._broadcasts.require_own(broadcast, site)
        unique = {broadcast._id: broadcast for broadcast in broadcasts}
        return [number, path, list(unique)], list(unique.values()), data
