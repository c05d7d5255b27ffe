"""Frames between the engine and its Python processes: u32 big-endian length, u8 type, a MessagePack map."""

from __future__ import annotations

import socket
import struct
from enum import IntEnum
from typing import Any

import msgpack

__all__ = ["Frame", "receive", "send"]

_LENGTH = struct.Struct(">I")


class Frame(IntEnum):
    """Frame types."""

    HELLO = 1
    TASK = 2
    DONE = 3
    FAILED = 4
    FORK = 5
    KILL = 6
    DIED = 7
    READY = 8
    SPACE = 9
    GRANT = 10
    MEET = 11
    MET = 12
    NEED = 13
    BATCH = 14


def send(connection: socket.socket, kind: Frame, body: dict[str, Any]) -> None:
    """Send one frame."""
    data: bytes = msgpack.packb(body, unicode_errors="surrogateescape")
    connection.sendall(_LENGTH.pack(len(data) + 1) + bytes((kind,)) + data)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    data = connection.recv(length)
    if len(data) == length:
        return data
    if not data:
        return None
    pieces, have = [data], len(data)
    while have < length:
        data = connection.recv(min(length - have, 1 << 20))
        if not data:
            return None
        pieces.append(data)
        have += len(data)
    return b"".join(pieces)


def receive(connection: socket.socket) -> tuple[Frame, dict[str, Any]] | None:
    """Receive one frame.

    Parameters
    ----------
    connection
        A blocking stream socket.

    Returns
    -------
    tuple or None
        The type and the map; None when the other side has closed, or ended.
    """
    try:
        head = _exactly(connection, _LENGTH.size)
        data = None if head is None else _exactly(connection, _LENGTH.unpack(head)[0])
    except ConnectionResetError:  # it was killed before it read everything
        return None
    if data is None:
        return None
    return Frame(data[0]), unpack(data[1:])


def unpack(data: bytes) -> dict[str, Any]:
    """Decode the map of a frame."""
    body: dict[str, Any] = msgpack.unpackb(
        data, raw=False, strict_map_key=False, unicode_errors="surrogateescape"
    )
    return body
