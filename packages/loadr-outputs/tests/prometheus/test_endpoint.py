import asyncio
import itertools
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client.parser import text_string_to_metric_families

from loadr_core.spi import OutputError
from loadr_outputs.prometheus import Prometheus
from loadr_outputs.prometheus.endpoint import Endpoint
from loadr_testing.conformance.output import summary


def scraped(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return {
        (sample.name, sample.labels.get("quantile")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_scrape_shows_the_totals_so_far(context, gains):
    async def live():
        output = Prometheus(context(listen="127.0.0.1:0"))
        await output.start()
        seen = []
        for second in range(1, 3):
            output.add_gains(gains(), 1_700_000_000.0 + second)
            seen.append(await asyncio.to_thread(scraped, output.port))
        stopping = asyncio.create_task(output.stop(summary()))
        await asyncio.sleep(0)
        return seen, output, stopping

    async def ended():
        seen, output, stopping = await live()
        await stopping
        return seen, output

    (first, second), output = asyncio.run(ended())
    assert first["loadr_http_reqs_total", None] == 2.0
    assert second["loadr_http_reqs_total", None] == 4.0
    assert second["loadr_http_req_duration_seconds_count", None] == 4.0
    assert second["loadr_http_req_duration_seconds", "0.99"] == pytest.approx(0.002)
    assert second["loadr_vus", None] == 4.0
    assert output.books().lost == 0


def test_an_address_in_use_refuses_the_run(context, dead_address):
    with pytest.raises(OutputError, match="cannot be listened on: Address already in use"):
        asyncio.run(Prometheus(context(listen=dead_address)).start())


@pytest.mark.parametrize("listen", ["9090", "localhost", "host:port"])
def test_an_address_without_a_port_is_a_mistake(listen, context):
    with pytest.raises(OutputError, match="must be HOST:PORT"):
        Prometheus(context(value=listen))


def test_a_scrape_under_way_at_the_end_is_not_the_last():
    """It has read totals that lack the last second."""
    under_way, farewell_began = threading.Event(), threading.Event()
    moments = iter(
        (0.0, 100.0, 200.0, 300.0, 400.0)
    )  # the third is the one under way, the fourth the farewell

    class Clock:
        def now(self):
            moment = next(moments)
            if moment == 300.0:
                farewell_began.set()
            return moment

    reads = itertools.count(1)

    def states():
        if next(reads) == 3:
            under_way.set()
            assert farewell_began.wait(60)
        return []

    endpoint = Endpoint("127.0.0.1:0", states, Clock())
    endpoint.open()
    with ThreadPoolExecutor() as threads:
        scraped(endpoint.port)
        scraped(endpoint.port)
        early = threads.submit(scraped, endpoint.port)
        assert under_way.wait(60)
        farewell = threads.submit(endpoint.farewell)
        early.result(60)
        scraped(endpoint.port)
        farewell.result(60)
    assert next(reads) == 5


@pytest.mark.process
@pytest.mark.system
def test_a_real_prometheus_has_the_last_totals_when_the_run_is_over(
    context, gains, prometheus_server, wait_for
):
    async def live():
        output = Prometheus(context(listen="127.0.0.1:0"))
        await output.start()
        output.add_gains(gains(), 1_700_000_001.0)
        server = await asyncio.to_thread(prometheus_server, [f"127.0.0.1:{output.port}"])

        def has(total):
            ((labels, value),) = server.query("max_over_time(loadr_http_reqs_total[1m])") or [({}, 0.0)]
            return value == total and labels["name"] == "item"

        await asyncio.to_thread(wait_for, lambda: has(2.0), "a scrape")
        output.add_gains(gains(), 1_700_000_002.0)
        await output.stop(summary())
        # Nobody answers a scrape any more, but the last one may still be on its way into the database.
        await asyncio.to_thread(wait_for, lambda: has(4.0), "the last totals")

    asyncio.run(live())
