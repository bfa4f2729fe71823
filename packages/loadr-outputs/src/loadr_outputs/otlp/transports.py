"""How an export travels: gRPC, or HTTP with protobuf bodies."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from loadr_core.spi import OutputError
from loadr_outputs.delivery import RejectedError, UnavailableError
from loadr_outputs.network import Poster, require

_PATH: Final = "/v1/metrics"
_TIMEOUT_SECONDS: Final = 10.0

# The codes that OTLP's specification calls retryable.
_RETRYABLE: Final = frozenset(
    {
        "CANCELLED",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNAVAILABLE",
        "DATA_LOSS",
    }
)


class Transport(ABC):
    """Carries export requests."""

    @abstractmethod
    def export(self, request: Any) -> None:
        """Send one. Raises `UnavailableError` or `RejectedError`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection."""


class HttpTransport(Transport):
    """`POST /v1/metrics`; an endpoint with a path of its own keeps it."""

    def __init__(self, endpoint: str, headers: Mapping[str, str]) -> None:
        url = endpoint if "://" in endpoint else f"http://{endpoint}"
        if urlsplit(url).path in ("", "/"):
            url = url.rstrip("/") + _PATH
        self._poster = Poster(url, "otlp")
        self._headers = {**headers, "Content-Type": "application/x-protobuf"}

    def export(self, request: Any) -> None:
        """Send one."""
        self._poster.post(request.SerializeToString(), self._headers)

    def close(self) -> None:
        """Close the connection."""
        self._poster.close()


class GrpcTransport(Transport):
    """The collector's `MetricsService`; TLS where the endpoint says https."""

    def __init__(self, endpoint: str, headers: Mapping[str, str]) -> None:
        self._grpc = require("grpc", "the output otlp over gRPC")
        stubs = require(
            "opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc", "the output otlp over gRPC"
        )
        parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OutputError("otlp: the endpoint must be HOST:PORT, http://HOST:PORT or https://HOST:PORT")
        if parts.scheme == "https":
            self._channel = self._grpc.secure_channel(parts.netloc, self._grpc.ssl_channel_credentials())
        else:
            self._channel = self._grpc.insecure_channel(parts.netloc)
        self._stub = stubs.MetricsServiceStub(self._channel)
        self._metadata = tuple((key.lower(), value) for key, value in headers.items())

    def export(self, request: Any) -> None:
        """Send one."""
        try:
            self._stub.Export(request, timeout=_TIMEOUT_SECONDS, metadata=self._metadata)
        except self._grpc.RpcError as error:
            message = f"the collector answered {error.code().name}: {error.details()}"
            if error.code().name in _RETRYABLE:
                raise UnavailableError(message) from error
            raise RejectedError(message) from error

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()
