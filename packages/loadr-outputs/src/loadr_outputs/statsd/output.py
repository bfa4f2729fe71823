"""The output `statsd`: samples as datagrams.

UDP has no answer: written means sent. When the kernel reports that nobody listens, the parcels are sent
again later; a server that came back in between may then count a few of them twice.
"""

import os
import socket
from collections.abc import Sequence
from typing import ClassVar

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext, OutputError
from loadr_outputs.delivery import DeliveringOutput, Destination, Parcel, UnavailableError
from loadr_outputs.statsd.lines import datagrams, lines_of


class Statsd(DeliveringOutput):
    """Sends samples to a StatsD server."""

    wants_samples: ClassVar[bool] = True
    label = "statsd"

    def destination(self) -> Destination:
        """The server."""
        return _Server(self.context)


class _Server(Destination):
    def __init__(self, context: OutputContext) -> None:
        config = context.config
        self._address = str(config.get("address") or config.get("value") or "")
        self._prefix = str(config.get("prefix", ""))
        self._tags = config.get("tags", "dogstatsd") == "dogstatsd"
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Find the server's address; whether anybody listens there cannot be known."""
        host, separator, port = self._address.rpartition(":")
        if not separator or not port.isdecimal() or not host:
            raise OutputError(f"statsd: the address must be HOST:PORT, not {self._address!r}")
        try:
            family, kind, _, _, address = socket.getaddrinfo(
                host.strip("[]"), int(port), type=socket.SOCK_DGRAM
            )[0]
            self._socket = socket.socket(family, kind)
            self._socket.connect(address)
        except OSError as error:
            raise OutputError(f"statsd: {self._address} cannot be used: {error.strerror or error}") from error

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Send all lines, several in a datagram."""
        assert self._socket is not None
        lines = (
            line for parcel in parcels for line in lines_of(parcel.content, self._prefix, tags=self._tags)
        )
        try:
            for datagram in datagrams(lines):
                self._socket.send(datagram)
        except OSError as error:
            raise UnavailableError(f"statsd: {error.strerror or error}") from error
        # On the same machine a refusal is known at once; from afar it comes with a later datagram.
        if problem := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise UnavailableError(f"statsd: {self._address}: {os.strerror(problem)}")

    def close(self, summary: Summary) -> None:
        """Close the socket."""
        del summary
        if self._socket is not None:
            self._socket.close()
