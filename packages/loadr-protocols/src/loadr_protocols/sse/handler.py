"""The entry point of server-sent events: HTTP requests whose responses are listened to."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from loadr_config.models import SseBlock
from loadr_core.spi import (
    CompiledRequest,
    CompileError,
    HandlerContext,
    RenderError,
    RequestSpec,
    Scope,
    Text,
    VuContext,
)
from loadr_protocols.http.carrying import http_text
from loadr_protocols.http.handler import HttpHandler
from loadr_protocols.sse.checks import SseChecks
from loadr_protocols.sse.connection import MEDIA_TYPE
from loadr_protocols.sse.request import SseRequest
from loadr_protocols.sse.session import SseSession
from loadr_protocols.sse.stream import StopRule

_FIELDS: Final = {"Accept": MEDIA_TYPE, "Cache-Control": "no-store", "Accept-Encoding": "identity"}
"""What an event source sends (the HTML standard, section 9.2.2); a compressed stream would be held up."""


class SseHandler(SseChecks, HttpHandler):
    """Server-sent events over HTTP/1.1, in the clear or with TLS."""

    name: ClassVar[str] = "sse"

    def __init__(self, context: HandlerContext) -> None:
        defaults = context.defaults.model_copy(
            update={"version": "http1", "cache": False, "compression": False, "embedded": None}
        )
        super().__init__(replace(context, defaults=defaults))

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Compile the request that opens the stream, and the rule that ends it."""
        block = spec.block or SseBlock()
        if not isinstance(block, SseBlock):
            raise CompileError("a request of protocol sse has the block `sse` and no other")
        if block.duration is not None and block.duration >= spec.timeout:
            raise CompileError(
                f"sse.duration, {block.duration:g} s, is not shorter than the request's timeout, {spec.timeout:g} s",
                "set timeout to more",
            )
        opening = replace(
            spec,
            url=http_text(spec.url),
            keeps_body=True,
            embedded=None,
        )
        request = SseRequest(
            self.visiting_request(opening, _FIELDS),
            _rule_of(block, spec.compile_text),
            self.context.clock,
            reconnects=block.reconnect,
            limit=self.context.defaults.max_response_size,
        )
        return self.traced(request, opening)

    def open_session(self, vu: VuContext) -> SseSession:  # noqa: ARG002 - all VUs are alike
        """Make a session that holds nothing."""
        return SseSession(self.connector, self.context.tap)


def _rule_of(block: SseBlock, compile_text: Callable[[str], Text]) -> Callable[[Scope], StopRule]:
    if block.until is None:
        fixed = StopRule(block.events, None, block.duration)
        return lambda _scope: fixed
    until = compile_text(block.until)

    def rule(scope: Scope) -> StopRule:
        text = until.render(scope)
        if not text:
            raise RenderError("sse.until is empty: every event would be the last")
        return StopRule(block.events, text, block.duration)

    return rule
