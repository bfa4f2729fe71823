"""Which requests of scripts can share a compiled one, and how it gets what differs."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from loadr_core.spi.script import ScriptRequest
from loadr_core.spi.text import Payload, Text

SENT: Final[ContextVar[ScriptRequest]] = ContextVar("SENT")
"""The request that the running task sends: what a shared one is rendered from.

A context variable, as a VU may send several at once, each in a task of its own.
"""

_MANY: Final = "a script's"


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a request may change, as texts that are fixed or rendered.

    Attributes:
        request: everything else.
        url: its URL.
        headers: its own.
        body: its body, or `None`.
    """

    request: ScriptRequest
    url: Text
    headers: tuple[tuple[str, Text], ...]
    body: Payload | None


def fixed(request: ScriptRequest) -> Parts:
    """A request as it is."""
    return Parts(
        request,
        Text.fixed(request.url),
        tuple((name, Text.fixed(value)) for name, value in request.headers),
        None if request.body is None else Payload.fixed(request.body, request.content_type),
    )


def rendered(request: ScriptRequest) -> Parts:
    """Any request of the same shape: that of `SENT` when it is sent."""
    body = None
    if request.body is not None:
        body = Payload(None, lambda _scope: SENT.get().body or b"", request.content_type)
    return Parts(
        request,
        Text(_MANY, None, lambda _scope: SENT.get().url),
        tuple((name, _header(index)) for index, (name, _) in enumerate(request.headers)),
        body,
    )


def shape_of(request: ScriptRequest) -> tuple[object, ...]:
    """All of a request but its name and what `rendered` renders; equal for those that can share a compiled one."""
    scheme, separator, _ = request.url.partition("://")  # it decides on the protocol
    return (
        scheme if separator else "",
        request.method,
        tuple([name for name, _ in request.headers]),
        request.body is None,
        request.content_type,
        request.tags,
        request.timeout,
        request.expected_statuses,
        request.follow_redirects,
        request.max_redirects,
        request.stops_at_limit,
        request.credentials,
        request.protocol,
        request.keeps_body,
        request.is_judged,
        request.block,
        request.counts_for_all,
    )


def _header(index: int) -> Text:
    return Text(_MANY, None, lambda _scope: SENT.get().headers[index][1])
