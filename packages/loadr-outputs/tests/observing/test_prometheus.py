"""The source against a real Prometheus, and against servers that are none."""

import asyncio
from base64 import b64encode

import pytest

from loadr_core.clock import wall_clock
from loadr_core.spi import SourceContext, SourceError, Window
from loadr_outputs.observing import PrometheusSource
from loadr_outputs.prometheus import Prometheus
from loadr_testing.servers import ReadRequest, ScriptedServer, Send

WINDOW = Window(1_700_000_000.0, 1, 3)
EMPTY = b'{"status":"success","data":{"resultType":"matrix","result":[]}}'


def source(url, query="up", token=None):
    return PrometheusSource(SourceContext({"source": url, "query": query, "token": token}))


def response(status, body=b"", *fields):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n" + "".join(f"{f}\r\n" for f in fields)
    return head.encode() + b"\r\n" + body


@pytest.fixture
def asked():
    """Read from a server that answers so; the request that it saw, and what came of it."""

    def ask(answer, userinfo="", path="", **options):
        async def asking():
            async with ScriptedServer((ReadRequest(), Send(answer))) as server:
                reading = source(server.url.replace("://", f"://{userinfo}") + path, **options).read(WINDOW)
                (outcome,) = await asyncio.gather(reading, return_exceptions=True)
                return server.requests[0], outcome

        return asyncio.run(asking())

    return ask


@pytest.mark.process
@pytest.mark.system
def test_a_real_prometheus_gives_back_what_was_written(prometheus, context, gains, whole_run):
    now = wall_clock()
    output = Prometheus(context("observed", remote_write_url=f"{prometheus.url}/api/v1/write", interval=1.0))
    asyncio.run(whole_run(output, [gains(count=10)] * 4, started_at=now - 10))
    window = Window(now - 20, 1, 18)
    query = 'loadr_http_reqs_total{run_id="observed"}'
    (series,) = asyncio.run(source(prometheus.url, query).read(window))
    assert series.labels["name"] == "item"
    seen = [value for value in series.values if value is not None]
    assert seen == sorted(seen)
    assert {10.0, 40.0} <= set(seen) <= {10.0, 20.0, 30.0, 40.0}
    assert series.values[:8] == [None] * 8, "before the first sample there is nothing"
    assert series.values[-1] == 40.0


@pytest.mark.process
@pytest.mark.system
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sum(", r"127.0.0.1:\d+ answered 400 Bad Request: .*unclosed left parenthesis"),
        ("rate(up)", r"answered 400 Bad Request: .*expected type range vector"),
    ],
)
def test_a_real_prometheus_says_what_is_wrong_with_a_query(prometheus, query, message):
    with pytest.raises(SourceError, match=message):
        asyncio.run(source(prometheus.url, query).read(WINDOW))


@pytest.mark.process
@pytest.mark.system
def test_a_real_prometheus_without_such_a_metric_has_no_series(prometheus):
    assert asyncio.run(source(prometheus.url, "no_such_metric").read(WINDOW)) == []


def test_the_query_and_its_window_are_sent(asked):
    request, outcome = asked(response("200 OK", EMPTY), path="/prom/", query="sum(rate(x[1m])) by (a)")
    assert outcome == []
    assert request.head.startswith(b"POST /prom/api/v1/query_range HTTP/1.1\r\n")
    assert request.body == (
        b"query=sum%28rate%28x%5B1m%5D%29%29+by+%28a%29&start=1700000000.000&end=1700000002.000&step=1"
    )
    assert b"authorization" not in request.head.lower()


@pytest.mark.parametrize(
    ("userinfo", "token", "field"),
    [
        ("", "abc", b"Bearer abc"),
        ("me:p%40ss@", None, b"Basic " + b64encode(b"me:p@ss")),
        ("me:pw@", "abc", b"Bearer abc"),
    ],
)
def test_credentials_are_sent(asked, userinfo, token, field):
    request, outcome = asked(response("200 OK", EMPTY), userinfo, token=token)
    assert outcome == []
    assert b"\r\nauthorization: " + field.lower() + b"\r\n" in request.head.lower()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (response("401 Unauthorized", b"no"), "answered 401 Unauthorized: no"),
        (response("302 Found", b"", "Location: http://elsewhere/"), "answered 302 Found"),
        (response("503 Unavailable", b'{"status":"error","error":"starting"}'), "503 Unavailable: starting"),
        (response("200 OK", b"<html>"), "not that of a Prometheus"),
        (b"nonsense\r\n\r\n", "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_told_without_credentials(asked, answer, message):
    _, outcome = asked(answer, "me:hunter2@", token="hunter3")
    assert isinstance(outcome, SourceError)
    assert message in str(outcome)
    assert "hunter" not in str(outcome)


def test_nobody_there(dead_address):
    with pytest.raises(SourceError, match=f"{dead_address} cannot be reached: Connection refused"):
        asyncio.run(source(f"http://me:hunter2@{dead_address}").read(WINDOW))


@pytest.mark.parametrize("url", ["prom:9090", "ftp://prom", "http://", "http://prom:port", "http://[::1"])
def test_what_is_no_url_refuses_the_run(url):
    with pytest.raises(SourceError, match="source: "):
        source(url)
