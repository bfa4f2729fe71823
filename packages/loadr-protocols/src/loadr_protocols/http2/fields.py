"""Field sections: what a response's fields must be (RFC 9113, sections 8.1 to 8.3), and how they are read.

    section  = [ ":status" ] *field           ; with it a response's head, without it its trailers
    :status  = 3DIGIT, the first field and the only one that begins with a colon
    name     = token without upper case, and none that speaks of a connection
    value    = no NUL, CR or LF; white space around it is not part of it

Blocks are decoded once where that is possible. A block that refers to no field of the dynamic table means the
same on every connection, and puts the same into each table: nginx sends such ones alone. One that refers to the
table and does not change it means the same until the table changes: so most of the others do.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from loadr_protocols.http.head import ASKS_COOKIES, ASKS_CREDENTIALS, ASKS_DECODING, ASKS_REDIRECT, REDIRECTS
from loadr_protocols.http2.errors import MalformedFields
from loadr_protocols.http2.hpack import FIELD_OVERHEAD, Decoder
from loadr_protocols.http2.static_table import Field
from loadr_protocols.http2.stream import UNKNOWN_LENGTH

PROTO: Final = "HTTP/2"
"""The metric tag `proto`, and the version of every response's head."""

_FIELD_LINE = rb"[!#$%&'*+\-.^_`|~0-9a-z]++\x00[^\x00\r\n]*+\n"
# One match for the whole section, its names and values joined by what they must not contain.
_SECTION: Final = re.compile(rb"(?::status\x00[1-9][0-9]{2}\n)?+(?:" + _FIELD_LINE + rb")*+")
_FIELD: Final = re.compile(_FIELD_LINE)
_ABOUT_CONNECTIONS: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}
)
_LENGTH: Final = re.compile(rb"[0-9]{1,19}")


class Fields:
    """A response's head or its trailers. Shared between equal ones, so never changed.

    Attributes:
        status: 100 to 999; 0 for trailers.
        version: `HTTP/2`.
        reason: empty: HTTP/2 has no reason phrases.
        asks: `ASKS_...` bits of `loadr_protocols.http.head`.
        content_length: the body's length in octets as the head gives it, or `UNKNOWN_LENGTH`.
        raw: names and values as they came, without `:status`.
    """

    __slots__ = ("_headers", "_values", "asks", "content_length", "raw", "status")

    version: Final = PROTO
    reason: Final = ""

    def __init__(self, section: Sequence[Field]) -> None:
        """Check a section and take it.

        Raises:
            MalformedFields: it is not one that a server may send.
        """
        _check(section)
        self.status = 0
        if section and section[0][0] == b":status":
            self.status = int(section[0][1])
            section = section[1:]
        self.raw = tuple(section)
        self.content_length = _length([value for name, value in section if name == b"content-length"])
        self.asks = _asks(self.status, dict(self.raw))
        self._headers: Mapping[str, str] | None = None
        self._values: dict[str, list[str]] = {}

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields, repeated ones joined with `, `. Made at the first use."""
        headers = self._headers
        if headers is None:
            parsed: dict[str, str] = {}
            for name, value in self.fields:
                parsed[name] = f"{parsed[name]}, {value}" if name in parsed else value
            self._headers = headers = parsed
        return headers

    @property
    def fields(self) -> list[tuple[str, str]]:
        """All fields in their order, repeated ones apart."""
        return [(name.decode("latin-1"), value.decode("latin-1").strip(" \t")) for name, value in self.raw]

    def values(self, name: str) -> Sequence[str]:
        """The values of all fields of a name, which is in lower case. Looked for once."""
        known = self._values
        found = known.get(name)
        if found is None:
            found = known[name] = [value for field, value in self.fields if field == name]
        return found

    def __repr__(self) -> str:
        return f"<Fields {self.status or 'trailers'} {len(self.raw)} fields>"


def _check(section: Sequence[Field]) -> None:
    joined = b"".join([b"%b\x00%b\n" % field for field in section])
    # Counted, because a value may contain both of what joins them.
    if joined.count(b"\n") != len(section) or not _SECTION.fullmatch(joined):
        raise MalformedFields(_complaint(section))
    for name, value in section:
        if name in _ABOUT_CONNECTIONS or (name == b"te" and value != b"trailers"):
            raise MalformedFields(f"the field {name.decode()!r} does not belong into HTTP/2")


def _complaint(section: Sequence[Field]) -> str:
    """Why a section does not match."""
    for place, (name, value) in enumerate(section):
        shown = f"{name[:40].decode('latin-1')}: {value[:40].decode('latin-1')}"
        if name == b":status":
            if place or not re.fullmatch(rb"[1-9][0-9]{2}", value):
                return f"the status is not one number at the beginning: {shown!r}"
        elif b"\n" in value or not _FIELD.fullmatch(b"%b\x00%b\n" % (name, value)):
            return f"malformed field: {shown!r}"
    return "malformed fields"


def _asks(status: int, fields: Mapping[bytes, bytes]) -> int:
    asks = ASKS_COOKIES if b"set-cookie" in fields else 0
    if status in REDIRECTS and fields.get(b"location"):
        asks |= ASKS_REDIRECT
    if status == 401 and b"www-authenticate" in fields:
        asks |= ASKS_CREDENTIALS
    return asks | ASKS_DECODING if b"content-encoding" in fields else asks


def _length(values: list[bytes]) -> int:
    """The one length that all content-length fields agree on (RFC 9110, section 8.6)."""
    if not values:
        return UNKNOWN_LENGTH
    distinct = {part.strip(b" \t") for value in values for part in value.split(b",")}
    text = distinct.pop()
    if distinct or not _LENGTH.fullmatch(text):
        shown = b", ".join(values).decode("latin-1")
        raise MalformedFields(f"invalid content-length: {shown[:80]!r}")
    return int(text)


class Known(NamedTuple):
    """What a block means.

    Attributes:
        fields: its fields.
        inserted: what it puts into the dynamic table.
        octets: the size of that.
    """

    fields: Fields
    inserted: tuple[Field, ...]
    octets: int


class FieldCache(dict[bytes, Known]):
    """Blocks that are known. Bounded in number and in size, so that blocks that never repeat cost no memory."""

    __slots__ = ("_most",)

    LONGEST_BLOCK: Final = 1024

    def __init__(self, most: int = 256) -> None:
        super().__init__()
        self._most = most

    def keep(self, block: bytes, fields: Fields, inserted: Sequence[Field] = ()) -> None:
        """Remember a block's meaning."""
        if len(block) <= self.LONGEST_BLOCK:
            if len(self) >= self._most:
                self.clear()
            octets = sum(len(name) + len(value) + FIELD_OVERHEAD for name, value in inserted)
            self[block] = Known(fields, tuple(inserted), octets)


class FieldReader:
    """Reads the blocks of one connection."""

    __slots__ = ("_decoder", "_everywhere", "_here")

    def __init__(self, largest: int, everywhere: FieldCache) -> None:
        """Make a reader for a connection that has just begun.

        Args:
            largest: as in `Decoder`.
            everywhere: blocks that mean the same on all connections.
        """
        self._decoder = Decoder(largest)
        self._everywhere = everywhere
        self._here = FieldCache(16)

    def read(self, block: bytes) -> Fields:
        """The fields of a block.

        Raises:
            CompressionError: no other block can be read after it.
            MalformedFields: the section is no response's.
            FieldsTooLarge: it is too large.
        """
        here = self._here
        if here and (known := here.get(block)) is not None:
            return known.fields
        decoder = self._decoder
        known = self._everywhere.get(block)
        if known is not None:
            if known.inserted:
                decoder.insert_again(known.inserted, known.octets)
                here.clear()
            return known.fields
        revision = decoder.revision
        try:
            fields = Fields(decoder.decode(block))
        finally:
            if decoder.revision != revision:
                here.clear()
        if not decoder.relative and decoder.inserted is not None:
            self._everywhere.keep(block, fields, decoder.inserted)
        elif decoder.revision == revision:
            here.keep(block, fields)
        return fields
