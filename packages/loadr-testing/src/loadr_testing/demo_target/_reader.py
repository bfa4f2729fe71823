"""Requests out of the bytes of one connection. Sees no socket.

httptools parses; this module collects its callbacks into `Request` values, counts sizes, and turns
every way a client can be wrong into one `Refusal`, after which the connection reads no more.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import httptools

from loadr_testing.demo_target._request import Request

BODY_LIMIT = 10_000_000
"""Largest request body that is read, in bytes."""

HEAD_LIMIT = 65_536
"""Largest request head that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The connection's last event: a request that is not worth reading on.

    Args:
        status: The status to answer with.
        reason: For the person who sent it.
    """

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class AwaitsContinue:
    """The client holds its body back until a 100 (RFC 9110, 10.1.1)."""


ReaderEvent: TypeAlias = Request | AwaitsContinue | Refusal


class _Parser(Protocol):
    def feed_data(self, data: bytes) -> None: ...
    def get_method(self) -> bytes: ...
    def get_http_version(self) -> str: ...
    def should_keep_alive(self) -> bool: ...


class RequestReader:
    """Reads the requests of one connection; any chunking of the bytes gives the same events.

    Args:
        body_limit: Largest body, in bytes.
        head_limit: Largest head, in bytes.
    """

    def __init__(self, *, body_limit: int = BODY_LIMIT, head_limit: int = HEAD_LIMIT) -> None:
        self._body_limit = body_limit
        self._head_limit = head_limit
        self._parser: _Parser = httptools.HttpRequestParser(self)
        self._events: list[ReaderEvent] = []
        self._refused = False
        self._begun = 0
        self._in_message = False
        self._in_head = False
        self._clear()

    def __repr__(self) -> str:
        """Tell where in the stream the reader is."""
        state = "refused" if self._refused else "in a message" if self._in_message else "between messages"
        return f"<RequestReader {state}, {self._begun} requests begun>"

    @property
    def at_boundary(self) -> bool:
        """Whether the bytes so far ended with a whole request."""
        return not (self._in_message or self._refused)

    def feed(self, data: bytes) -> list[ReaderEvent]:
        """Take the next bytes.

        Args:
            data: What the connection read, any length.

        Returns:
            What these bytes completed, in order. Nothing follows a `Refusal`.
        """
        if self._refused:
            return []
        head_before = self._begun if self._in_head else None
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # No protocol is offered to switch to, so the request was an ordinary one and
                # ordinary requests follow it.
                data = data[upgrade.args[0] :]
                self._parser = httptools.HttpRequestParser(self)
            except httptools.HttpParserError as error:
                self._refuse(400, f"not an HTTP/1.1 request: {error}")
                break
            else:
                break
        if self._in_head and self._begun == head_before:
            # Of these bytes everything belonged to one unfinished head. httptools collects a header
            # until it ends, so an endless one is only seen here.
            self._head_bytes += len(data)
            self._check_head()
        events, self._events = self._events, []
        return events

    # ------------------------------------------------------------ called by httptools

    def on_message_begin(self) -> None:
        """A request's first byte."""
        self._clear()
        self._begun += 1
        self._in_message = self._in_head = True

    def on_url(self, url: bytes) -> None:
        """A piece of the request target."""
        self._target += url
        self._callback_bytes += len(url)
        self._check_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One whole header; after a chunked body, a trailer, which is counted and dropped."""
        self._callback_bytes += len(name) + len(value)
        self._check_head()
        if self._in_head and not self._refused:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """The head's end."""
        self._in_head = False
        named = {name.lower(): value for name, value in self._headers}
        length = named.get("content-length", "0")
        if length.isdecimal() and int(length) > self._body_limit:
            self._refuse(413, f"the body may have {self._body_limit} bytes, {length} are announced")
        elif named.get("expect", "").lower() == "100-continue":
            self._emit(AwaitsContinue())

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._refused:
            return
        self._body_bytes += len(data)
        if self._body_bytes > self._body_limit:
            self._refuse(413, f"the body may have {self._body_limit} bytes")
        else:
            self._body.append(data)

    def on_message_complete(self) -> None:
        """The request's last byte."""
        self._in_message = False
        self._emit(
            Request(
                method=self._parser.get_method().decode("ascii"),
                target=self._target.decode("latin-1"),
                version=self._parser.get_http_version(),
                headers=tuple(self._headers),
                body=b"".join(self._body),
                keep_alive=self._parser.should_keep_alive(),
            )
        )

    # ------------------------------------------------------------ inside

    def _clear(self) -> None:
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._head_bytes = 0
        self._callback_bytes = 0

    def _check_head(self) -> None:
        if max(self._head_bytes, self._callback_bytes) > self._head_limit:
            self._refuse(431, f"the head may have {self._head_limit} bytes")

    def _emit(self, event: ReaderEvent) -> None:
        if not self._refused:
            self._events.append(event)

    def _refuse(self, status: int, reason: str) -> None:
        self._emit(Refusal(status, reason))
        self._refused = True
        self._headers, self._body = [], []
