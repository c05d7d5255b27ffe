"""Reading data of a format of your own.

A format is a module with one function::

    def read(split: bytes, options: Mapping[str, str], reading: Reading) -> Iterator[list]:
        '''Give the records of a split, in batches.'''

The driver cuts the input into splits, bytes that only the format understands: a byte range of a file, a
range of a queue's offsets. A task reads one split; it imports the module, so a worker has to find it, on
``sys.path`` or by `SparkContext.addPyFile`. ``reading.bytes_read`` is for the format to add to. What goes
wrong with a split is an exception like any other of a task; a split is read again when a task is tried
again, so it must say where its records are, and not take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Input
from firesteel.errors import PySparkTypeError
from firesteel.rdd import RDD

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = ["read"]


def read(
    sc: SparkContext,
    format_name: str,
    splits: Sequence[bytes] | Callable[[], Sequence[bytes]],
    options: Mapping[str, str] | None = None,
    operation: str = "read",
) -> RDD[Any]:
    """Make an RDD of what a format reads, a partition for each split.

    Parameters
    ----------
    sc : SparkContext
        The context.
    format_name : str
        The name of the format's module, with its package.
    splits : sequence of bytes, or callable
        What each partition reads; a function is asked once, when the number of partitions is first needed,
        and lives as long as the RDD and those made from it.
    options : mapping of str to str, optional
        What the format is told of the whole input.
    operation : str, optional
        What the user has called, for messages.

    Returns
    -------
    RDD

    Raises
    ------
    PySparkTypeError
        When the splits are not bytes, or the options not texts.

    Examples
    --------
    >>> import os, sys, tempfile
    >>> from firesteel import inputs
    >>> module = '''
    ... def read(split, options, reading):
    ...     first, last = split
    ...     reading.bytes_read += len(split)
    ...     yield [options["unit"] * number for number in range(first, last)]
    ... '''
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = os.path.join(directory, "stars_format.py")
    ...     _ = open(path, "w").write(module)
    ...     sc.addPyFile(path)
    >>> inputs.read(sc, "stars_format", [bytes([1, 3]), bytes([3, 4])], {"unit": "*"}).glom().collect()
    [['*', '**'], ['***']]
    """
    sc._driver.require_running(operation)
    told = dict(options or {})
    for key, value in told.items():
        if not (isinstance(key, str) and isinstance(value, str)):
            raise PySparkTypeError(f"the options of a format are texts, and {key!r}: {value!r} is not")
    described = None if callable(splits) else _described(splits)
    number, site = sc._driver.next_number(), call_site(operation)

    def describe() -> tuple[dict[str, Any], int]:
        return described or _described(splits() if callable(splits) else splits)

    node = Input(number, site, format_name, told, ("python",), describe, splits)
    if described is None:
        sc._driver.requests.undescribed.add(node)
    return RDD(node, sc)


def _described(splits: Sequence[bytes]) -> tuple[dict[str, Any], int]:
    parts = list(splits)
    for part in parts:
        if not isinstance(part, bytes):
            raise PySparkTypeError(f"a split is bytes, and not {type(part).__name__}")
    return {"splits": parts}, len(parts)
