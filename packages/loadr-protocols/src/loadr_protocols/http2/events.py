"""What a connection's bytes mean for its owner."""

from typing import NamedTuple

from loadr_protocols.http2.fields import Fields


class InterimReceived(NamedTuple):
    """A 1xx response; the final one is still to come."""

    stream: int


class HeadReceived(NamedTuple):
    """A final response begins; it ends here too where it has no body."""

    stream: int
    head: Fields
    ended: bool


class DataReceived(NamedTuple):
    """A part of the body, perhaps empty."""

    stream: int
    data: bytes
    ended: bool


class TrailersReceived(NamedTuple):
    """The response ends with these fields."""

    stream: int
    trailers: Fields


class BodySent(NamedTuple):
    """The last octet of a request's body that had to wait for the server is on its way."""

    stream: int


class StreamFailed(NamedTuple):
    """A stream ended without a whole response.

    Attributes:
        stream: which.
        code: of RFC 9113, section 7.
        reason: what happened, for people; a predicate for the peer, such as `reset the stream (CANCEL)`.
        unprocessed: whether the server has said that it did nothing for this request.
        broken: whether the server broke a rule; else it ended the stream on purpose.
    """

    stream: int
    code: int
    reason: str
    unprocessed: bool = False
    broken: bool = False


class GoingAway(NamedTuple):
    """The server takes no new streams; those that it still serves go on."""

    code: int
    reason: str


class ConnectionFailed(NamedTuple):
    """The server broke the protocol; nothing else comes after this.

    Attributes:
        code: what it is told.
        reason: what happened, for people; a predicate for the peer.
    """

    code: int
    reason: str


Event = (
    InterimReceived
    | HeadReceived
    | DataReceived
    | TrailersReceived
    | BodySent
    | StreamFailed
    | GoingAway
    | ConnectionFailed
)
