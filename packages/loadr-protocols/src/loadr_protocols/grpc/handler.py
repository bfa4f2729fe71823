"""The entry point of gRPC: it finds methods, writes messages and compiles calls."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from loadr_config.extras import install_line
from loadr_config.models import GrpcBlock
from loadr_core.spi import (
    CallBlock,
    CompiledRequest,
    CompileError,
    HandlerContext,
    Payload,
    RequestSpec,
    ServiceError,
    Text,
    VuContext,
)
from loadr_core.templating.values import compile_value
from loadr_protocols.grpc.checks import GrpcChecks, messages_of
from loadr_protocols.grpc.compiling import ProtoError, compile_protos
from loadr_protocols.grpc.descriptors import Descriptors, Method, UnknownName, methods_of
from loadr_protocols.grpc.judging import misfits
from loadr_protocols.grpc.messages import body_of
from loadr_protocols.grpc.reflection import ReflectionError, ask
from loadr_protocols.grpc.request import GrpcRequest
from loadr_protocols.grpc.session import GrpcSession
from loadr_protocols.grpc.timeouts import timeout_field
from loadr_protocols.http.carrying import http_text
from loadr_protocols.http.handler import HttpHandler
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.url import UrlError, split_url

if TYPE_CHECKING:
    import grpc

    from loadr_protocols.grpc.scripting import ScriptCompiler

_MISSING: Final = "gRPC is not installed"

_CONTENT_TYPE: Final = "application/grpc+proto"


class GrpcHandler(GrpcChecks, HttpHandler):
    """gRPC, in the clear (HTTP/2 with prior knowledge) or with TLS."""

    name: ClassVar[str] = "grpc"
    session: ClassVar[type[HttpSession]] = GrpcSession

    def __init__(self, context: HandlerContext) -> None:
        defaults = context.defaults.model_copy(
            update={
                "version": "http2-prior-knowledge",
                "cache": False,
                "compression": False,
                "cookies": False,
                "embedded": None,
            }
        )
        super().__init__(replace(context, defaults=defaults))
        self._descriptors: dict[object, Descriptors] = {}
        self._shared: HttpSession | None = None
        self._script_compiler: ScriptCompiler | None = None

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Find the method, write the messages as far as they are known, compile the call."""
        block = spec.block
        if isinstance(block, CallBlock):
            return self._scripts().call(spec, block)
        if not isinstance(block, GrpcBlock):
            raise CompileError("a gRPC request needs a block `grpc`, which names service and method")
        if spec.body is not None or spec.method not in {None, "POST"}:
            raise CompileError(
                "a gRPC request has no method and no body", "put the message into grpc.message"
            )
        method = self._find(block, spec.url)
        values = messages_of(block)
        if len(values) != 1 and not method.client_streams:
            raise CompileError(
                f"{method.path} takes one message", "use grpc.message instead of grpc.messages"
            )
        for place, value in values:
            for misfit in misfits(value, method.request, lambda text: spec.compile_text(text).static):
                where = ".".join(map(str, ("grpc", *place, *misfit.place)))
                raise CompileError(f"{where}: {misfit.message}", misfit.hint)
        fixed, render = body_of(
            [compile_value(value, spec.compile_text) for _, value in values],
            method.request,
            compress=block.compression,
        )
        calling = replace(
            spec,
            method="POST",
            url=http_text(spec.url, method.path),
            headers=(*spec.headers, *self._headers(spec, block)),
            body=Payload(fixed, render, _CONTENT_TYPE),
            keeps_body=True,
            follow_redirects=False,
            credentials=None,
            embedded=None,
            expected_statuses=((200, 200),),
        )
        request = GrpcRequest(
            self.http_request(calling),
            method,
            sends=len(values),
            limit=self.context.defaults.max_response_size,
            shared=self._shared_session() if block.connections == "shared" else None,
        )
        return self.traced(request, calling)

    def compile_opening(self, spec: RequestSpec) -> CompiledRequest:
        """Compile what a script opens: a channel, or a call over one."""
        return self._scripts().opening(spec)

    def _scripts(self) -> "ScriptCompiler":
        if self._script_compiler is None:
            from loadr_protocols.grpc.scripting import ScriptCompiler  # noqa: PLC0415 - plans have no use for it

            self._script_compiler = ScriptCompiler(self.context, self.connector, self._sweeper)
        return self._script_compiler

    @classmethod
    def load_methods(cls, files: Sequence[str], includes: Sequence[str], folder: Path) -> Sequence[Method]:
        """The methods in proto files. See `LoadsMethods`."""
        _require()
        try:
            return methods_of(compile_protos(tuple(files), tuple(includes), folder))
        except ProtoError as error:
            raise ServiceError(str(error)) from error

    @classmethod
    def read_methods(cls, described: bytes) -> Sequence[Method]:
        """The methods in a protoset. See `LoadsMethods`."""
        _require()
        return methods_of(described)

    @classmethod
    def health_method(cls) -> Method:
        """`Check` of the health service. See `LoadsMethods`."""
        _require()
        from loadr_protocols.grpc.known import health_method  # noqa: PLC0415 - without the extra there is none

        return health_method()

    async def close(self) -> None:
        """Close the connections that all VUs share."""
        if self._shared is not None:
            await self._shared.close()
        await super().close()

    def _headers(self, spec: RequestSpec, block: GrpcBlock) -> list[tuple[str, Text]]:
        made = [("TE", "trailers"), ("grpc-timeout", timeout_field(spec.timeout))]
        if block.compression:
            made += [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip, identity")]
        fields = [(name, Text.fixed(value)) for name, value in made]
        return fields + [(name.lower(), spec.compile_text(value)) for name, value in block.metadata.items()]

    def _find(self, block: GrpcBlock, url: Text) -> Method:
        """The method that a block names. Raises `CompileError`."""
        if not _is_installed():
            raise CompileError(_MISSING, install_line("grpc"))
        try:
            return self._services(block, url).method(block.service, block.method)
        except UnknownName as error:
            raise CompileError(f"grpc: {error}", error.hint) from error
        except (ProtoError, ReflectionError) as error:
            raise CompileError(f"grpc: {error}") from error

    def _services(self, block: GrpcBlock, url: Text) -> Descriptors:
        if not block.reflection:
            if not block.proto_files:
                raise CompileError("a gRPC request needs `proto_files`, or `reflection: true`")
            key: object = (block.proto_files, block.proto_includes)
            if key not in self._descriptors:
                made = compile_protos(block.proto_files, block.proto_includes, self.context.folder)
                self._descriptors[key] = Descriptors(made)
            return self._descriptors[key]
        if url.static is None:
            raise CompileError("reflection needs a URL that is known before the run")
        try:
            origin = split_url(http_text(url).static or "").origin
        except UrlError as error:
            raise CompileError(f"url: {error}") from error
        key = (origin, block.service)
        if key not in self._descriptors:
            credentials = _credentials(self.context) if origin.scheme == "https" else None
            made = ask(origin.host_and_port, credentials, block.service)
            self._descriptors[key] = Descriptors(made)
        return self._descriptors[key]

    def _shared_session(self) -> "HttpSession":
        if self._shared is None:
            shared = self.open_session(VuContext(0, ""))
            assert isinstance(shared, HttpSession)
            self._shared = shared
        return self._shared


def _is_installed() -> bool:
    return find_spec("grpc_tools") is not None


def _require() -> None:
    """Raises `ServiceError` where the extra is not installed."""
    if not _is_installed():
        raise ServiceError(f"{_MISSING}: {install_line('grpc')}")


def _credentials(context: HandlerContext) -> "grpc.ChannelCredentials":
    """For reflection over TLS: the plan's authorities and certificate."""
    import grpc  # noqa: PLC0415 - 20 MB that only reflection needs

    settings = context.defaults.tls

    def read(name: str | Path | None) -> bytes | None:
        return None if name is None else (context.folder / name).read_bytes()

    return grpc.ssl_channel_credentials(
        read(settings.ca_file), read(settings.key_file), read(settings.cert_file)
    )
