"""What servers on loopback have in common: a port of the system's choice, and an end that leaves nothing behind."""

import asyncio
import socket
import ssl
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Self

READ_AHEAD = 1024 * 1024

# From accepting a connection to its conversation asyncio takes three turns of the loop, and it leaves the connection
# open where the server is closed meanwhile. A client on this machine may be done before.
_ACCEPTING_TURNS = 5


class LoopbackServer(ABC):
    """A real server on loopback; `serve` has a conversation on each connection.

    When the context ends, conversations are cut off and their connections dropped. What a conversation
    raised before that is raised then.

    Args:
        host: Address to listen on.
        ssl_context: Speaks TLS with it.
        read_ahead: Bytes that are taken from the system before somebody asks for them (up to twice as
            many), and the longest head; to be small when a test wants a client that notices a slow server.
        receive_buffer: Size of the connections' receive buffer in bytes; `None` leaves the system's.

    Attributes:
        connections: How many were accepted.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        ssl_context: ssl.SSLContext | None = None,
        read_ahead: int = READ_AHEAD,
        receive_buffer: int | None = None,
    ) -> None:
        self._host = host
        self._ssl_context = ssl_context
        self._read_ahead = read_ahead
        self._receive_buffer = receive_buffer
        self._server: asyncio.Server | None = None
        self._port = 0
        self._conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.connections = 0

    @abstractmethod
    async def serve(
        self, connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Talk to a client.

        Args:
            connection: 0 for the first one accepted.
            reader: What the client sends.
            writer: To the client.
        """

    def __repr__(self) -> str:
        state = f"at {self._host}:{self._port}" if self._server is not None else "closed"
        return f"<{type(self).__name__} {state}, {self.connections} connections>"

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # By name: asyncio takes away Nagle's delay from sockets that say to be TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if self._receive_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        listener.bind((self._host, 0))
        self._server = await asyncio.start_server(
            self._accept, sock=listener, ssl=self._ssl_context, limit=self._read_ahead
        )
        self._port = listener.getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        for _ in range(_ACCEPTING_TURNS):
            await asyncio.sleep(0)
        server.close()
        for conversation, writer in self._conversations.items():
            conversation.cancel()
            # asyncio's own transport has no loop any more once it has sent its last bytes after `close`.
            with suppress(AttributeError):
                writer.transport.abort()
        outcomes = await asyncio.gather(*self._conversations, return_exceptions=True)
        self._conversations.clear()
        await server.wait_closed()
        for outcome in outcomes:
            # A conversation that went wrong is the test's mistake, but not its first one.
            if isinstance(outcome, Exception) and error is None:
                raise outcome

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
        return f"{'http' if self._ssl_context is None else 'https'}://{self._host}:{self._port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # asyncio would report a cancelled task of its own as an error, so the tasks are ours.
        conversation = self.serve(self.connections, reader, writer)
        self._conversations[asyncio.get_running_loop().create_task(conversation)] = writer
        self.connections += 1
