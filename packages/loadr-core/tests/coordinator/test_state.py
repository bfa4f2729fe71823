import pytest

from loadr_config.thresholds import parse_threshold
from loadr_core.clock import wall_clock
from loadr_core.coordinator.state import RunState
from loadr_core.progress import Progress
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout
from loadr_core.vitals import Vitals
from loadr_core.worker.messages import Report

LAYOUT = request_layout("test")


def report(recorder, elapsed=1.0, vus=2, fraction=0.5, cpu=0.2, part="load"):
    progress = Progress("main", "constant-vus", "running", fraction, vus, 7)
    return Report(part, elapsed, wall_clock(), recorder.take_delta(), (progress,), Vitals(cpu))


def running_state(thresholds, workers):
    state = RunState(thresholds)
    state.expect(workers)
    return state


@pytest.fixture
def recorders():
    """Two workers that made 10 and 20 requests."""
    pair = Recorder(), Recorder()
    for recorder, count in zip(pair, (10, 20), strict=True):
        recorder.rows(LAYOUT, {"name": "a"}).rows.extend([(0.0, 0.05, 1.0, 1.0)] * count)
        cell = recorder.rate("checks", {"check": "ok"})
        cell.hits, cell.total = count - 1, count
    return pair


def test_a_second_is_complete_when_every_worker_has_reported(recorders):
    state = running_state((), [1, 2])
    state.apply(1, report(recorders[0]))
    assert not state.second_is_complete
    state.apply(2, report(recorders[1]))
    assert state.second_is_complete
    point = state.close_second()
    assert (point.rps, point.active_vus) == (30, 4)
    assert not state.second_is_complete


def test_a_worker_that_ended_is_not_waited_for(recorders):
    state = running_state((), [1, 2])
    state.apply(1, report(recorders[0]))
    state.retire(2)
    assert state.second_is_complete
    state.close_second()
    state.apply(1, report(recorders[0], elapsed=2.0))
    assert state.second_is_complete


def test_a_worker_that_says_nothing_is_not_waited_for_until_it_speaks_again(recorders):
    state = running_state((), [1, 2])
    assert not state.excuse_silent(), "nobody has spoken: there is nothing new to judge"
    state = running_state((), [1, 2])
    state.apply(1, report(recorders[0]))
    assert state.excuse_silent()
    state.close_second()
    state.apply(1, report(recorders[0], elapsed=2.0))
    assert state.second_is_complete
    state.apply(2, report(recorders[1], elapsed=2.0))
    assert state.close_second().rps == 20
    state.apply(1, report(recorders[0], elapsed=3.0))
    assert not state.second_is_complete


def test_setup_and_teardown_count_in_the_metrics_and_not_in_the_timeline(recorders):
    state = running_state((), [1])
    state.apply(1, report(recorders[0], elapsed=0.0, part="setup"))
    state.apply(1, report(recorders[1], elapsed=1.0))
    point = state.close_second()
    assert point.rps == 20
    assert state.snapshot(point, []).requests == 30


def test_a_snapshot_merges_all_workers(recorders):
    state = running_state([parse_threshold("test_reqs", "count>100")], [1, 2])
    state.apply(1, report(recorders[0], fraction=0.75))
    state.apply(2, report(recorders[1], fraction=0.25))
    snapshot = state.snapshot(state.close_second(), state.verdicts())
    assert (snapshot.requests, snapshot.failed_requests) == (30, 0)
    assert (snapshot.checks_passed, snapshot.checks_failed) == (28, 2)
    (scenario,) = snapshot.scenarios
    assert (scenario.fraction, scenario.active_vus, scenario.iterations) == (0.25, 4, 14)
    (verdict,) = snapshot.thresholds
    assert (verdict.observed, verdict.passed) == (30, False)
    vus = next(metric for metric in snapshot.metrics if metric.metric == "vus")
    assert (vus.agg.last, vus.agg.max) == (4, 4)


def test_the_largest_number_of_vus_is_kept(recorders):
    state = running_state((), [1])
    for vus in (2, 5, 1):
        state.apply(1, report(recorders[0], vus=vus))
        state.close_second()
    assert state.max_vus == {"main": 5}


def test_a_threshold_on_a_folded_tag_makes_the_run_suspect():
    recorder = Recorder()
    for number in range(1_002):
        recorder.counter("test_reqs", {"name": f"/{number}"}).value += 1
    state = running_state([parse_threshold("test_reqs{name:/1}", "count>0")], [1])
    state.apply(1, report(recorder))
    assert state.health().reasons == ["threshold test_reqs{name:/1} selects by a tag with too many values"]
