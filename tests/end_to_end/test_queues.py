"""Measurements of real servers that queue: what the target did is known, and has to be what loadr says.

The servers note the time themselves, so a busy machine changes what they do, and not whether it is
measured right. Bounds hold for what lies between the two notes: the loopback and two event loops.
"""

import asyncio
import threading
from random import Random

import pytest
from hdrh.histogram import HdrHistogram

pytestmark = pytest.mark.process

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HAND_OVER_MS = 25.0


class Server:
    """An HTTP server in a thread of its own; `serve` answers one request.

    Attributes:
        url: where it listens.
    """

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(60.0)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self):
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._connections = set()
        self._ready.set()

    async def _converse(self, reader, writer):
        self._connections.add(asyncio.current_task())
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await self.serve()
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self._connections.discard(asyncio.current_task())

    async def serve(self):
        raise AssertionError("a server says what it does")

    def stop(self):
        async def end():
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(60.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60.0)


class SingleServerQueue(Server):
    """Serves one request at a time, first come, first served, for seeded exponential times."""

    def __init__(self, mean):
        self._draws = Random(11)
        self._mean = mean
        self._turn = asyncio.Lock()
        self.arrivals, self.services = [], []
        super().__init__()

    async def serve(self):
        now = self._loop.time
        self.arrivals.append(now())
        async with self._turn:
            start = now()
            await asyncio.sleep(self._draws.expovariate(1 / self._mean))
            self.services.append(now() - start)

    def response_times(self):
        """By Lindley's recursion over what the server has noted: a request waits for those before it."""
        free_at, times = 0.0, []
        for arrival, service in zip(self.arrivals, self.services, strict=True):
            free_at = max(free_at, arrival) + service
            times.append(free_at - arrival)
        return times


class Freezing(Server):
    """Answers at once, but stands still for a second at its 200th request, with its whole thread."""

    def __init__(self):
        self._served = 0
        super().__init__()

    async def serve(self):
        self._served += 1
        if self._served == 200:
            threading.Event().wait(1.0)


@pytest.fixture
def serving():
    servers = []

    def starting(server):
        servers.append(server)
        return server

    yield starting
    for server in servers:
        server.stop()


def rate_plan(plans, server, **knobs):
    plan = {
        "executor": "constant-arrival-rate",
        "time_unit": "1s",
        "flow": [{"request": {"url": "/"}}],
        **knobs,
    }
    return plans.document({"http": {"base_url": server.url}, "scenarios": {"main": plan}})


def test_response_times_of_a_single_server_are_those_of_lindley_s_recursion(serving, plans, run):
    server = serving(SingleServerQueue(mean=0.004))
    plan = rate_plan(plans, server, rate=120, duration="4s", arrival="poisson", pre_allocated_vus=100)
    done, result = run(plan, "--seed", 7)
    assert done.code == 0, done
    expected = sorted(server.response_times())
    measured = result.metric("http_req_duration")
    assert measured.agg.count == len(expected) > 300
    histogram = HdrHistogram.decode(measured.histogram)
    for percent in (10, 25, 50, 75, 90, 95):
        known = expected[int(len(expected) * percent / 100)] * 1000.0
        assert histogram.get_value_at_percentile(percent) / 1000.0 == pytest.approx(known, abs=HAND_OVER_MS)


def test_a_frozen_target_shows_in_the_corrected_time_and_not_in_the_service_time(serving, plans, run):
    server = serving(Freezing())
    plan = rate_plan(plans, server, rate=200, duration="3s", pre_allocated_vus=2, max_vus=2, when_busy="wait")
    done, result = run(plan)
    assert done.code == 0, done
    service = result.metric("http_req_duration").agg
    corrected = result.metric("http_req_corrected_duration").agg
    assert service.max >= 950.0
    # Two of 600 requests met the freeze; 200 were due while it lasted, one after the other.
    assert corrected.p99 > 700.0
    assert service.p99 < corrected.p99 / 2
    assert corrected.count == service.count
