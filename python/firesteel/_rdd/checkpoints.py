"""Checkpoints: an RDD is written to files, and read from them from then on."""

from __future__ import annotations

from firesteel._rdd.base import RDDBase, T_co
from firesteel.errors import PySparkRuntimeError

__all__ = ["Checkpoints"]


class Checkpoints(RDDBase[T_co]):
    """The part of RDD about checkpoints."""

    def checkpoint(self) -> None:
        """Mark the RDD, to be written to the checkpoint directory after the next job that needs it.

        From then on it is read from there, and its lineage is dropped. Writing it computes it once more,
        unless it is persisted.

        Raises
        ------
        PySparkRuntimeError
            When `SparkContext.setCheckpointDir` was not called.

        Examples
        --------
        >>> import tempfile
        >>> sc.setCheckpointDir(tempfile.mkdtemp())
        >>> squares = sc.parallelize(range(4)).map(lambda number: number * number)
        >>> squares.checkpoint()
        >>> squares.count(), squares.isCheckpointed()
        (4, True)
        """
        directory = self.ctx._checkpoint_directory
        if directory is None:
            raise PySparkRuntimeError(
                "Checkpoint directory has not been set in the SparkContext. Call sc.setCheckpointDir first."
            )
        self.is_checkpointed = True
        self.ctx._driver.checkpoints.mark(self._node, directory)

    def localCheckpoint(self) -> None:
        """Mark the RDD, to be written to the application's own directory after the next job that needs it.

        Like `checkpoint`, but the files are removed with the RDD or the application.

        Examples
        --------
        >>> squares = sc.parallelize(range(4)).map(lambda number: number * number)
        >>> squares.localCheckpoint()
        >>> squares.count(), squares.isLocallyCheckpointed()
        (4, True)
        """
        self.ctx._driver.checkpoints.mark(self._node, None)

    def isCheckpointed(self) -> bool:
        """Tell whether the RDD has been written, to the checkpoint directory or as a local checkpoint.

        Returns
        -------
        bool

        Examples
        --------
        >>> sc.parallelize([1]).isCheckpointed()
        False
        """
        return self._node.saved is not None

    def isLocallyCheckpointed(self) -> bool:
        """Tell whether the RDD is marked for a local checkpoint, or has one.

        Returns
        -------
        bool

        Examples
        --------
        >>> sc.parallelize([1]).isLocallyCheckpointed()
        False
        """
        return self._node.mark == (None,)

    def getCheckpointFile(self) -> str | None:
        """Return where the RDD was written, as a URI, or None.

        Returns
        -------
        str or None

        Examples
        --------
        >>> sc.parallelize([1]).getCheckpointFile() is None
        True
        """
        saved = self._node.saved
        return f"file:{saved.directory}" if saved is not None and saved.reliable else None
