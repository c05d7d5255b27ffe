"""Serializers that user code names: objects to bytes and back, alone or in a stream.

The engine moves records in batches of its own (pickle, with checksums), whatever serializer a program names:
these classes are for programs that read and write streams themselves, with PySpark's interface and bytes. A
framed stream is a big-endian ``i32`` length before each object; a negative one ends it.
"""

from __future__ import annotations

import marshal
import pickle
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from firesteel._compat.streams import (
    AutoBatchedSerializer,
    BatchedSerializer,
    CartesianDeserializer,
    FlattenedValuesSerializer,
    FramedSerializer,
    PairDeserializer,
    Serializer,
    SpecialLengths,
    exactly,
    pack_long,
    read_bool,
    read_int,
    read_long,
    write_int,
    write_long,
    write_with_length,
)
from firesteel._data.interrupts import let_pass

__all__ = [
    "AutoBatchedSerializer",
    "AutoSerializer",
    "BatchedSerializer",
    "CPickleSerializer",
    "CartesianDeserializer",
    "CloudPickleSerializer",
    "CompressedSerializer",
    "FlattenedValuesSerializer",
    "FramedSerializer",
    "MarshalSerializer",
    "NoOpSerializer",
    "PairDeserializer",
    "PickleSerializer",
    "Serializer",
    "SpecialLengths",
    "UTF8Deserializer",
    "pack_long",
    "pickle_protocol",
    "read_bool",
    "read_int",
    "read_long",
    "write_int",
    "write_long",
    "write_with_length",
]

pickle_protocol = pickle.HIGHEST_PROTOCOL


class NoOpSerializer(FramedSerializer):
    """Passes bytes on as they are.

    Examples
    --------
    >>> NoOpSerializer().loads(NoOpSerializer().dumps(b"as it is"))
    b'as it is'
    """

    def dumps(self, obj: Any) -> Any:
        """Return the bytes."""
        return obj

    def loads(self, obj: Any) -> Any:
        """Return the bytes."""
        return obj


class PickleSerializer(FramedSerializer):
    """Python's own pickle.

    Examples
    --------
    >>> PickleSerializer().loads(PickleSerializer().dumps({"a": [1, 2]}))
    {'a': [1, 2]}
    """

    def dumps(self, obj: Any) -> bytes:
        """Pickle an object."""
        return pickle.dumps(obj, pickle_protocol)

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        """Unpickle bytes that you trust."""
        return pickle.loads(obj, encoding=encoding)


class _Restricted(pickle.Unpickler):
    """Unpickles only the names it is given."""

    def __init__(self, file: IO[bytes], allowed: Any, encoding: str) -> None:
        super().__init__(file, encoding=encoding)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"{module}.{name} is not among the allowed names")
        return super().find_class(module, name)


class CloudPickleSerializer(FramedSerializer):
    """Cloudpickle: functions, lambdas and classes of the program too.

    Parameters
    ----------
    allowed_names : collection of (str, str), optional
        Module and name of what may be unpickled; None for anything.

    Examples
    --------
    >>> serializer = CloudPickleSerializer()
    >>> serializer.loads(serializer.dumps(lambda number: number + 1))(1)
    2
    """

    allowed_names = None

    def __init__(self, allowed_names: Any = None) -> None:
        if allowed_names is not None:
            self.allowed_names = allowed_names

    def dumps(self, obj: Any) -> bytes:
        """Pickle an object.

        Raises
        ------
        pickle.PicklingError
            The object cannot be pickled; the message tells why.
        """
        from firesteel._data import cloudpickling

        try:
            data = cloudpickling.dumps(obj, pickle_protocol)
        except pickle.PickleError:
            raise
        except Exception as failure:  # an object's own __reduce__ may raise anything
            let_pass(failure)
            raise pickle.PicklingError(
                f"Could not serialize object: {type(failure).__name__}: {failure}"
            ) from failure
        return data

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        """Unpickle bytes that you trust, or only the allowed names."""
        if self.allowed_names is None:
            return pickle.loads(obj, encoding=encoding)
        import io

        return _Restricted(io.BytesIO(obj), self.allowed_names, encoding).load()


CPickleSerializer = CloudPickleSerializer


class MarshalSerializer(FramedSerializer):
    """Python's marshal: quick, for plain built-in types only.

    Examples
    --------
    >>> MarshalSerializer().loads(MarshalSerializer().dumps((1, "a")))
    (1, 'a')
    """

    def dumps(self, obj: Any) -> bytes:
        """Marshal an object."""
        return marshal.dumps(obj)

    def loads(self, obj: bytes) -> Any:
        """Return the object."""
        return marshal.loads(obj)


class AutoSerializer(FramedSerializer):
    """Marshal while it can, pickle from the first object on for which it cannot.

    Examples
    --------
    >>> serializer = AutoSerializer()
    >>> serializer.loads(serializer.dumps(1)), serializer.dumps(1)[:1], serializer.dumps(object())[:1]
    (1, b'M', b'P')
    """

    def __init__(self) -> None:
        self._type: bytes | None = None

    def dumps(self, obj: Any) -> bytes:
        """Return the bytes, after a letter that says how they were made."""
        if self._type is None:
            try:
                return b"M" + marshal.dumps(obj)
            except ValueError:
                self._type = b"P"
        return b"P" + pickle.dumps(obj, pickle_protocol)

    def loads(self, obj: bytes) -> Any:
        """Return the object."""
        kind = obj[:1]
        if kind == b"M":
            return marshal.loads(obj[1:])
        if kind == b"P":
            return pickle.loads(obj[1:])
        raise ValueError(f"neither marshalled nor pickled: the first byte is {kind!r}")


class CompressedSerializer(FramedSerializer):
    """Compresses (zlib, level 1) what another serializer gives.

    Parameters
    ----------
    serializer : FramedSerializer
        Makes the bytes.

    Examples
    --------
    >>> serializer = CompressedSerializer(PickleSerializer())
    >>> len(serializer.dumps([0] * 10_000)) < 1_000
    True
    """

    def __init__(self, serializer: Any) -> None:
        if not isinstance(serializer, FramedSerializer):
            raise TypeError(f"serializer must be a FramedSerializer, not {type(serializer).__name__}")
        self.serializer = serializer

    def dumps(self, obj: Any) -> bytes:
        """Return compressed bytes."""
        return zlib.compress(self.serializer.dumps(obj), 1)

    def loads(self, obj: bytes) -> Any:
        """Return the object."""
        return self.serializer.loads(zlib.decompress(obj))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer})"


class UTF8Deserializer(Serializer):
    r"""Reads text that was written as lengths and UTF-8.

    Parameters
    ----------
    use_unicode : bool, optional
        Give str; else bytes.

    Examples
    --------
    >>> import io
    >>> list(UTF8Deserializer().load_stream(io.BytesIO(b"\0\0\0\2ab\0\0\0\1c")))
    ['ab', 'c']
    """

    def __init__(self, use_unicode: bool = True) -> None:
        self.use_unicode = use_unicode

    def loads(self, stream: IO[bytes]) -> str | bytes | None:
        """Read one text from a stream."""
        length = read_int(stream)
        if length == SpecialLengths.END_OF_DATA_SECTION:
            raise EOFError
        if length == SpecialLengths.NULL:
            return None
        data = exactly(stream, length)
        return data.decode("utf-8") if self.use_unicode else data

    def load_stream(self, stream: IO[bytes]) -> Iterator[Any]:
        """Yield all texts of a stream."""
        while True:
            try:
                yield self.loads(stream)
            except (struct.error, EOFError):
                return

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.use_unicode})"
