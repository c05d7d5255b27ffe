"""Spill files: append-only, and unlinked once they are open, so that a killed worker leaves none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from firesteel._data.blocks import encoded_batches, encoded_columns
from firesteel._data.codec import BatchSize, Identity, Section
from firesteel._data.errors import SPILL, DiskError
from firesteel._data.interrupts import let_pass
from firesteel._data.payloads import Columns, Piece
from firesteel._data.reading import read_batches
from firesteel._data.stored import StoredFile

__all__ = ["Segment", "SpillFile"]


class Segment:
    """One run of records in a spill file. It can be read repeatedly, and keeps the file open."""

    __slots__ = ("begin", "end", "file", "identity", "records")

    def __init__(self, file: SpillFile, identity: Identity, begin: int, end: int, records: int) -> None:
        self.file = file
        self.identity = identity
        self.begin = begin
        self.end = end
        self.records = records

    def batches(self) -> Iterator[list[Any] | Columns]:
        """Read the records, a batch at a time; the iterator keeps the file open."""
        yield from read_batches(self.file.stored(self.begin), self.identity, 0, self.end - self.begin)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.batches())

    def __len__(self) -> int:
        return self.records


class SpillFile:
    """A file for records that do not fit in memory.

    Parameters
    ----------
    scratch
        The directory; made when missing.
    compress
        Whether to compress records.
    """

    def __init__(self, scratch: str, compress: bool = False) -> None:
        self._compress = compress
        self._scratch = scratch
        self._descriptor: int | None = None
        self.size = 0
        self._segments = 0
        self._columns = BatchSize(256)

    def stored(self, base: int = 0) -> StoredFile:
        """Return the stored bytes from an offset on."""
        assert self._descriptor is not None, "nothing has been spilled"
        return StoredFile(self._descriptor, SPILL, base)

    def append(self, piece: Piece) -> None:
        """Append bytes as they are."""
        view = memoryview(piece)
        try:
            if self._descriptor is None:
                self._descriptor = self._made()
            while view:
                written = os.pwrite(self._descriptor, view, self.size)
                self.size += written
                view = view[written:]
        except OSError as failure:
            let_pass(failure)
            raise DiskError(os.path.join(self._scratch, SPILL), failure, len(view)) from failure

    def _made(self) -> int:
        os.makedirs(self._scratch, 0o700, exist_ok=True)
        descriptor, path = tempfile.mkstemp(prefix="spill-", dir=self._scratch)
        os.unlink(path)
        return descriptor

    def write(self, records: Iterable[Any]) -> Segment:
        """Append records as a segment."""
        section = self._section()
        return self._put(section, encoded_batches(records, section))

    def write_columns(self, columns: Sequence[list[Any]]) -> Segment:
        """Append tuples, given by column, as a segment."""
        return self.write_batches((Columns(columns),))

    def write_batches(self, batches: Iterable[Columns]) -> Segment:
        """Append batches of tuples, given by column, as a segment."""
        section, size = self._section(), self._columns
        return self._put(
            section,
            chain.from_iterable(encoded_columns(batch.columns, section, size) for batch in batches),
        )

    def _section(self) -> Section:
        self._segments += 1
        return Section(Identity(SPILL, self._segments, os.getpid()), self._compress, summed=False)

    def _put(self, section: Section, pieces: Iterator[Piece]) -> Segment:
        begin = self.size
        for piece in pieces:
            self.append(piece)
        self.append(section.trailer())
        return Segment(self, section.identity, begin, self.size, section.records)

    def __del__(self) -> None:
        descriptor = getattr(self, "_descriptor", None)
        if descriptor is not None:
            os.close(descriptor)
