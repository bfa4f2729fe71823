"""The entry points of TCP and UDP: they compile exchanges and open sockets."""

import asyncio
from abc import abstractmethod
from typing import ClassVar, Final

from loadr_config.models import SocketBlock
from loadr_core.spi import (
    CompileError,
    HandlerContext,
    ProtocolHandler,
    RequestSpec,
    RowLayout,
    Text,
    VuContext,
)
from loadr_protocols.http.connect import put_on, shake_hands
from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.handler import make_reach
from loadr_protocols.http.reach import Phases
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.tls_contexts import TlsContexts
from loadr_protocols.http.translate import failure_of
from loadr_protocols.http.url import Origin, UrlError
from loadr_protocols.sockets.checks import SocketChecks
from loadr_protocols.sockets.layout import TCP_LAYOUT, UDP_LAYOUT
from loadr_protocols.sockets.message import message_of, reading_of
from loadr_protocols.sockets.request import SocketKind, SocketRequest
from loadr_protocols.sockets.session import Socket, SocketSession
from loadr_protocols.sockets.tcp import TcpConnection
from loadr_protocols.sockets.udp import UdpSocket


class SocketHandler(SocketChecks, ProtocolHandler):
    """What both protocols share: how a block becomes an exchange."""

    layout: ClassVar[RowLayout]

    def __init__(self, context: HandlerContext) -> None:
        super().__init__(context)
        self._now: Final = context.clock.now
        self._sweeper: Final = DeadlineSweeper(context.clock)
        # Proxies are for HTTP: no scheme of a socket has one.
        self._reach: Final = make_reach(context, {})
        self._kind: Final = SocketKind(self.name.upper(), self.layout, self.schemes, self._open)

    def compile(self, spec: RequestSpec) -> SocketRequest:
        """Make the bytes ready, as far as they are known."""
        block = spec.block
        if not isinstance(block, SocketBlock):
            raise CompileError(
                f"a {self.name} request needs a block `socket`, which says what to send and read"
            )
        if spec.body is not None:
            raise CompileError(f"a {self.name} request has no body", "put it into socket.send_text")
        self.prepare(spec.url, block)
        self._sweeper.admit(min(spec.timeout, block.read_timeout or spec.timeout))
        try:
            return SocketRequest(
                self._kind,
                spec.url,
                message_of(block, spec.compile_text),
                reading_of(block, spec.compile_text, self.context.defaults.max_response_size),
                session=block.session,
                timeout=spec.timeout,
                read_timeout=block.read_timeout,
                now=self._now,
            )
        except UrlError as error:
            raise CompileError(f"url: {error}") from error

    @abstractmethod
    def prepare(self, url: Text, block: SocketBlock) -> None:
        """Refuse what the protocol cannot do, and read what it needs. Raises `CompileError`."""

    def open_session(self, vu: VuContext) -> SocketSession:  # noqa: ARG002 - all VUs are alike
        """Make a session that holds nothing."""
        return SocketSession()

    @abstractmethod
    async def _open(self, origin: Origin) -> Socket:
        """A socket that leads to an origin. Raises `ExchangeFailed`."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._sweeper!r}>"


class TcpHandler(SocketHandler):
    """TCP, in the clear (`tcp://`) or with TLS (`tls://`)."""

    name: ClassVar[str] = "tcp"
    layout: ClassVar[RowLayout] = TCP_LAYOUT

    def __init__(self, context: HandlerContext) -> None:
        super().__init__(context)
        self._tls: Final = TlsContexts(context)

    def prepare(self, url: Text, block: SocketBlock) -> None:  # noqa: ARG002 - it can do everything
        """Read the files of TLS where they are named, or where it is spoken."""
        self._tls.prepare(needed=(url.static or "").strip().lower().startswith("tls:"))

    async def _open(self, origin: Origin) -> TcpConnection:
        loop = asyncio.get_running_loop()
        connected = await self._reach.connect(origin, Phases())
        tls = None
        handshake = None
        if origin.scheme == "tls":
            server_name = self.context.defaults.tls.server_name or origin.host
            tls = TlsChannel(self._tls.of(origin.host), server_name)
            handshake = await shake_hands(loop, connected, origin.authority, tls)
        return await put_on(
            loop,
            connected,
            handshake,
            lambda: TcpConnection(loop, self._now, self._sweeper, origin.authority, tls),
        )


class UdpHandler(SocketHandler):
    """UDP: each message is one datagram."""

    name: ClassVar[str] = "udp"
    layout: ClassVar[RowLayout] = UDP_LAYOUT

    def prepare(self, url: Text, block: SocketBlock) -> None:  # noqa: ARG002 - all addresses are alike
        """A datagram socket has no end to read to."""
        if block.read_until_close:
            raise CompileError("UDP has no connection that could close", "take out socket.read_until_close")

    async def _open(self, origin: Origin) -> UdpSocket:
        loop = asyncio.get_running_loop()
        connected = await self._reach.connect_datagrams(origin)
        made = UdpSocket(loop, self._now, self._sweeper, origin.authority, connected)
        try:
            await loop.create_datagram_endpoint(lambda: made, sock=connected)
        except OSError as error:
            connected.close()
            raise failure_of(error, origin.authority) from error
        except BaseException:
            connected.close()
            raise
        return made
