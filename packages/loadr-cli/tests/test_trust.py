"""What a self-test concludes from summaries."""

import pytest

from loadr_cli.trust import RateStep, Slow, Timing, as_data, as_text, step_of, timing_of, trusted_rate
from loadr_config.summary import Summary


def summary(iterations=100, dropped=0, health=None, **trends):
    return Summary.model_validate(
        {
            "schema": 1,
            "name": "selftest",
            "run_id": "r",
            "seed": 1,
            "loadr_version": "0",
            "started_ms": 0,
            "ended_ms": 1,
            "duration_secs": 1,
            "scenarios": [
                {
                    "name": "selftest",
                    "executor": "constant-arrival-rate",
                    "iterations": iterations,
                    "interrupted": 0,
                    "dropped": dropped,
                }
            ],
            "metrics": [
                {"metric": name, "kind": "trend", "tags": {}, "agg": values}
                for name, values in trends.items()
            ],
            "checks": [],
            "thresholds": [],
            "thresholds_passed": True,
            "health": health or {},
        }
    )


def test_the_timing_error_is_measured_minus_true():
    steady = summary(
        iteration_start_delay={"med": 0.1, "p99": 0.4}, http_req_duration={"med": 20.5, "p99": 22.0}
    )
    # Four services of 101 ms, due every 50 ms: the last is due at 150 ms and ends at 404 ms.
    busy = summary(http_req_duration={"count": 4, "sum": 404.0}, http_req_corrected_duration={"max": 256.0})
    timing = timing_of(
        steady, busy, stalled(), delay=20, always=Slow(length=100, gap=50), once=Slow(length=50, gap=20)
    )
    assert timing == Timing(0.1, 0.4, 0.5, 2.0, pytest.approx(2.0), pytest.approx(0.1))


def stalled(**corrected):
    """Ten requests of 5 ms and one of 50, due every 20 ms: two wait, for 30 and 15 ms."""
    return summary(
        http_req_duration={"count": 11, "sum": 100.0, "med": 5.0},
        http_req_corrected_duration={"sum": 146.1} | corrected,
    )


def test_coordinated_omission_would_show_as_an_error_around_a_stall():
    once = Slow(length=50, gap=20)
    timing = timing_of(
        summary(), summary(), stalled(sum=100.0), delay=20, always=Slow(length=100, gap=50), once=once
    )
    assert timing.stall == pytest.approx(-45 / 11)


def test_a_target_that_is_never_fast_again():
    # Requests that take longer than their gap never catch up: there is no sum to compare with.
    slow = summary(
        http_req_duration={"count": 2, "sum": 60.0, "med": 30.0}, http_req_corrected_duration={"sum": 70.0}
    )
    timing = timing_of(
        summary(), summary(), slow, delay=20, always=Slow(length=100, gap=50), once=Slow(length=50, gap=20)
    )
    assert timing.stall == pytest.approx(5.0)


SUSPECT = {"verdict": "suspect", "reasons": ["the event loop was late"]}


@pytest.mark.parametrize(
    ("seen", "doubts"),
    [
        (summary(), ()),
        (summary(99, 1), ()),
        (summary(90, 10), ("10 of 100 starts were dropped: the target was too slow",)),
        (summary(health=SUSPECT), ("the event loop was late",)),
        (summary(0), ("nothing was measured",)),
    ],
    ids=["calm", "a drop in a hundred", "dropped", "suspect", "nothing"],
)
def test_what_makes_a_rate_doubtful(seen, doubts):
    assert step_of(500, seen) == RateStep(500, 0.0, doubts)


CALM, LATE = (), ("late",)


@pytest.mark.parametrize(
    ("doubts", "best"),
    [([CALM, CALM], 200), ([CALM, LATE], 100), ([LATE], None), ([LATE, CALM], None), ([], None)],
    ids=["all", "up to a doubt", "none", "nothing after a doubt", "not tried"],
)
def test_the_rate_below_the_first_doubt_is_trusted(doubts, best):
    steps = [RateStep(100 * place, 0.2, one) for place, one in enumerate(doubts, 1)]
    assert trusted_rate(steps) == best
    assert as_data(Timing(0, 0, 0, 0, 0, 0), steps)["trusted_rate"] == best


@pytest.mark.parametrize(
    ("steps", "ending"),
    [
        ([RateStep(100, 0.2, CALM)], "up to 100 requests a second at least: no higher rate was tried"),
        ([RateStep(100, 0.2, CALM), RateStep(200, 9, LATE)], "up to 100 requests a second"),
        ([RateStep(100, 9, LATE)], "no rate is to be trusted on this machine as busy as it is now"),
    ],
)
def test_the_text_ends_with_the_verdict(steps, ending):
    text = as_text(Timing(0.1, 0.4, 0.5, 2.0, 1.5, 0.2), steps)
    assert text.endswith(ending)
    assert "start delay     med 0.10 ms   p99 0.40 ms" in text
