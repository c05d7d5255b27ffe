"""SparkFiles: where the files added with `SparkContext.addFile` are."""

from __future__ import annotations

import os
from typing import ClassVar

from firesteel.errors import PySparkRuntimeError

__all__ = ["SparkFiles"]

DIRECTORY_PROPERTY = "firesteel.files.directory"
"""The local property that tells a task where the added files are."""


class SparkFiles:
    """Finds files that were added with `SparkContext.addFile` or ``--files``; there are no instances.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
    ...     _ = file.write("7")
    ...     file.flush()
    ...     sc.addFile(file.name)
    ...     name = os.path.basename(file.name)
    >>> sc.parallelize([1]).map(lambda number: number * int(open(SparkFiles.get(name)).read())).collect()
    [7]
    """

    _root_directory: ClassVar[str | None] = None
    """On the driver: the running context's directory."""

    def __init__(self) -> None:
        raise NotImplementedError("SparkFiles is not instantiated: call SparkFiles.get(name)")

    @classmethod
    def get(cls, filename: str) -> str:
        """Return the absolute path of an added file.

        Parameters
        ----------
        filename : str
            The file's name, without a directory.

        Returns
        -------
        str

        Examples
        --------
        >>> SparkFiles.get("data.txt").endswith("/data.txt")
        True
        """
        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def getRootDirectory(cls) -> str:
        """Return the directory of the added files.

        Returns
        -------
        str

        Examples
        --------
        >>> SparkFiles.getRootDirectory().startswith("/")
        True
        """
        from firesteel.taskcontext import TaskContext

        task = TaskContext.get()
        directory = task.getLocalProperty(DIRECTORY_PROPERTY) if task is not None else cls._root_directory
        if directory is None:
            raise PySparkRuntimeError(
                errorClass="CALL_BEFORE_INITIALIZE",
                messageParameters={"func_name": "SparkFiles.getRootDirectory", "object": "SparkContext"},
            )
        return directory
