"""GraphQL over HTTP: the same requests, with a second look at the response.

    response                          outcome
    `data` and no `errors`            success
    `data` and `errors` (partial)     success; a condition on the body may say otherwise
    `errors`, `data` null or missing  failure, `error_kind` protocol, the first error's message
    neither, or no JSON object        failure, `error_kind` protocol; where the status is a failure, that alone

Formats: the GraphQL specification, section 7; "GraphQL over HTTP" for media types. Only POST is sent.
"""

import json
from dataclasses import replace
from typing import Final

from loadr_core.spi import (
    CounterColumn,
    Response,
    RowLayout,
    Scope,
    TrendColumn,
    WrappingRequest,
)
from loadr_protocols.http.errors import ErrorKind
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_protocols.http.session import HttpSession

ACCEPT: Final = "application/graphql-response+json, application/json;q=0.9"
"""What a request accepts unless the plan says otherwise."""

GRAPHQL_LAYOUT: Final = replace(
    HTTP_LAYOUT,
    name="graphql",
    trends=(*HTTP_LAYOUT.trends, TrendColumn("graphql_req_duration", "end", "start")),
    counters=(*HTTP_LAYOUT.counters, CounterColumn("graphql_reqs")),
    failures=(*HTTP_LAYOUT.failures, "graphql_req_failed"),
)
"""The rows of HTTP; they feed both families of metrics."""

_LONGEST_MESSAGE: Final = 200
_NO_RESPONSE: Final = "this is no GraphQL response"


class GraphqlRequest(WrappingRequest):
    """An operation of a plan around the HTTP request that carries it, which must keep the response's body."""

    __slots__ = ()

    @property
    def layout(self) -> RowLayout:
        """The layout of all GraphQL requests."""
        return GRAPHQL_LAYOUT

    async def send(self, session: HttpSession, scope: Scope) -> Response:
        """Send, and judge what came. See `CompiledRequest.send`."""
        response = await self._request.send(session, scope)
        if response.error_kind is None:
            complaint = judge(response.body)
            if complaint is not None and (complaint != _NO_RESPONSE or self.expects(response.status)):
                response.error_kind = ErrorKind.PROTOCOL.value
                response.error = f"GraphQL: {complaint}"
        return response


def judge(body: bytes) -> str | None:
    """Why a response's body is a failure; `None` where it is a success, whole or in part."""
    if body.startswith(b'{"data":{') and b'"errors"' not in body:
        return None  # as most are: not worth parsing
    try:
        document = json.loads(body)
    except ValueError:
        return _NO_RESPONSE
    if not isinstance(document, dict):
        return _NO_RESPONSE
    if document.get("data") is not None:
        return None
    errors = document.get("errors")
    if not errors:
        # `data` may be null without an error only where nothing was asked for; that is an answer.
        return None if "data" in document else _NO_RESPONSE
    first = errors[0] if isinstance(errors, list) else errors
    message = first.get("message") if isinstance(first, dict) else first
    return str(message)[:_LONGEST_MESSAGE]
