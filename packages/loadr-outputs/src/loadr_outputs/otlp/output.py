"""The output `otlp`: series for an OpenTelemetry collector."""

from collections.abc import Sequence
from typing import ClassVar

from loadr_config.summary import Summary
from loadr_config.version import VERSION
from loadr_core.spi import OutputContext, OutputError
from loadr_outputs.delivery import Destination, Parcel
from loadr_outputs.otlp.messages import ExportRequests
from loadr_outputs.otlp.transports import GrpcTransport, HttpTransport, Transport
from loadr_outputs.series import SeriesOutput


class Otlp(SeriesOutput):
    """Exports the totals of all series."""

    cumulative: ClassVar[bool] = True
    label = "otlp"

    def destination(self) -> Destination:
        """The collector."""
        return _Collector(self.context)


class _Collector(Destination):
    def __init__(self, context: OutputContext) -> None:
        self._config = context.config
        self._run_id = context.run_id
        self._requests: ExportRequests | None = None
        self._transport: Transport | None = None

    def open(self) -> None:
        """Load the libraries and make the channel; the first export connects."""
        endpoint = str(self._config.get("endpoint") or self._config.get("value") or "")
        if not endpoint:
            raise OutputError("otlp needs an endpoint")
        headers = {str(key): str(value) for key, value in dict(self._config.get("headers", {})).items()}
        transport = GrpcTransport if self._config.get("protocol", "grpc") == "grpc" else HttpTransport
        self._transport = transport(endpoint, headers)
        resource = {"service.name": "loadr", "loadr.run_id": self._run_id}
        self._requests = ExportRequests(resource, VERSION)

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Export all readings with one request."""
        assert self._requests is not None
        assert self._transport is not None
        self._transport.export(self._requests.request([parcel.content for parcel in parcels]))

    def close(self, summary: Summary) -> None:
        """Close the channel."""
        del summary
        if self._transport is not None:
            self._transport.close()
