"""The payloads of batches: encodes records as bytes, and decodes them.

==  =======  ==========================================================================================
0   list     pickle (protocol 5) of the list of records
1   stacked  records that are, or are tuples holding, equal-shaped arrays: these stacked, the rest pickled
2   columns  pickle of a tuple of W lists: the records are exact tuples of width W, stored by column
3   buffers  as 0 or 2 (a list, or a tuple), the large arrays beside the pickle
==  =======  ==========================================================================================

Codecs 1 and 3 share one layout: ``<QII`` (length of the pickle, number of buffers, 0), a row ``<QQ`` (offset,
length) for each buffer, the pickle, and the buffers, at multiples of 64 bytes from the beginning of the
section. They are read as views of the batch, which therefore has to be in private, writable memory.

Plain scalars, and tuples of them, are pickled without the memo of the pickler: they cannot be recursive, and
programs cannot distinguish copies of immutable values. That takes 60 ns for a (word, count) pair, not 420.
All other records are pickled with a memo, by a pickler that is reused for the next batch.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from firesteel._data.arrays import Layout, is_array, stackable, stacked, unstacked
from firesteel._data.errors import Unpicklable, shorten
from firesteel._data.interrupts import let_pass
from firesteel._data.mapping import ALIGNMENT

__all__ = [
    "CODECS",
    "CODEC_JAVA",
    "CODEC_LIST",
    "VIEWED",
    "Columns",
    "Piece",
    "decode_payload",
    "encode",
    "encode_columns",
    "phase_of",
    "pickled_plain",
]

CODEC_LIST, CODEC_STACKED, CODEC_COLUMNS, CODEC_BUFFERS = 0, 1, 2, 3
CODEC_JAVA = 16
"""Records of Java, by column; Java alone reads and writes it."""
CODECS = frozenset({CODEC_LIST, CODEC_STACKED, CODEC_COLUMNS, CODEC_BUFFERS})
VIEWED = frozenset({CODEC_STACKED, CODEC_BUFFERS})
"""The codecs whose records may be views of the payload."""

Piece = bytes | memoryview
PROTOCOL = 5

_NUMBERS = frozenset({int, bool, float, type(None)})
_SCALARS = _NUMBERS | {str, bytes}
_WIDEST = 16  # wider tuples gain little from columns
_LOOKED_AT = 4096  # values to look at, where a guess is enough
_KEPT = 1 << 20  # a pickler that has written more is not reused, as its memo is as large
_BESIDE = 4096  # smaller arrays stay in the pickle
_FRAME = struct.Struct("<QII")
_ROW = struct.Struct("<QQ")


class Columns:
    """The records of one batch, stored by column; iterating gives the tuples."""

    __slots__ = ("columns",)

    def __init__(self, columns: Sequence[list[Any]]) -> None:
        self.columns = columns

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.columns)  # noqa: B905 - equal lengths are checked when a batch is decoded

    def __len__(self) -> int:
        return len(self.columns[0])


def _plain(values: list[Any]) -> bool:
    """Tell whether values are scalars, tuples of scalars or one dict of scalars, which need no memo."""
    first = type(values[0]) if values else int
    if first not in _SCALARS and first is not tuple and (first is not dict or len(values) > 1):
        return False
    types, flat = set(map(type, values)), values
    if types == {tuple}:
        flat = list(chain.from_iterable(values))
        types = set(map(type, flat))
    elif types == {dict} and len(values) == 1:  # a table, as in a broadcast; several dicts would share keys
        flat = [*values[0], *values[0].values()]
        types = set(map(type, flat))
    if not types <= _SCALARS:
        return False
    # With a memo, a long string that repeats is written once.
    return types <= _NUMBERS or 2 * len(set(map(id, some := _some(flat)))) >= len(some) or _short(some)


def _all_plain(columns: Sequence[list[Any]]) -> bool:
    """Tell whether all columns are plain. Two dicts may be the same object, which needs a memo."""
    return all(map(_plain, columns)) and sum(type(column[0]) is dict for column in columns if column) < 2


def _some(values: list[Any]) -> list[Any]:
    return values[:: len(values) // _LOOKED_AT + 1] if len(values) > _LOOKED_AT else values


def _numbers(values: list[Any]) -> bool:
    """Guess whether the values are numbers: a memo stores none, so it is cheaper than a full check."""
    return set(map(type, values[:: len(values) // 64 + 1])) <= _NUMBERS


def pickled_plain(records: list[Any]) -> bytes | None:
    """Pickle records that are scalars, or tuples of them, without a memo; None if there are others."""
    return b"".join(_fast(records)) if _plain(records) else None


def _short(flat: list[Any]) -> bool:
    return all(len(value) <= 16 for value in flat if isinstance(value, (str, bytes)))


class _Pieces:
    """Collects what a pickler writes. A large bytes object arrives as it is, so it is not copied."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.write = self.pieces.append


def _fast(value: object) -> list[Piece]:
    file = _Pieces()
    pickler = pickle.Pickler(file, PROTOCOL)
    pickler.fast = True
    pickler.dump(value)
    return file.pieces


class _Beside:
    """Takes the large arrays out of a pickle."""

    def __init__(self) -> None:
        self.buffers: list[memoryview] = []

    def __call__(self, buffer: pickle.PickleBuffer) -> bool:
        """Tell whether the buffer stays in the pickle.

        Buffers of other types do, because unpickling them may depend on the type.
        """
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < _BESIDE or not is_array(raw.obj):
            return True
        self.buffers.append(raw)
        return False


class _Remembering:
    """A reusable pickler with a memo, whose memory stays allocated.

    Growing the memo for each batch took a quarter of the time on batches of dicts.
    """

    def __init__(self, kind: Any) -> None:
        self._pieces, self._beside = _Pieces(), _Beside()
        self._pickler = kind(self._pieces, PROTOCOL, buffer_callback=self._beside)
        self._most = 0

    def dump(self, value: object) -> tuple[bytes, list[memoryview]]:
        """Return the pickle and the arrays beside it. After an exception the pickler cannot be used again."""
        self._pickler.dump(value)
        self._pickler.clear_memo()
        body, buffers = b"".join(self._pieces.pieces), self._beside.buffers
        self._pieces.pieces.clear()
        self._beside.buffers = []
        self._most = max(self._most, len(body))
        return body, buffers

    def reusable(self, length: int) -> bool:
        """Tell whether to reuse the pickler after a pickle of ``length`` bytes.

        Not if its memo is slow to clear for small pickles, or takes much memory; nor after pickling
        functions, because cloudpickle identifies their globals by address.
        """
        met = getattr(self._pickler, "globals_ref", None)
        return not met and self._most <= min(_KEPT, 16 * length)


_spare: dict[Any, list[_Remembering]] = {}


def _dump(kind: Any, value: object) -> tuple[bytes, list[memoryview]]:
    spare = _spare.setdefault(kind, [])
    try:
        pickler = spare.pop()  # so that no other thread, and nothing that pickling calls, uses it
    except IndexError:
        pickler = _Remembering(kind)
    body, buffers = pickler.dump(value)
    if not spare and pickler.reusable(len(body)):
        spare.append(pickler)
    return body, buffers


def _pickle(value: object, by_value: bool) -> tuple[bytes, list[memoryview]]:
    """Pickle, falling back to cloudpickle, which knows functions and the classes of ``__main__``."""
    if not by_value:
        try:
            return _dump(pickle.Pickler, value)
        except (pickle.PicklingError, AttributeError, TypeError) as failure:
            let_pass(failure)  # cloudpickle is tried next, and its error is reported
    from firesteel._data import cloudpickling

    return _dump(cloudpickling.Pickler, value)


def _dumps(value: object, records: Iterable[Any], by_value: bool) -> tuple[bytes, list[memoryview]]:
    try:
        return _pickle(value, by_value)
    except Exception as failure:
        let_pass(failure)
        for record in records:
            try:
                _pickle(record, by_value)
            except Exception as cause:
                let_pass(cause)
                raise Unpicklable(shorten(record), f"{type(cause).__qualname__}: {cause}") from cause
        first = list(islice(records, 1))
        raise Unpicklable(shorten(first), f"{type(failure).__qualname__}: {failure}") from failure


def encode(records: list[Any], by_value: bool = False, position: int = 0) -> tuple[int, list[Piece]]:
    """Encode records.

    Parameters
    ----------
    records
        The records of one batch.
    by_value
        Always pickle with cloudpickle: for the driver, whose ``__main__`` workers cannot import.
    position
        The offset of the payload in the section.

    Returns
    -------
    tuple of int and list
        The codec number and the payload, in pieces; a piece may be a view of an array of the records.

    Raises
    ------
    Unpicklable
        A record cannot be pickled.
    """
    first = records[0] if records else None
    if type(first) is tuple and 0 < len(first) <= _WIDEST and set(map(type, records)) == {tuple}:
        width = len(first)
        if set(map(len, records)) == {width}:
            columns = tuple([list(map(itemgetter(i), records)) for i in range(width)])
            return encode_columns(columns, by_value, position)
    if not _numbers(records) and _plain(records):
        return CODEC_LIST, _fast(records)
    if is_array(first) and (found := _stack((records,), False, by_value, position)) is not None:
        return CODEC_STACKED, found
    body, buffers = _dumps(records, records, by_value)
    return (CODEC_BUFFERS, _framed(body, buffers, position)) if buffers else (CODEC_LIST, [body])


def encode_columns(
    columns: Sequence[list[Any]], by_value: bool = False, position: int = 0
) -> tuple[int, list[Piece]]:
    """Encode tuples, given by column, like `encode`.

    Parameters
    ----------
    columns
        Lists of equal length, one for each place of the tuples.
    by_value, position
        As for `encode`.
    """
    if not all(map(_numbers, columns)) and _all_plain(columns):
        return CODEC_COLUMNS, _fast(tuple(columns))
    if (
        any(column and is_array(column[0]) for column in columns)
        and (found := _stack(columns, True, by_value, position)) is not None
    ):
        return CODEC_STACKED, found
    body, buffers = _dumps(tuple(columns), Columns(columns), by_value)
    return (CODEC_BUFFERS, _framed(body, buffers, position)) if buffers else (CODEC_COLUMNS, [body])


def _stack(columns: Sequence[list[Any]], tuples: bool, by_value: bool, position: int) -> list[Piece] | None:
    """Return the stacked payload, or None if decoding would not restore the records exactly."""
    layouts = [stackable(column) for column in columns]
    arrays = [column for column, layout in zip(columns, layouts, strict=True) if layout is not None]
    known = set(map(id, chain.from_iterable(arrays)))
    if not arrays or len(known) < sum(map(len, arrays)):
        return None
    rest = tuple([column for column, layout in zip(columns, layouts, strict=True) if layout is None])
    meta = tuples, layouts, rest
    if _all_plain(rest):
        body = b"".join(_fast(meta))
    else:
        separate = _pickled_without(meta, known, by_value)
        if separate is None:
            return None
        body = separate
    buffers = [
        stacked(column, layout) for column, layout in zip(columns, layouts, strict=True) if layout is not None
    ]
    return _framed(body, buffers, position)


class _Met(Exception):
    """A stacked array is also in another column, and has to stay one object."""


def _pickled_without(meta: object, arrays: set[int], by_value: bool) -> bytes | None:
    """Pickle the columns that are not stacked; None if that fails, or if they hold one of the arrays."""
    from firesteel._data import cloudpickling

    for base in [cloudpickling.Pickler] if by_value else [pickle.Pickler, cloudpickling.Pickler]:
        buffer = io.BytesIO()
        try:
            _watching(base, arrays)(buffer, PROTOCOL).dump(meta)
            return buffer.getvalue()
        except _Met:
            return None
        except Exception as failure:
            let_pass(failure)
            continue  # pickling everything together fails too, with an error that shows the record
    return None


def _watching(base: Any, arrays: set[int]) -> Callable[[io.BytesIO, int], pickle.Pickler]:
    class Watching(base):  # type: ignore[misc]  # the base is chosen at run time
        def reducer_override(self, value: Any) -> Any:
            if id(value) in arrays:
                raise _Met
            return super().reducer_override(value) if base is not pickle.Pickler else NotImplemented

    return Watching


def _framed(body: bytes, buffers: list[memoryview], position: int) -> list[Piece]:
    """Join the pickle and the buffers, with each buffer aligned."""
    end = _FRAME.size + _ROW.size * len(buffers) + len(body)
    head = [_FRAME.pack(len(body), len(buffers), 0)]
    pieces: list[Piece] = [body]
    for buffer in buffers:
        gap = -(position + end) % ALIGNMENT
        head.append(_ROW.pack(end + gap, buffer.nbytes))
        pieces += (bytes(gap), buffer)
        end += gap + buffer.nbytes
    return [b"".join(head), *pieces]


def phase_of(head: bytes | memoryview) -> int:
    """Return the address, modulo 64, that a payload with views should have in memory.

    Parameters
    ----------
    head
        Its first 32 bytes.
    """
    offset: int = _ROW.unpack_from(head, _FRAME.size)[0]
    return -offset % ALIGNMENT


def decode_payload(codec: int, payload: bytes | memoryview | bytearray, records: int) -> list[Any] | Columns:
    """Decode a payload that has been verified.

    Parameters
    ----------
    codec
        The codec.
    payload
        The payload; for the codecs in `VIEWED`, in private and writable memory.
    records
        How many records there are.

    Returns
    -------
    list or Columns
        The records.
    """
    if codec not in VIEWED:
        value = pickle.loads(payload)
        return value if codec == CODEC_LIST else Columns(value)
    view = memoryview(payload)
    length, count, _ = _FRAME.unpack_from(view)
    rows = [_ROW.unpack_from(view, _FRAME.size + _ROW.size * index) for index in range(count)]
    begin = _FRAME.size + _ROW.size * count
    buffers = [view[offset : offset + size] for offset, size in rows]
    if codec == CODEC_BUFFERS:
        value = pickle.loads(view[begin : begin + length], buffers=buffers)
        return Columns(value) if isinstance(value, tuple) else value
    tuples, layouts, rest = pickle.loads(view[begin : begin + length])
    columns = list(_columns(layouts, iter(rest), iter(buffers), records))
    return Columns(columns) if tuples else columns[0]


def _columns(
    layouts: list[Layout | None], rest: Iterator[list[Any]], buffers: Iterator[memoryview], records: int
) -> Iterator[list[Any]]:
    for layout in layouts:
        yield next(rest) if layout is None else unstacked(next(buffers), layout, records)
