"""Where a response begins and ends in a stream of bytes (RFC 9112, sections 6 and 7); no socket here.

state     on bytes                                              next
HEAD      an empty line ends the head: status 1xx but not 101   HEAD
          no body (HEAD, 1xx, 204, 304, length 0)               complete
          otherwise                                             BODY
BODY      Content-Length bytes / last chunk and trailers        complete
          neither is given: end of stream                       complete
complete  further bytes are `surplus`                           HEAD

chunked-body = *chunk last-chunk trailer-section CRLF
chunk        = 1*16HEXDIG BWS [ ";" extension ] CRLF octets CRLF     ; some servers pad the size
last-chunk   = 1*16"0" BWS [ ";" extension ] CRLF
"""

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from loadr_protocols.http.errors import MalformedResponse, ResponseTooLarge, TruncatedResponse
from loadr_protocols.http.head import (
    HEAD_LIMIT,
    UNKNOWN_LENGTH,
    HeadCache,
    ResponseHead,
    check_fields,
    has_bare_line_end,
)

INTERIM_LIMIT: Final = 32
"""How many 1xx responses may precede a final one."""

CHUNK_LINE_LIMIT: Final = 4096
"""The longest chunk-size line with its extensions, in bytes."""

TRAILER_LIMIT: Final = 64 * 1024
"""The longest trailer section, in bytes."""

# What to do with a body: hold it in memory, expect none (the request was a HEAD), count it.
KEEP: Final = 0
NONE: Final = 1
COUNT: Final = 2

NO_LIMIT: Final = sys.maxsize

# The frame that a server begins with (RFC 9113, section 3.4): its length, SETTINGS, no flag, stream 0.
_SETTINGS_OF_HTTP2: Final = re.compile(rb"\x00[\x00-\x40].\x04\x00\x00\x00\x00\x00", re.DOTALL)
_CHUNK_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n\x00]*)?")


class ResponseReader:
    """Finds one response after the other in a stream.

    Attributes:
        reading: set before each response: `KEEP`, `NONE` or `COUNT`.
        head: of the response that is complete, or whose body is being read.
        body: of the response that is complete.
        surplus: whether bytes followed the complete response.
        started: whether a byte of a response that is not complete has come.
    """

    __slots__ = (
        "_body",
        "_heads",
        "_interims",
        "_known",
        "_limit",
        "_pending",
        "_searched",
        "_whole",
        "body",
        "head",
        "reading",
        "surplus",
    )

    head: ResponseHead
    body: bytes

    def __init__(self, heads: HeadCache, limit: int = NO_LIMIT) -> None:
        """Wait for a response.

        Args:
            heads: known heads.
            limit: the most bytes of a body that is kept.
        """
        self._heads = heads
        self._limit = limit
        self._pending: bytearray | None = None
        self._searched = 0
        self._interims = 0
        self._body: _BodyReader | None = None
        # The last response's head with its empty line, and its length with the body, where all of it came in
        # one read: `UNKNOWN_LENGTH` while a response is there in part.
        self._known = b""
        self._whole = UNKNOWN_LENGTH
        self.reading = KEEP
        self.surplus = False

    @property
    def started(self) -> bool:
        """Whether the head of a final response is in part or in whole there, and its end is not."""
        return self._pending is not None or self._body is not None or self._interims > 0

    def feed(self, received: bytes) -> bool:
        """Take bytes; tell whether they complete the response. To be called until it returns true.

        Raises:
            MalformedResponse: the bytes are no response. The reader must not be used again.
            ResponseTooLarge: the body is longer than the limit; likewise.
        """
        if len(received) == self._whole and self.reading != NONE and received.startswith(self._known):
            # The same head as last time and all of its body, as most small responses come: 0.25 us in all,
            # because nothing is searched, cut out and hashed.
            self.body = received[len(self._known) :] if self.reading == KEEP else b""
            return True
        self._whole = UNKNOWN_LENGTH
        if self._pending is None and self._body is None:
            end = received.find(b"\r\n\r\n")
            if end >= 0:
                head = self._heads[received[: end + 2]]
                if head.whole_length == len(received) - end - 4 and self.reading != NONE:
                    return self._take_whole(head, received, end + 4)
                return self._take_head(head, received[end + 4 :])
            self._pending = bytearray()
        if self._body is not None:
            return self._take_body(self._body, received)
        return self._search_head(received)

    def _take_whole(self, head: ResponseHead, received: bytes, end: int) -> bool:
        """Take head and body that came in one read, and know the head again."""
        self.head = head
        self.body = b""
        if self.reading == KEEP:
            if head.whole_length > self._limit:
                raise too_large(self._limit)
            self.body = received[end:]
        if head.whole_length <= self._limit:
            self._known = head.wire
            self._whole = len(received)
        self._interims = 0
        return True

    def end_of_stream(self) -> bool:
        """Tell whether the end of the stream completes the response.

        Raises:
            TruncatedResponse: the stream ended inside a response.
        """
        body = self._body
        if body is not None and body.ends_with_stream:
            self._complete(body.content(), surplus=False)
            return True
        if body is not None:
            raise TruncatedResponse(f"the connection was closed inside the body, {body.progress()}")
        if self._pending is not None and _SETTINGS_OF_HTTP2.match(self._pending):
            raise TruncatedResponse(
                "the server speaks nothing but HTTP/2 here; version: http2-prior-knowledge does, too"
            )
        if self.started:
            raise TruncatedResponse("the connection was closed inside the response's head")
        return False

    def _search_head(self, received: bytes) -> bool:
        pending = self._pending
        assert pending is not None
        pending += received
        end = pending.find(b"\r\n\r\n", max(self._searched - 3, 0))
        if end < 0:
            # Searched once only: a head that trickles in byte by byte must not cost its square.
            if has_bare_line_end(pending, max(self._searched - 1, 0)):
                raise MalformedResponse("a line of the response's head does not end with CRLF")
            if len(pending) > HEAD_LIMIT + 1:  # then the head is longer, wherever it ends
                raise MalformedResponse(f"the response's head is longer than {HEAD_LIMIT} bytes")
            self._searched = len(pending)
            return False
        self._pending = None
        self._searched = 0
        return self._take_head(self._heads[bytes(pending[: end + 2])], bytes(pending[end + 4 :]))

    def _take_head(self, head: ResponseHead, rest: bytes) -> bool:
        if head.is_interim:
            self._interims += 1
            if self._interims > INTERIM_LIMIT:
                raise MalformedResponse(f"more than {INTERIM_LIMIT} interim responses")
            return self.feed(rest) if rest else False
        self.head = head
        if self.reading == NONE or head.status in {101, 204, 304} or head.whole_length == 0:
            self._complete(b"", surplus=bool(rest))
            return True
        limit = self._limit if self.reading == KEEP else None
        if head.chunked:
            self._body = _ChunkedBody(limit)
        elif head.whole_length == UNKNOWN_LENGTH:
            self._body = _BodyUntilEnd(limit)
        else:
            self._body = _SizedBody(limit, head.whole_length)
        return self._take_body(self._body, rest) if rest else False

    def _take_body(self, body: "_BodyReader", received: bytes) -> bool:
        surplus = body.feed(received)
        if surplus is None:
            return False
        self._complete(body.content(), surplus=surplus > 0)
        return True

    def _complete(self, content: bytes, *, surplus: bool) -> None:
        self.body = content
        self.surplus = surplus
        self._body = None
        self._interims = 0


def too_large(limit: int) -> ResponseTooLarge:
    """What to raise for a body beyond a limit of bytes."""
    return ResponseTooLarge(f"the body is longer than max_response_size, {limit:,} bytes")


class _BodyReader(ABC):
    """Collects a body, or counts it; knows where it ends."""

    ends_with_stream = False

    __slots__ = ("_limit", "_parts", "_sink", "_size")

    def __init__(self, limit: int | None) -> None:
        """Begin.

        Args:
            limit: the most bytes to keep; `None` to keep none and count only.
        """
        self._limit = limit
        self._parts: list[bytes] = []
        self._sink: Callable[[bytes], None] | None = None
        self._size = 0

    def divert(self, sink: Callable[[bytes], None]) -> None:
        """Hand the octets to somebody instead of keeping them."""
        self._sink = sink
        self._limit = None

    @abstractmethod
    def feed(self, received: bytes) -> int | None:
        """Take bytes; the number left over behind the body's end, or `None` before it."""

    def _take(self, octets: bytes) -> None:
        self._size += len(octets)
        if self._limit is not None:
            if self._size > self._limit:
                raise too_large(self._limit)
            self._parts.append(octets)
        elif self._sink is not None:
            self._sink(octets)

    def content(self) -> bytes:
        """The body as far as it has come; nothing where it is only counted."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def progress(self) -> str:
        """How far it has come, for a message."""
        return f"after {self._size} bytes"


class _BodyUntilEnd(_BodyReader):
    """A body that ends with the connection."""

    ends_with_stream = True

    __slots__ = ()

    def feed(self, received: bytes) -> int | None:
        self._take(received)
        return None


class _SizedBody(_BodyReader):
    """A body of a known length."""

    __slots__ = ("_missing",)

    def __init__(self, limit: int | None, length: int) -> None:
        super().__init__(limit)
        if limit is not None and length > limit:
            raise too_large(limit)
        self._missing = length

    def feed(self, received: bytes) -> int | None:
        missing = self._missing - len(received)
        if missing < 0:
            self._take(received[:missing])
            self._missing = 0
            return -missing
        self._take(received)
        self._missing = missing
        return None if missing else 0

    def progress(self) -> str:
        return f"{super().progress()}, {self._missing} missing"


class _ChunkedBody(_BodyReader):
    """A body in chunks. Every octet is copied once; only lines are ever kept to be looked at again."""

    __slots__ = ("_in_trailer", "_line", "_missing", "_trailer_length")

    def __init__(self, limit: int | None) -> None:
        super().__init__(limit)
        self._line = b""  # an unfinished line, or the unfinished CRLF behind a chunk
        self._missing = 0  # octets of the current chunk that are to come, with its CRLF
        self._in_trailer = False
        self._trailer_length = 0

    def feed(self, received: bytes) -> int | None:
        at = 0
        end = len(received)
        while at < end:
            if self._missing > 2:
                piece = received[at : at + self._missing - 2]
                self._take(piece)
                self._missing -= len(piece)
                at += len(piece)
            elif self._missing:
                at = self._take_chunk_end(received, at)
            else:
                line_end = received.find(b"\n", at)
                if line_end < 0:
                    self._keep(received[at:])
                    return None
                line = self._line + received[at : line_end + 1]
                self._line = b""
                at = line_end + 1
                if self._take_line(line):
                    return end - at
        return None

    def _take_chunk_end(self, received: bytes, at: int) -> int:
        ending = b"\r\n"[2 - self._missing :]
        got = received[at : at + len(ending)]
        if not ending.startswith(got):
            raise MalformedResponse("a chunk is longer than its size says")
        self._missing -= len(got)
        return at + len(got)

    def _keep(self, unfinished: bytes) -> None:
        self._line += unfinished
        limit = TRAILER_LIMIT if self._in_trailer else CHUNK_LINE_LIMIT
        if len(self._line) > limit:
            raise MalformedResponse(f"a line between chunks is longer than {limit} bytes")

    def _take_line(self, line: bytes) -> bool:
        """Take a line with its end; tell whether it is the body's last one."""
        if not line.endswith(b"\r\n"):
            raise MalformedResponse("a line between chunks does not end with CRLF")
        if self._in_trailer:
            self._trailer_length += len(line)
            if self._trailer_length > TRAILER_LIMIT:
                raise MalformedResponse(f"the trailer section is longer than {TRAILER_LIMIT} bytes")
            if line == b"\r\n":
                return True
            check_fields(line)
            return False
        size = _CHUNK_LINE.fullmatch(line, 0, len(line) - 2)
        if size is None or len(line) > CHUNK_LINE_LIMIT:
            shown = line[:40].decode("latin-1")
            raise MalformedResponse(f"malformed chunk size: {shown!r}")
        octets = int(size[1], 16)
        if octets:
            self._missing = octets + 2
        else:
            self._in_trailer = True
        return False
