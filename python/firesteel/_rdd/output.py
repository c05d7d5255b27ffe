"""Saving: files of text or pickles, moved to their destination when all of them are complete."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable

from firesteel._config import keys as config_keys
from firesteel._data.archives import SUFFIXES
from firesteel._driver.callsite import call_site
from firesteel._functions.files import WritePickled
from firesteel._rdd.actions import Actions
from firesteel._rdd.base import T_co
from firesteel.errors import PySparkTypeError, PySparkValueError

_HADOOP = "org.apache.hadoop.io.compress."
_CODECS = {
    "GzipCodec": "gzip",
    "BZip2Codec": "bzip2",
    "DefaultCodec": "deflate",
    "DeflateCodec": "deflate",
    "ZStandardCodec": "zstd",
}
"""Hadoop's classes, without their package."""


def _codec(name: str) -> str:
    if not isinstance(name, str):
        raise PySparkTypeError(
            f"compressionCodecClass must be a class's name as a string, not {name!r} ({type(name).__name__})"
        )
    short = name.removeprefix(_HADOOP)
    codec = _CODECS.get(short, short)
    if codec not in SUFFIXES:
        raise PySparkValueError(
            f"compressionCodecClass {name!r} is not known; known are "
            f"{', '.join(_HADOOP + each for each in _CODECS)}, and None for plain text"
        )
    return codec


class OutputOperations(Actions[T_co]):
    """Actions that write files."""

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write each record's text as a line, one file for each partition.

        The directory appears when all of it is complete, with an empty file ``_SUCCESS``.

        Parameters
        ----------
        path : str
            The directory, which must not exist.
        compressionCodecClass : str, optional
            ``org.apache.hadoop.io.compress.`` and one of ``GzipCodec``, ``BZip2Codec``, ``DefaultCodec``
            (deflate) and ``ZStandardCodec``, which before Python 3.14 needs ``firesteel[zstd]``.

        Raises
        ------
        JobError
            When the directory exists (a `py4j.protocol.Py4JJavaError`), or the job fails.
        PySparkTypeError
            When the codec's name is no string.
        PySparkValueError
            When the codec is not known.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     sc.parallelize(["a", "b"], 2).saveAsTextFile(directory + "/words")
        ...     sorted(os.listdir(directory + "/words"))
        ['_SUCCESS', 'part-00000', 'part-00001']
        """
        site = call_site("saveAsTextFile")
        codec = None if compressionCodecClass is None else _codec(compressionCodecClass)
        self._save(
            path,
            lambda stage: self.ctx._driver.jobs.run(
                self._node, None, self.ctx._properties(), site, ["SaveText", stage, codec]
            ),
        )

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:  # noqa: ARG002
        """Write the records pickled, one file for each partition; `SparkContext.pickleFile` reads them.

        The files are Firesteel's own block files, with checksums; PySpark's are Hadoop sequence files.

        Parameters
        ----------
        path : str
            The directory, which must not exist.
        batchSize : int, optional
            Accepted for compatibility: batches size themselves.

        Raises
        ------
        JobError
            When the directory exists (a `py4j.protocol.Py4JJavaError`), or the job fails.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     sc.parallelize([{1: "a"}, None], 1).saveAsPickleFile(directory + "/records")
        ...     sc.pickleFile(directory + "/records").collect()
        [{1: 'a'}, None]
        """
        self._save(
            path,
            lambda stage: self._run("saveAsPickleFile", "mapPartitionsWithIndex", WritePickled(stage)),
        )

    def _save(self, path: str, write: Callable[[str], object]) -> None:
        """Write files to a directory beside the target, then rename it to the target."""
        target = self.ctx._driver.local_path(os.fspath(path))
        merge = not config_keys.VALIDATE_OUTPUT.flag(self.ctx._conf)
        if os.path.lexists(target) and not (merge and os.path.isdir(target)):
            raise _exists(target)
        parent, name = os.path.split(target)
        os.makedirs(parent, exist_ok=True)
        stage = os.path.join(parent, f".{name}.{uuid.uuid4().hex}.firesteel")
        os.mkdir(stage)
        try:
            write(stage)
            shutil.rmtree(os.path.join(stage, "_temporary"), ignore_errors=True)  # empty: attempts tidy up
            with open(os.path.join(stage, "_SUCCESS"), "xb"):
                pass  # empty, as Hadoop's is
            _commit(stage, target, merge)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _commit(stage: str, target: str, merge: bool) -> None:
    if merge and os.path.isdir(target):
        for name in os.listdir(stage):
            os.replace(os.path.join(stage, name), os.path.join(target, name))
        return
    try:
        os.mkdir(target)  # another program may have made it meanwhile: then this refuses
    except FileExistsError:
        raise _exists(target) from None
    os.rename(stage, target)


def _exists(target: str) -> Exception:
    from firesteel._driver.errors import JobError

    text = (
        f"Output directory file:{target} already exists. Records are saved to a new directory only; "
        "remove this one or choose another name."
    )
    return JobError(text, {"kind": "output", "condition": "OUTPUT_EXISTS", "message": text})
