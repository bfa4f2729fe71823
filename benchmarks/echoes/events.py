"""An SSE server that sends events at known gaps and prints when it sent each.

    python -m benchmarks.echoes.events

Prints its port first. At SIGTERM it writes the moments (CLOCK_MONOTONIC, seconds) of the last stream as one line of JSON.
"""

import asyncio
import itertools
import json
import time

from benchmarks.harness.serving import serve_on
from loadr_core.worker.tuning import loop_factory

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
GAPS_SECS = (0.005, 0.020, 0.003, 0.010, 0.050)


async def stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, moments: dict[str, list[float]]
) -> None:
    """Answer one request with events until its client has gone."""
    await reader.readuntil(b"\r\n\r\n")
    moments["sent"] = sent = []
    writer.write(HEAD)
    for number, gap in enumerate(itertools.cycle(GAPS_SECS)):
        await asyncio.sleep(gap)
        if writer.is_closing() or reader.at_eof():
            break
        sent.append(time.monotonic())  # noqa: TID251
        writer.write(b"data: token %d\n\n" % number)
    writer.close()


async def serve() -> dict[str, list[float]]:
    """Serve until SIGTERM; the moments of the last stream."""
    moments: dict[str, list[float]] = {"sent": []}
    server = await asyncio.start_server(
        lambda reader, writer: stream(reader, writer, moments), "127.0.0.1", 0
    )
    await serve_on(server.sockets[0].getsockname()[1])
    server.close()
    return moments


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(serve())), flush=True)
