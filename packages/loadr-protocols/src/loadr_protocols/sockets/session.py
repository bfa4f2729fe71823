"""One VU's sockets: those that a plan has named outlive a request."""

import asyncio
from typing import NamedTuple

from loadr_core.spi import ProtocolSession
from loadr_protocols.http.url import Origin
from loadr_protocols.sockets.tcp import TcpConnection
from loadr_protocols.sockets.udp import UdpSocket

Socket = TcpConnection | UdpSocket


class Key(NamedTuple):
    """What tells a named socket from all others.

    Attributes:
        name: the plan's `session`, or `None` for one that is not kept.
        origin: where it leads.
    """

    name: str | None
    origin: Origin


class SocketSession(ProtocolSession):
    """A VU's named sockets, open until the VU ends or the other side closes them.

    Attributes:
        held: the named sockets. The hot path looks here.
    """

    __slots__ = ("_opening", "held")

    def __init__(self) -> None:
        self.held: dict[Key, Socket] = {}
        self._opening: dict[Key, asyncio.Lock] = {}

    def opening(self, key: Key) -> asyncio.Lock:
        """Lets one of a VU's branches open a named socket, so that the others share it."""
        return self._opening.setdefault(key, asyncio.Lock())

    @property
    def open_connections(self) -> int:
        """How many sockets are open."""
        return sum(socket.is_open for socket in self.held.values())

    async def close(self) -> None:
        """Close all sockets."""
        for socket in self.held.values():
            socket.close()
        self.held.clear()
        # The transports close their sockets in the loop's next turn.
        await asyncio.sleep(0)

    def __repr__(self) -> str:
        return f"<SocketSession {', '.join(str(key.name) for key in self.held) or 'nothing held'}>"
