"""One VU's connections: those of a plan's calls, and the channels of its script."""

import asyncio
from typing import Any

from loadr_protocols.grpc.channel import Channel
from loadr_protocols.http.connect import Connector
from loadr_protocols.http.session import HttpSession


class GrpcSession(HttpSession):
    """A VU's state.

    Attributes:
        channels: what its script has connected, by number.
    """

    __slots__ = ("channels",)

    def __init__(self, connector: Connector, **settings: Any) -> None:
        """Make one without connections; arguments as of `HttpSession`."""
        super().__init__(connector, **settings)
        self.channels: dict[int, Channel] = {}

    def hold(self, number: int, channel: Channel) -> None:
        """Take a channel in the place of one that had this number."""
        earlier = self.channels.pop(number, None)
        if earlier is not None:
            earlier.close()
        self.channels[number] = channel

    def let_go(self, number: int, channel: Channel) -> None:
        """Close a channel."""
        channel.close()
        if self.channels.get(number) is channel:
            del self.channels[number]

    @property
    def open_connections(self) -> int:
        """How many connections are open, those of channels among them."""
        return super().open_connections + sum(channel.open_connections for channel in self.channels.values())

    async def close(self) -> None:
        """Close all of them."""
        for channel in self.channels.values():
            channel.close()
        await super().close()
        # A connection that is aborted closes its socket a turn later than one that is idle.
        await asyncio.sleep(0)
