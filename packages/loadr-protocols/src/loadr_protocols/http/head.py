"""The head of a response: its status line and fields, and what they say about the body's framing.

Grammar (RFC 9112, sections 2 to 6; RFC 9110, section 5):

    head         = status-line *( field-line CRLF ) CRLF
    status-line  = HTTP-version SP status-code [ SP [ reason-phrase ] ] CRLF
    HTTP-version = "HTTP/1." DIGIT
    status-code  = %x31-39 2DIGIT
    field-line   = token ":" OWS field-value OWS
    field-value  = any octet but CR, LF, NUL
    obs-fold     = OWS CRLF 1*( SP / HTAB )      ; read as a space, refused after the status line

Strict where leniency would guess at the framing: a bare LF or CR, white space before a colon, several
different Content-Length values, any transfer coding but `chunked` are errors.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from loadr_protocols.http.errors import MalformedResponse

HEAD_LIMIT: Final = 256 * 1024
"""The longest head accepted, in bytes."""

_FIELD = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[^\r\n\x00]*+\r\n"
_STATUS_LINE = rb"HTTP/1\.[0-9] [1-9][0-9]{2}(?: [^\r\n\x00]*+)?+\r\n"
# Possessive throughout: a head that does not match is refused in linear time.
_HEAD: Final = re.compile(_STATUS_LINE + rb"(?:" + _FIELD + rb")*+")
_FIELDS: Final = re.compile(rb"(?:" + _FIELD + rb")*+")
_START: Final = re.compile(_STATUS_LINE)
_OBS_FOLD: Final = re.compile(rb"[ \t]*+\r\n[ \t]++")
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
# As many digits as a 64-bit length can have; int() alone would accept signs and underscores.
_LENGTH: Final = re.compile(rb"[0-9]{1,19}")

UNKNOWN_LENGTH: Final = -1

# What a response asks for beyond being counted: bits of `ResponseHead.asks`.
ASKS_COOKIES: Final = 1
ASKS_REDIRECT: Final = 2
ASKS_CREDENTIALS: Final = 4
ASKS_DECODING: Final = 8

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Head(Protocol):
    """What a response's head says, in all versions of HTTP. Shared between equal heads, so never changed."""

    @property
    def status(self) -> int:
        """100 to 999."""

    @property
    def version(self) -> str:
        """The metric tag `proto`, such as `HTTP/1.1`."""

    @property
    def asks(self) -> int:
        """`ASKS_...` bits: what may have to be done about it."""

    @property
    def reason(self) -> str:
        """The reason phrase, often empty."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields, names in lower case, repeated ones joined with `, `."""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """All fields in their order, names as they came, repeated ones apart."""

    def values(self, name: str) -> Sequence[str]:
        """The values of all fields of a name, which is in lower case."""


class ResponseHead:
    """A parsed head. Shared between responses with equal heads, so never changed.

    Attributes:
        status: 100 to 999.
        version: `HTTP/1.1` or `HTTP/1.0`.
        content_length: the body's length in bytes as the head gives it, or `UNKNOWN_LENGTH`.
        chunked: whether the body comes in chunks; Content-Length then says nothing.
        keeps_alive: whether the connection may serve another request after this response.
        wire: the head as it came, with its empty line: what comes again when it comes again.
        whole_length: `content_length` where a body of that length follows whatever the request
            was (HEAD apart), else `UNKNOWN_LENGTH`: all that the fast path has to look at.
    """

    __slots__ = (
        "_headers",
        "_raw",
        "_values",
        "asks",
        "chunked",
        "content_length",
        "keeps_alive",
        "status",
        "version",
        "whole_length",
        "wire",
    )

    def __init__(self, raw: bytes) -> None:
        """Parse the status line and all field lines, each with its CRLF, without the empty line.

        Raises:
            MalformedResponse: the bytes are no head, or their framing is contradictory.
        """
        self.wire = raw + b"\r\n"
        if not _HEAD.fullmatch(raw):
            raw = _unfolded(raw)
        self._raw = raw
        self._headers: Mapping[str, str] | None = None
        self._values: dict[str, list[str]] = {}
        self.status = int(raw[9:12])
        is_11 = raw[7:8] != b"0"
        self.version = "HTTP/1.1" if is_11 else "HTTP/1.0"
        lowered = raw.lower()
        self.chunked = _is_chunked(_values(lowered, b"\r\ntransfer-encoding:"))
        lengths = _values(lowered, b"\r\ncontent-length:")
        self.content_length = _length(lengths) if lengths else UNKNOWN_LENGTH
        options = [
            option.strip() for value in _values(lowered, b"\r\nconnection:") for option in value.split(b",")
        ]
        self.keeps_alive = b"close" not in options and (is_11 or b"keep-alive" in options)
        if self.chunked and (lengths or not is_11):
            # Section 6.3: two framings, or one that the version does not have, may be an attack on
            # a relay; the body is read as chunks, but what follows it cannot be trusted.
            self.content_length = UNKNOWN_LENGTH
            self.keeps_alive = False
        has_body = self.status >= 200 and self.status not in {204, 304}
        self.whole_length = self.content_length if has_body else UNKNOWN_LENGTH
        self.asks = _asks(self.status, lowered)

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields, names in lower case, repeated ones joined with `, `. Parsed at the first use."""
        headers = self._headers
        if headers is None:
            parsed: dict[str, str] = {}
            for line in self._raw.decode("latin-1").split("\r\n")[1:-1]:
                name, _, value = line.partition(":")
                name = name.lower()
                value = value.strip(" \t")
                parsed[name] = f"{parsed[name]}, {value}" if name in parsed else value
            self._headers = headers = parsed
        return headers

    @property
    def reason(self) -> str:
        """The reason phrase, often empty."""
        return self._raw[13 : self._raw.index(b"\r\n")].decode("latin-1")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """All fields in their order, names as written, repeated ones apart."""
        lines = self._raw.decode("latin-1").split("\r\n")[1:-1]
        pairs = [line.partition(":") for line in lines]
        return [(name, value.strip(" \t")) for name, _, value in pairs]

    def values(self, name: str) -> Sequence[str]:
        """The values of all fields of a name, which is in lower case. Looked for once."""
        known = self._values
        found = known.get(name)
        if found is None:
            found = known[name] = [value for field, value in self.fields if field.lower() == name]
        return found

    @property
    def is_interim(self) -> bool:
        """Whether a final response is still to come. 101 is final: HTTP ends with it."""
        return self.status < 200 and self.status != 101

    def __repr__(self) -> str:
        framing = "chunked" if self.chunked else f"length={self.content_length}"
        return f"<ResponseHead {self.version} {self.status} {framing}{'' if self.keeps_alive else ' close'}>"


class HeadCache(dict[bytes, ResponseHead]):
    """Parsed heads by their bytes: a server repeats a head until its `Date` changes.

    A hit is one dictionary lookup and no Python frame. Bounded in number and in size, so that heads
    that never repeat cost their parsing and at most half a megabyte.
    """

    MOST_HEADS: Final = 256
    LONGEST_HEAD: Final = 2048

    def __missing__(self, raw: bytes) -> ResponseHead:
        """Parse a head that is not known. Raises `MalformedResponse`."""
        if len(raw) > HEAD_LIMIT:
            raise MalformedResponse(f"the response's head is longer than {HEAD_LIMIT} bytes")
        head = ResponseHead(raw)
        if len(raw) <= self.LONGEST_HEAD:
            if len(self) >= self.MOST_HEADS:
                self.clear()
            self[raw] = head
        return head


def has_bare_line_end(received: bytes | bytearray, start: int = 0) -> bool:
    """Whether a line of an unfinished head ends in something other than CRLF.

    A head that only knows LF never ends for a reader of CRLF; to notice it here names the fault, to
    wait would only time out. A CR at the very end may still get its LF.
    """
    found = _BARE.search(received, start)
    return found is not None and found.start() != len(received) - 1


def check_fields(raw: bytes) -> None:
    """Check trailer fields, each with its CRLF. Raises `MalformedResponse`."""
    if not _FIELDS.fullmatch(raw):
        raise MalformedResponse(f"malformed trailer field: {_excerpt(raw)}")


def _asks(status: int, lowered: bytes) -> int:
    asks = 0
    if b"\r\nset-cookie:" in lowered:
        asks |= ASKS_COOKIES
    if status in REDIRECTS and any(_values(lowered, b"\r\nlocation:")):
        asks |= ASKS_REDIRECT
    if status == 401 and b"\r\nwww-authenticate:" in lowered:
        asks |= ASKS_CREDENTIALS
    if b"\r\ncontent-encoding:" in lowered:
        asks |= ASKS_DECODING
    return asks


def _unfolded(raw: bytes) -> bytes:
    """A head with its folded lines joined, or the reason why it is none."""
    start = _START.match(raw)
    if start is None:
        raise MalformedResponse(f"not an HTTP/1.x status line: {_excerpt(raw)}")
    fields = raw[start.end() :]
    if fields[:1] in {b" ", b"\t"}:
        raise MalformedResponse("the status line is followed by a folded line")
    unfolded = _OBS_FOLD.sub(b" ", fields)
    valid = _FIELDS.match(unfolded)
    end = valid.end() if valid else 0
    if end != len(unfolded):
        raise MalformedResponse(f"malformed header field: {_excerpt(unfolded[end:])}")
    return start.group() + unfolded


def _excerpt(raw: bytes) -> str:
    line = raw.split(b"\r\n", 1)[0][:80]
    return repr(line.decode("latin-1"))


def _values(lowered: bytes, needle: bytes) -> list[bytes]:
    """The values of all fields of a name; `needle` is CRLF, the name in lower case, a colon."""
    values = []
    at = lowered.find(needle)
    while at >= 0:
        at += len(needle)
        end = lowered.index(b"\r", at)
        values.append(lowered[at:end].strip(b" \t"))
        at = lowered.find(needle, end)
    return values


def _is_chunked(values: list[bytes]) -> bool:
    if not values:
        return False
    if values != [b"chunked"]:
        codings = b", ".join(values).decode("latin-1")
        raise MalformedResponse(f"transfer coding that was not asked for: {codings!r}")
    return True


def _length(values: list[bytes]) -> int:
    """The one length that all Content-Length values agree on (section 6.3, item 5)."""
    distinct = {part.strip(b" \t") for value in values for part in value.split(b",")}
    text = distinct.pop()
    if distinct or not _LENGTH.fullmatch(text):
        shown = b", ".join(values).decode("latin-1")
        raise MalformedResponse(f"invalid Content-Length: {shown[:80]!r}")
    return int(text)
