"""The endpoint that a Prometheus scrapes: the totals so far, in the text format, by the client library."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from loadr_core.spi import Clock, OutputError
from loadr_outputs.network import require
from loadr_outputs.prometheus.samples import samples_of
from loadr_outputs.series import SeriesState

_LONGEST_FAREWELL: Final = 30.0
_SHORTEST_FAREWELL: Final = 1.0

States = Callable[[], Iterable[SeriesState]]


class Endpoint:
    """An HTTP server for scrapes.

    Args:
        listen: `host:port` or `:port`; port 0 lets the system choose.
        states: copies of all series as they stand; called in the server's threads.
        clock: the time, to know the rhythm of the scrapes.
    """

    def __init__(self, listen: str, states: States, clock: Clock) -> None:
        host, separator, port = listen.rpartition(":")
        if not separator or not port.isdecimal():
            raise OutputError(f'prometheus: "listen" must be HOST:PORT, not {listen!r}')
        self._host, self._port = host.strip("[]") or "127.0.0.1", int(port)
        self._states = states
        self._clock = clock
        self._scraped = threading.Condition()
        self._scrapes: list[float] = []
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start to serve.

        Raises:
            OutputError: the address cannot be used.
        """
        client = require("prometheus_client", "the output prometheus")
        registry = client.CollectorRegistry(auto_describe=False)
        registry.register(self)
        try:
            self._server, self._thread = client.start_http_server(self._port, self._host, registry)
        except OSError as error:
            raise OutputError(
                f"prometheus: {self._host}:{self._port} cannot be listened on: {error.strerror or error}"
            ) from error

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_port)

    def collect(self) -> Iterator[Any]:
        """What the client library asks for at each scrape: families of samples."""
        core = require("prometheus_client.core", "the output prometheus")
        began = self._clock.now()
        families: dict[tuple[str, str], Any] = {}
        for state in self._states():
            for sample in samples_of(state):
                family = families.get(sample.family)
                if family is None:
                    family = core.Metric(sample.family.name, "", sample.family.type)
                    families[sample.family] = family
                family.add_sample(sample.name, sample.labels, sample.value)
        with self._scraped:
            self._scrapes = [*self._scrapes[-1:], began]
            self._scraped.notify_all()
        yield from families.values()

    def farewell(self) -> None:
        """Wait for one more scrape, so that the last second is seen too, then stop to serve.

        Where nobody has scraped nobody is waited for; else twice the rhythm of the scrapes.
        """
        with self._scraped:
            if self._scrapes:
                rhythm = self._scrapes[-1] - self._scrapes[0]
                seconds = min(max(2 * rhythm, _SHORTEST_FAREWELL), _LONGEST_FAREWELL)
                # One under way has read totals that lack the last second.
                over = self._clock.now()
                self._scraped.wait_for(lambda: self._scrapes[-1] >= over, seconds)
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()
