"""Files of other records than lines: bytes, fixed lengths, pickles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.paths import input_paths
from firesteel._functions.files import ReadFixed, read_bytes, read_pickled
from firesteel.errors import PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD

_SPLIT = 32 << 20


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
        found = _listed(self, "binaryFiles", path, nested=True)
        least = arguments.whole(minPartitions or self.defaultMinPartitions, "minPartitions")
        size = sum(size for _, size, _ in found)
        partitions = max(1, min(len(found), max(least, self.defaultParallelism, size // _SPLIT)))
        files: RDD[tuple[str, int, int]] = self.parallelize(found, partitions)
        return files._step("binaryFiles", "map", read_bytes)

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
        length = arguments.whole(recordLength, "recordLength", 1)
        parts: list[tuple[tuple[str, int, int], int, int]] = []
        step = max(1, _SPLIT // length) * length
        for each in _listed(self, "binaryRecords", path):
            name, size, _ = each
            if size % length:
                raise PySparkValueError(
                    f"{name} has {size} bytes, which is no multiple of recordLength, {length}"
                )
            parts += [(each, begin, min(begin + step, size)) for begin in range(0, size, step)]
        read = ReadFixed(length)
        pieces: RDD[tuple[tuple[str, int, int], int, int]] = self.parallelize(parts, max(1, len(parts)))
        return pieces._step("binaryRecords", "flatMap", read)

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
        found = _listed(self, "pickleFile", name)
        files: RDD[tuple[str, int, int]] = self.parallelize(found, max(1, len(found)))
        return files._step("pickleFile", "flatMap", read_pickled)


def _listed(context: Any, operation: str, name: str, nested: bool = False) -> list[tuple[str, int, int]]:
    """List the files that a path names: (path, size, modification time)."""
    context._driver.require_running(operation)
    found: list[tuple[str, int, int]] = context._driver.list_files(
        input_paths(name), nested, call_site(operation)
    )
    return found
