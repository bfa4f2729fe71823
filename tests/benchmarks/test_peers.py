import json

import pytest
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.peers import DEFAULT_PEERS, PEERS, Load, choose, h2load, hey, k6, loadr, locust, wrk

from loadr_config import load_plan
from loadr_config.summary import Aggregate, CheckSummary, MetricSummary, Summary

LOAD = Load(url="http://127.0.0.1:8099/data", vus=7, seconds=3)
SECURE = Load(url="https://127.0.0.1:8099/data", vus=7, seconds=3)
THINKING = Load(url="http://127.0.0.1:8099/data", vus=7, seconds=3, think_secs=1.5)


def test_wrk_output_is_read(samples):
    report = wrk.parse((samples / "wrk.txt").read_text())
    assert report == ToolReport(
        requests=211_748, failures=0, p50_ms=pytest.approx(0.278), p99_ms=pytest.approx(2.66)
    )


def test_wrk_errors_are_failures(samples):
    text = (samples / "wrk.txt").read_text()
    text += "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 90\n"
    assert wrk.parse(text).failures == 100


@pytest.mark.parametrize(
    ("printed", "milliseconds"),
    [("278.00us", 0.278), ("2.66ms", 2.66), ("1.20s", 1200.0), ("1.50m", 90_000.0)],
    ids=["microseconds", "milliseconds", "seconds", "minutes"],
)
def test_wrk_latency_units(samples, printed, milliseconds):
    text = (samples / "wrk.txt").read_text().replace("2.66ms", printed)
    assert wrk.parse(text).p99_ms == pytest.approx(milliseconds)


def test_wrk_output_without_figures_is_refused():
    with pytest.raises(BenchmarkError, match="unable to connect"):
        wrk.parse("unable to connect to 127.0.0.1:1 Connection refused")


def test_hey_output_is_read(samples):
    report = hey.parse((samples / "hey.txt").read_text())
    assert report == ToolReport(requests=44_033, failures=0, p50_ms=0.1, p99_ms=0.4)


def test_hey_errors_are_failures(samples):
    text = (samples / "hey.txt").read_text()
    text = text.replace("[200]\t44033 responses", "[200]\t30 responses\n  [503]\t2 responses")
    text += 'Error distribution:\n  [5]\tGet "http://127.0.0.1:1/": connection refused\n'
    report = hey.parse(text)
    assert (report.requests, report.failures) == (37, 7)


def test_hey_output_without_figures_is_refused():
    with pytest.raises(BenchmarkError, match="not understood"):
        hey.parse("Error distribution:\n")


def test_k6_summary_is_read(samples):
    report = k6.parse(json.loads((samples / "k6.json").read_text()))
    assert report == ToolReport(requests=21_196, failures=0, p50_ms=3.6972915, p99_ms=18.606204549999994)


def test_k6_passes_of_the_failure_rate_are_failures(samples):
    summary = json.loads((samples / "k6.json").read_text())
    summary["metrics"]["http_req_failed"]["passes"] = 3
    summary["metrics"]["checks"]["fails"] = 2
    assert k6.parse(summary).failures == 5


def test_locust_statistics_are_read(samples):
    report = locust.parse(json.loads((samples / "locust.json").read_text()))
    assert report == ToolReport(requests=6869, failures=0, p50_ms=3.0, p99_ms=28.0)


def test_loadr_summary_is_read():
    summary = Summary(
        name="reference",
        run_id="r",
        seed=1,
        loadr_version="0.1.0",
        started_ms=0,
        ended_ms=8000,
        duration_secs=8.0,
        scenarios=[],
        metrics=[
            MetricSummary(metric="http_reqs", kind="counter", agg=Aggregate(sum=500)),
            MetricSummary(metric="http_reqs", kind="counter", tags={"name": "x"}, agg=Aggregate(sum=499)),
            MetricSummary(metric="http_req_failed", kind="rate", agg=Aggregate(rate=0.01, sum=5, count=500)),
            MetricSummary(metric="http_req_duration", kind="trend", agg=Aggregate(med=0.5, p99=2.5)),
        ],
        checks=[CheckSummary(name="status is 200", passes=498, fails=2)],
        thresholds=[],
        thresholds_passed=True,
    )
    assert loadr.parse(summary.as_json()) == ToolReport(requests=500, failures=7, p50_ms=0.5, p99_ms=2.5)


def test_loadr_summary_of_another_schema_is_refused():
    with pytest.raises(BenchmarkError, match="schema 2"):
        loadr.parse({"schema": 2})


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.5, 2.0), (0.51, 3.0), (0.99, 40.0), (1.0, 40.0)],
    ids=["half", "more", "p99", "all"],
)
def test_percentile_of_counts(share, value):
    assert locust.percentile({40: 2, 1: 2, 2: 3, 3: 3}, share) == value


def test_percentile_of_nothing():
    assert locust.percentile({}, 0.5) == 0.0


def test_peers_are_chosen_in_order_and_once():
    assert [peer.name for peer in choose("wrk, k6,wrk")] == ["wrk", "k6"]
    assert [peer.name for peer in choose(",".join(DEFAULT_PEERS))] == list(DEFAULT_PEERS)


@pytest.mark.parametrize("text", ["ab", "k6,ab", "", ","], ids=["unknown", "one unknown", "empty", "commas"])
def test_unknown_peers_are_refused(text):
    with pytest.raises(BenchmarkError, match="known: loadr, k6"):
        choose(text)


@pytest.mark.parametrize("name", [name for name in PEERS if name not in {"wrk", "hey", "h2load"}])
@pytest.mark.parametrize("load", [LOAD, THINKING], ids=["closed", "thinking"])
def test_generated_files_hold_the_load(name, load, tmp_path, monkeypatch):
    monkeypatch.setattr(f"benchmarks.peers.{name.partition('-')[0]}.path_of", str)
    command = " ".join(PEERS[name].command(load, tmp_path))
    (written,) = tmp_path.iterdir()
    everything = written.read_text() + command
    assert "@" not in everything.replace("@task", "")
    assert "127.0.0.1:8099" in everything
    assert "7" in everything
    assert "3s" in everything
    assert ("1.5" in everything) == (load is THINKING)


@pytest.mark.parametrize(
    ("name", "words"),
    [("loadr", "insecure_skip_verify: true"), ("k6", "insecureSkipTLSVerify: true")],
    ids=["loadr", "k6"],
)
def test_the_targets_certificate_is_not_verified(name, words, tmp_path, monkeypatch):
    monkeypatch.setattr(f"benchmarks.peers.{name}.path_of", str)
    for load in (LOAD, SECURE):
        PEERS[name].command(load, tmp_path)
        (written,) = tmp_path.iterdir()
        assert (words in written.read_text()) == load.with_tls


@pytest.mark.parametrize(
    ("plain", "other", "words"),
    [
        (loadr.Loadr(), loadr.LoadrDiscard(), "discard_response_bodies: true"),
        (loadr.Loadr(), loadr.LoadrReconnecting(), "keep_alive: false"),
        (k6.K6(), k6.K6Discard(), "discardResponseBodies: true"),
        (k6.K6(), k6.K6Reconnecting(), "noConnectionReuse: true"),
    ],
    ids=["loadr, bodies", "loadr, connections", "k6, bodies", "k6, connections"],
)
def test_what_sets_the_others_apart(plain, other, words, tmp_path, monkeypatch):
    monkeypatch.setattr(f"{type(plain).__module__}.path_of", str)
    for peer in (plain, other):
        peer.command(LOAD, tmp_path)
        (written,) = tmp_path.iterdir()
        assert (words in written.read_text()) == (peer is other)


@pytest.mark.parametrize("defaults", [loadr.Loadr(), loadr.LoadrDiscard(), loadr.LoadrReconnecting()])
@pytest.mark.parametrize("load", [LOAD, SECURE, THINKING], ids=["clear", "TLS", "thinking"])
def test_loadrs_plan_is_one(defaults, load):
    assert load_plan("plan.yaml", text=defaults.plan(load)).diagnostics == ()


def test_wrk_is_told_to_reconnect(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.peers.wrk.path_of", str)
    assert "Connection: close" not in wrk.Wrk().command(LOAD, tmp_path)
    assert wrk.WrkReconnecting().command(LOAD, tmp_path)[-3:] == ["-H", "Connection: close", LOAD.url]


@pytest.mark.parametrize("name", ["wrk", "hey", "h2load"])
def test_who_cannot_think(name, tmp_path):
    with pytest.raises(BenchmarkError, match="no think time"):
        PEERS[name].command(THINKING, tmp_path)


def test_h2load_is_told_the_load(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.h2load.path_of", str)
    command = PEERS["h2load"].command(SECURE, tmp_path)
    assert command[-1] == SECURE.url
    assert {"--clients=7", "--duration=3", "--max-concurrent-streams=1"} <= set(command)


def test_h2load_output_is_read(samples):
    text = (samples / "h2load.txt").read_text()
    assert h2load.parse(text) == ToolReport(requests=211_673, failures=0, p50_ms=None, p99_ms=None)
    counted = text.replace("0 failed, 0 errored, 0 timeout", "5 failed, 4 errored, 2 timeout")
    assert h2load.parse(counted).failures == 7


def test_h2load_output_without_figures_is_refused():
    with pytest.raises(BenchmarkError, match="no protocol"):
        h2load.parse("no protocol was negotiated")
