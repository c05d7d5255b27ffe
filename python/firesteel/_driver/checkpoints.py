"""Writes checkpoints: after a job, the marked RDDs below its target are written and their lineage is cut."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
import weakref
from collections.abc import Callable
from typing import Any

from firesteel._driver.identity import DriverIdentity
from firesteel._driver.inputs import InputFile
from firesteel._driver.lineage import Node, Saved, walk
from firesteel._driver.releases import Releases

Run = Callable[..., tuple[int, list[Any]]]
"""`Jobs.run`."""


class Checkpoints:
    """The RDDs of a session that are marked, and the cuts that the engine does not know yet.

    Parameters
    ----------
    identity : DriverIdentity
        Which of the engine's drivers this is.
    lock : lock
        The session's.
    releases : Releases
        Passes unused files on to the engine.
    """

    def __init__(self, identity: DriverIdentity, lock: threading.RLock, releases: Releases) -> None:
        self._identity = identity
        self._lock = lock
        self._releases = releases
        self._marked: weakref.WeakSet[Node] = weakref.WeakSet()
        self._cuts: list[dict[str, Any]] = []
        self._locals = itertools.count(1)

    def mark(self, node: Node, directory: str | None) -> None:
        """Mark a node, to be written after the next job that needs it.

        Parameters
        ----------
        node : Node
            The node.
        directory : str or None
            The directory; None for the application's own, which is removed with the application.
        """
        with self._lock:
            if node.saved is None and node.mark is None:
                node.mark = (directory,)
                self._marked.add(node)

    def write(self, target: Node, properties: dict[str, str], run: Run) -> None:
        """Write the marked nodes below a target, parents first.

        Parameters
        ----------
        target : Node
            The target of a job that has ended.
        properties : dict of str to str
            The job's local properties, for the jobs that write.
        run : callable
            Runs a job.
        """
        if not self._marked:
            return
        with self._lock:
            marked = set(self._marked)
        below = [node for node in walk(target) if node in marked]
        for node in sorted(below, key=lambda node: node.number):  # a parent is older than its children
            with self._lock:
                if node not in self._marked:
                    continue  # another thread is writing it, or has written it
                self._marked.discard(node)
            try:
                self._write(node, properties, run)
            except BaseException:
                with self._lock:
                    self._marked.add(node)
                raise

    def _write(self, node: Node, properties: dict[str, str], run: Run) -> None:
        from firesteel._data.checkpoints import LIST, Part, write_list

        assert node.mark is not None
        base = node.mark[0]
        if base is None:
            directory = os.path.join(self._identity.directory, f"checkpoint-{next(self._locals)}")
        else:
            directory = os.path.join(base, f"rdd-{node.number}")
        os.makedirs(directory, 0o700)
        try:
            _, rows = run(node, None, properties, f"checkpoint of {node.site}", ["BlockWrite", directory])
            known = node.number_in_engine  # ``[driver, number]`` for a node that was looked up
            driver, number = known if isinstance(known, list) else (self._identity.number, known)
            parts = [
                Part(
                    path,
                    f"rdd_{driver}_{number}_{partition}",
                    size,
                    records,
                    attempt,
                )
                for partition, _, path, size, records, attempt in rows
            ]
            write_list(directory, parts)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        kept = {LIST, *(os.path.basename(part.path) for part in parts)}
        for name in os.listdir(directory):
            if name not in kept:
                os.unlink(os.path.join(directory, name))  # written by an attempt that did not count
        saved = Saved(directory, base is not None, [list(part) for part in parts])
        if base is None:
            saved.keep = InputFile(self._releases.add, directory)
        self.cut(node, saved)

    def cut(self, node: Node, saved: Saved) -> None:
        """Let a node come from the files of a checkpoint, and tell the engine with the next request.

        Parameters
        ----------
        node : Node
            A node that the engine knows.
        saved : Saved
            Its files.
        """
        with self._lock:
            self._cuts.append({"id": node.number_in_engine, "site": node.site, **saved.fields()})
            node.cut(saved)

    def take(self) -> list[dict[str, Any]]:
        """Return the cuts that the engine does not know yet."""
        cuts, self._cuts = self._cuts, []
        return cuts

    def put_back(self, cuts: list[dict[str, Any]]) -> None:
        """Tell the engine of cuts again, of which it may not have heard."""
        self._cuts = cuts + self._cuts
