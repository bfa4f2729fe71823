"""A reply's bytes: framing, connection persistence and what HEAD and HTTP/1.0 change. Pure.

Source: RFC 9112, 6 (body length) and 9.3 (persistence); RFC 9110, 8.6 (Content-Length) and 15 (statuses).
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from loadr_testing.demo_target._replies import Ending, Headers, Raw, Reply, Response, Stream
from loadr_testing.demo_target._request import Request

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_EMPTY = frozenset({204, 205, 304})
_LENGTHLESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a connection does to answer one request.

    Args:
        pieces: The bytes to write, drawn lazily, never empty pieces.
        ending: What happens to the connection after them.
        delay: Seconds before the first piece.
        interval: Seconds between two pieces.
    """

    pieces: Iterator[bytes]
    ending: Ending
    delay: float = 0.0
    interval: float = 0.0


def deliver(reply: Reply, request: Request) -> Delivery:
    """Turn a decision into bytes.

    Args:
        reply: What the endpoint decided.
        request: What it answers; its method, version and persistence shape the bytes.
    """
    if isinstance(reply, Response):
        ending = Ending.KEEP if request.keep_alive else Ending.CLOSE
        return Delivery(iter((render(reply, request),)), ending, delay=reply.delay)
    if isinstance(reply, Stream):
        return _deliver_stream(reply, request)
    return _deliver_raw(reply)


def render(response: Response, request: Request) -> bytes:
    """Write an ordinary answer as one block of bytes."""
    body = b"" if response.status in _EMPTY else response.body
    headers: list[tuple[str, str]] = []
    if body and response.content_type:
        headers.append(("Content-Type", response.content_type))
    headers.extend(response.headers)
    if response.status not in _LENGTHLESS:
        headers.append(("Content-Length", str(len(body))))
    head = _head(response.status, (*headers, *_persistence(request, keep=request.keep_alive)))
    return head if request.method == "HEAD" else head + body


def _deliver_stream(stream: Stream, request: Request) -> Delivery:
    chunked = stream.length is None and request.version != "1.0"
    until_close = stream.length is None and not chunked
    keep = request.keep_alive and not until_close
    framing: Headers = ()
    if chunked:
        framing = (("Transfer-Encoding", "chunked"),)
    elif stream.length is not None:
        framing = (("Content-Length", str(stream.length)),)
    head = _head(200, (("Content-Type", stream.content_type), *framing, *_persistence(request, keep=keep)))
    body = filter(None, _chunks(stream.pieces) if chunked else stream.pieces)
    return Delivery(
        iter((head,)) if request.method == "HEAD" else itertools.chain((head,), body),
        Ending.KEEP if keep else Ending.CLOSE,
        interval=stream.interval,
    )


def _deliver_raw(raw: Raw) -> Delivery:
    return Delivery(iter(raw.pieces), raw.ending, interval=raw.interval)


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # The end goes out together with the last chunk, so that a slow stream ends with its last piece.
    waiting = b""
    for piece in filter(None, pieces):
        if waiting:
            yield waiting
        waiting = b"%x\r\n%b\r\n" % (len(piece), piece)
    yield waiting + b"0\r\n\r\n"


def _persistence(request: Request, *, keep: bool) -> Headers:
    if not keep:
        return (("Connection", "close"),)
    return (("Connection", "keep-alive"),) if request.version == "1.0" else ()


def _head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unknown')}"]
    lines.extend(f"{name}: {value}" for name, value in headers)
    return "\r\n".join((*lines, "", "")).encode("latin-1")
