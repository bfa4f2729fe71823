import asyncio

import pytest

from loadr_core.clock import wall_clock
from loadr_core.spi import OutputError
from loadr_outputs.prometheus import Prometheus

pytestmark = [pytest.mark.process, pytest.mark.system]


def output_for(prometheus, context, run_id, **options):
    return Prometheus(
        context(run_id, remote_write_url=f"{prometheus.url}/api/v1/write", interval=1.0, **options)
    )


def only(rows):
    ((_, value),) = rows
    return value


def test_the_totals_read_back(prometheus, context, gains, whole_run):
    now = wall_clock()
    output = output_for(prometheus, context, "totals")
    reports = [gains(values=(1.0, 2.0, 40.0), counts=(5, 4, 1)) for _ in range(4)]
    asyncio.run(whole_run(output, reports, started_at=now - 10))

    def value(name, extra=""):
        return only(prometheus.query(f'{name}{{run_id="totals"{extra}}}', at=now))

    assert value("loadr_http_reqs_total") == 8.0
    assert value("loadr_http_req_failed_hits_total") == 4.0
    assert value("loadr_http_req_failed_trials_total") == 8.0
    assert value("loadr_http_req_failed_rate") == 0.5
    assert value("loadr_vus") == 4.0
    assert value("loadr_http_req_duration_seconds_count") == 40.0
    assert value("loadr_http_req_duration_seconds_sum") == pytest.approx(0.212)
    assert value("loadr_http_req_duration_seconds", ',quantile="0.5"') == pytest.approx(0.001)
    assert value("loadr_http_req_duration_seconds", ',quantile="0.99"') == pytest.approx(0.04)
    assert value("loadr_http_req_duration_seconds_max") == pytest.approx(0.04)
    ((labels, _),) = prometheus.query('loadr_http_reqs_total{run_id="totals"}', at=now)
    assert labels == {"run_id": "totals", "name": "item", "scenario": "main"}
    assert output.books().lost == 0


def test_native_histograms_give_quantiles_within_their_bucket(prometheus, context, gains, whole_run):
    now = wall_clock()
    values = tuple(float(value) for value in range(1, 1001))
    output = output_for(prometheus, context, "native", native_histograms=True)
    asyncio.run(whole_run(output, [gains(values=values, counts=(1,) * 1000)] * 3, started_at=now - 10))
    name = 'loadr_http_req_duration_seconds{run_id="native"}'
    assert only(prometheus.query(f"histogram_count({name})", at=now)) == 3000.0
    assert only(prometheus.query(f"histogram_sum({name})", at=now)) == pytest.approx(1501.5)
    for quantile, seconds in ((0.5, 0.5), (0.95, 0.95), (0.99, 0.99)):
        found = only(prometheus.query(f"histogram_quantile({quantile}, {name})", at=now))
        assert found == pytest.approx(seconds, rel=0.022)


def test_a_receiver_without_the_path_refuses_for_good(prometheus, context, gains, whole_run):
    output = Prometheus(context(remote_write_url=f"{prometheus.url}/no/such/path"))
    with pytest.raises(OutputError, match=r"4 of 4 samples were lost: 127.0.0.1 answered 4\d\d"):
        asyncio.run(whole_run(output, [gains()]))


def test_neither_way_is_a_mistake(context):
    with pytest.raises(OutputError, match='needs "listen" or "remote_write_url"'):
        Prometheus(context())
