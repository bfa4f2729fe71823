"""A compiled stream: opens it, listens, and opens it again where the plan asks for that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from loadr_core.spi import Clock, CompiledRequest, Response, RowLayout, Sample, Scope
from loadr_protocols.http.errors import ErrorKind
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_protocols.http.request import VisitingRequest
from loadr_protocols.http.visit import Visit
from loadr_protocols.sse.connection import MEDIA_TYPE, is_event_stream
from loadr_protocols.sse.layout import FIRST_EVENT_LAYOUT, GAP_LAYOUT, RATE_LAYOUT, SSE_LAYOUT
from loadr_protocols.sse.response import SseResponse
from loadr_protocols.sse.session import SseSession
from loadr_protocols.sse.stream import EventStream, StopRule

RECONNECTION_TIME: Final = 1.0
"""Seconds before a stream is opened again, unless it has said `retry`."""

_START: Final = HTTP_LAYOUT.index("start")
_END: Final = HTTP_LAYOUT.index("end")
_SENT: Final = HTTP_LAYOUT.index("bytes_sent")
_RECEIVED: Final = HTTP_LAYOUT.index("bytes_received")

# Of a failure after which a stream may be opened again: it was cut off.
_CUT_OFF: Final = frozenset({ErrorKind.CONNECTION.value, ErrorKind.CONNECTION_RESET.value})


class SseRequest(CompiledRequest):
    """A stream of a plan, shared by all VUs."""

    __slots__ = ("_clock", "_limit", "_reconnects", "_request", "_rule")

    def __init__(
        self,
        request: VisitingRequest,
        rule: Callable[[Scope], StopRule],
        clock: Clock,
        *,
        reconnects: int,
        limit: int,
    ) -> None:
        """Join what the handler has compiled.

        Args:
            request: opens the stream.
            rule: when it is over, for one use.
            clock: for stamps and for the wait before a reconnection.
            reconnects: how often it may be opened again.
            limit: the most bytes of one event.
        """
        self._request = request
        self._rule = rule
        self._clock = clock
        self._reconnects = reconnects
        self._limit = limit

    @property
    def method(self) -> str:
        """The method on the wire."""
        return self._request.method

    @property
    def layout(self) -> RowLayout:
        """The layout of all streams."""
        return SSE_LAYOUT

    def expects(self, status: int) -> bool:
        """Whether a status is in one of the expected ranges."""
        return self._request.expects(status)

    async def send(self, session: SseSession, scope: Scope) -> SseResponse:
        """Open the stream and listen until it is over. See `CompiledRequest.send`."""
        now = self._clock.now
        stream = EventStream(self._rule(scope), self._limit, now)
        request = self._request.outgoing(scope)
        deadline = now() + self._request.timeout
        connections = session.connections(stream)
        attempts: list[Response] = []
        left = self._reconnects
        while True:
            visit = Visit(self._request.manner, connections, scope, deadline)
            try:
                attempts.append(await visit.begin(request))
            finally:
                await connections.close()
            if stream.is_satisfied or not left or not _was_cut_off(attempts[-1]):
                break
            pause = RECONNECTION_TIME if stream.parser.retry is None else stream.parser.retry
            if now() + pause >= deadline:
                break
            left -= 1
            await self._clock.sleep(pause)
            if stream.parser.last_id:
                request = request.with_field(b"Last-Event-ID: " + stream.parser.last_id.encode())
        return _outcome(stream, attempts)

    def __repr__(self) -> str:
        return f"<SseRequest {self._request!r}>"


def _was_cut_off(response: Response) -> bool:
    """Whether a stream has ended that could go on over another connection."""
    return response.error_kind in _CUT_OFF or (response.error_kind is None and _is_stream(response))


def _is_stream(response: Response) -> bool:
    return response.status == 200 and is_event_stream(response.headers)


def _outcome(stream: EventStream, attempts: Sequence[Response]) -> SseResponse:
    """What all attempts come to."""
    last = attempts[-1]
    body = last.body if stream.last is None else stream.last.data.encode()
    further = [
        replace(sample, layout=HTTP_LAYOUT) if sample.layout is None else sample
        for attempt in attempts
        for sample in attempt.further
    ]
    first_row = attempts[0].row
    row = list(first_row)
    row[_END] = last.row[_END]
    row[_SENT] = sum(attempt.row[_SENT] for attempt in attempts)
    row[_RECEIVED] = sum(attempt.row[_RECEIVED] for attempt in attempts)
    response = SseResponse(
        (*row, len(stream.stamps)),
        status=last.status,
        proto=last.proto,
        headers=last.headers,
        body=body,
        further=further,
    )
    further.extend(_times(stream, first_row[_START], response, last.method or ""))
    _judge(stream, last, response)
    return response


def _judge(stream: EventStream, last: Response, response: SseResponse) -> None:
    """Say why a stream is a failure, if it is one."""
    came = f"{len(stream.stamps)} events had come"
    if last.error_kind is not None:
        message = last.error or last.error_kind
        if stream.opened and stream.rule.is_given:
            message = f"{message} ({came}, the plan waits for {stream.rule})"
        response.fail(last.error_kind, message)
    elif stream.is_satisfied or not 200 <= last.status < 300:
        return
    elif last.status == 200 and not is_event_stream(last.headers):
        response.fail(ErrorKind.PROTOCOL.value, f"the response is no event stream: {_kind_of(last)}")
    elif stream.rule.is_given:
        response.fail(ErrorKind.CONNECTION.value, f"the stream ended when {came}, before {stream.rule}")


def _kind_of(response: Response) -> str:
    coding = response.headers.get("content-encoding")
    media_type = response.headers.get("content-type", "no content type")
    return f"{media_type}, compressed with {coding}" if media_type.startswith(MEDIA_TYPE) else media_type


def _times(stream: EventStream, start: float, response: SseResponse, method: str) -> Iterator[Sample]:
    """The samples of a stream's events."""

    def sample(row: tuple[float, ...], layout: RowLayout) -> Sample:
        return Sample(row, response.status, response.proto, method, expected=True, layout=layout)

    stamps = stream.stamps
    if stamps:
        yield sample((start, stamps[0]), FIRST_EVENT_LAYOUT)
    for pair in pairwise(stamps):
        yield sample(pair, GAP_LAYOUT)
    if len(stamps) > 1 and stamps[-1] > stamps[0]:
        yield sample(((len(stamps) - 1) / (stamps[-1] - stamps[0]), stamps[-1]), RATE_LAYOUT)
