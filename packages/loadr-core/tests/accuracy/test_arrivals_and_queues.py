"""What a trustworthy measurement is, shown without sampling error: engines on virtual time, and a queue.

The target is one server with a queue in front of it and seeded service times. Lindley's recursion (1952) gives
each response time from the arrivals that the plan promises and the services that the target drew; it knows
nothing of the engine.
"""

import hashlib
from itertools import pairwise
from random import Random

import pytest

from loadr_core.metrics import Histogram
from loadr_core.segments import Segment
from loadr_testing.fakes import Answer

# Relative width of a histogram's buckets: 3 significant digits.
RESOLUTION = 1e-3


class SingleServer:
    """Serves one request at a time, in the order of coming.

    Args:
        rate: services per second, exponential.
        seed: what they are drawn from.
    """

    def __init__(self, rate, seed=7):
        self._rate = rate
        self._random = Random(seed)
        self._free_at = 0.0
        self.services = []

    def __call__(self, request):
        service = self._random.expovariate(self._rate)
        self.services.append(service)
        self._free_at = max(self._free_at, request.at) + service
        return Answer(seconds=self._free_at - request.at)


def lindley(arrivals, services):
    """Response times: W[0] = 0, W[n+1] = max(0, W[n] + S[n] - (A[n+1] - A[n])), and R[n] = W[n] + S[n]."""
    waiting, responses = 0.0, []
    for number, service in enumerate(services):
        if number:
            gap = arrivals[number] - arrivals[number - 1]
            waiting = max(0.0, waiting + services[number - 1] - gap)
        responses.append(waiting + service)
    return responses


def open_plan(scenario, rate, duration, **knobs):
    return scenario("constant-arrival-rate", rate=rate, duration=duration, pre_allocated_vus=500, **knobs)


def assert_measured(histogram: Histogram, seconds):
    """Every rank of a histogram of microseconds is the same rank of the list, within the resolution."""
    expected = sorted(seconds)
    assert histogram.total == len(expected)
    percents = [100 * (rank + 1) / len(expected) for rank in range(len(expected))]
    found = [value / 1e6 for value in histogram.percentiles(*percents)]
    assert found == pytest.approx(expected, rel=RESOLUTION, abs=1e-6)


@pytest.mark.parametrize("load", [0.5, 0.9, 1.2], ids=["half", "heavy", "overload"])
def test_response_times_are_those_of_lindleys_recursion(load, run_plan, scenario):
    server = SingleServer(rate=100)
    rate = round(100 * load)
    done = run_plan(open_plan(scenario, rate, "10s"), server, measures="http")
    scheduled = [number / rate for number in range(rate * 10)]
    assert [request.at for request in done.handler.sent] == pytest.approx(scheduled)
    assert_measured(done.trend("http_req_duration"), lindley(scheduled, server.services))


def test_a_closed_model_hides_the_queue_that_an_open_one_shows(run_plan, scenario):
    """One VU never lets a queue grow: it measures the services alone, at whatever load."""
    server = SingleServer(rate=100)
    done = run_plan(scenario("constant-vus", vus=1, duration="10s"), server, measures="http")
    assert_measured(done.trend("http_req_duration"), server.services)


def test_poisson_arrivals_at_an_exponential_server_have_the_mean_of_the_formula(run_plan, scenario):
    """M/M/1: the mean response time is 1 / (service rate - arrival rate), 20 ms here."""
    plan = open_plan(scenario, 50, "200s", arrival="poisson")
    server = SingleServer(rate=100)
    done = run_plan(plan, server, measures="http")
    arrivals = [request.at for request in done.handler.sent]
    assert_measured(done.trend("http_req_duration"), lindley(arrivals, server.services))
    # About 10,000 responses, correlated within busy periods: the standard error is near 3 %.
    assert done.trend("http_req_duration").mean() / 1e6 == pytest.approx(1 / (100 - 50), rel=0.1)


def test_a_frozen_second_is_in_the_corrected_time_and_not_in_the_service_time(run_plan, scenario):
    """200 starts a second on two VUs; the target stands still from 1 s to 2 s, and answers in 1 ms else."""

    def freezes(request):
        return Answer(seconds=2.0 - request.at if 1.0 <= request.at < 2.0 else 0.001)

    plan = scenario("constant-arrival-rate", rate=200, duration="4s", pre_allocated_vus=2, when_busy="wait")
    done = run_plan(plan, freezes, measures="http")
    assert done.total("iterations") == 800
    service, corrected = (done.trend(f"http_req_{name}duration") for name in ("", "corrected_"))
    assert service.percentile(99) == pytest.approx(1_000, rel=0.01)
    assert service.max == pytest.approx(1_000_000, rel=RESOLUTION)
    # The eight worst of 800 were due within 40 ms of the start of the freeze, which they have to see out.
    assert corrected.percentile(99) == pytest.approx(970_000, rel=0.02)
    # A quarter of all starts were due in the freeze: one in ten of all waited for more than half of it.
    assert corrected.percentile(90) > 500_000


@pytest.mark.parametrize("rate", [1, 1_000, 4_000])
def test_starts_are_spread_evenly_and_none_is_late_on_a_perfect_machine(rate, run_plan, scenario):
    seconds = 2 if rate == 1 else 0.5
    done = run_plan(open_plan(scenario, rate, f"{seconds}s"), lambda _request: Answer(seconds=0.0001))
    moments = [request.at for request in done.handler.sent]
    assert len(moments) == rate * seconds
    assert {round((later - earlier) * rate, 3) for earlier, later in pairwise(moments)} == {1.0}
    assert done.trend("iteration_start_delay").max <= 1


@pytest.mark.parametrize("when_busy", ["drop", "wait"])
@pytest.mark.parametrize("grace", ["0s", "100ms", "1s"])
def test_the_books_of_a_black_hole_balance_and_timeouts_count_in_full(when_busy, grace, run_plan, scenario):
    def black_hole(request):
        # Every fifth request is answered, so that failures have to be told from successes.
        if request.iteration % 5 == 4:
            return Answer(seconds=0.01)
        return Answer(seconds=0.3, status=0, error_kind="timeout")

    plan = scenario(
        "constant-arrival-rate",
        rate=40,
        duration="2s",
        pre_allocated_vus=5,
        graceful_stop=grace,
        when_busy=when_busy,
    )
    done = run_plan(plan, black_hole)
    completed, interrupted, dropped = (
        done.total(f"{kind}iterations") for kind in ("", "interrupted_", "dropped_")
    )
    assert completed + interrupted + dropped == 80
    assert completed + interrupted == len(done.handler.sent)
    assert dropped
    failed, ended = done.rate("http_req_failed")
    assert ended == completed
    times = done.trend("fake_req_duration")
    assert times.total == completed
    answered = completed - failed
    assert 0 < answered < completed
    expected = [0.01] * int(answered) + [0.3] * failed
    assert_measured(times, expected)


FLOW = [
    {"think_time": {"type": "uniform", "min": "0s", "max": "200ms"}},
    {
        "random": {
            "choices": [
                {"weight": weight, "name": name, "steps": [{"request": {"url": f"/{name}"}}]}
                for name, weight in (("browse", 5), ("buy", 1), ("search", 3))
            ]
        }
    },
    {"think_time": {"type": "uniform", "min": "50ms", "max": "150ms"}},
    {"request": {"url": "/end"}},
]
MODELS = {
    "open": {"executor": "constant-arrival-rate", "rate": 40, "duration": "4s", "pre_allocated_vus": 64},
    "open, poisson": {
        "executor": "constant-arrival-rate",
        "rate": 40,
        "duration": "4s",
        "pre_allocated_vus": 64,
        "arrival": "poisson",
    },
    "closed": {"executor": "per-vu-iterations", "vus": 8, "iterations": 12},
}


def sequence_hash(outcomes):
    """What was asked for and when, of all instances together."""
    asked = sorted((round(request.at, 6), request.url) for one in outcomes for request in one.handler.sent)
    return hashlib.sha256(repr(asked).encode()).hexdigest()


@pytest.mark.parametrize("knobs", MODELS.values(), ids=MODELS)
def test_one_seed_gives_one_sequence_over_any_number_of_instances(knobs, run_plan, scenario):
    plan = scenario(**knobs, flow=FLOW)

    def over(count, seed=1):
        return sequence_hash([run_plan(plan, segment=Segment(i, count), seed=seed) for i in range(count)])

    assert over(1) == over(2) == over(4)
    assert over(2, seed=2) != over(2)
