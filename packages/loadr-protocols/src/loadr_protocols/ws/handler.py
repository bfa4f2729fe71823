"""The entry point of WebSocket: it compiles handshakes and what is said after them."""

from dataclasses import replace
from typing import ClassVar

from loadr_config.models import WsBlock
from loadr_core.randomness import draw_seed, generator
from loadr_core.spi import CompiledRequest, CompileError, HandlerContext, RequestSpec, Text, VuContext
from loadr_protocols.http.carrying import http_text
from loadr_protocols.http.handler import HttpHandler
from loadr_protocols.ws.checks import WsChecks
from loadr_protocols.ws.handshake import fields
from loadr_protocols.ws.opening import Opener
from loadr_protocols.ws.request import WsRequest
from loadr_protocols.ws.script import compile_script
from loadr_protocols.ws.session import WsSession


class WsHandler(WsChecks, HttpHandler):
    """WebSocket, in the clear or with TLS."""

    name: ClassVar[str] = "ws"
    # RFC 6455, section 4.1: a client asks its proxy to open a TCP connection, in the clear too.
    tunnels: ClassVar[bool] = True

    def __init__(self, context: HandlerContext) -> None:
        defaults = context.defaults.model_copy(
            update={"version": "http1", "cache": False, "compression": False, "embedded": None}
        )
        super().__init__(replace(context, defaults=defaults))
        self._random = generator(draw_seed(), "ws")

    def compile(self, spec: RequestSpec) -> WsRequest:
        """Compile the handshake and the messages."""
        block = spec.block
        if not isinstance(block, WsBlock):
            raise CompileError("a WebSocket request needs a block `ws`, which says what is sent and awaited")
        if spec.body is not None or spec.method not in {None, "GET"}:
            raise CompileError("a WebSocket request has no method and no body", "put messages into ws.send")
        return WsRequest(
            self._opener(spec, block),
            compile_script(block, spec.compile_text),
            self.context.clock,
            name=block.session,
            closes=block.close,
            close_code=block.close_code,
        )

    def compile_opening(self, spec: RequestSpec) -> CompiledRequest:
        """Compile the handshake of a session that a script talks over."""
        from loadr_protocols.ws.conversation import WsOpening  # noqa: PLC0415 - plans have no use for it

        block = spec.block if isinstance(spec.block, WsBlock) else WsBlock.model_construct()
        return WsOpening(self._opener(spec, block, tells_pings=True), self.context.clock)

    def _opener(self, spec: RequestSpec, block: WsBlock, *, tells_pings: bool = False) -> Opener:
        made = fields(block.subprotocols, compression=block.compression)
        opening = replace(
            spec,
            url=http_text(spec.url),
            headers=(*spec.headers, *((name, Text.fixed(value)) for name, value in made.items())),
            keeps_body=True,
            embedded=None,
        )
        return Opener(
            self.visiting_request(opening),
            self.connector,
            self._random,
            block.subprotocols,
            compression=block.compression,
            traces=self.traces(opening),
            tap=self.context.tap,
            tells_pings=tells_pings,
        )

    def open_session(self, vu: VuContext) -> WsSession:  # noqa: ARG002 - all VUs are alike
        """Make a session that holds nothing."""
        return WsSession(self.context.clock)
