"""A whole sample result, and ways to vary it."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.summary import (
    Aggregate,
    CheckSummary,
    Exemplar,
    FailureCount,
    Failures,
    Health,
    MetricSummary,
    ScenarioProgress,
    ScenarioSummary,
    Snapshot,
    Summary,
    ThresholdSummary,
    TimelinePoint,
)

HOSTILE = "</script><b>[red]x[/red]\x1b[2J\n\u202e'\"&\ud800"


def metric(name: str, tags: dict[str, str] | None = None, **agg: float) -> MetricSummary:
    definition = BUILT_IN_METRICS[name]
    return MetricSummary(
        metric=name,
        kind=definition.kind,
        time=definition.time,
        tags=tags or {},
        agg=Aggregate.model_validate(agg),
    )


def trend(
    name: str, scale_ms: float, tags: dict[str, str] | None = None, count: int = 12000
) -> MetricSummary:
    shape = {"avg": 1.37, "min": 0.214, "med": 1.1, "max": 48.2, "p90": 2.31, "p95": 3.456, "p99": 12.8}
    agg = {field: value * scale_ms for field, value in shape.items()}
    return metric(name, tags, **agg, p999=30.1 * scale_ms, sum=1.37 * scale_ms * count, count=count)


def timeline(seconds: int) -> list[TimelinePoint]:
    return [
        TimelinePoint(
            elapsed_secs=second + 1.0,
            rps=400.0 + (second * 37) % 90,
            iterations_ps=200.0 + (second * 17) % 45,
            active_vus=min(50, 5 + second * 3),
            error_rate=0.02 if second % 7 == 3 else 0.0,
            latency_avg=1.4,
            latency_p50=None if second == 4 else 1.1 + (second % 5) / 10,
            latency_p95=None if second == 4 else 3.4 + (second % 3) / 2,
            latency_p99=None if second == 4 else 12.0 + (second * 13) % 9,
        )
        for second in range(seconds)
    ]


def exemplar(name: str, duration: float, **tags: str) -> Exemplar:
    return Exemplar(
        name=name,
        duration=duration,
        at_ms=1767268812345,
        elapsed_secs=12.345,
        phases={"blocked": duration / 10, "connecting": 0.0, "waiting": duration},
        tags={"status": "200", "scenario": "browse", **tags},
        vu=7,
        iteration=3,
        worker=1,
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
    )


def build_summary(**changes: object) -> Summary:
    fields: dict[str, object] = {
        "name": "quickstart",
        "run_id": "20260101-120000-ab12",
        "seed": 7,
        "loadr_version": "0.1.0",
        "started_ms": 1767268800000,
        "ended_ms": 1767268830000,
        "duration_secs": 30.0,
        "scenarios": [
            ScenarioSummary(
                name="browse",
                executor="constant-vus",
                description="50 VUs for 30s",
                iterations=6000,
                interrupted=2,
                max_vus=50,
            ),
            ScenarioSummary(name="buy", executor="per-vu-iterations", iterations=40, dropped=3, max_vus=4),
        ],
        "metrics": [
            metric("iterations", sum=6040, per_second=201.3),
            trend("iteration_duration", 180.0, count=6040),
            metric("dropped_iterations", sum=3, per_second=0.1),
            metric("vus", last=50, min=5, max=50),
            metric("checks", rate=0.99, sum=11880, count=12000),
            metric("data_sent", sum=1234567, per_second=41152.2),
            metric("data_received", sum=98765432, per_second=3292181.1),
            metric("http_reqs", sum=12000, per_second=400.0),
            metric("http_reqs", {"name": "GET /"}, sum=11000, per_second=366.7),
            metric("http_reqs", {"name": "POST /orders"}, sum=1000, per_second=33.3),
            trend("http_req_duration", 1.0),
            trend("http_req_duration", 0.5, {"name": "GET /"}, count=11000),
            trend("http_req_duration", 4.0, {"name": "POST /orders"}, count=1000),
            trend("http_req_tls_handshaking", 0.0, count=0),
            trend("http_req_waiting", 0.9),
            metric("http_req_failed", rate=0.0033, sum=40, count=12000),
            metric("http_req_failed", {"name": "POST /orders"}, rate=0.04, sum=40, count=1000),
            MetricSummary(
                metric="basket_items",
                kind=MetricKind.TREND,
                agg=Aggregate(avg=2.5, min=1, med=2, max=12345, p90=4, p95=5, p99=7, count=99),
            ),
            trend("loadr_loop_lag", 0.2, count=300),
        ],
        "checks": [
            CheckSummary(name="status is 200", passes=11000, fails=0),
            CheckSummary(name="order is confirmed", passes=880, fails=120, group="buy"),
        ],
        "thresholds": [
            ThresholdSummary(metric="http_req_duration", expression="p(95)<500", observed=3.456, passed=True),
            ThresholdSummary(
                metric="http_req_duration{name:POST /orders}",
                expression="p(99) < 50ms",
                observed=51.2,
                passed=False,
            ),
            ThresholdSummary(metric="http_req_failed", expression="rate<0.01", observed=0.0033, passed=True),
            ThresholdSummary(
                metric="grpc_req_duration", expression="avg<10", observed=None, passed=True, no_samples=True
            ),
        ],
        "thresholds_passed": False,
        "health": Health(verdict="suspect", reasons=["event-loop lag p99 is 12.4 ms, above 10 ms"]),
        "failures": Failures(
            status=[FailureCount(cause="503", count=37, name="POST /orders")],
            transport=[FailureCount(cause="timeout", count=3, name="POST /orders")],
            checks=[FailureCount(cause="order is confirmed", count=120, name="order is confirmed")],
        ),
        "exemplars": [
            exemplar("POST /orders", 3210.0, error_kind="timeout", status="0"),
            exemplar("GET /", 48.2),
        ],
        "timeline": timeline(30),
        "notes": ["the tag name has more than 1,000 values; the rest is in 'other'"],
    }
    return Summary.model_validate(fields | changes)


def build_snapshot(elapsed_secs: float = 12.0, **changes: object) -> Snapshot:
    fields: dict[str, object] = {
        "elapsed_secs": elapsed_secs,
        "point": timeline(13)[11].model_copy(update={"elapsed_secs": elapsed_secs}),
        "scenarios": [
            ScenarioProgress(
                name="browse",
                executor="constant-vus",
                fraction=0.4,
                active_vus=50,
                iterations=2400,
                state="running",
            ),
            ScenarioProgress(
                name="buy",
                executor="per-vu-iterations",
                fraction=1.0,
                active_vus=0,
                iterations=40,
                state="done",
            ),
        ],
        "requests": 4800,
        "failed_requests": 12,
        "iterations": 2440,
        "checks_passed": 4700,
        "checks_failed": 100,
        "thresholds": [
            ThresholdSummary(metric="http_req_duration", expression="p(95)<3", observed=3.456, passed=False)
        ],
        "health": Health(),
    }
    return Snapshot.model_validate(fields | changes)


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def make_summary() -> Callable[..., Summary]:
    return build_summary


@pytest.fixture
def make_snapshot() -> Callable[..., Snapshot]:
    return build_snapshot


@pytest.fixture
def make_console() -> Callable[..., tuple[Console, io.StringIO]]:
    def make(width: int = 80, **options: object) -> tuple[Console, io.StringIO]:
        out = io.StringIO()
        return Console(file=out, width=width, **options), out

    return make
