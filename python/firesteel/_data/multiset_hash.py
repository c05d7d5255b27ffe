"""A checksum of the pairs of a map output that does not depend on their order: a sum of hashes.

Equal pairs have equal hashes in all workers of an application, which share PYTHONHASHSEED. Columns of plain
values are hashed without a loop in Python: an int or a float is its own 64 bits, text has Python's own hash.
Other values are pickled, one by one.

Where values are summed, the checksum does not depend on how many have been summed so far either: the hash of
a key is multiplied by its value if that is a positive int, so (k, 2) and (k, 3) count as much as (k, 5).
Other numbers are hashed like any value: a key whose values are all 0 would not count otherwise.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
from crc32c import crc32c
from numpy.typing import NDArray

from firesteel._data.hashing import Hashes
from firesteel._data.interrupts import let_pass

__all__ = ["MultisetHash", "are_positive_ints"]

Bits = NDArray[np.uint64]

_PROTOCOL = 5
_END = 1 << 63
_WIDEST = 16
_LARGE = 64 << 10  # a CRC is quicker then, and as good as the one that guards the batch
# The multipliers of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
_GAMMA, _FIRST, _SECOND = (
    np.uint64(number) for number in (0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB)
)
_A, _B, _C = np.uint64(30), np.uint64(27), np.uint64(31)


class MultisetHash:
    """A sum of the hashes of pairs, independent of their order.

    Parameters
    ----------
    added
        Whether values of equal keys are summed.

    Examples
    --------
    >>> one, other = MultisetHash(), MultisetHash()
    >>> one.add(["a", "b", "c"], [1, 2, 3])
    >>> other.add(["c", "a"], [3, 1])
    >>> other.add(["b"], [2])
    >>> one.checksum() == other.checksum()
    True
    """

    def __init__(self, added: bool = False) -> None:
        self._total = np.zeros(1, np.uint64)
        self._added = added

    def add(
        self,
        keys: list[Any],
        values: list[Any],
        sections: list[int] | None = None,
        hashed: Hashes | None = None,
    ) -> None:
        """Add pairs.

        Parameters
        ----------
        keys, values
            Of equal length.
        sections
            The section of each pair, unless its key alone determines it.
        hashed
            The result of `hash_keys` for the keys, if there is one.
        """
        hashes = _mixed(_bits(keys, hashed))
        if sections is not None:
            hashes = _mixed(hashes ^ _bits(sections))
        bits = _bits(values)
        found = _mixed(hashes ^ bits)
        if self._added and set(map(type, values)) == {int}:
            amounts, positive = _amounts(values, bits)
            np.multiply(hashes, amounts, out=found, where=positive)
        self._total += found.sum(dtype=np.uint64)

    def checksum(self) -> int:
        """Return the checksum, of 32 bits."""
        return int(_mixed(self._total)[0]) >> 32


def _amounts(values: list[Any], bits: Bits) -> tuple[Bits, NDArray[np.bool_]]:
    """Return ints modulo 2 ** 64, and which are positive; `bits` holds them if all fit in 64 bits."""
    if max(values) < _END and min(values) >= -_END:
        return bits, bits.view(np.int64) > 0
    modulo = np.array([value % (2 * _END) for value in values], np.uint64)
    return modulo, np.array([value > 0 for value in values])


def are_positive_ints(values: list[Any]) -> bool:
    """Tell whether all values are positive ints, which `MultisetHash` sees alike when they are added up."""
    return set(map(type, values)) == {int} and min(values) > 0


def _mixed(bits: Bits) -> Bits:
    bits = bits + _GAMMA
    bits = (bits ^ (bits >> _A)) * _FIRST
    bits = (bits ^ (bits >> _B)) * _SECOND
    return bits ^ (bits >> _C)


def _bits(column: list[Any], hashed: Hashes | None = None) -> Bits:
    """Return 64 bits for each value; they nearly always differ for different values of a type."""
    types = set(map(type, column))
    if len(types) == 1:
        (kind,) = types
        if kind is int:
            try:
                return np.array(column, np.int64).view(np.uint64)
            except OverflowError:
                pass  # beyond 64 bits, they are pickled
        elif kind is float:
            return np.array(column, np.float64).view(np.uint64) ^ _GAMMA
        elif kind is str or kind is bytes:
            if hashed is None:
                hashed = np.fromiter(map(hash, column), np.int64, len(column))
            return hashed.view(np.uint64)  # `hash_keys` gives Python's own hash of text
        elif kind is type(None):
            return np.zeros(len(column), np.uint64)
        elif kind is tuple and len(width := set(map(len, column))) == 1 and 0 < max(width) <= _WIDEST:
            bits = np.full(len(column), max(width), np.uint64)
            for part in zip(*column):  # noqa: B905 - of one width
                bits = _mixed(bits ^ _bits(list(part)))
            return bits
    return np.fromiter(map(_hash, column), np.int64, len(column)).view(np.uint64)


def _hash(value: Any) -> int:
    try:
        data = pickle.dumps(value, _PROTOCOL)
    except Exception as failure:
        let_pass(failure)  # cloudpickle may know better, as when the value is written
        from firesteel._data import cloudpickling

        try:
            data = cloudpickling.dumps(value, _PROTOCOL)
        except Exception as failure:
            let_pass(failure)
            return 0  # writing it fails next, with an error that shows the record
    return hash(data if len(data) < _LARGE else (len(data), crc32c(data)))
