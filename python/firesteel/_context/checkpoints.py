"""The checkpoint directory of a context, and reading a checkpoint by its path."""

from __future__ import annotations

import os
import uuid
from typing import Any

from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Source
from firesteel._driver.session import Session
from firesteel.rdd import RDD

__all__ = ["CheckpointFiles"]


class CheckpointFiles:
    """The part of SparkContext about checkpoints."""

    _driver: Session
    _checkpoint_directory: str | None = None

    def setCheckpointDir(self, dirName: str) -> None:
        """Set where `RDD.checkpoint` writes: a directory of its own below the given one.

        Parameters
        ----------
        dirName : str
            A local path or ``file:`` URI; made when missing.

        Examples
        --------
        >>> import tempfile
        >>> sc.setCheckpointDir(tempfile.mkdtemp())
        """
        directory = os.path.join(self._driver.local_path(os.fspath(dirName)), str(uuid.uuid4()))
        os.makedirs(directory, 0o700)
        self._checkpoint_directory = directory

    def getCheckpointDir(self) -> str | None:
        """Return where checkpoints are written, as a URI, or None.

        Returns
        -------
        str or None

        Examples
        --------
        >>> import tempfile
        >>> sc.setCheckpointDir(tempfile.mkdtemp())
        >>> sc.getCheckpointDir().startswith("file:/")
        True
        """
        directory = self._checkpoint_directory
        return None if directory is None else f"file:{directory}"

    def _checkpointFile(self: Any, name: str, input_deserializer: Any = None) -> RDD[Any]:  # noqa: ARG002
        """Read a checkpoint that this or an earlier application has written.

        Parameters
        ----------
        name : str
            What `RDD.getCheckpointFile` returned.
        input_deserializer : object, optional
            Accepted for compatibility.

        Returns
        -------
        RDD

        Raises
        ------
        SourceError
            There is no complete checkpoint.
        """
        from firesteel._data.checkpoints import read_list

        directory = self._driver.local_path(os.fspath(name))
        fields = {"directory": directory, "parts": [list(part) for part in read_list(directory)]}
        node = Source(
            self._driver.next_number(),
            "saved",
            call_site("checkpointFile"),
            lambda: (fields, len(fields["parts"])),
        )
        return RDD(node, self)
