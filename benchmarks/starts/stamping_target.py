"""An HTTP server that notes when each request arrives, and writes the moments to a file when it is asked to end.

    python -m benchmarks.starts.stamping_target FILE

Prints its port. It answers every request at once, knows GET without a body only, and stamps what the loop
hands over: the wait in its own queue is in the figures of whoever is measured.
"""

import asyncio
import sys
import time
from array import array
from pathlib import Path

from benchmarks.harness.serving import serve_on
from loadr_core.worker.tuning import loop_factory

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_END = b"\r\n\r\n"


class Stamping(asyncio.Protocol):
    """One connection."""

    def __init__(self, stamps: "array[float]") -> None:
        self._stamps = stamps
        self._write = bytes.__len__  # replaced as soon as there is a connection
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer on it."""
        self._write = transport.write  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Stamp and answer every complete request."""
        now = time.perf_counter()  # noqa: TID251
        data = self._rest + data
        count = data.count(_END)
        self._rest = data[data.rfind(_END) + len(_END) :] if count else data
        for _ in range(count):
            self._stamps.append(now)
        if count:
            self._write(RESPONSE * count)


async def serve() -> "array[float]":
    """Serve until SIGTERM; the stamps."""
    stamps: array[float] = array("d")
    server = await asyncio.get_running_loop().create_server(
        lambda: Stamping(stamps), "127.0.0.1", 0, backlog=1024
    )
    await serve_on(server.sockets[0].getsockname()[1])
    server.close()
    return stamps


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        Path(sys.argv[1]).write_bytes(runner.run(serve()).tobytes())
