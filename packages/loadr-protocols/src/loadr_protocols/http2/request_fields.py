"""A request's fields: made from an HTTP/1.1 head, written into blocks.

HTTP has one meaning in all versions (RFC 9110), so a request is prepared once, as the bytes of HTTP/1.1, and
rewritten here as a gateway rewrites it (RFC 9113, section 8.3): the request line and Host become
pseudo-fields, names lower case, and fields that speak of a connection fall away. What is fixed during the
run is rewritten once, and its block is the same until a connection's table changes.
"""

from typing import Final

from loadr_protocols.http2.hpack import FIELD_OVERHEAD, Encoder
from loadr_protocols.http2.static_table import Field

_END: Final = b"\r\n\r\n"
_NOT_SENT: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade", b"http2-settings"}
)


class RequestFields:
    """The fields of a request. Equal to itself only, so that looking for its block costs no hashing.

    Attributes:
        fields: pseudo-fields first.
        size: as the limits of section 6.5.2 count it.
    """

    __slots__ = ("fields", "size")

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self.fields = fields
        self.size = sum(len(name) + len(value) + FIELD_OVERHEAD for name, value in fields)

    def __repr__(self) -> str:
        return f"<RequestFields {len(self.fields)} fields, {self.size} octets>"


Rewritten = tuple[RequestFields, bytes | None]
"""A request's fields and its body; `None` where it has none."""


class RequestRewriter(dict[bytes, Rewritten]):
    """Requests by their HTTP/1.1 bytes, for one scheme; one that is not known is rewritten.

    Bounded in number and in size, so that requests that never repeat cost their rewriting and at most a
    megabyte.
    """

    __slots__ = ("_scheme",)

    MOST_REQUESTS: Final = 256
    LONGEST_REQUEST: Final = 2048

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self._scheme = scheme.encode("ascii")

    def __missing__(self, request: bytes) -> Rewritten:
        """Rewrite a request: request line, field lines, empty line, body."""
        head, _, body = request.partition(_END)
        made = (rewritten(head, self._scheme), body or None)
        if len(request) <= self.LONGEST_REQUEST:
            if len(self) >= self.MOST_REQUESTS:
                self.clear()
            self[request] = made
        return made


def rewritten(head: bytes, scheme: bytes) -> RequestFields:
    """The fields that say what an HTTP/1.1 head says: request line and field lines, with CRLF between them."""
    line, *lines = head.split(b"\r\n")
    method, target, _ = line.split(b" ", 2)
    authority = b""
    dropped = _NOT_SENT
    fields: list[Field] = []
    for text in lines:
        name, _, value = text.partition(b":")
        name = name.lower()
        value = value.strip(b" \t")
        if name == b"host":
            authority = value
        elif name == b"connection":
            # Section 8.2.2: what Connection names is about this connection as well.
            dropped = dropped | {option.strip().lower() for option in value.split(b",")}
        elif name != b"te" or value == b"trailers":
            fields.append((name, value))
    pseudo = ((b":method", method), (b":scheme", scheme), (b":authority", authority), (b":path", target))
    return RequestFields(pseudo + tuple(field for field in fields if field[0] not in dropped))


class FieldWriter:
    """Writes the blocks of one connection."""

    __slots__ = ("_blocks", "_encoder")

    MOST_BLOCKS: Final = 32

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._blocks: dict[RequestFields, bytes] = {}

    def limit(self, octets: int) -> None:
        """The peer's table is so large from now on."""
        self._encoder.limit(octets)
        self._blocks.clear()

    def block(self, request: RequestFields) -> bytes:
        """The block of a request, to be sent next."""
        block = self._blocks.get(request)
        if block is not None:
            return block
        revision = self._encoder.revision
        block = self._encoder.encode(request.fields)
        if self._encoder.revision != revision or len(self._blocks) >= self.MOST_BLOCKS:
            self._blocks.clear()
        if self._encoder.revision == revision:
            self._blocks[request] = block
        return block
