"""What a pool of connections and a connection know of each other, whatever HTTP it speaks."""

from asyncio import Future
from typing import Protocol, TypeVar, runtime_checkable

from loadr_protocols.http.layout import Opening
from loadr_protocols.http.response import HttpResponse
from loadr_protocols.http.upload import Upload


class PooledConnection(Protocol):
    """A connection that a pool lends to requests: to one at a time, or to as many as it takes."""

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent on it, now or later."""

    def exchange(
        self, request: bytes, reading: int, opening: Opening, start: float, deadline: float
    ) -> Future[HttpResponse]:
        """Send a request.

        Args:
            request: all its bytes, as HTTP/1.1.
            reading: what to do with the body: `KEEP`, `NONE` (its method is HEAD) or `COUNT`.
            opening: what had to happen before; goes into the row.
            start: now.
            deadline: when the request has failed.

        Returns:
            The response, or `ExchangeFailed`.

        Raises:
            ConnectionStale: the kept-alive connection is dead; nothing was sent.
            ExchangeFailed: the new connection is dead; nothing was sent.
        """

    def abandon(self, future: Future[HttpResponse]) -> None:
        """Nobody waits for this response any more."""

    def retire(self) -> None:
        """The next request is the last one on this connection."""

    def close(self) -> None:
        """Close politely; where requests are under way, after them."""

    def abort(self) -> None:
        """Close at once."""


@runtime_checkable
class StreamsBodies(Protocol):
    """The ability of a connection to send a body while it is read."""

    def exchange_streamed(
        self, head: bytes, upload: Upload, reading: int, opening: Opening, start: float, deadline: float
    ) -> Future[HttpResponse]:
        """Send a request; as `PooledConnection.exchange`, its body apart."""


Owned_contra = TypeVar("Owned_contra", contravariant=True)


class ConnectionOwner(Protocol[Owned_contra]):
    """Where a connection goes when it can take a request, and which counts it."""

    def put_back(self, connection: Owned_contra) -> None:
        """It may be lent again."""

    def forget(self, connection: Owned_contra) -> None:
        """It takes no requests any more. Called once."""
