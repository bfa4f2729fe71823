"""Compiling what scripts ask for: where their channels lead, and how their TLS is."""

from collections.abc import Callable
from dataclasses import replace

from loadr_config.models import ClientCertificate
from loadr_config.version import VERSION
from loadr_core.spi import (
    CallBlock,
    ChannelBlock,
    ChannelTls,
    CompiledRequest,
    CompileError,
    HandlerContext,
    RequestSpec,
    Scope,
    Text,
)
from loadr_protocols.grpc.channel import Channel, ChannelConnector
from loadr_protocols.grpc.descriptors import Method
from loadr_protocols.grpc.scripted import ChannelOpening, ScriptCall, StreamOpening
from loadr_protocols.http.carrying import http_text
from loadr_protocols.http.connect import Connector, TlsManner
from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.tls_contexts import TlsContexts
from loadr_protocols.http.url import Origin, UrlError, split_url
from loadr_protocols.http.versions import H2


class ScriptCompiler:
    """Makes scripts' requests ready, for a worker.

    Args:
        context: with the plan's defaults.
        connector: opens connections as the plan says.
        sweeper: for all deadlines.
    """

    def __init__(self, context: HandlerContext, connector: Connector, sweeper: DeadlineSweeper) -> None:
        self._context = context
        self._connector = connector
        self._sweeper = sweeper
        self._contexts: dict[ChannelTls | None, TlsContexts] = {}
        connector.prepare("http")
        named = {name.lower(): value for name, value in context.defaults.headers.items()}
        self._agent = named.get("user-agent", f"loadr/{VERSION}")

    def call(self, spec: RequestSpec, block: CallBlock) -> CompiledRequest:
        """A call of one message for one answer."""
        return ScriptCall(block, self._method(block), _metadata(spec), spec.body)

    def opening(self, spec: RequestSpec) -> CompiledRequest:
        """A channel, or a call whose messages come one by one. Raises `CompileError`."""
        block = spec.block
        if isinstance(block, CallBlock):
            return StreamOpening(block, self._method(block), _metadata(spec), None)
        if not isinstance(block, ChannelBlock):
            raise CompileError("a script opens a channel, or a call over one")
        self._sweeper.admit(spec.timeout)
        return ChannelOpening(
            self._maker(spec.url, block),
            block.number,
            asks=block.asks_methods,
            metadata=_metadata(spec),
            timeout=spec.timeout,
        )

    def _method(self, block: CallBlock) -> Method:
        if block.timeout is not None:
            self._sweeper.admit(block.timeout)
        method = block.method
        assert isinstance(method, Method), "methods are this protocol's own"
        return method

    def _maker(self, url: Text, block: ChannelBlock) -> Callable[[Scope], Channel]:
        """What makes the channels of an opening. Raises `CompileError`."""
        wired = http_text(url)
        connector = ChannelConnector(self._connector, self._manner(block))

        def make(scope: Scope) -> Channel:
            return Channel(connector, _origin(wired.render(scope)), block, self._context.clock, self._agent)

        if wired.static is not None:
            _origin(wired.static)  # told at once where it is none
        return make

    def _manner(self, block: ChannelBlock) -> TlsManner | None:
        """How TLS connections are made, where it is not as the plan says. Raises `CompileError`."""
        if block.tls is None and not block.authority:
            return None
        contexts = self._contexts.get(block.tls)
        if contexts is None:
            contexts = _contexts(self._context, block.tls)
            contexts.of("")  # what cannot be read is told before anything is connected
            self._contexts[block.tls] = contexts
        settings = self._context.defaults.tls
        name = settings.server_name
        if block.authority:
            try:
                name = split_url(f"https://{block.authority}").origin.host
            except UrlError as error:
                raise CompileError(f"authority: {error}") from error
        return TlsManner(contexts.of, name, settings.resume_sessions)


def _contexts(context: HandlerContext, tls: ChannelTls | None) -> TlsContexts:
    if tls is None:
        return TlsContexts(context, (H2,))
    shown: tuple[ClientCertificate, ...] = ()
    if tls.certificate and tls.key:
        shown = (
            ClientCertificate.model_construct(
                hosts=(),
                cert_file=None,
                key_file=None,
                cert=tls.certificate,
                key=tls.key,
                password=tls.password or None,
            ),
        )
    update = {"client_certificates": shown, "ca_file": None, "cert_file": None, "key_file": None}
    settings = context.defaults.tls.model_copy(update=update)
    defaults = context.defaults.model_copy(update={"tls": settings})
    return TlsContexts(replace(context, defaults=defaults), (H2,), "\n".join(tls.authorities))


def _metadata(spec: RequestSpec) -> list[tuple[str, Text]]:
    return [(name.lower(), text) for name, text in spec.headers]


def _origin(url: str) -> Origin:
    try:
        return split_url(url).origin
    except UrlError as error:
        raise CompileError(f"the address of a gRPC server is host:port: {error}") from error
