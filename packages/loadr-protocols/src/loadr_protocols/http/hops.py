"""What requests become on the way of a redirect, remembered: the users of a plan are sent the same ways.

To take a request apart, resolve a location and put the next request together costs 30 us of CPU, as much as two
whole requests; to look it up again costs 1 us.
"""

from typing import Final

from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.redirects import redirection
from loadr_protocols.http.url import Origin


class Hops:
    """The hops of one compiled request.

    Bounded in number and in size, so that requests and locations that never repeat cost their making and at most
    half a megabyte.
    """

    __slots__ = ("_followers", "_requests", "_wires")

    MOST: Final = 64
    LONGEST: Final = 2048

    def __init__(self) -> None:
        self._requests: dict[tuple[Origin, bytes], Outgoing] = {}
        self._followers: dict[tuple[Outgoing, int, str], Outgoing] = {}
        self._wires: dict[Outgoing, bytes] = {}

    def parse(self, origin: Origin, wire: bytes) -> Outgoing:
        """Take a request apart."""
        key = (origin, wire)
        request = self._requests.get(key)
        if request is None:
            request = Outgoing.parse(origin, wire)
            if self._remember(request, wire):
                self._requests[key] = request
        return request

    def follow(self, sent: Outgoing, status: int, location: str) -> Outgoing:
        """The request that follows a redirect. Raises `UrlError`."""
        key = (sent, status, location)
        request = self._followers.get(key)
        if request is None:
            to = redirection(status, sent.method, location, sent.origin, sent.target)
            request = sent.redirected(to)
            if sent in self._wires and self._remember(request, request.wire()):
                self._followers[key] = request
        return request

    def wire(self, request: Outgoing) -> bytes:
        """The request's bytes."""
        return self._wires.get(request) or request.wire()

    def _remember(self, request: Outgoing, wire: bytes) -> bool:
        if len(wire) > self.LONGEST or request.pieces is not None:
            return False
        if len(self._wires) >= self.MOST:
            for known in (self._requests, self._followers, self._wires):
                known.clear()
        self._wires[request] = wire
        return True

    def __repr__(self) -> str:
        return f"<Hops {len(self._wires)} requests>"
