"""`k6/net/grpc`: clients that a script connects itself; calls are requests of their run, streams conversations."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from loadr_core.spi import (
    CallBlock,
    CallEnd,
    CallResponse,
    ScriptHost,
    ScriptRequest,
    ServiceError,
    ServiceMethod,
)
from loadr_js.hosts.flow import FlowHost
from loadr_js.hosts.grpc_clients import (
    NO_INVOKE,
    PROTOCOL,
    GrpcClient,
    GrpcClients,
    Params,
    answered,
    called,
    pairs_of,
    service_protocol,
)
from loadr_js.hosts.grpc_streams import GrpcStreams, error_of
from loadr_js.runtime import wait_for
from loadr_js.runtime.context import HostFunction, ScriptContext
from loadr_js.runtime.outcomes import HostError

if TYPE_CHECKING:
    from loadr_js.module import JsModule

_MS: Final = 1000.0
_CALL_SECONDS: Final = 120.0
"""How long a call may last where the script does not say, as in k6. A stream may last as long as it takes."""

_OK: Final = 0
_INTERNAL: Final = 13
_MOST_REMEMBERED: Final = 1_000
_MOST_SECTIONS: Final = 64
_NO_PARAMS: Final[Params] = {}


class _Labels(NamedTuple):
    """What a call's samples are called."""

    name: str
    tags: tuple[tuple[str, str], ...]


class _Sections:
    """Metadata that come again and again, by number: the script asks once for what a number stands for.

    A protocol hands over the same object for equal ones. Those beyond the bound cross as they are.
    """

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._known: list[Mapping[str, Sequence[str]]] = []

    def number(self, section: Mapping[str, Sequence[str]]) -> int | Mapping[str, Sequence[str]]:
        """The number, or the metadata themselves."""
        number = self._numbers.get(id(section))
        if number is None:
            if len(self._known) >= _MOST_SECTIONS:
                return section
            number = self._numbers[id(section)] = len(self._known)
            self._known.append(section)  # which keeps the identity its own
        return number

    def shown(self, number: int) -> Mapping[str, Sequence[str]]:
        """What a number stands for."""
        return self._known[number]


class GrpcHost:
    """The gRPC of one VU's script; or of a top level that runs without a VU, and can load alone.

    Args:
        module: the script.
        host: sends and records; `None` without a VU.
        flow: knows group and tags; likewise.
    """

    def __init__(
        self, module: "JsModule", host: ScriptHost | None = None, flow: FlowHost | None = None
    ) -> None:
        self._module = module
        self._flow = flow
        self._clients = GrpcClients(module, host, flow)
        self._streams = GrpcStreams()
        self._labels: dict[tuple[str, str, str], _Labels] = {}
        self._sections = _Sections()
        self._context: ScriptContext | None = None

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        clients, streams = self._clients, self._streams
        return {
            "grpc_load": clients.load,
            "grpc_load_protoset": clients.load_protoset,
            "grpc_connect": clients.connect,
            "grpc_connected": clients.check,
            "grpc_method": clients.find,
            "grpc_invoke": self.invoke,
            "grpc_metadata": self._sections.shown,
            "grpc_invoke_start": self.start,
            "grpc_health": self.health,
            "grpc_close": clients.close,
            "grpc_stream": self.stream,
            "grpc_write": streams.write,
            "grpc_end": streams.end,
            "grpc_cancel": streams.cancel,
        }

    def use(self, context: ScriptContext) -> None:
        """Say in which context the script runs."""
        self._context = self._streams.context = context

    def end(self) -> None:
        """A call has ended, in whatever way: what it has left open is let go."""
        self._streams.finish()

    # ------------------------------------------------------------ calls

    def invoke(self, number: int, path: str, message: Any, params: Params | None) -> list[Any]:
        """`Client.invoke`."""
        answer: list[Any] = wait_for(self._invoke(number, path, message, params))
        return answer

    def start(self, number: int, path: str, message: Any, params: Params | None) -> int:
        """`Client.asyncInvoke`."""
        assert self._context is not None
        return self._context.events.start(self._invoke(number, path, message, params))

    async def _invoke(self, number: int, path: str, message: Any, params: Params | None) -> list[Any]:
        client = self._clients.connected(number, NO_INVOKE)
        method = self._clients.method(client, path)
        return await self._call(number, client, method, message, params or _NO_PARAMS)

    async def _call(
        self, number: int, client: GrpcClient, method: ServiceMethod, message: Any, params: Params
    ) -> list[Any]:
        try:
            body = method.encode(message)
        except ServiceError as error:
            words = f"unable to serialise request object to protocol buffer: {error}"
            raise HostError(words) from error
        timeout = params.get("timeout")
        seconds = timeout / _MS if timeout else _CALL_SECONDS
        request = self._request(client, CallBlock(number, method, seconds), params, body)
        host = self._clients.running(NO_INVOKE)
        return self._answer(called(await answered(host.request(request))), method, params)

    def _answer(self, response: CallResponse, method: ServiceMethod, params: Params) -> list[Any]:
        """What crosses of a call: status, message, headers, trailers, error; metadata perhaps by a number."""
        end = response.ended
        message = None
        if not params.get("discards"):
            try:
                # Of a failed call too: it has the form of an answer, with nothing set.
                message = method.decode(response.body)
            except ServiceError as error:
                end = CallEnd(_INTERNAL, f"grpc: failed to unmarshal the received message: {error}")
                message = method.decode(b"")
        failure = None if end.status == _OK else error_of(end)
        number = self._sections.number
        return [end.status, message, number(response.first), number(response.last), failure]

    def health(self, number: int, service: str) -> list[Any]:
        """`Client.healthCheck`."""
        client = self._clients.connected(number, NO_INVOKE)
        try:
            method = service_protocol().health_method()
        except ServiceError as error:
            raise HostError(str(error)) from error
        answer: list[Any] = wait_for(self._call(number, client, method, {"service": service}, _NO_PARAMS))
        return answer

    def _request(
        self, client: GrpcClient, block: CallBlock, params: Params, body: bytes | None
    ) -> ScriptRequest:
        labels = self._labels_of(client.address, block.method, params.get("tags"))
        metadata = params.get("metadata")
        return ScriptRequest(
            client.url,
            headers=pairs_of(metadata) if metadata else (),
            body=body,
            name=labels.name,
            tags=labels.tags,
            timeout=block.timeout,
            protocol=PROTOCOL,
            block=block,
            counts_for_all=not self._module.as_script,
        )

    def _labels_of(self, address: str, method: ServiceMethod, own: Mapping[str, str] | None) -> _Labels:
        """Name and tags of a call's samples: k6's."""
        flow = self._flow
        assert flow is not None
        if own or flow.tags:
            return _labels(flow.sample_tags(own), address, method)
        key = (address, method.path, flow.group)
        labels = self._labels.get(key)
        if labels is None:
            if len(self._labels) >= _MOST_REMEMBERED:
                self._labels.clear()
            labels = self._labels[key] = _labels(flow.sample_tags(), address, method)
        return labels

    # ------------------------------------------------------------ streams

    def stream(self, number: int, path: str, params: Params | None) -> int | dict[str, Any]:
        """`new Stream`: its number, or why there is none."""
        client = self._clients.connected(number, NO_INVOKE)
        method = self._clients.method(client, path)
        params = params or _NO_PARAMS
        timeout = params.get("timeout")
        block = CallBlock(number, method, timeout / _MS if timeout else None)
        host = self._clients.running(NO_INVOKE)
        response = called(wait_for(answered(host.open(self._request(client, block, params, None)))))
        if response.connection is None:
            return error_of(response.ended)
        return self._streams.hold(response.connection, method, discards=bool(params.get("discards")))


def _labels(tags: dict[str, str], address: str, method: ServiceMethod) -> _Labels:
    name = tags.pop("name", method.path)
    service = method.path[1:].rpartition("/")[0]
    # As in k6, what the protocol says wins.
    tags.update(service=service, url=f"{address}{method.path}")
    return _Labels(name, tuple(sorted((key, value) for key, value in tags.items() if value)))
