"""Remote write: readings posted as compressed protobuf."""

from collections.abc import Sequence
from typing import Any, Final

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext
from loadr_outputs.delivery import Destination, Parcel
from loadr_outputs.network import Poster, require
from loadr_outputs.prometheus.wire import messages, write_request

_HEADERS: Final = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "User-Agent": "loadr",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}


class RemoteWrite(Destination):
    """Posts readings to a receiver of remote write 1.0."""

    def __init__(self, context: OutputContext, url: str) -> None:
        config = context.config
        self._poster = Poster(url, "prometheus")
        self._headers = {**_HEADERS, **{str(k): str(v) for k, v in dict(config.get("headers", {})).items()}}
        self._native = bool(config.get("native_histograms", False))
        self._labels = {"run_id": context.run_id}
        self._snappy: Any = None

    def open(self) -> None:
        """Load the libraries."""
        self._snappy = require("cramjam", "the output prometheus").snappy
        messages()

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Write all readings with one request."""
        body = write_request([parcel.content for parcel in parcels], self._labels, native=self._native)
        self._poster.post(bytes(self._snappy.compress_raw(body)), self._headers)

    def close(self, summary: Summary) -> None:
        """Close the connection."""
        del summary
        self._poster.close()
