"""Exchanges shown to somebody who looks for a mistake; see `loadr_core.spi.WireTap`."""

from typing import Final

from loadr_core.spi import WireExchange
from loadr_protocols.http.codings import decoded
from loadr_protocols.http.errors import UndecodableBody
from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.response import FailedHttpResponse, HttpResponse

_MOST_DECODED: Final = 10_000_000
_END: Final = b"\r\n\r\n"


def exchange_of(request: Outgoing, wire: bytes, outcome: HttpResponse | FailedHttpResponse) -> WireExchange:
    """An exchange as it went.

    Args:
        request: the request.
        wire: its bytes, with cookies and credentials.
        outcome: what became of it.
    """
    head, _, body = wire.partition(_END)
    return WireExchange(
        url=request.url,
        request_head=_text(head).replace("\r\n", "\n"),
        request_body=body,
        response_head=_head_of(outcome),
        response_body=_body_of(outcome),
        seconds=outcome.duration,
        error=None if outcome.error_kind is None else f"{outcome.error_kind}: {outcome.error}",
    )


def _head_of(outcome: HttpResponse | FailedHttpResponse) -> str:
    head = outcome.head
    if head is None:
        return ""
    status = f"{head.version} {head.status} {head.reason}".rstrip()
    lines = "\n".join([status, *(f"{name}: {value}" for name, value in head.fields)])
    return _text(lines.encode("latin-1"))


def _text(head: bytes) -> str:
    """A head as it was meant: fields of plans are UTF-8, and so mostly are those of servers."""
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _body_of(outcome: HttpResponse | FailedHttpResponse) -> bytes:
    """The content without content codings; as it came where they cannot be taken off."""
    if outcome.head is None:
        return b""
    try:
        return decoded(outcome.body, outcome.head.values("content-encoding"), _MOST_DECODED)
    except UndecodableBody:
        return outcome.body
