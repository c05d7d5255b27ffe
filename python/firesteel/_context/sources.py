"""Where RDDs begin: collections, ranges, text files, unions; and the shared variables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, TypeVar

from firesteel import accumulators
from firesteel._config import keys as config_keys
from firesteel._data.interrupts import let_pass
from firesteel._driver import arguments
from firesteel._driver.callsite import call_site
from firesteel._driver.closures import not_serializable
from firesteel._driver.inputs import InputFile, InputListing
from firesteel._driver.lineage import Input, Source, Union
from firesteel._driver.paths import input_paths
from firesteel._driver.session import Session
from firesteel._functions.records import encode_pair, encode_utf8
from firesteel.accumulators import Accumulator, AccumulatorParam
from firesteel.broadcast import Broadcast
from firesteel.errors import PySparkException, PySparkTypeError, PySparkValueError
from firesteel.rdd import RDD

if TYPE_CHECKING:
    from firesteel.conf import SparkConf
    from firesteel.context import SparkContext

T = TypeVar("T")

_LARGEST_BATCH = 1024


class Sources:
    """The part of SparkContext that makes RDDs, broadcasts and accumulators."""

    _driver: Session
    _conf: SparkConf
    defaultParallelism: int
    defaultMinPartitions: int

    def textFile(
        self: Any, name: Any, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[str]:
        r"""Read text files, a record for each line.

        Parameters
        ----------
        name : str, path, or list of them
            Files, directories and glob patterns, comma-separated or in a list. ``.gz``, ``.bz2``,
            ``.deflate`` and ``.zst`` are unpacked; the last needs ``firesteel[zstd]`` before Python 3.14.
            ``spark.hadoop.textinputformat.record.delimiter`` is what is between records, if not line ends.
        minPartitions : int, optional
            The least number of partitions; 2, or less on one core.
        use_unicode : bool, optional
            False for records of bytes.

        Returns
        -------
        RDD of str

        Raises
        ------
        JobError
            When there is no such file, as soon as the number of partitions is needed.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     path = os.path.join(directory, "words.txt")
        ...     _ = open(path, "w").write("one\ntwo\n")
        ...     sc.textFile(path).collect()
        ['one', 'two']
        """
        lines: RDD[str] = self._files("textFile", "text", name, minPartitions, options=self._text_options())
        lines._node.name = name if isinstance(name, str) else None
        return lines if use_unicode else lines._step("textFile", "map", encode_utf8)

    def wholeTextFiles(
        self: Any, path: Any, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[tuple[str, str]]:
        """Read text files, a record (URI, text) for each.

        Parameters
        ----------
        path : str, path, or list of them
            Files, directories and glob patterns.
        minPartitions : int, optional
            The least number of partitions.
        use_unicode : bool, optional
            False for bytes.

        Returns
        -------
        RDD of (str, str)

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     _ = open(os.path.join(directory, "a.txt"), "w").write("one")
        ...     sc.wholeTextFiles(directory).values().collect()
        ['one']
        """
        files: RDD[tuple[str, str]] = self._files("wholeTextFiles", "wholetext", path, minPartitions)
        files._node.name = path if isinstance(path, str) else None
        return files if use_unicode else files._step("wholeTextFiles", "map", encode_pair)

    def _text_options(self) -> dict[str, str]:
        delimiter = config_keys.TEXT_DELIMITER.text(self._conf)
        if delimiter is None:
            return {}
        if not delimiter:
            raise config_keys.TEXT_DELIMITER.wrong(delimiter, "at least one character")
        return {"delimiter": delimiter}

    def _files(
        self: Any,
        operation: str,
        format_name: str,
        name: Any,
        least: int | None = None,
        *,
        options: dict[str, str] | None = None,
        readers: tuple[str, ...] = ("java", "python"),
    ) -> RDD[Any]:
        options = options or {}
        driver = self._driver
        driver.require_running(operation)
        paths = input_paths(name)
        wanted = arguments.whole(
            least or self.defaultMinPartitions, "minPartitions", most=arguments.MOST_PARTITIONS
        )
        site = call_site(operation)
        listing = InputListing(driver, paths, format_name, options, max(0, wanted), site)
        node = Input(driver.next_number(), site, format_name, options, readers, listing.describe, listing)
        return RDD(node, self)

    def parallelize(self: Any, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """Make an RDD of a collection. The collection is read now.

        Parameters
        ----------
        c : iterable
            The records. A `range` is not unrolled.
        numSlices : int, optional
            Number of partitions; `defaultParallelism` by default.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([0, 2, 3, 4, 6], 5).glom().collect()
        [[0], [2], [3], [4], [6]]
        """
        driver: Session = self._driver
        driver.require_running("parallelize")
        slices = self.defaultParallelism if numSlices is None else _number_of_slices(numSlices)
        number, site = driver.next_number(), call_site("parallelize")
        if isinstance(c, range):
            step, start = (c.step, c.start) if c else (1, 0)
            range_fields = {"start": str(start), "step": str(step), "count": _length(c), "partitions": slices}
            return RDD(Source(number, "range", site, lambda: (range_fields, slices)), self)
        records = c if type(c) in (list, tuple) else list(c)  # a subclass may iterate in its own way
        from firesteel._data.blocks import write_slices
        from firesteel._data.errors import Unpicklable

        name, path = driver.input_path(number)
        try:
            rows = write_slices(path, name, _slices(records, slices))
        except Unpicklable as error:
            raise not_serializable(f"the record {error.record} of {site}", error) from error
        fields = {"path": path, "slices": [list(row) for row in rows]}
        return RDD(
            Source(number, "slices", site, lambda: (fields, slices), InputFile(driver.queue_release, path)),
            self,
        )

    def range(
        self: Any, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None
    ) -> RDD[int]:
        """Make an RDD of whole numbers, like Python's `range`; nothing is stored.

        Parameters
        ----------
        start : int
            The first number; with no `end`, the end, and 0 is the first.
        end : int, optional
            Where to stop; not included.
        step : int, optional
            The difference between numbers.
        numSlices : int, optional
            Number of partitions.

        Returns
        -------
        RDD of int

        Examples
        --------
        >>> sc.range(1, 7, 2).collect()
        [1, 3, 5]
        """
        if end is None:
            start, end = 0, start
        bounds = arguments.whole(start, "start"), arguments.whole(end, "end"), arguments.whole(step, "step")
        if not bounds[2]:
            raise PySparkValueError("step must not be 0")
        numbers: RDD[int] = self.parallelize(range(*bounds), numSlices)
        return numbers

    def emptyRDD(self: Any) -> RDD[Any]:
        """Make an RDD without partitions.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.emptyRDD().collect()
        []
        """
        self._driver.require_running("emptyRDD")
        number = self._driver.next_number()
        return RDD(Source(number, "empty", call_site("emptyRDD"), lambda: ({}, 0)), self)

    def union(self: Any, rdds: list[RDD[T]]) -> RDD[T]:
        """Return the records of several RDDs, one after another.

        Parameters
        ----------
        rdds : list of RDD
            One or more.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.union([sc.parallelize([1]), sc.parallelize([2, 3])]).collect()
        [1, 2, 3]
        """
        if not rdds:
            raise PySparkValueError("union needs at least one RDD")
        united: RDD[T] = self._union(list(rdds), "union")
        return united

    def _union(self: Any, rdds: list[Any], operation: str) -> RDD[Any]:
        self._check_rdds(rdds, operation)
        partitioner = rdds[0].partitioner
        aligned = partitioner is not None and all(rdd.partitioner == partitioner for rdd in rdds)
        nodes = tuple(rdd._node for rdd in rdds)
        node = Union(self._driver.next_number(), call_site(operation), nodes, aligned)
        return RDD(node, self, partitioner if aligned else None)

    def _check_rdds(self: Any, rdds: Iterable[Any], operation: str) -> None:
        for rdd in rdds:
            if not isinstance(rdd, RDD):
                raise PySparkTypeError(f"{operation} takes RDDs, not {type(rdd).__name__}")
            if rdd.ctx is not self:
                raise PySparkValueError(f"{operation} takes RDDs of one SparkContext; {rdd!r} is of another")

    def broadcast(self: SparkContext, value: T) -> Broadcast[T]:  # type: ignore[misc]
        """Broadcast a value to all tasks, read-only and at most once per worker.

        Parameters
        ----------
        value : object
            Anything that can be pickled; arrays are shared between workers.

        Returns
        -------
        Broadcast

        Examples
        --------
        >>> factor = sc.broadcast(3)
        >>> sc.parallelize([1, 2]).map(lambda number: number * factor.value).collect()
        [3, 6]
        """
        try:
            return Broadcast(self, value)
        except PySparkException:
            raise
        except (TypeError, AttributeError, RecursionError, ValueError, PicklingError) as error:
            let_pass(error)
            raise not_serializable(f"the value of {call_site('broadcast')}", error) from error

    def accumulator(self: Any, value: T, accum_param: AccumulatorParam[T] | None = None) -> Accumulator[T]:
        """Make a variable that tasks add to, and the driver reads.

        Parameters
        ----------
        value : object
            What to start from.
        accum_param : AccumulatorParam, optional
            How values are added; needed for other types than int, float and complex.

        Returns
        -------
        Accumulator

        Examples
        --------
        >>> even = sc.accumulator(0)
        >>> sc.range(10).foreach(lambda number: even.add(number % 2 == 0))
        >>> even.value
        5
        """
        self._driver.require_running("accumulator")
        param = accumulators._default_param(value) if accum_param is None else accum_param
        return Accumulator(next(accumulators._ids), value, param)


def _number_of_slices(numSlices: Any) -> int:
    """Return a number of partitions; text and fractions are converted, as PySpark does just here."""
    if isinstance(numSlices, (str, float)):
        try:
            numSlices = int(numSlices)
        except (ValueError, OverflowError):
            raise PySparkValueError(f"numSlices must be a whole number, not {numSlices!r}") from None
    return arguments.partitions(numSlices, "numSlices")


def _length(numbers: range) -> int:
    try:
        return len(numbers)
    except OverflowError:
        raise PySparkValueError(f"{numbers} has more than {sys.maxsize} numbers") from None


def _slices(records: Any, slices: int) -> Iterator[Any]:
    """Cut a sequence as PySpark does: into batches, and those evenly into slices."""
    batch = max(1, min(len(records) // slices, _LARGEST_BATCH))
    batches = -(-len(records) // batch)
    for index in range(slices):
        begin, end = batches * index // slices, batches * (index + 1) // slices
        yield records[begin * batch : end * batch]
