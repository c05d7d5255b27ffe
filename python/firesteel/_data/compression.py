"""Compresses batches with LZ4, if ``spark.*.compress`` asks for it."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["LZ4", "NONE", "CompressionMissing", "compressed", "decompressed", "require"]

NONE, LZ4 = 0, 1
"""The header's compression byte."""


class CompressionMissing(ImportError):
    """Compression was asked for, and the package lz4 is not installed."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} needs the package lz4, which is not installed for this Python. "
            "Install it (pip install 'firesteel[lz4]', or pip install lz4), or set the key to false."
        )


def require(where: str) -> Any:
    """Import the package.

    Parameters
    ----------
    where
        Who needs it, for the error: a setting, or a block.

    Raises
    ------
    CompressionMissing
        It is not installed.
    """
    try:
        return importlib.import_module("lz4.frame")
    except ImportError as failure:
        raise CompressionMissing(where) from failure


def compressed(data: bytes) -> bytes:
    """Compress a payload."""
    return bytes(require("compressing a block").compress(data, store_size=True))


def decompressed(data: bytes | memoryview, name: str) -> bytearray:
    """Decompress a payload that has been verified.

    Parameters
    ----------
    data
        The compressed bytes.
    name
        The block, for the error when lz4 is missing.
    """
    found: bytearray = require(f"reading the block {name}").decompress(data, return_bytearray=True)
    return found
