import asyncio
import threading
from concurrent import futures
from http.server import BaseHTTPRequestHandler, HTTPServer

import grpc
import pytest
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as messages
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as services

from loadr_core.spi import OutputError
from loadr_outputs.otlp import Otlp
from loadr_outputs.series.exponential import SCALE


class Collector(services.MetricsServiceServicer):
    """A collector on the official messages; refuses as often as told."""

    def __init__(self, refusals=(), address="127.0.0.1:0"):
        self.refusals = list(refusals)
        self.requests = []
        self.metadata = []
        self.server = grpc.server(futures.ThreadPoolExecutor(2))
        services.add_MetricsServiceServicer_to_server(self, self.server)
        self.port = self.server.add_insecure_port(address)
        self.server.start()

    def Export(self, request, context):  # noqa: N802 - the service calls it so
        if self.refusals:
            context.abort(self.refusals.pop(0), "not now")
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        return messages.ExportMetricsServiceResponse()

    def stop(self):
        self.server.stop(None).wait()


@pytest.fixture
def collector():
    made = []

    def starting(*refusals):
        made.append(Collector(refusals))
        return made[-1]

    yield starting
    for one in made:
        one.stop()


def metrics_of(request):
    (resource,) = request.resource_metrics
    (scope,) = resource.scope_metrics
    return scope.metrics


def last_points(requests):
    """The last data point of each metric, by name."""
    points = {}
    for request in requests:
        for metric in metrics_of(request):
            data = getattr(metric, metric.WhichOneof("data"))
            points[metric.name] = data.data_points[-1]
    return points


def check(requests, reports):
    points = last_points(requests)
    assert points["http_reqs"].as_double == 2.0 * reports
    assert points["http_req_failed.hits"].as_double == 1.0 * reports
    assert points["http_req_failed.trials"].as_double == 2.0 * reports
    assert points["vus"].as_double == 4.0
    duration = points["http_req_duration"]
    assert (duration.count, duration.sum, duration.min, duration.max) == (
        2 * reports,
        3.0 * reports,
        1.0,
        2.0,
    )
    assert duration.scale == SCALE
    # 1 ms is the upper bound of OpenTelemetry's bucket -1, 2 ms that of bucket 31.
    assert duration.positive.offset == -1
    assert list(duration.positive.bucket_counts) == [reports, *[0] * 31, reports]
    assert {a.key: a.value.string_value for a in duration.attributes} == {"name": "item", "scenario": "main"}
    assert duration.start_time_unix_nano == 1_700_000_000_000_000_000
    resource = requests[0].resource_metrics[0].resource
    assert {a.key: a.value.string_value for a in resource.attributes} == {
        "service.name": "loadr",
        "loadr.run_id": "20260101-000000-abcdef",
    }


def test_a_grpc_collector_gets_the_totals(collector, context, gains, whole_run):
    server = collector()
    config = {"endpoint": f"127.0.0.1:{server.port}", "headers": {"X-Key": "k"}, "interval": 2.0}
    output = Otlp(context(**config))
    asyncio.run(whole_run(output, [gains() for _ in range(5)]))
    check(server.requests, 5)
    assert server.metadata[0]["x-key"] == "k"
    books = output.books()
    assert (books.taken, books.lost) == (12, 0)


def test_a_collector_that_is_away_for_a_moment_misses_nothing(collector, context, gains, whole_run):
    server = collector(grpc.StatusCode.UNAVAILABLE)
    asyncio.run(whole_run(Otlp(context(endpoint=f"http://127.0.0.1:{server.port}")), [gains()]))
    check(server.requests, 1)


def test_a_refusal_is_told_with_its_words(collector, context, gains, whole_run):
    server = collector(grpc.StatusCode.UNAUTHENTICATED)
    output = Otlp(context(endpoint=f"127.0.0.1:{server.port}"))
    with pytest.raises(OutputError, match=r"4 of 4 .* the collector answered UNAUTHENTICATED: not now"):
        asyncio.run(whole_run(output, [gains()]))


class HttpCollector(HTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = []
        self.seen = []
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.seen.append((self.path, self.headers["Content-Type"], self.headers["X-Key"]))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(messages.ExportMetricsServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.mark.parametrize(
    ("suffix", "path"), [("", "/v1/metrics"), ("/", "/v1/metrics"), ("/otlp/x", "/otlp/x")]
)
def test_an_http_collector_gets_the_totals(suffix, path, context, gains, whole_run):
    server = HttpCollector()
    endpoint = f"http://127.0.0.1:{server.server_port}{suffix}"
    try:
        output = Otlp(context(endpoint=endpoint, protocol="http", headers={"X-Key": "k"}))
        asyncio.run(whole_run(output, [gains(), gains()]))
    finally:
        server.shutdown()
        server.thread.join()
        server.server_close()
    check(server.requests, 2)
    assert server.seen == [(path, "application/x-protobuf", "k")]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "otlp needs an endpoint"),
        ({"endpoint": "ftp://x"}, "must be"),
        ({"value": "https://"}, "must be"),
    ],
)
def test_a_wrong_endpoint_is_a_mistake(config, message, context):
    with pytest.raises(OutputError, match=message):
        asyncio.run(Otlp(context(**config)).start())
