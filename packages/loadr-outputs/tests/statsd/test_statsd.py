import asyncio
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_core.spi import OutputError, SampleBatch
from loadr_outputs.statsd import Statsd
from loadr_outputs.statsd.lines import DATAGRAM, datagrams, lines_of
from loadr_testing.conformance.output import summary

KINDS = {
    "trend": MetricKind.TREND,
    "counter": MetricKind.COUNTER,
    "rate": MetricKind.RATE,
    "gauge": MetricKind.GAUGE,
}


def batch(kind, values, metric="m", tags=None):
    numbers = np.array(values, np.float64)
    return SampleBatch(metric, KINDS[kind], tags or {}, np.zeros(len(numbers)), numbers)


@pytest.mark.parametrize(
    ("samples", "tags", "lines"),
    [
        (batch("trend", [1.5, 20.0]), True, ["p.m:1.5:20|ms"]),
        (batch("trend", [1.5, 20.0]), False, ["p.m:1.5|ms", "p.m:20|ms"]),
        (batch("trend", [1e-7]), True, ["p.m:0|ms"]),
        (batch("counter", [1, 1, 3]), True, ["p.m:5|c"]),
        (batch("gauge", [7]), True, ["p.m:7|g"]),
        (batch("rate", [1, 0, 0]), True, ["p.m.hits:1|c", "p.m.total:3|c"]),
        (batch("counter", [1], tags={"name": "a|b,c", "x": "y"}), True, ["p.m:1|c|#name:a_b_c,x:y"]),
        (batch("counter", [1], tags={"name": "a"}), False, ["p.m:1|c"]),
        (batch("counter", [1], metric="a b:c"), True, ["p.a_b_c:1|c"]),
    ],
)
def test_samples_become_lines(samples, tags, lines):
    assert [line.decode() for line in lines_of(samples, "p.", tags=tags)] == lines


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=2000), st.booleans())
def test_no_datagram_is_too_large_and_no_value_is_missing(values, tags):
    packets = list(datagrams(lines_of(batch("trend", values), "", tags=tags)))
    assert all(len(packet) <= DATAGRAM for packet in packets)
    text = b"\n".join(packets).decode()
    sent = [float(value) for line in text.splitlines() for value in line[2 : line.index("|")].split(":")]
    assert sent == pytest.approx(values, abs=1e-6)


@pytest.fixture
def server():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        receiving.settimeout(60.0)
        yield receiving


async def run(output, batches):
    await output.start()
    for samples in batches:
        output.add_samples(samples)
    await output.stop(summary())


def test_a_server_gets_every_sample(server, context):
    output = Statsd(context(address=f"127.0.0.1:{server.getsockname()[1]}", prefix="load."))
    asyncio.run(run(output, [batch("counter", [1, 2], "reqs"), batch("trend", [5, 6], "time")]))
    assert server.recv(65_536).decode().splitlines() == ["load.reqs:3|c", "load.time:5:6|ms"]
    books = output.books()
    assert (books.taken, books.written, books.lost) == (4, 4, 0)


def test_nobody_there_is_noticed(context):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    output = Statsd(context(value=f"127.0.0.1:{port}"))
    output.patience = 0.0
    with pytest.raises(OutputError, match=r"2 of 2 samples were lost: statsd: .*Connection refused"):
        asyncio.run(run(output, [batch("counter", [1, 2])]))


@pytest.mark.parametrize("address", ["localhost", "localhost:port", ":8125", ""])
def test_an_address_without_host_or_port_is_a_mistake(address, context):
    with pytest.raises(OutputError, match="must be HOST:PORT"):
        asyncio.run(Statsd(context(address=address)).start())
