"""Methods of PySpark's SparkContext that are not there yet: their errors say what to use."""

# ruff: noqa: ARG002 - the parameters are those of the real thing, for programs that pass them

from __future__ import annotations

from typing import Any

from firesteel._rdd.unsupported import later

_FILES = "Use textFile, wholeTextFiles, binaryFiles or pickleFile, or read in mapPartitions with a library."


class LaterSources:
    """Input in Hadoop's formats."""

    def sequenceFile(
        self,
        path: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        minSplits: int | None = None,
        batchSize: int = 0,
    ) -> Any:
        """Not there yet: use `textFile`, `binaryFiles` or `pickleFile`.

        Examples
        --------
        >>> sc.sequenceFile("/in")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] sequenceFile is not there yet...
        """
        later("sequenceFile", _FILES)

    def hadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> Any:
        """Not there yet: use `textFile`, `binaryFiles` or `pickleFile`.

        Examples
        --------
        >>> sc.hadoopFile("/in", "Format", "Key", "Value")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] hadoopFile is not there yet...
        """
        later("hadoopFile", _FILES)

    def hadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> Any:
        """Not there yet: use `textFile`, `binaryFiles` or `pickleFile`.

        Examples
        --------
        >>> sc.hadoopRDD("Format", "Key", "Value")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] hadoopRDD is not there yet...
        """
        later("hadoopRDD", _FILES)

    def newAPIHadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> Any:
        """Not there yet: use `textFile`, `binaryFiles` or `pickleFile`.

        Examples
        --------
        >>> sc.newAPIHadoopFile("/in", "Format", "Key", "Value")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] newAPIHadoopFile is not there yet...
        """
        later("newAPIHadoopFile", _FILES)

    def newAPIHadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> Any:
        """Not there yet: use `textFile`, `binaryFiles` or `pickleFile`.

        Examples
        --------
        >>> sc.newAPIHadoopRDD("Format", "Key", "Value")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkNotImplementedError: [NOT_YET] newAPIHadoopRDD is not there yet...
        """
        later("newAPIHadoopRDD", _FILES)
