"""What makes a run suspect, what does not, and what is only remarked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.health import Evidence, HealthMonitor, LagFigures, SpeedFigures, StartFigures
from loadr_core.metrics.delta import FailureGain
from loadr_core.vitals import Vitals

CALM = Vitals(cpu=0.5)
PORTS = "127.0.0.1:80: this machine has no free local port"


def monitor_of(*reports, worker=1, workers=1, backlog=0.01, every=1.0):
    monitor = HealthMonitor(workers)
    observe(monitor, reports, worker, backlog, every)
    return monitor


def observe(monitor, reports, worker=1, backlog=0.01, every=1.0):
    for number, vitals in enumerate(reports, 1):
        monitor.observe(worker, vitals, elapsed=number * every, backlog=backlog)


def busy(*cpus):
    return [Vitals(cpu) for cpu in cpus]


def test_a_calm_generator_is_trusted():
    health = monitor_of(*[CALM] * 10).verdict(Evidence(lags=[LagFigures(1, 9.9)]))
    assert health.model_dump() == {"verdict": "trusted", "reasons": [], "remarks": []}


def starts(started=1_000, dropped=0, late=0, most_vus=50, delay_p99_ms=0.2):
    return StartFigures("api", started, dropped, late, most_vus, delay_p99_ms)


TRUSTED = {
    "one busy second": (busy(1.0, *[0.2] * 40), Evidence()),
    "busy for 4 % of the time": (busy(*[1.0] * 4, *[0.2] * 96), Evidence()),
    "a little garbage": ([Vitals(0.5, gc_seconds=0.009, gc_longest=0.009)] * 10, Evidence()),
    "one late start": ([CALM], Evidence(starts=[starts(started=20, late=1)])),
    "0.9 % late starts": ([CALM], Evidence(starts=[starts(late=9)])),
    "many descriptors": ([Vitals(0.5, descriptors=900, descriptor_limit=1024)], Evidence()),
    "no limit of descriptors": ([Vitals(0.5, descriptors=10**6, descriptor_limit=None)], Evidence()),
    "dropped starts": ([CALM], Evidence(starts=[starts(dropped=500)])),
    "a slower worker": ([CALM], Evidence(speeds=[SpeedFigures(1, 100, 90.0), SpeedFigures(2, 100, 10.0)])),
}


@pytest.mark.parametrize(("reports", "evidence"), TRUSTED.values(), ids=TRUSTED)
def test_what_is_no_reason(reports, evidence):
    health = monitor_of(*reports).verdict(evidence)
    assert (health.verdict, health.reasons) == ("trusted", [])


SUSPECT = {
    "busy": (
        busy(0.95, 0.95),
        Evidence(),
        "a worker used more than 90 % of its core in 2 of 2 seconds",
    ),
    "late": (
        [CALM],
        Evidence(lags=[LagFigures(1, 25.0)]),
        "the generator's event loop was late by 25.0 ms at p99 (limit 10 ms)",
    ),
    "garbage": (
        [CALM, Vitals(0.5, gc_seconds=0.1, gc_longest=0.06)],
        Evidence(),
        "the generator's garbage collector held it up for 5.0% of its time, 60 ms at once",
    ),
    "late starts": (
        [CALM],
        Evidence(starts=[starts(late=20)]),
        "2.0% of the starts of scenario api were more than 10 ms late: the generator is too slow for this rate",
    ),
    "folded": (
        [CALM],
        Evidence(folded_thresholds=["m{name:x}"]),
        "threshold m{name:x} selects by a tag with too many values",
    ),
}


@pytest.mark.parametrize(("reports", "evidence", "reason"), SUSPECT.values(), ids=SUSPECT)
def test_what_makes_a_run_suspect(reports, evidence, reason):
    health = monitor_of(*reports).verdict(evidence)
    assert (health.verdict, health.reasons) == ("suspect", [reason])


def test_aggregation_that_is_behind():
    health = monitor_of(CALM, backlog=1.5).verdict(Evidence())
    assert health.reasons == ["aggregation was up to 1.5 s behind"]


def test_a_lost_worker():
    monitor = monitor_of(CALM)
    monitor.worker_lost("worker 1 was lost (exit code -9)")
    assert monitor.verdict(Evidence()).reasons == ["worker 1 was lost (exit code -9)"]


def test_a_worker_that_says_nothing_for_long():
    monitor = monitor_of(CALM, CALM)
    monitor.observe(1, CALM, elapsed=9.5, backlog=0.0)
    assert monitor.verdict(Evidence()).reasons == ["a worker said nothing for 7.5 s"]


def test_what_the_machine_ran_out_of():
    monitor = monitor_of(CALM)
    monitor.note_failures([FailureGain("transport", "/", f"connection: {PORTS}", 3)])
    monitor.note_failures([FailureGain("transport", "/b", f"connection: {PORTS}", 4)])
    monitor.note_failures([FailureGain("transport", "/", "acme: Too many open files", 1)])
    monitor.note_failures([FailureGain("transport", "/", "connection_refused: nobody there", 9)])
    monitor.note_failures([FailureGain("checks", "/", f"body contains {PORTS}", 9)])
    assert monitor.verdict(Evidence()).reasons == [
        "this machine has no free local port: 7 requests failed for it",
        "this process has no free file descriptor (ulimit -n): 1 request failed for it",
    ]


def test_several_workers_are_named():
    monitor = monitor_of(*busy(0.5, 0.5), workers=2)
    observe(monitor, busy(0.95, 0.99), worker=2)
    monitor.observe(1, CALM, elapsed=9.0, backlog=0.0)
    health = monitor.verdict(Evidence(lags=[LagFigures(1, 3.0), LagFigures(2, 12.0)]))
    assert health.reasons == [
        "the event loop of worker 2 was late by 12.0 ms at p99 (limit 10 ms)",
        "worker 1 said nothing for 7.0 s",
        "worker 2 used more than 90 % of its core in 2 of 2 seconds",
    ]


# ---------------------------------------------------------------- remarks


REMARKS = {
    "the target is too slow": (
        [CALM],
        Evidence(starts=[starts(started=900, dropped=100)]),
        (
            "10.0% of the starts of scenario api were dropped, 100 of 1,000, because all 50 VUs were busy: "
            "the target is too slow for this rate, or there are too few VUs"
        ),
    ),
    "nothing was started": (
        [CALM],
        Evidence(starts=[starts(started=0, dropped=100, most_vus=1)]),
        (
            "100.0% of the starts of scenario api were dropped, 100 of 100, because its one VU was busy: "
            "the target is too slow for this rate, or there are too few VUs"
        ),
    ),
    "starts waited": (
        [CALM],
        Evidence(starts=[starts(delay_p99_ms=1_234.0)]),
        (
            "starts of scenario api waited up to 1,234 ms (p99), because all 50 VUs were busy: "
            "the target is too slow for this rate, or there are too few VUs"
        ),
    ),
    "near the limit of descriptors": (
        [Vitals(0.5, descriptors=1_000, descriptor_limit=1_024), CALM],
        Evidence(),
        "a worker used 1,000 of the 1,024 file descriptors that it may have (ulimit -n)",
    ),
    "a slow worker": (
        [CALM],
        Evidence(speeds=[SpeedFigures(1, 100, 30.0), SpeedFigures(2, 100, 84.0), SpeedFigures(3, 100, 32.0)]),
        (
            "iterations of worker 2 took 84 ms (median), those of the others 31 ms: "
            "look at its machine, and at its way to the target"
        ),
    ),
}


@pytest.mark.parametrize(("reports", "evidence", "remark"), REMARKS.values(), ids=REMARKS)
def test_what_is_remarked(reports, evidence, remark):
    health = monitor_of(*reports).verdict(evidence)
    assert (health.verdict, health.remarks) == ("trusted", [remark])


def test_dropped_starts_are_not_laid_at_the_targets_door_when_the_generator_was_slow():
    evidence = Evidence(lags=[LagFigures(1, 40.0)], starts=[starts(started=900, dropped=100)])
    health = monitor_of(CALM).verdict(evidence)
    assert health.verdict == "suspect"
    assert health.remarks[0].endswith("this generator, which was slow itself, may be the reason")


@pytest.mark.parametrize(
    "speeds",
    [
        [SpeedFigures(1, 100, 30.0)],
        [SpeedFigures(1, 100, 30.0), SpeedFigures(2, 5, 900.0)],
        [SpeedFigures(1, 100, 1.0), SpeedFigures(2, 100, 9.0)],
        [SpeedFigures(1, 100, 100.0), SpeedFigures(2, 100, 140.0)],
    ],
    ids=["alone", "few iterations", "a few milliseconds", "not by half"],
)
def test_which_difference_between_workers_is_none(speeds):
    assert monitor_of(CALM).verdict(Evidence(speeds=speeds)).remarks == []


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.005)), min_size=1, max_size=50))
def test_a_verdict_is_suspect_exactly_when_there_are_reasons(signs):
    health = monitor_of(*[Vitals(cpu, gc_seconds=gc) for cpu, gc in signs]).verdict(Evidence())
    assert (health.verdict == "suspect") == bool(health.reasons)
