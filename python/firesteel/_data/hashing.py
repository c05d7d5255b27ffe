"""Hashes of keys, the same in every worker of an application.

Workers share a fixed PYTHONHASHSEED, so Python's own hash serves for most keys. What differs between
processes is canonicalised: None (before Python 3.12 its hash is an address), NaN (always an address), and
classes and functions used as keys (addresses too), also inside tuples, frozensets and objects that hash a
tuple of their attributes. Equal keys get equal hashes: ``1``, ``1.0`` and ``True`` are one key. The canonical
form of a value only serves to be hashed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from operator import ne
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firesteel._data.errors import RecordError, shorten
from firesteel._data.nan_keys import one_nan, unify

__all__ = ["Hashes", "hash_and_unify", "hash_key", "hash_keys", "partitions_of"]

Hashes = NDArray[np.int64]

_DIRECT = frozenset({str, bytes, int, bool})
_FLOATS = _DIRECT | {float}
_NONE, _NAN = 0, 0x7FC0_0000_0001
_TUPLE_HASH: Callable[[tuple[Any, ...]], int] = tuple.__hash__
_SET_HASH: Callable[[frozenset[Any]], int] = frozenset.__hash__


class _Hashed:
    """Hashes to exactly the given hash (an int would be reduced modulo 2**61 - 1)."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value

    def __hash__(self) -> int:
        return self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.value == self.value


class _Member(_Hashed):
    """A member of a canonical frozenset; members with equal hashes stay distinct."""

    __slots__ = ()
    __hash__ = _Hashed.__hash__
    __eq__ = object.__eq__


def _canonical(value: Any, nans: list[Any]) -> Any:
    """Return an object that hashes the same in every process and for equal values; collect NaNs."""
    kind = type(value)
    if kind in _DIRECT:
        return value
    if value is None:
        return _NONE
    hasher: Any = kind.__hash__
    if isinstance(value, tuple) and hasher is _TUPLE_HASH:
        return tuple([_canonical(each, nans) for each in value])
    if isinstance(value, frozenset) and hasher is _SET_HASH:
        before = len(nans)
        members = [_Member(hash(_canonical(each, nans))) for each in value]
        if len(nans) > before:  # several NaNs are one member
            members = [_Member(hash(_canonical(each, nans))) for each in one_nan(value)]
        return frozenset(members)
    if isinstance(value, (FunctionType, BuiltinFunctionType)) or (
        isinstance(value, type) and hasher is type.__hash__
    ):
        return f"{value.__module__}.{value.__qualname__}"
    if type(hasher) is FunctionType and (names := _attributes(hasher)) is not None:
        return tuple([_canonical(getattr(value, name), nans) for name in names])
    hashed = hash(value)
    nan = (value != value) is True or (isinstance(value, np.generic) and bool(value != value))
    if nan:
        nans.append(value)
        return _NAN
    return _Hashed(hashed)


@lru_cache(256)
def _attributes(hasher: FunctionType) -> tuple[str, ...] | None:
    """Return the attributes if a ``__hash__`` only returns the hash of a tuple of them.

    Those of data classes do, and most that are written by hand. The tuple may hold None.
    """
    code = hasher.__code__
    called, *names = code.co_names or ("",)
    if called != "hash" or "hash" in hasher.__globals__ or len(set(names)) < len(names) or not names:
        return None
    if not all(name.isidentifier() for name in names):
        return None
    body = ", ".join(f"self.{name}" for name in names)
    model = eval(f"lambda self: hash(({body},))", {}).__code__
    alike = model.co_code == code.co_code and model.co_names == code.co_names and not code.co_freevars
    return tuple(names) if alike else None


def hash_key(key: Any) -> int:
    """Return the hash of one key.

    Parameters
    ----------
    key
        A hashable value.

    Returns
    -------
    int
        64 bits, signed.

    Raises
    ------
    TypeError
        The key is not hashable.

    Examples
    --------
    >>> hash_key(1) == hash_key(1.0) == hash_key(True)
    True
    >>> hash_key(None)
    0
    """
    return hash(_canonical(key, []))


def _direct(keys: list[Any]) -> bool:
    """Tell, without a loop in Python, whether Python's own hash is right for all keys."""
    types = set(map(type, keys))
    if types <= _DIRECT:
        return True
    if types == {tuple}:
        keys = list(chain.from_iterable(keys))
        types = set(map(type, keys))
    return types <= _FLOATS and not (float in types and any(map(ne, keys, keys)))


def hash_keys(keys: list[Any], site: str | None = None) -> Hashes:
    """Return the hashes of many keys.

    Parameters
    ----------
    keys
        The keys.
    site
        The operation that needs them, for the error.

    Returns
    -------
    ndarray of int64, shape (len(keys),)
        `hash_key` of each.

    Raises
    ------
    RecordError
        A key is not hashable; the message names its type.
    """
    return _hashed(keys, site, [])


def hash_and_unify(keys: list[Any], site: str | None = None) -> tuple[list[Any], Hashes, bool]:
    """Give keys whose NaNs are one, and their hashes.

    Parameters
    ----------
    keys, site
        As for `hash_keys`.

    Returns
    -------
    (list, ndarray of int64, bool)
        The keys, the same list where none holds NaN; `hash_key` of each; and whether one may hold NaN.

    Raises
    ------
    RecordError
        A key is not hashable.
    """
    nans: list[Any] = []
    hashes = _hashed(keys, site, nans)
    return (unify(keys), hashes, True) if nans else (keys, hashes, False)


def _hashed(keys: list[Any], site: str | None, nans: list[Any]) -> Hashes:
    """Hash keys; add to ``nans`` what is NaN among them, or in them."""
    try:
        if _direct(keys):
            return np.fromiter(map(hash, keys), np.int64, len(keys))
        return np.fromiter([hash(_canonical(key, nans)) for key in keys], np.int64, len(keys))
    except TypeError as failure:
        raise _unhashable(keys, site, failure) from failure


def _unhashable(keys: list[Any], site: str | None, failure: TypeError) -> BaseException:
    for key in keys:
        try:
            hash_key(key)
        except TypeError:
            return unhashable(key, site)
    return failure


def unhashable(key: Any, site: str | None) -> RecordError:
    """Return the error for a key that cannot be hashed."""
    where = f" by {site}" if site else ""
    return RecordError(
        f"unhashable key of type {type(key).__qualname__} in a record used{where}: {shorten(key)}. "
        f"Keys must be hashable: use a tuple in place of a list, a frozenset in place of a set",
        site,
    )


def partitions_of(hashes: Hashes, partitions: int) -> list[int]:
    """Return the partition of each hash: the non-negative remainder.

    Parameters
    ----------
    hashes
        What `hash_keys` gave.
    partitions
        How many partitions there are.

    Returns
    -------
    list of int
        Partition numbers.
    """
    numbers: list[int] = (hashes % partitions).tolist()
    return numbers


def sub_partitions(hashes: Hashes, level: int, bits: int) -> NDArray[np.uint8]:
    """Spread the hashes of one partition over ``2 ** bits`` parts, at most 256, independently at each level.

    The remainder that chose the partition must not matter again, so the bits are mixed (Fibonacci hashing
    after Knuth, TAOCP 6.4, with a shift-xor first, over a different multiplier at each level).
    """
    mixed = hashes.view(np.uint64) ^ (hashes.view(np.uint64) >> np.uint64(29 + level))
    multiplier = np.uint64((0x9E37_79B9_7F4A_7C15 * (2 * level + 1)) & 0xFFFF_FFFF_FFFF_FFFF | 1)
    return ((mixed * multiplier) >> np.uint64(64 - bits)).astype(np.uint8)
