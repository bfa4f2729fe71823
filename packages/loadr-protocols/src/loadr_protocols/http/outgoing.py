"""A request as bytes, taken apart where something has to change: the next hop of a redirect, a cookie.

wire = method SP target SP "HTTP/1.1" CRLF *( name ":" SP value CRLF ) CRLF body
"""

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote_to_bytes

from loadr_core.spi import Pieces
from loadr_protocols.http.redirects import Redirection
from loadr_protocols.http.url import Origin, encode_target

_END: Final = b"\r\n\r\n"


def with_lines(wire: bytes, lines: bytes) -> bytes:
    """A request with more field lines, each given with its CRLF."""
    end = wire.index(_END) + 2
    return wire[:end] + lines + wire[end:]


def with_cookies(wire: bytes, line: str, *, has_own: bool) -> bytes:
    """A request with the jar's cookies; those that it names itself come first and hide the jar's.

    Args:
        wire: the request.
        line: what the jar says, not empty.
        has_own: whether the request has a Cookie field already.
    """
    cookies = line.encode("latin-1")
    if not has_own:
        return with_lines(wire, b"Cookie: " + cookies + b"\r\n")
    at = wire.lower().index(b"\r\ncookie:") + len(b"\r\ncookie:")
    end = wire.index(b"\r\n", at)
    own = wire[at:end].strip()
    names = {_name(pair) for pair in own.split(b";")}
    added = [pair for pair in cookies.split(b"; ") if _name(pair) not in names]
    return wire[:at] + b" " + b"; ".join([own, *added]) + wire[end:]


def _name(pair: bytes) -> bytes:
    return pair.partition(b"=")[0].strip()


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """A request taken apart. Equal to itself only, so that looking for what follows it costs no hashing.

    Attributes:
        origin: where it goes.
        method: of the request line.
        target: path and query, encoded.
        fields: the field lines, each without its CRLF.
        body: what follows the head.
        pieces: what follows it where that is read while it is sent, else `None`.
    """

    origin: Origin
    method: str
    target: str
    fields: tuple[bytes, ...]
    body: bytes
    pieces: Pieces | None = None

    @classmethod
    def parse(cls, origin: Origin, wire: bytes) -> "Outgoing":
        """Take apart what `RequestMessage` made."""
        head, _, body = wire.partition(_END)
        line, *fields = head.split(b"\r\n")
        method, target, _ = line.decode("ascii").split(" ", 2)
        return cls(origin, method, target, tuple(fields), body)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{self.origin.scheme}://{self.origin.authority}{self.target}"

    def has(self, name: bytes) -> bool:
        """Whether there is a field of a name, which is in lower case."""
        return any(_name_of(line) == name for line in self.fields)

    def value(self, name: bytes) -> bytes | None:
        """The value of the first field of a name, which is in lower case."""
        return next((line.partition(b":")[2].strip() for line in self.fields if _name_of(line) == name), None)

    def without(self, names: Collection[bytes]) -> "Outgoing":
        """The same without some fields, their names in lower case."""
        return replace(self, fields=tuple(line for line in self.fields if _name_of(line) not in names))

    def with_field(self, line: bytes) -> "Outgoing":
        """The same with one more field line, without its CRLF, instead of one of the same name."""
        return replace(
            self, fields=(*(kept for kept in self.fields if _name_of(kept) != _name_of(line)), line)
        )

    def redirected(self, to: Redirection) -> "Outgoing":
        """The request that follows a redirect."""
        kept = self.without({name.encode("ascii") for name in to.drops})
        fields = kept.fields
        if not kept.has(b"host"):
            fields = (b"Host: " + to.url.origin.authority.encode("ascii"), *fields)
        if to.url.userinfo is not None and not kept.has(b"authorization"):
            fields = (*fields, b"Authorization: Basic " + b64encode(unquote_to_bytes(to.url.userinfo)))
        return Outgoing(
            to.url.origin,
            to.method,
            encode_target(to.url.target),
            fields,
            self.body if to.keeps_body else b"",
            self.pieces if to.keeps_body else None,
        )

    def wire(self) -> bytes:
        """The request's bytes."""
        line = f"{self.method} {self.target} HTTP/1.1".encode("ascii")
        return b"\r\n".join((line, *self.fields)) + _END + self.body


def _name_of(line: bytes) -> bytes:
    return line.partition(b":")[0].lower()
