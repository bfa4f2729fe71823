"""The output `prometheus`: an endpoint to scrape, remote write, or both."""

import asyncio
import threading
from collections.abc import Sequence
from typing import ClassVar

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext, OutputError, SeriesGain
from loadr_outputs.delivery import Destination, Parcel
from loadr_outputs.prometheus.endpoint import Endpoint
from loadr_outputs.prometheus.remote_write import RemoteWrite
from loadr_outputs.series import SeriesOutput, SeriesState


class Prometheus(SeriesOutput):
    """Serves the totals of all series, and writes them to a receiver."""

    cumulative: ClassVar[bool] = True
    label = "prometheus"

    def __init__(self, context: OutputContext) -> None:
        super().__init__(context)
        config = context.config
        self._remote_write_url = str(config.get("remote_write_url") or "")
        listen = str(config.get("listen") or config.get("value") or "")
        if not listen and not self._remote_write_url:
            raise OutputError('prometheus needs "listen" or "remote_write_url"')
        self._lock = threading.Lock()
        self._endpoint = Endpoint(listen, self._states, self.clock) if listen else None

    @property
    def port(self) -> int | None:
        """The port of the endpoint; `None` where there is none."""
        return None if self._endpoint is None else self._endpoint.port

    def destination(self) -> Destination:
        """The receiver; without one, readings end here, because the endpoint has the totals."""
        return RemoteWrite(self.context, self._remote_write_url) if self._remote_write_url else _Nowhere()

    async def start(self) -> None:
        """Open both."""
        if self._endpoint is not None:
            await asyncio.to_thread(self._endpoint.open)
        await super().start()

    def add_gains(self, gains: Sequence[SeriesGain], at: float) -> None:
        """Add gains, apart from the threads that serve."""
        with self._lock:
            super().add_gains(gains, at)

    async def stop(self, summary: Summary) -> None:
        """Deliver what is left, and let a scraper come once more."""
        try:
            await super().stop(summary)
        finally:
            if self._endpoint is not None:
                await asyncio.to_thread(self._endpoint.farewell)

    def _states(self) -> list[SeriesState]:
        with self._lock:
            return [state.copy() for state in self._table.all()]


class _Nowhere(Destination):
    def open(self) -> None:
        """Nothing to open."""

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Nothing to deliver."""

    def close(self, summary: Summary) -> None:
        """Nothing to close."""
