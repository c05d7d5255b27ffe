"""The files of broadcasts: large ones are in the memory tier while there is room, the others on disk.

A small file is in the page cache anyway. For a large one the driver asks the engine, which counts what is in
memory. The engine removes a file when its broadcast is dropped and no lineage uses it.
"""

from __future__ import annotations

import itertools
import os
import weakref
from typing import TYPE_CHECKING, Any

from firesteel._driver.identity import DriverIdentity
from firesteel._driver.lifetime import Lifetime
from firesteel._driver.link import Link
from firesteel._driver.releases import Releases
from firesteel.errors import PySparkRuntimeError

if TYPE_CHECKING:
    from firesteel._data.tiered import TieredFile

_SMALL = 1 << 20


class Broadcasts:
    """The broadcasts of a session.

    Parameters
    ----------
    gateway : Link
        The engine.
    identity : DriverIdentity
        Which of the engine's drivers this is.
    compress : bool
        Whether values are compressed.
    lifetime : Lifetime
        Refuses new broadcasts when the session has ended.
    releases : Releases
        Passes unused broadcasts on to the engine.
    """

    def __init__(
        self,
        gateway: Link,
        identity: DriverIdentity,
        compress: bool,
        *,
        lifetime: Lifetime,
        releases: Releases,
    ) -> None:
        self._gateway = gateway
        self._identity = identity
        self._compress = compress
        self._lifetime = lifetime
        self._releases = releases
        self._memory: str | None = gateway.hello["directories"]["memory"]
        self._numbers = itertools.count()
        self.known: set[int] = set()
        """The broadcasts that the engine knows."""
        self.destroyed: weakref.WeakSet[Any] = weakref.WeakSet()

    def new(self) -> tuple[int, str]:
        """Return (number, name) for a new broadcast.

        Returns
        -------
        (int, str)
        """
        self._lifetime.require_running("broadcast")
        self._releases.start()
        number = next(self._numbers)
        return number, f"broadcast_{self._identity.number}_{number}"

    def write(self, name: str, value: Any) -> tuple[str, int]:
        """Write a value.

        Parameters
        ----------
        name : str
            The broadcast's name.
        value : object
            The value.

        Returns
        -------
        (str, int)
            The file's path and its size in bytes.
        """
        from firesteel._data.blocks import BlockWriter
        from firesteel._data.errors import Unpicklable
        from firesteel._data.tiered import TieredFile

        disk = os.path.join(self._identity.directory, name)
        wanted = disk if self._memory is None else os.path.join(self._memory, name)
        written: str | None = None
        writer = BlockWriter(name, compress=self._compress, by_value=True)

        def ask(_: str, wish: int, least: int) -> tuple[int, str | None]:
            request = {"name": name, "bytes": wish, "least": least}
            granted = int(self._gateway.call("room", request)["bytes"])
            return granted, None if granted else disk

        files: list[TieredFile] = []

        def create(path: str) -> TieredFile:
            files.append(TieredFile(path, name, None if path == disk else 0, ask, disk))
            return files[-1]

        try:
            small = writer.write(wanted, [value], _SMALL, create)
            if small is not None:
                with create(disk) as file:
                    file.write(small)
            written = files[-1].path
            return written, writer.section.length
        except Unpicklable as failure:
            raise failure.__cause__ or failure from None
        finally:
            if files and written != wanted:
                self._releases.add("inputs", wanted)  # the room that was reserved

    def require_own(self, broadcast: Any, site: str) -> None:
        """Refuse a broadcast of another context, because this context may have one of the same number.

        Parameters
        ----------
        broadcast : Broadcast
            A broadcast that a function uses.
        site : str
            The operation that the function was given to, and its place.

        Raises
        ------
        PySparkRuntimeError
            When it belongs to another context. That one was stopped, for only one runs at a time.
        """
        other = broadcast._context._driver
        if other.broadcasts is not self:
            where = "" if other.stopped is None else other.stopped
            raise PySparkRuntimeError(
                f"a function of {site} uses broadcast {broadcast._id} of a SparkContext that was "
                f"stopped{where}; make it again with sc.broadcast"
            )

    def release(self, number: int, path: str) -> None:
        """Note that a broadcast is not needed any more; safe to call from a finalizer.

        Parameters
        ----------
        number : int
            Its number.
        path : str
            Its file.
        """
        self._releases.add("broadcasts", (number, path))
