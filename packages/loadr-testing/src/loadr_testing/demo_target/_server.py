"""The target as an object in a running event loop."""

import asyncio
import itertools
import ssl
from types import TracebackType
from typing import Self

from loadr_testing.demo_target._application import DemoApplication
from loadr_testing.demo_target._connection import DemoConnection
from loadr_testing.demo_target._lines import EchoDatagrams

_BACKLOG = 4096  # a plan may start a thousand VUs at once
_ATTEMPTS = 20  # to find a port that is free for TCP and UDP


class DemoTarget:
    """The demo target, listening while its context is open.

    Args:
        host: Address to listen on.
        port: 0 picks a free one.
        ssl_context: Serves HTTPS with it.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, *, ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._ssl_context = ssl_context
        self._application = DemoApplication()
        self._connections: set[DemoConnection] = set()
        self._server: asyncio.Server | None = None
        self._datagrams: asyncio.DatagramTransport
        self._all_gone = asyncio.Event()

    def __repr__(self) -> str:
        state = self.url if self._server is not None else "closed"
        return f"<DemoTarget {state}, {self.requests} requests, {len(self._connections)} connections open>"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()

        def connect() -> DemoConnection:
            return DemoConnection(self._application, loop, self._remember, self._forget)

        self._all_gone.set()
        for attempt in itertools.count(1):
            self._server = await loop.create_server(
                connect, self._host, self._port, ssl=self._ssl_context, backlog=_BACKLOG
            )
            port = self._server.sockets[0].getsockname()[1]
            try:
                # UDP has ports of its own: both services get the same number.
                self._datagrams, _ = await loop.create_datagram_endpoint(EchoDatagrams, (self._host, port))
            except OSError:
                self._server.close()
                if self._port or attempt == _ATTEMPTS:
                    raise
            else:
                self._port = port
                break
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            self._datagrams.abort()
            for connection in tuple(self._connections):
                connection.abort()
            await server.wait_closed()
            await self._all_gone.wait()
            await self._application.grpc.close()

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Its base URL, without a slash at the end."""
        scheme = "http" if self._ssl_context is None else "https"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self._port}"

    @property
    def requests(self) -> int:
        """Requests answered so far."""
        return self._application.requests

    @property
    def connections(self) -> int:
        """Connections accepted so far."""
        return self._application.connections

    def _remember(self, connection: DemoConnection) -> None:
        self._application.connections += 1
        self._connections.add(connection)
        self._all_gone.clear()

    def _forget(self, connection: DemoConnection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._all_gone.set()
