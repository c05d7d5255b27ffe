"""Methods of PySpark's RDD that are not there yet: their errors say what to use."""

# ruff: noqa: ARG002 - the parameters are those of the real thing, for programs that pass them

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from firesteel._rdd.base import RDDBase, T_co
from firesteel.errors import PySparkNotImplementedError, PySparkRuntimeError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES = "Use saveAsTextFile or saveAsPickleFile, or write in foreachPartition with a library of that format."


def later(feature: str, instead: str) -> NoReturn:
    """Raise the error that says that something comes later.

    Parameters
    ----------
    feature : str
        What is missing.
    instead : str
        What to use until then.

    Raises
    ------
    PySparkNotImplementedError
        Always.

    Examples
    --------
    >>> later("Teleportation", "Walk.")
    Traceback (most recent call last):
    ...
    firesteel.errors.PySparkNotImplementedError: [NOT_YET] Teleportation is not there yet. Walk.
    """
    raise PySparkNotImplementedError(
        errorClass="NOT_YET", messageParameters={"feature": feature, "instead": instead}
    )


class LaterOperations(RDDBase[T_co]):
    """Output in Hadoop's formats, and DataFrames before there is a session."""

    def saveAsHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: Mapping[str, str] | None = None,
        compressionCodecClass: str | None = None,
    ) -> None:
        """Not there yet: use `saveAsTextFile` or `saveAsPickleFile`.

        Examples
        --------
        >>> sc.parallelize([(1, 2)]).saveAsHadoopFile("/out", "Format")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] saveAsHadoopFile is not there yet...
        """
        later("saveAsHadoopFile", _FILES)

    def saveAsHadoopDataset(
        self, conf: Mapping[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """Not there yet: use `saveAsTextFile` or `saveAsPickleFile`.

        Examples
        --------
        >>> sc.parallelize([(1, 2)]).saveAsHadoopDataset({})
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] saveAsHadoopDataset is not there yet...
        """
        later("saveAsHadoopDataset", _FILES)

    def saveAsNewAPIHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: Mapping[str, str] | None = None,
    ) -> None:
        """Not there yet: use `saveAsTextFile` or `saveAsPickleFile`.

        Examples
        --------
        >>> sc.parallelize([(1, 2)]).saveAsNewAPIHadoopFile("/out", "Format")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] saveAsNewAPIHadoopFile is not there yet...
        """
        later("saveAsNewAPIHadoopFile", _FILES)

    def saveAsNewAPIHadoopDataset(
        self, conf: Mapping[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """Not there yet: use `saveAsTextFile` or `saveAsPickleFile`.

        Examples
        --------
        >>> sc.parallelize([(1, 2)]).saveAsNewAPIHadoopDataset({})
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] saveAsNewAPIHadoopDataset is not there yet...
        """
        later("saveAsNewAPIHadoopDataset", _FILES)

    def saveAsSequenceFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Not there yet: use `saveAsTextFile` or `saveAsPickleFile`.

        Examples
        --------
        >>> sc.parallelize([(1, 2)]).saveAsSequenceFile("/out")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] saveAsSequenceFile is not there yet...
        """
        later("saveAsSequenceFile", _FILES)

    def toDF(self, schema: Any = None, sampleRatio: float | None = None) -> Any:
        """Return the rows as a DataFrame. A `SparkSession` gives RDDs this method when it is made.

        Parameters
        ----------
        schema : DataType, str or list of str, optional
            Types and names, or only the names of the columns; else they are inferred.
        sampleRatio : float, optional
            The share of rows of which types are inferred; the first rows by default.

        Returns
        -------
        DataFrame

        Raises
        ------
        PySparkRuntimeError
            There is no SparkSession yet.

        Examples
        --------
        >>> from firesteel.sql import SparkSession
        >>> spark = SparkSession.builder.getOrCreate()
        >>> sc.parallelize([(1, "one")]).toDF(["id", "name"]).collect()
        [Row(id=1, name='one')]
        """
        raise PySparkRuntimeError(
            "toDF makes a DataFrame, which belongs to a SparkSession, and there is none yet: make one first, "
            "with spark = SparkSession.builder.getOrCreate()"
        )
