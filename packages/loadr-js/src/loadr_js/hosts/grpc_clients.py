"""The gRPC clients of a script: what they have loaded, and where they are connected."""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from loadr_core.errors import ExtensionError, PlanRefusedError
from loadr_core.plugins import ProtocolRegistry
from loadr_core.spi import (
    CallResponse,
    ChannelBlock,
    ChannelTls,
    CompileError,
    Connection,
    LoadsMethods,
    Response,
    ScriptHost,
    ScriptRequest,
    ServiceError,
    ServiceMethod,
)
from loadr_js.hosts.blocked import Blocked
from loadr_js.hosts.flow import FlowHost
from loadr_js.runtime import wait_for
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.runtime.outcomes import HostError

if TYPE_CHECKING:
    from loadr_js.module import JsModule

PROTOCOL: Final = "grpc"
NO_INVOKE: Final = "invoking RPC methods in the init context is not supported"
NO_CONNECT: Final = "connecting to a gRPC server in the init context is not supported"

_MS: Final = 1000.0
_OK: Final = 0
_NOT_CONNECTED: Final = "no gRPC connection, you must call connect first"
_ONLY_INITIAL: Final = "load must be called in the init context"

Params = Mapping[str, Any]
"""As the script's side has made them ready."""


@dataclass(slots=True)
class GrpcClient:
    """What a script knows of a server.

    Attributes:
        methods: by path.
        address: as the script has said it.
        url: the same with its scheme.
        channel: the connection, or `None`.
    """

    methods: dict[str, ServiceMethod] = field(default_factory=dict)
    address: str = ""
    url: str = ""
    channel: Connection | None = None


class GrpcClients:
    """The clients of one VU's script; or of a top level that runs without a VU, and can load alone.

    Args:
        module: the script.
        host: connects; `None` without a VU.
        flow: knows whether the top level has run; likewise.
    """

    def __init__(self, module: "JsModule", host: ScriptHost | None, flow: FlowHost | None) -> None:
        self._module = module
        self._host = host
        self._flow = flow
        settings = module.settings
        self._blocked = Blocked(settings.blocked_hosts, settings.blocked_addresses)
        self._clients: dict[int, GrpcClient] = {}

    # ------------------------------------------------------------ the top level

    def load(self, number: int, includes: list[Any], files: list[Any]) -> list[dict[str, Any]]:
        """`Client.load`."""
        self._only_initial()
        folders = [self._inside(str(include).removeprefix("file://")) for include in includes]
        names = [str(name) for name in files]
        for name in names:
            self._inside(name)
        try:
            found = service_protocol().load_methods(names, folders, self._module.context.folder)
        except ServiceError as error:
            raise HostError(str(error)) from error
        return self._take(number, found)

    def load_protoset(self, number: int, file: str) -> list[dict[str, Any]]:
        """`Client.loadProtoset`."""
        self._only_initial()
        try:
            described = self._module.folder.path_of(file).read_bytes()
        except (ModuleRefused, OSError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise HostError(f"couldn't open protoset: {file}: {words}") from error
        try:
            found = service_protocol().read_methods(described)
        except ServiceError as error:
            raise HostError(f"couldn't unmarshal protoset file {file}: {error}") from error
        return self._take(number, found)

    def _only_initial(self) -> None:
        if self._flow is not None and self._flow.is_loaded:
            raise HostError(_ONLY_INITIAL)

    def _inside(self, name: str) -> str:
        try:
            self._module.folder.path_of(name)
        except ModuleRefused as refusal:
            raise HostError(str(refusal)) from refusal
        return name

    def _take(self, number: int, found: Sequence[ServiceMethod]) -> list[dict[str, Any]]:
        self._client(number).methods.update((method.path, method) for method in found)
        return [
            {
                "package": method.package,
                "service": method.service,
                "full_method": method.path,
                "name": method.name,
                "is_client_stream": method.client_streams,
                "is_server_stream": method.server_streams,
            }
            for method in found
        ]

    def _client(self, number: int) -> GrpcClient:
        return self._clients.setdefault(number, GrpcClient())

    # ------------------------------------------------------------ connecting

    def connect(self, number: int, address: str, params: Params) -> None:
        """`Client.connect`."""
        host = self.running(NO_CONNECT)
        client = self._client(number)
        url = f"{'grpc' if params['plaintext'] else 'grpcs'}://{address}"
        if (reason := self._blocked.reason(url)) is not None:
            raise HostError(reason)
        if not _has_port(address):
            raise HostError(f"connection error: address {address}: missing port in address")
        tls = params.get("tls")
        block = ChannelBlock(
            number,
            asks_methods=params["reflect"],
            authority=params.get("authority", ""),
            longest_received=params.get("longest_received", 0),
            longest_sent=params.get("longest_sent", 0),
            tls=None if tls is None else ChannelTls(**{**tls, "authorities": tuple(tls["authorities"])}),
        )
        request = ScriptRequest(
            url,
            headers=pairs_of(params["metadata"]),
            name=address,
            timeout=params["timeout"] / _MS,
            protocol=PROTOCOL,
            block=block,
            counts_for_all=not self._module.as_script,
        )
        client.channel = None  # whatever becomes of this: an earlier one is closed
        response = called(wait_for(answered(host.open(request))))
        if response.connection is not None:
            client.address, client.url, client.channel = address, url, response.connection
        if response.ended.status != _OK:
            raise HostError(response.ended.reason)
        client.methods.update((method.path, method) for method in response.methods)

    def close(self, number: int) -> None:
        """`Client.close`."""
        client = self._client(number)
        channel, client.channel = client.channel, None
        if channel is not None:
            channel.close()

    def check(self, number: int) -> None:
        """Whether a client is connected. Raises `HostError` where it is not."""
        self.connected(number, NO_CONNECT)

    def find(self, number: int, path: str) -> str:
        """The path of a method that the client knows, and can call."""
        self.connected(number, NO_INVOKE)
        self.method(self._client(number), path)
        return path

    def running(self, otherwise: str) -> ScriptHost:
        """The host of a running VU. Raises `HostError` with these words while the top level runs."""
        if self._host is None or (self._flow is not None and not self._flow.is_loaded):
            raise HostError(otherwise)
        return self._host

    def connected(self, number: int, otherwise: str) -> GrpcClient:
        """A client that is connected. Raises `HostError`."""
        self.running(otherwise)
        client = self._client(number)
        if client.channel is None:
            raise HostError(_NOT_CONNECTED)
        return client

    def method(self, client: GrpcClient, path: str) -> ServiceMethod:
        """A method that a client knows, by its path with or without the first slash. Raises `HostError`."""
        method = client.methods.get(path)
        if method is None:
            method = client.methods.get(f"/{path}")
        if method is None:
            if not path:
                raise HostError("method to invoke cannot be empty")
            shown = path if path.startswith("/") else f"/{path}"
            near = get_close_matches(shown, client.methods, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise HostError(f'method "{shown}" not found in file descriptors{hint}')
        return method


@cache
def service_protocol() -> LoadsMethods:
    """What describes services.

    Raises:
        HostError: it is not installed.
    """
    handler: Any
    try:
        handler = ProtocolRegistry.installed().load(PROTOCOL)
    except PlanRefusedError as error:
        raise HostError(f"k6/net/grpc: {'; '.join(error.problems)}") from error
    except ExtensionError as error:
        raise HostError(f"k6/net/grpc: {error}") from error
    if not isinstance(handler, LoadsMethods):
        raise HostError("k6/net/grpc: the installed protocol grpc has no methods for scripts")
    return handler


async def answered(asked: Coroutine[Any, Any, Response]) -> Response:
    """What came of something. Raises `HostError` where it cannot be done."""
    try:
        return await asked
    except CompileError as error:
        raise HostError(error.message) from error


def called(response: Response) -> CallResponse:
    """A response to a block of ours."""
    assert isinstance(response, CallResponse), "asked with a block of ours"
    return response


def pairs_of(metadata: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Metadata, as a request has it."""
    return tuple((name, value) for name, value in metadata)


def _has_port(address: str) -> bool:
    return address.rpartition(":")[2].isdigit() and ":" in address
