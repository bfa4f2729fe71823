import asyncio
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from loadr_core.spi import OutputError
from loadr_outputs.prometheus import Prometheus
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
        seen = await asyncio.to_thread(
            wait_for, lambda: server.query("max_over_time(loadr_http_reqs_total[1m])"), "a scrape"
        )
        output.add_gains(gains(), 1_700_000_002.0)
        await output.stop(summary())
        last = await asyncio.to_thread(server.query, "max_over_time(loadr_http_reqs_total[1m])")
        return seen, last

    ((_, first),), ((labels, last),) = asyncio.run(live())
    assert (first, last) == (2.0, 4.0)
    assert labels["name"] == "item"
