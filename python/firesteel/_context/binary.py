"""Files of other records than lines: bytes, fixed lengths, pickles."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from firesteel._driver.paths import input_paths
from firesteel._functions.files import ReadFixed, read_bytes, read_pickled
from firesteel.errors import PySparkNotImplementedError, PySparkValueError

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
        paths = _listed(self, "binaryFiles", path)
        least = self.defaultMinPartitions if minPartitions is None else int(minPartitions)
        size = sum(map(os.path.getsize, paths))
        partitions = max(1, min(len(paths), max(least, self.defaultParallelism, size // _SPLIT)))
        files: RDD[str] = self.parallelize(paths, partitions)
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
        length = int(recordLength)
        if length < 1:
            raise PySparkValueError(f"recordLength must be at least 1, not {recordLength}")
        parts: list[tuple[str, int, int]] = []
        step = max(1, _SPLIT // length) * length
        for each in _listed(self, "binaryRecords", path):
            size = os.path.getsize(each)
            if size % length:
                raise PySparkValueError(
                    f"{each} has {size} bytes, which is no multiple of recordLength, {length}"
                )
            parts += [(each, begin, min(begin + step, size)) for begin in range(0, size, step)]
        read = ReadFixed(length)
        pieces: RDD[tuple[str, int, int]] = self.parallelize(parts, max(1, len(parts)))
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
        paths = _listed(self, "pickleFile", name)
        files: RDD[str] = self.parallelize(paths, max(1, len(paths)))
        return files._step("pickleFile", "flatMap", read_pickled)


def _listed(context: Any, operation: str, name: str) -> list[str]:
    """List the files that a path names, those of a directory in order and without hidden ones."""
    context._driver.require_running(operation)
    found: list[str] = []
    for path in input_paths(name):
        local = unquote(path.removeprefix("file:")) if path.startswith("file:") else path
        if not local.startswith("/"):
            raise PySparkNotImplementedError(
                errorClass="NOT_YET",
                messageParameters={"feature": f"Reading {path}", "instead": "Read local files."},
            )
        local = "/" + local.lstrip("/")
        matches = [local] if os.path.lexists(local) else sorted(glob.glob(local))
        if not matches:
            raise _missing(local)
        for match in matches:
            found += _files_of(match)
    return found


def _files_of(path: str) -> list[str]:
    if not os.path.isdir(path):
        return [path]
    names = sorted(name for name in os.listdir(path) if name[0] not in "._")
    return [each for each in (os.path.join(path, name) for name in names) if os.path.isfile(each)]


def _missing(path: str) -> Exception:
    from firesteel._driver.errors import JobError

    text = f"Input path does not exist: file:{path}"
    return JobError(text, {"kind": "source", "condition": "PATH_NOT_FOUND", "message": text})
