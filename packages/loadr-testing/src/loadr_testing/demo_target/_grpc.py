"""gRPC on the port of HTTP: a connection that begins as HTTP/2 is relayed to grpcio's server in this process.

grpcio takes no connection that somebody else has accepted, so it listens on a port of loopback that only this process
knows. It starts with the first such connection; a target that nobody calls loads nothing of it.
"""

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, cast

from loadr_testing.demo_target._grpc_absent import AbsentGrpc
from loadr_testing.demo_target._service import Service

if TYPE_CHECKING:
    from loadr_testing.demo_target._grpc_shop import GrpcShop

_PREFACE: Final = b"PRI * HTTP/2.0\r\n"
_NEEDED: Final = ("grpc", "grpc_health", "grpc_reflection", "grpc_tools")
_LOOPBACK: Final = "127.0.0.1"


def is_preface(data: bytes) -> bool:
    """Whether a connection's first bytes begin HTTP/2 with prior knowledge (RFC 9113, section 3.4)."""
    return data.startswith(_PREFACE)


class GrpcPort:
    """Where the gRPC server of one target listens, once somebody wants it."""

    def __init__(self) -> None:
        self._starting: asyncio.Task[GrpcShop] | None = None

    def connect(self, transport: asyncio.Transport, closed: Callable[[], None]) -> Service:
        """Serve a client; where gRPC is not installed, with what to install."""
        if not all(map(find_spec, _NEEDED)):
            return AbsentGrpc(transport, closed)
        return _Relay(transport, closed, self)

    async def open(self) -> int:
        """The port, with a server behind it."""
        if self._starting is None:
            # 20 MB and half a second: only for who calls.
            from loadr_testing.demo_target._grpc_shop import GrpcShop  # noqa: PLC0415

            self._starting = asyncio.get_running_loop().create_task(GrpcShop.start(_LOOPBACK))
        return (await asyncio.shield(self._starting)).port

    async def close(self) -> None:
        """Stop the server, if there is one."""
        starting, self._starting = self._starting, None
        if starting is not None:
            await (await starting).stop()


class _Relay(Service):
    """A client of gRPC, and its connection to the server."""

    def __init__(self, transport: asyncio.Transport, closed: Callable[[], None], port: GrpcPort) -> None:
        super().__init__(transport, closed)
        self._early = b""
        self._server: asyncio.Transport | None = None
        transport.pause_reading()  # until there is somebody to hand it to
        self._connecting = asyncio.get_running_loop().create_task(self._connect(port))

    async def _connect(self, port: GrpcPort) -> None:
        try:
            loop = asyncio.get_running_loop()
            self._server, _ = await loop.create_connection(
                lambda: _Answers(self._transport), _LOOPBACK, await port.open()
            )
        except BaseException:
            self._transport.abort()
            raise
        if self._transport.is_closing():
            self._server.abort()
            return
        self._server.write(self._early)
        self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Hand on what the client sends."""
        if self._server is None:
            self._early += data
        else:
            self._server.write(data)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        if self._server is not None:
            self._server.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._server is not None:
            self._server.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, and with it its calls."""
        self._connecting.cancel()
        if self._server is not None:
            self._server.abort()
        super().connection_lost(exc)


class _Answers(asyncio.Protocol):
    """The server's side of a relayed connection."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server is there."""
        self._server = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand on what the server sends."""
        self._client.write(data)

    def pause_writing(self) -> None:
        """The server reads too slowly."""
        self._client.pause_reading()

    def resume_writing(self) -> None:
        """The server has caught up."""
        self._client.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The server has closed; what it has sent still leaves."""
        self._client.close()
