"""What of a plan only gRPC can judge: proto files, services, methods, and what HTTP says of the address."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from loadr_config.diagnostics import Severity
from loadr_config.extras import install_line
from loadr_config.models import GrpcBlock, Request
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.carrying import as_http
from loadr_protocols.http.checks import check_http


class GrpcChecks:
    """The ability `Checks` by itself, for who needs no client."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Judge the plan's requests before the run."""
        yield from check_http(as_http(parts, "grpc"), context)
        for part in parts:
            if isinstance(part.value, Request):
                yield from _call(part, part.value, context)


def _call(part: PlanPart, request: Request, context: PlanContext) -> Iterator[Finding]:
    if request.method not in {None, "POST"}:
        yield part.finding("a gRPC request is sent with POST", below=("method",))
    if request.body is not None:
        hint = 'put the message into "grpc.message"'
        yield part.finding("a gRPC request has no body", below=("body",), on_key=True, suggestion=hint)
    block = request.grpc
    if block is None:
        hint = "name there service and method"
        yield part.finding('a gRPC request needs a block "grpc"', below=("url",), suggestion=hint)
    elif find_spec("grpc_tools") is None:
        words = "gRPC is not installed"
        yield part.finding(
            words, below=("grpc",), on_key=True, suggestion=install_line("grpc"), severity=Severity.WARNING
        )
    elif block.reflection:
        return
    elif not block.proto_files:
        hint = 'name the files under "proto_files", or set "reflection: true"'
        yield part.finding("nothing defines the service", below=("grpc",), on_key=True, suggestion=hint)
    elif context.check_files:
        yield from _protos(part, block, context)


def messages_of(block: GrpcBlock) -> list[tuple[tuple[str | int, ...], object]]:
    """The messages of a call, each with its place in the block."""
    if block.messages is None:
        return [(("message",), block.message)]
    return [(("messages", number), value) for number, value in enumerate(block.messages)]


def _protos(part: PlanPart, block: GrpcBlock, context: PlanContext) -> Iterator[Finding]:
    if not block.proto_includes and not all((context.folder / name).is_file() for name in block.proto_files):
        return  # told by the plan language, each file at its place
    # protobuf takes 8 MB and 100 ms: only where a plan calls.
    from loadr_protocols.grpc.compiling import ProtoError, compile_protos  # noqa: PLC0415
    from loadr_protocols.grpc.descriptors import Descriptors, UnknownName  # noqa: PLC0415
    from loadr_protocols.grpc.judging import misfits  # noqa: PLC0415

    try:
        made = compile_protos(block.proto_files, block.proto_includes, context.folder)
    except ProtoError as error:
        yield part.finding(str(error), below=("grpc", "proto_files"))
        return
    try:
        method = Descriptors(made).method(block.service, block.method)
    except UnknownName as error:
        key = "service" if "no service" in str(error) else "method"
        yield part.finding(str(error), below=("grpc", key), suggestion=error.hint)
        return
    if len(messages_of(block)) != 1 and not method.client_streams:
        message, hint = f"{method.path} takes one message", 'write it under "message"'
        yield part.finding(message, below=("grpc", "messages"), on_key=True, suggestion=hint)
    for place, value in messages_of(block):
        for misfit in misfits(value, method.request, context.known):
            yield part.finding(
                misfit.message,
                below=("grpc", *place, *misfit.place),
                on_key=misfit.on_key,
                suggestion=misfit.hint or None,
            )
