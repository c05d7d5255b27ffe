"""Files of other records than lines: bytes, fixed lengths, pickles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firesteel._driver import arguments

if TYPE_CHECKING:
    from firesteel.rdd import RDD


_LONGEST = (1 << 63) - 1  # that the engine can tell


class BinarySources:
    """The part of SparkContext that reads bytes. The files are listed when the RDD is made."""

    def binaryFiles(self: Any, path: str, minPartitions: int | None = None) -> RDD[tuple[str, bytes]]:
        """Read files, a record (URI, bytes) for each.

        Parameters
        ----------
        path : str
            Files, directories and glob patterns, comma-separated.
        minPartitions : int, optional
            The least number of partitions, if there are so many files.

        Returns
        -------
        RDD of (str, bytes)

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     with open(os.path.join(directory, "a.bin"), "wb") as file:
        ...         _ = file.write(b"one")
        ...     sc.binaryFiles(directory).values().collect()
        [b'one']
        """
        wanted = arguments.whole(minPartitions or self.defaultMinPartitions, "minPartitions")
        return _listed(self, "binaryFiles", "binary", path, max(wanted, self.defaultParallelism))

    def binaryRecords(self: Any, path: str, recordLength: int) -> RDD[bytes]:
        """Read files of records that all have the same length.

        Parameters
        ----------
        path : str
            Files, directories and glob patterns, comma-separated.
        recordLength : int
            Bytes of a record.

        Returns
        -------
        RDD of bytes

        Raises
        ------
        PySparkValueError
            When a file's size is no multiple of the length.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     with open(os.path.join(directory, "a.bin"), "wb") as file:
        ...         _ = file.write(b"aabbcc")
        ...     sc.binaryRecords(directory, 2).collect()
        [b'aa', b'bb', b'cc']
        """
        length = arguments.whole(recordLength, "recordLength", 1, _LONGEST)
        return _listed(self, "binaryRecords", "fixedlength", path, options={"length": str(length)})

    def pickleFile(self: Any, name: str, minPartitions: int | None = None) -> RDD[Any]:  # noqa: ARG002
        """Read what `RDD.saveAsPickleFile` wrote: a partition for each file. Read only files that you trust.

        Parameters
        ----------
        name : str
            The directory; or files and glob patterns, comma-separated.
        minPartitions : int, optional
            Accepted for compatibility.

        Returns
        -------
        RDD

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     sc.parallelize(range(5), 2).saveAsPickleFile(directory + "/numbers")
        ...     sorted(sc.pickleFile(directory + "/numbers").collect())
        [0, 1, 2, 3, 4]
        """
        return _listed(self, "pickleFile", "pickled", name, readers=("python",))


def _listed(context: Any, operation: str, *arguments: Any, **more: Any) -> RDD[Any]:
    files: RDD[Any] = context._files(operation, *arguments, **more)
    files.getNumPartitions()  # lists them
    return files
