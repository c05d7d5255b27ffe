"""Loads closures: caches their bytes, and unpickles them for each task."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from typing import Any

from firesteel._data.errors import DriverFileDamaged
from firesteel._data.sealed import open_seal
from firesteel._data.stored import StoredFile, open_stored
from firesteel._worker.function_references import FunctionUnusable

__all__ = ["ClosureCache", "ClosureUnreadable"]


class ClosureUnreadable(Exception):
    """The functions of a stage cannot be unpickled in this worker."""


class ClosureCache:
    """Caches the bytes of closure files, and evicts the least recently used.

    It caches bytes, not objects, so that a captured list or set is new in each task.

    Parameters
    ----------
    limit
        The most bytes to cache.
    """

    def __init__(self, limit: int = 64 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def load(self, name: str, path: str) -> Any:
        """Unpickle a closure.

        Parameters
        ----------
        name, path
            The closure's name, and its file.

        Returns
        -------
        object
            The object that the driver pickled.

        Raises
        ------
        ClosureUnreadable
            Unpickling raised, for example because a module is missing here.
        """
        data = self._kept.get(path)
        if data is None:
            data = self._read(name, path)
            self._keep(path, data)
        else:
            self._kept.move_to_end(path)
        try:
            return pickle.loads(data)
        except FunctionUnusable:
            raise
        except Exception as failure:
            raise ClosureUnreadable(
                f"the functions of this stage cannot be loaded in the worker: "
                f"{type(failure).__qualname__}: {failure}"
            ) from failure

    def _read(self, name: str, path: str) -> bytes:
        descriptor = open_stored(path, name)
        try:
            data = StoredFile(descriptor, name).read(0, os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)
        content = open_seal(name, data)
        if content is None:
            raise DriverFileDamaged(path, "the file with this stage's functions is damaged")
        return content

    def _keep(self, path: str, data: bytes) -> None:
        self._kept[path] = data
        self._size += len(data)
        while self._size > self._limit and self._kept:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
