"""Requests whose failures count for their own protocol only, as k6 has it for all but HTTP."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from loadr_core.metrics.durations import ALL_REQUESTS
from loadr_core.spi.protocol import CompiledRequest, Response
from loadr_core.spi.rows import RowLayout
from loadr_core.spi.scope import Scope
from loadr_core.spi.wrapping import WrappingRequest


class CountedApart(WrappingRequest):
    """A request that does not count in `http_req_failed`.

    Args:
        request: the request; a layout of its responses' own stays as it is.
    """

    __slots__ = ("_layout",)

    def __init__(self, request: CompiledRequest) -> None:
        super().__init__(request)
        layout = request.layout
        self._layout = replace(
            layout,
            name=f"{layout.name} apart",
            failures=tuple(metric for metric in layout.failures if metric != ALL_REQUESTS),
        )

    @property
    def layout(self) -> RowLayout:
        """The request's without the rate of all protocols."""
        return self._layout

    def send(self, session: Any, scope: Scope) -> Coroutine[Any, Any, Response]:
        """Send it."""
        return self._request.send(session, scope)
