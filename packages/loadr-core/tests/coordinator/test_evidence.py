from loadr_config.thresholds import parse_threshold
from loadr_core.coordinator.evidence import gather_evidence
from loadr_core.health import Evidence
from loadr_core.metrics import Aggregator
from loadr_core.recording import Recorder
from loadr_core.spi.rows import CounterColumn, RowLayout, TrendColumn

ITERATIONS = RowLayout(
    "iteration",
    ("start", "end"),
    "end",
    trends=(TrendColumn("iteration_duration", "end", "start"),),
    counters=(CounterColumn("iterations"),),
)
LAG = RowLayout("lag", ("due", "ran"), "ran", trends=(TrendColumn("loadr_loop_lag", "ran", "due"),))
DELAY = RowLayout("start", ("due", "at"), "at", trends=(TrendColumn("iteration_start_delay", "at", "due"),))


def aggregated(*recorders, by_instance=True):
    aggregator = Aggregator(by_instance=by_instance)
    for number, recorder in enumerate(recorders, 1):
        aggregator.apply(number, recorder.take_delta())
    return aggregator


def recorder_of(number, lags=(), durations=()):
    recorder = Recorder({"instance": str(number)})
    recorder.rows(LAG, {}).rows.extend((0.0, lag) for lag in lags)
    recorder.rows(ITERATIONS, {"scenario": "a"}).rows.extend((0.0, seconds) for seconds in durations)
    return recorder


def test_nothing_is_no_evidence():
    assert gather_evidence(Aggregator(), (), {}) == Evidence(folded_thresholds=[])


def test_each_worker_is_seen_alone():
    calm, late = recorder_of(1, [0.001] * 200, [0.010] * 3), recorder_of(2, [0.064] * 200, [0.032] * 5)
    found = gather_evidence(aggregated(calm, late), (), {})
    assert [(lag.worker, round(lag.p99_ms)) for lag in found.lags] == [(1, 1), (2, 64)]
    assert [(s.worker, s.iterations, round(s.median_ms)) for s in found.speeds] == [(1, 3, 10), (2, 5, 32)]


def test_the_only_worker_is_the_whole_run():
    found = gather_evidence(aggregated(recorder_of(1, [0.001] * 9), by_instance=False), (), {})
    assert [(lag.worker, round(lag.p99_ms)) for lag in found.lags] == [(1, 1)]
    assert found.speeds == ()


def test_one_late_probe_is_no_evidence():
    for lags, p99 in (
        ([0.5], None),
        ([0.5, 0.001], 1),
        ([0.5] + [0.001] * 50, 1),
        ([0.5, 0.5] + [0.001] * 50, 500),
    ):
        found = gather_evidence(aggregated(recorder_of(1, lags), by_instance=False), (), {}).lags
        assert [round(lag.p99_ms, -2) if lag.p99_ms > 100 else round(lag.p99_ms) for lag in found] == (
            [] if p99 is None else [p99]
        )


def test_the_starts_of_each_open_scenario():
    recorder = Recorder({"instance": "1"})
    recorder.rows(DELAY, {"scenario": "a"}).rows.extend((0.0, 0.004) for _ in range(20))
    recorder.counter("dropped_iterations", {"scenario": "a"}).value += 5
    recorder.counter("loadr_late_starts", {"scenario": "a"}).value += 2
    recorder.counter("dropped_iterations", {"scenario": "b"}).value += 7
    found = gather_evidence(aggregated(recorder), (), {"a": 9, "b": 1, "closed": 3}).starts
    assert [(s.scenario, s.started, s.dropped, s.late, s.most_vus, round(s.delay_p99_ms)) for s in found] == [
        ("a", 20, 5, 2, 9, 4),
        ("b", 0, 7, 0, 1, 0),
    ]


def test_thresholds_on_folded_tags():
    recorder = Recorder()
    for number in range(1_002):
        recorder.counter("m", {"name": f"/{number}"}).value += 1
    thresholds = [parse_threshold("m{name:/1}", "count>0"), parse_threshold("m", "count>0")]
    assert gather_evidence(aggregated(recorder), thresholds, {}).folded_thresholds == ["m{name:/1}"]
