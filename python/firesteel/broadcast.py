"""Broadcast: a value that is written once and read by every task that needs it.

The driver writes the value to a file, in memory while there is room; a function that uses the broadcast
carries only its name. A worker maps the file copy-on-write when the value is first asked for, so that arrays
are shared between workers, and keeps the value for its later tasks. The file is a block of one record. Used
on both sides, so this imports neither the driver nor the worker.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import weakref
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

from firesteel.errors import PySparkRuntimeError

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = ["Broadcast"]

T = TypeVar("T")

_UNUSED_LIMIT = 4 << 20

_registry: dict[str, str] = {}
"""Worker: name → path of the broadcasts that the running task may use; the main loop fills it."""

_loaded: dict[str, Broadcast[Any]] = {}
"""Worker: the broadcasts whose value this process has read, oldest first."""

_driver_broadcasts: weakref.WeakValueDictionary[str, Broadcast[Any]] = weakref.WeakValueDictionary()

_pickling = threading.local()
"""Driver: `collected`, the broadcasts met while a closure is being pickled (None: no closure is)."""


def _from_id(name: str) -> Broadcast[Any]:
    """Return this process's broadcast of that name; unpickling a Broadcast calls this."""
    on_driver = _driver_broadcasts.get(name)
    if on_driver is not None:
        return on_driver
    found = _loaded.get(name)
    if found is None:
        found = Broadcast._for_worker(name)
        _loaded[name] = found
    return found


def _allow(broadcasts: dict[str, str]) -> None:
    """Set which broadcasts the task that begins may use; forget the large ones that it may not.

    Small ones stay, for tasks of several stages come by turns; a value may take ten times its file's size.
    """
    _registry.clear()
    _registry.update(broadcasts)
    unused = [name for name in _loaded if name not in _registry]
    if sum(_loaded[name]._size for name in unused) > _UNUSED_LIMIT:
        for name in unused:
            del _loaded[name]


def _read(path: str, name: str) -> tuple[Any, int]:
    """Read a value back, verified, large arrays mapped copy-on-write; also gives the file's size."""
    from firesteel._data.errors import BlockCorrupt
    from firesteel._data.reading import read_block

    try:
        ((value,),) = read_block(path, name, records=1)
        return value, os.stat(path).st_size
    except BlockCorrupt as failure:
        raise BlockCorrupt(name, f"the broadcast's file {path} is damaged: {failure.what}") from failure


class Broadcast(Generic[T]):
    """A read-only value that tasks can use. Make one with `SparkContext.broadcast`.

    Parameters
    ----------
    sc : SparkContext
        The context that it belongs to.
    value : T
        The value.

    Examples
    --------
    >>> names = sc.broadcast({1: "one", 2: "two"})
    >>> sc.parallelize([2, 1]).map(lambda number: names.value[number]).collect()
    ['two', 'one']
    """

    _name: str
    _size: int
    _inner: list[Broadcast[Any]]
    _context: SparkContext | None
    _id: int | None

    def __init__(self, sc: SparkContext, value: T) -> None:
        self._context = sc
        self.__dict__["value"] = value
        self._id, self._name = sc._driver.broadcasts.new()
        outer = getattr(_pickling, "collected", None)
        _pickling.collected = self._inner = []
        try:
            self._path, self._size = sc._driver.broadcasts.write(self._name, value)
        finally:
            _pickling.collected = outer
        self._destroyed = False
        self._finalizer = weakref.finalize(self, sc._driver.broadcasts.release, self._id, self._path)
        self._finalizer.atexit = False  # type: ignore[misc]  # the stub is wrong
        _driver_broadcasts[self._name] = self

    @classmethod
    def _for_worker(cls, name: str) -> Broadcast[Any]:
        broadcast: Broadcast[Any] = cls.__new__(cls)
        broadcast._name = name
        broadcast._id = None
        broadcast._context = None
        broadcast._size = 0
        broadcast._destroyed = False
        return broadcast

    def dump(self, value: T, f: IO[bytes]) -> None:
        """Pickle a value into a file.

        Parameters
        ----------
        value : object
        f : binary file

        Examples
        --------
        >>> import io
        >>> file = io.BytesIO()
        >>> shared = sc.broadcast([1, 2])
        >>> shared.dump(shared.value, file)
        >>> shared.load(io.BytesIO(file.getvalue()))
        [1, 2]
        """
        import pickle

        pickle.dump(value, f, pickle.HIGHEST_PROTOCOL)

    def load(self, file: IO[bytes]) -> T:
        """Unpickle what `dump` wrote; a file that you trust.

        Parameters
        ----------
        file : binary file

        Returns
        -------
        object

        Examples
        --------
        >>> import io, pickle
        >>> sc.broadcast(1).load(io.BytesIO(pickle.dumps("two")))
        'two'
        """
        import pickle

        loaded: T = pickle.load(file)
        return loaded

    def load_from_path(self, path: str) -> T:
        """Unpickle what `dump` wrote; a file that you trust.

        Parameters
        ----------
        path : str

        Returns
        -------
        object

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     path = os.path.join(directory, "value")
        ...     with open(path, "wb") as file:
        ...         sc.broadcast(1).dump("two", file)
        ...     sc.broadcast(1).load_from_path(path)
        'two'
        """
        with open(path, "rb") as file:
            return self.load(file)

    @functools.cached_property  # a function asks for each record: a plain attribute takes a third of the time
    def value(self) -> T:
        """The value.

        Examples
        --------
        >>> sc.broadcast([1, 2]).value
        [1, 2]
        """
        if self._destroyed:
            raise self._use_after_destroy()
        path = _registry.get(self._name)
        if path is None:
            raise PySparkRuntimeError(
                errorClass="BROADCAST_VARIABLE_NOT_LOADED", messageParameters={"variable": self._name}
            )
        value: T
        value, self._size = _read(path, self._name)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "value":
            raise AttributeError("the value of a broadcast cannot be set: make a new one with sc.broadcast")
        super().__setattr__(name, value)

    def unpersist(self, blocking: bool = False) -> None:  # noqa: ARG002
        """Drop the copies that workers keep; they are read again when needed.

        Parameters
        ----------
        blocking : bool, optional
            Accepted for compatibility: there is nothing to wait for.

        Examples
        --------
        >>> value = sc.broadcast(1)
        >>> value.unpersist()
        >>> value.value
        1
        """
        self._require_driver("unpersisted")

    def destroy(self, blocking: bool = False) -> None:  # noqa: ARG002
        """Remove the value everywhere; it cannot be used any more.

        Parameters
        ----------
        blocking : bool, optional
            Accepted for compatibility: there is nothing to wait for.

        Examples
        --------
        >>> value = sc.broadcast(1)
        >>> value.destroy()
        """
        self._require_driver("destroyed")
        self._destroyed = True
        del self.__dict__["value"]
        assert self._context is not None
        self._context._driver.broadcasts.destroyed.add(self)
        with contextlib.suppress(FileNotFoundError):  # the context has been stopped
            os.unlink(self._path)
        self._finalizer()

    def _require_driver(self, operation: str) -> None:
        if self._context is None:
            raise PySparkRuntimeError(
                errorClass="INVALID_BROADCAST_OPERATION", messageParameters={"operation": operation}
            )
        self._require_usable()

    def _require_usable(self) -> None:
        if self._destroyed:
            raise self._use_after_destroy()

    def _use_after_destroy(self) -> PySparkRuntimeError:
        return PySparkRuntimeError(
            f"broadcast {self._id} ({self._name}) is used after destroy() was called on it; "
            "make a new one with sc.broadcast"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if self._destroyed:
            raise self._use_after_destroy()
        collected = getattr(_pickling, "collected", None)
        if collected is not None and self._context is not None:
            collected += [self, *self._inner]
        return (_from_id, (self._name,))
