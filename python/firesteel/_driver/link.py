"""The Py4J connection to an engine, started by this driver or by a Java program."""

from __future__ import annotations

import base64
import os
import socket
import threading
import weakref
from typing import Any

from firesteel._data.interrupts import is_from_handler
from firesteel._driver.paths import without_bytes
from firesteel.errors import PySparkRuntimeError

_alive: weakref.WeakSet[Link] = weakref.WeakSet()


class Link:
    """A connection to an engine. Subclasses open and close it."""

    hello: dict[str, Any]
    """The engine's answer: application, directories, slots, …"""

    def __init__(self) -> None:
        import msgpack

        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._stopped = False
        self._client: Any = None
        self._packer = msgpack
        _alive.add(self)

    @property
    def java(self) -> Any:
        """Py4J's own gateway, for programs that use Java directly."""
        self.require_owner()
        return self._client

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the entry point.

        Parameters
        ----------
        method : str
            Its name.
        *arguments : object
            Maps are packed as MessagePack bytes; numbers and text go as they are.

        Returns
        -------
        object
            The answer, unpacked; None where there is none.

        Raises
        ------
        PySparkRuntimeError
            When the engine is gone.
        PySparkValueError
            When a text among them cannot be encoded.
        BaseException
            What a signal handler of the program raises meanwhile, such as a timeout of its own.
        """
        from py4j.protocol import Py4JError, Py4JNetworkError

        self.require_owner()
        packed = [self._packed(item) for item in arguments]
        interrupt: BaseException
        try:
            answer = getattr(self._client.entry_point, method)(*packed)
        except (Py4JNetworkError, OSError) as error:
            interrupt = getattr(error, "cause", None) or error
            if not is_from_handler(interrupt):
                raise self._lost(method) from error
        except Py4JError as error:
            if self._has_ended():
                raise self._lost(method) from error
            raise
        else:
            return self._unpacked(answer)
        raise interrupt  # not within the handler: Py4J's exception around it tells nobody anything

    def _unpacked(self, answer: str | None) -> Any:
        if answer is None:
            return None
        return self._packer.unpackb(base64.b64decode(answer), strict_map_key=False)

    def _packed(self, argument: Any) -> Any:
        """Pack what the engine is told; refuse text that has no bytes, of which it could tell nothing."""
        try:
            if isinstance(argument, str):
                argument.encode()
            return self._packer.packb(argument) if isinstance(argument, dict) else argument
        except UnicodeEncodeError as error:
            raise without_bytes(error) from None

    def require_owner(self) -> None:
        """Refuse to work in a fork of the driver.

        Raises
        ------
        PySparkRuntimeError
            In a fork.
        """
        if os.getpid() != self._owner:
            raise PySparkRuntimeError(
                errorClass="FORKED_PROCESS", messageParameters={"driver": str(self._owner)}
            )

    def is_foreign(self) -> bool:
        """Tell whether this is a fork of the driver.

        Returns
        -------
        bool
        """
        return os.getpid() != self._owner

    def drain_output(self) -> None:
        """Write everything that tasks have printed so far."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the connection, and what was started for it. Idempotent; without effect in a fork."""
        raise NotImplementedError

    def require_files(self, directory: str) -> None:
        """Go on if a directory of the application is there.

        Raises
        ------
        PySparkRuntimeError
            When it is not.
        """
        if not os.path.isdir(directory):
            raise PySparkRuntimeError(
                errorClass="FILES_REMOVED", messageParameters={"directory": os.path.dirname(directory)}
            )

    def _has_ended(self) -> bool:
        """Tell whether the engine is known to be gone."""
        raise NotImplementedError

    def _lost(self, method: str) -> PySparkRuntimeError:
        """Return what to raise when a call did not reach the engine, or was not answered."""
        raise NotImplementedError

    def _abandon(self) -> None:
        """In a fork of the driver: let go of what is the driver's."""
        self._lock = threading.Lock()
        self._stopped = True
        if self._client is not None:
            self._client._gateway_client.abandon()


def _abandon_all() -> None:
    for link in list(_alive):
        link._abandon()


os.register_at_fork(after_in_child=_abandon_all)


def connect(port: int, secret: str) -> Any:
    """Connect to the engine's Py4J server.

    Returns
    -------
    py4j.java_gateway.JavaGateway
    """
    from py4j.java_gateway import GatewayClient, GatewayConnection, GatewayParameters, JavaGateway
    from py4j.protocol import is_fatal_error

    class Client(GatewayClient):  # type: ignore[misc]
        """A client that neither retries (a job would run twice) nor logs to the root logger."""

        def __init__(self, **keywords: Any) -> None:
            super().__init__(**keywords)
            self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

        def _create_connection(self) -> Any:
            connection = GatewayConnection(self.gateway_parameters, self.gateway_property)
            connection.start()
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.add(connection.socket)
            return connection

        def abandon(self) -> None:
            """In a fork: let go of the sockets. Py4J shuts down those it collects, for the driver too."""
            self.is_connected = False
            for each in list(self._sockets):
                descriptor = each.detach()
                if descriptor >= 0:
                    os.close(descriptor)

        def send_command(self, command: str, retry: bool = True, binary: bool = False) -> Any:  # noqa: ARG002
            connection = self._get_connection()
            try:
                response = connection.send_command(command)
            except BaseException:
                connection.close(False)
                raise
            if is_fatal_error(response):
                connection.close(False)
            else:
                self._give_back_connection(connection)
            return response

    class Connection(JavaGateway):  # type: ignore[misc]
        """A gateway with that client."""

        def _create_gateway_client(self) -> Any:
            return Client(gateway_parameters=self.gateway_parameters)

    return Connection(gateway_parameters=GatewayParameters(address="127.0.0.1", port=port, auth_token=secret))
