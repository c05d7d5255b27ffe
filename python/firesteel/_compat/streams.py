"""The numbers and streams of serializers: framed, batched, paired. `firesteel.serializers` names them."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable, Iterator
from typing import IO, Any

_INT = struct.Struct("!i")
_LONG = struct.Struct("!q")


class SpecialLengths:
    """Negative lengths in a framed stream, which say something other than a length.

    Examples
    --------
    >>> SpecialLengths.END_OF_DATA_SECTION
    -1
    """

    END_OF_DATA_SECTION = -1
    PYTHON_EXCEPTION_THROWN = -2
    TIMING_DATA = -3
    END_OF_STREAM = -4
    NULL = -5
    START_ARROW_STREAM = -6
    START_OF_INIT_MESSAGE = -8


def exactly(stream: IO[bytes], length: int) -> bytes:
    """Read so many bytes; EOFError when there are fewer."""
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def read_int(stream: IO[bytes]) -> int:
    r"""Read a 32-bit integer, big-endian.

    Parameters
    ----------
    stream : binary file

    Returns
    -------
    int

    Raises
    ------
    EOFError
        At the end of the stream.

    Examples
    --------
    >>> import io
    >>> read_int(io.BytesIO(b"\0\0\0\7"))
    7
    """
    number: int = _INT.unpack(exactly(stream, 4))[0]
    return number


def write_int(value: int, stream: IO[bytes]) -> None:
    r"""Write a 32-bit integer, big-endian.

    Parameters
    ----------
    value : int
    stream : binary file

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> write_int(7, stream)
    >>> stream.getvalue()
    b'\x00\x00\x00\x07'
    """
    stream.write(_INT.pack(value))


def read_long(stream: IO[bytes]) -> int:
    """Read a 64-bit integer, big-endian.

    Parameters
    ----------
    stream : binary file

    Returns
    -------
    int

    Raises
    ------
    EOFError
        At the end of the stream.

    Examples
    --------
    >>> import io
    >>> read_long(io.BytesIO(pack_long(-5)))
    -5
    """
    number: int = _LONG.unpack(exactly(stream, 8))[0]
    return number


def write_long(value: int, stream: IO[bytes]) -> None:
    """Write a 64-bit integer, big-endian.

    Parameters
    ----------
    value : int
    stream : binary file

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> write_long(1, stream)
    >>> len(stream.getvalue())
    8
    """
    stream.write(_LONG.pack(value))


def pack_long(value: int) -> bytes:
    r"""Return the 8 bytes of a 64-bit integer, big-endian.

    Parameters
    ----------
    value : int

    Returns
    -------
    bytes

    Examples
    --------
    >>> pack_long(258)
    b'\x00\x00\x00\x00\x00\x00\x01\x02'
    """
    return _LONG.pack(value)


def read_bool(stream: IO[bytes]) -> bool:
    r"""Read one byte as a truth value.

    Parameters
    ----------
    stream : binary file

    Returns
    -------
    bool

    Raises
    ------
    EOFError
        At the end of the stream.

    Examples
    --------
    >>> import io
    >>> read_bool(io.BytesIO(b"\1"))
    True
    """
    return exactly(stream, 1) != b"\0"


def write_with_length(obj: bytes, stream: IO[bytes]) -> None:
    r"""Write bytes after their length.

    Parameters
    ----------
    obj : bytes
    stream : binary file

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> write_with_length(b"ab", stream)
    >>> stream.getvalue()
    b'\x00\x00\x00\x02ab'
    """
    write_int(len(obj), stream)
    stream.write(obj)


class Serializer:
    """What all serializers have; two of one class and the same attributes are equal.

    Examples
    --------
    >>> MarshalSerializer() == MarshalSerializer(), MarshalSerializer() == PickleSerializer()
    (True, False)
    """

    def dump_stream(self, iterator: Iterable[Any], stream: IO[bytes]) -> None:
        """Write objects to a stream."""
        raise NotImplementedError(f"{type(self).__name__} does not write streams")

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Return the objects of a stream."""
        raise NotImplementedError(f"{type(self).__name__} does not read streams")

    def dumps(self, obj: Any) -> bytes:
        """Return the bytes of one object."""
        raise NotImplementedError(f"{type(self).__name__} does not write single objects")

    def _load_stream_without_unbatching(self, stream: IO[bytes]) -> Iterable[Any]:
        """Return the batches of a stream; here each object is a batch of one."""
        return ([each] for each in self.load_stream(stream))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class FramedSerializer(Serializer):
    """Writes each object as a length and that many bytes. Subclasses define `dumps` and `loads`.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> NoOpSerializer().dump_stream([b"a", b"bc"], stream)
    >>> list(NoOpSerializer().load_stream(io.BytesIO(stream.getvalue())))
    [b'a', b'bc']
    """

    def dump_stream(self, iterator: Iterable[Any], stream: IO[bytes]) -> None:
        """Write objects to a stream."""
        for each in iterator:
            self._write_with_length(each, stream)

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Yield the objects of a stream, to its end."""
        while True:
            try:
                yield self._read_with_length(stream)
            except EOFError:
                return

    def _write_with_length(self, obj: Any, stream: IO[bytes]) -> None:
        data = self.dumps(obj)
        if data is None:
            raise ValueError("a serializer gave None in place of bytes")
        if len(data) > (1 << 31) - 1:
            raise ValueError("an object of more than 2 GB does not fit into a framed stream")
        write_with_length(data, stream)

    def _read_with_length(self, stream: IO[bytes]) -> Any:
        length = read_int(stream)
        if length == SpecialLengths.NULL:
            return None
        if length < 0:
            raise EOFError
        return self.loads(exactly(stream, length))

    def loads(self, obj: bytes) -> Any:
        """Return the object of some bytes."""
        raise NotImplementedError(f"{type(self).__name__} does not read single objects")


class BatchedSerializer(Serializer):
    """Writes lists of objects through another serializer.

    Parameters
    ----------
    serializer : Serializer
        Writes the lists.
    batchSize : int, optional
        Objects in a list; -1 for all in one.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> BatchedSerializer(PickleSerializer(), 2).dump_stream(range(3), stream)
    >>> list(PickleSerializer().load_stream(io.BytesIO(stream.getvalue())))
    [[0, 1], [2]]
    """

    UNLIMITED_BATCH_SIZE = -1
    UNKNOWN_BATCH_SIZE = 0

    def __init__(self, serializer: Any, batchSize: int = UNLIMITED_BATCH_SIZE) -> None:
        self.serializer = serializer
        self.batchSize = batchSize

    def _batched(self, iterator: Iterable[Any]) -> Iterator[Any]:
        source = iter(iterator)
        if self.batchSize == self.UNLIMITED_BATCH_SIZE:
            yield list(source)
            return
        while batch := list(itertools.islice(source, max(1, self.batchSize))):
            yield batch

    def dump_stream(self, iterator: Iterable[Any], stream: IO[bytes]) -> None:
        """Write objects to a stream, in batches."""
        self.serializer.dump_stream(self._batched(iterator), stream)

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Return the objects of a stream's batches."""
        return itertools.chain.from_iterable(self._load_stream_without_unbatching(stream))

    def _load_stream_without_unbatching(self, stream: IO[bytes]) -> Iterable[Any]:
        batches: Iterable[Any] = self.serializer.load_stream(stream)
        return batches

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer}, {self.batchSize})"


class FlattenedValuesSerializer(BatchedSerializer):
    """Writes ``(key, values)`` pairs; a long list of values is cut into several pairs of one key.

    Parameters
    ----------
    serializer : Serializer
        Writes the pairs.
    batchSize : int, optional
        Values in a pair.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> serializer = FlattenedValuesSerializer(PickleSerializer(), 2)
    >>> serializer.dump_stream([("a", [1, 2, 3])], stream)
    >>> list(serializer.load_stream(io.BytesIO(stream.getvalue())))
    [('a', [1, 2]), ('a', [3])]
    """

    def __init__(self, serializer: Any, batchSize: int = 10) -> None:
        super().__init__(serializer, batchSize)

    def _batched(self, iterator: Iterable[Any]) -> Iterator[Any]:
        for key, values in iterator:
            for begin in range(0, len(values), self.batchSize):
                yield key, values[begin : begin + self.batchSize]

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Return the pairs, as they were cut."""
        pairs: Iterator[Any] = self.serializer.load_stream(stream)
        return pairs


class AutoBatchedSerializer(BatchedSerializer):
    """Writes lists of objects whose length follows the objects' size.

    Parameters
    ----------
    serializer : Serializer
        Writes the lists.
    bestSize : int, optional
        About how many bytes a list takes.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> serializer = AutoBatchedSerializer(PickleSerializer())
    >>> serializer.dump_stream(range(100), stream)
    >>> sum(serializer.load_stream(io.BytesIO(stream.getvalue())))
    4950
    """

    def __init__(self, serializer: Any, bestSize: int = 1 << 16) -> None:
        super().__init__(serializer, self.UNKNOWN_BATCH_SIZE)
        self.bestSize = bestSize

    def dump_stream(self, iterator: Iterable[Any], stream: IO[bytes]) -> None:
        """Write objects to a stream: batches double while they are small, and halve when they are large."""
        source, number = iter(iterator), 1
        while batch := list(itertools.islice(source, number)):
            data = self.serializer.dumps(batch)
            write_with_length(data, stream)
            if len(data) < self.bestSize:
                number *= 2
            elif len(data) > self.bestSize * 10 and number > 1:
                number //= 2

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer})"


class CartesianDeserializer(Serializer):
    """Reads the pairs of all objects of two batches, which follow one another in a stream.

    Parameters
    ----------
    key_ser, val_ser : Serializer
        How the two sides were written.

    Examples
    --------
    >>> import io
    >>> sides = BatchedSerializer(PickleSerializer(), 2)
    >>> stream = io.BytesIO()
    >>> sides.dump_stream([1, 2, 3, 4], stream)
    >>> list(CartesianDeserializer(sides, sides).load_stream(io.BytesIO(stream.getvalue())))
    [(1, 3), (1, 4), (2, 3), (2, 4)]
    """

    def __init__(self, key_ser: Any, val_ser: Any) -> None:
        self.key_ser = key_ser
        self.val_ser = val_ser

    def _sides(self, stream: IO[bytes]) -> Iterator[tuple[Any, Any]]:
        keys = iter(self.key_ser._load_stream_without_unbatching(stream))
        values = iter(self.val_ser._load_stream_without_unbatching(stream))
        return zip(keys, values)  # noqa: B905 - the stream ends on either side

    def _load_stream_without_unbatching(self, stream: IO[bytes]) -> Iterable[Any]:
        return (itertools.product(keys, values) for keys, values in self._sides(stream))

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Return the pairs."""
        return itertools.chain.from_iterable(self._load_stream_without_unbatching(stream))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key_ser}, {self.val_ser})"


class PairDeserializer(CartesianDeserializer):
    """Reads objects of two batches, which follow one another in a stream, one by one as pairs.

    Parameters
    ----------
    key_ser, val_ser : Serializer
        How the two sides were written.

    Examples
    --------
    >>> import io
    >>> sides = BatchedSerializer(PickleSerializer(), 2)
    >>> stream = io.BytesIO()
    >>> sides.dump_stream([1, 2, 3, 4], stream)
    >>> list(PairDeserializer(sides, sides).load_stream(io.BytesIO(stream.getvalue())))
    [(1, 3), (2, 4)]
    """

    def _load_stream_without_unbatching(self, stream: IO[bytes]) -> Iterable[Any]:
        for keys, values in self._sides(stream):
            left, right = _sized(keys), _sized(values)
            if len(left) != len(right):
                raise ValueError(
                    f"cannot pair batches of different numbers of records: {len(left)} and {len(right)}"
                )
            yield zip(left, right)  # noqa: B905 - of one length

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other)

    __hash__ = CartesianDeserializer.__hash__


def _sized(batch: Any) -> Any:
    return batch if hasattr(batch, "__len__") else list(batch)


class ChunkedStream:
    r"""Writes a stream whose length is not known, in chunks that say how long they are; -1 comes last.

    Parameters
    ----------
    wrapped : binary file
        Where it is written.
    buffer_size : int
        The length of a chunk, but for the last one.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> stream = ChunkedStream(file, 4)
    >>> stream.write(b"abcdef")
    >>> stream.close()
    >>> file.getvalue()
    b'\x00\x00\x00\x04abcd\x00\x00\x00\x02ef\xff\xff\xff\xff'
    """

    def __init__(self, wrapped: IO[bytes], buffer_size: int) -> None:
        self.wrapped = wrapped
        self.buffer_size = buffer_size
        self._pending = bytearray()
        self._closed = False

    def write(self, data: bytes) -> None:
        """Write bytes; full chunks go on at once."""
        self._pending += data
        while len(self._pending) >= self.buffer_size:
            self._chunk(self.buffer_size)

    def _chunk(self, length: int) -> None:
        write_int(length, self.wrapped)
        self.wrapped.write(bytes(self._pending[:length]))
        del self._pending[:length]

    def close(self) -> None:
        """Write what is left, and the end. Idempotent; the wrapped file stays open."""
        if self._closed:
            return
        self._closed = True
        if self._pending:
            self._chunk(len(self._pending))
        write_int(-1, self.wrapped)
        self.wrapped.flush()

    @property
    def closed(self) -> bool:
        """Whether the end has been written."""
        return self._closed
