import numpy as np
import pytest

from loadr_core.health import HealthMonitor
from loadr_core.metrics.sinks import TrendSink
from loadr_core.recording import BulkHistogram


def lag(milliseconds):
    sink = TrendSink()
    recorder = BulkHistogram()
    recorder.record(np.array([milliseconds * 1000.0] * 100))
    sink.add(recorder.take())
    return sink


def test_a_calm_generator_is_trusted():
    monitor = HealthMonitor()
    for _ in range(10):
        monitor.observe(cpu=0.5, backlog=0.01)
    assert monitor.verdict(lag(1.0), []).model_dump() == {"verdict": "trusted", "reasons": []}


def test_one_busy_second_is_no_reason():
    monitor = HealthMonitor()
    for cpu in [1.0] + [0.2] * 40:
        monitor.observe(cpu, 0.0)
    assert monitor.verdict(None, []).verdict == "trusted"


@pytest.mark.parametrize(
    ("cpus", "backlog", "lag_ms", "lost", "folded", "reason"),
    [
        ([0.95, 0.95], 0.0, 1.0, [], [], "a worker used more than 90 % of its core in 2 of 2 seconds"),
        ([0.1], 0.0, 25.0, [], [], "event loop was late by 25.0 ms at p99"),
        ([0.1], 1.5, 1.0, [], [], "aggregation was up to 1.5 s behind"),
        ([0.1], 0.0, 1.0, ["worker 1 was lost"], [], "worker 1 was lost"),
        ([0.1], 0.0, 1.0, [], ["m{name:x}"], "threshold m{name:x} selects by a tag with too many values"),
    ],
    ids=["busy", "late", "behind", "lost", "folded"],
)
def test_what_makes_a_run_suspect(cpus, backlog, lag_ms, lost, folded, reason):
    monitor = HealthMonitor()
    for cpu in cpus:
        monitor.observe(cpu, backlog)
    for loss in lost:
        monitor.worker_lost(loss)
    health = monitor.verdict(lag(lag_ms), folded)
    assert health.verdict == "suspect"
    assert len(health.reasons) == 1
    assert reason in health.reasons[0]
