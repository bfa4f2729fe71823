"""When starts are due: totals, order, shares and extreme rates, against the totals that `explain` tells."""

from itertools import islice
from math import exp, inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_config.outlook import outlook
from loadr_core.schedules import Arrivals, arrivals_of, rates_of
from loadr_core.segments import Segment

ALONE = Segment().turns(1)
HOLDERS = 10_000


def constant(rate, duration, **knobs):
    return ConstantArrivalRate.model_validate(
        {"executor": "constant-arrival-rate", "rate": rate, "duration": duration, **knobs}
    )


def ramping(start, *stages, **knobs):
    stages = [{"duration": duration, "target": target} for duration, target in stages]
    return RampingArrivalRate.model_validate(
        {"executor": "ramping-arrival-rate", "start_rate": start, "stages": stages, **knobs}
    )


def starts_of(config, turns=ALONE, seed=1):
    """All (number, offset) pairs."""
    arrivals = arrivals_of(config, turns, Random(seed))
    starts = []
    while arrivals.offset != inf:
        starts.append((arrivals.number, arrivals.offset))
        arrivals.advance()
    return starts


def offsets_of(config, **arguments):
    return [offset for _, offset in starts_of(config, **arguments)]


CASES = {
    "two a second": (constant(2, 2), [0, 0.5, 1, 1.5]),
    "a rate per minute": (constant(30, 5, time_unit="1m"), [0, 2, 4]),
    "slower than once in the whole time": (constant(0.01, 5), [0]),
    "a product that floats miss": (constant(0.1, 30), [0, 10, 20]),
    "a third": (constant(1, 2, time_unit=3), [0]),
    "up from nothing": (ramping(0, (2, 2)), [2**0.5, 2]),
    "level": (ramping(2, (2, 2)), [0.5, 1, 1.5, 2]),
    "down to nothing": (ramping(2, (2, 0)), [2 - 2**0.5, 2]),
    "a jump": (ramping(0, (1, 0), (0, 2), (1, 2)), [1.5, 2]),
    "silence in between": (ramping(2, (1, 2), (0, 0), (3, 0), (0, 1), (1, 1)), [0.5, 1, 5]),
    "half a start is carried on": (ramping(1, (0.5, 1), (0, 2), (1, 2)), [0.75, 1.25]),
    "nothing at all": (ramping(0, (3, 0)), []),
}


@pytest.mark.parametrize(("config", "expected"), CASES.values(), ids=CASES)
def test_when_starts_are_due(config, expected):
    assert offsets_of(config) == pytest.approx(expected)


@pytest.mark.parametrize("rate", [0.01, 1, 10_001, 50_000])
def test_extreme_rates_are_exact_far_into_the_run(rate):
    arrivals = arrivals_of(constant(rate, 1e6), ALONE, Random(1))
    for number in range(1000):
        assert arrivals.number == number
        assert arrivals.offset == pytest.approx(number / rate, rel=1e-12, abs=1e-12)
        arrivals.advance()


rates = st.floats(0, 300) | st.integers(0, 300) | st.sampled_from([0.01, 0.1, 1 / 3])
stages = st.lists(st.tuples(st.sampled_from([0, 0.1, 0.3, 1, 2, 7]), rates), min_size=1, max_size=5)
constants = st.builds(
    constant,
    st.floats(0.01, 500) | st.sampled_from([0.1, 0.7, 3]),
    st.sampled_from([0.1, 1, 3, 7, 30]),
    time_unit=st.sampled_from([0.5, 1, 60]),
)
rampings = st.builds(
    lambda start, drawn: ramping(start, *drawn),
    rates,
    stages.filter(lambda drawn: any(duration for duration, _ in drawn)),
)


@given(constants | rampings)
def test_the_starts_are_those_that_explain_tells_in_order_and_in_time(config):
    starts = starts_of(config)
    offsets = [offset for _, offset in starts]
    assert [number for number, _ in starts] == list(range(len(starts)))
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= rates_of(config).duration for offset in offsets)
    count = outlook(config).iterations
    assert len(starts) == count.least == count.most


@given(constants | rampings, st.integers(1, 8), st.integers(1, 40), st.booleans())
def test_instances_partition_the_starts(config, count, holders, poisson):
    if poisson:
        config = config.model_copy(update={"arrival": "poisson"})
    whole = starts_of(config)
    parts = [starts_of(config, Segment(index, count).turns(holders)) for index in range(count)]
    assert sorted(start for part in parts for start in part) == whole


@given(rampings, st.lists(st.tuples(st.floats(0, 5), st.floats(0, 200)), max_size=4))
def test_whatever_is_changed_no_start_is_lost_or_doubled(config, changes):
    arrivals = Arrivals(rates_of(config), ALONE, at_once=False)
    now, numbers = 0.0, []
    for wait, rate in changes:
        now += wait
        while arrivals.offset <= now:
            numbers.append(arrivals.number)
            arrivals.advance()
        arrivals.change(now, rate)
        assert arrivals.offset >= min(now, arrivals.end)
    assert numbers == list(range(len(numbers)))


def test_a_changed_rate_goes_on_from_where_it_was():
    arrivals = arrivals_of(constant(1, 10), ALONE, Random(1))
    seen = []
    for change_at, rate in ((2.5, 4.0), (4.0, 0.0), (7.0, 1.0), (99.0, 50.0)):
        while arrivals.offset <= change_at:
            seen.append(arrivals.offset)
            arrivals.advance()
        arrivals.change(change_at, rate)
    assert arrivals.offset == inf
    # Half a start was due at 2.5, so the next comes half of a quarter second later.
    assert seen == pytest.approx([0, 1, 2, 2.625, 2.875, 3.125, 3.375, 3.625, 3.875, 7.5, 8.5, 9.5])


def test_a_silenced_schedule_goes_on_when_it_is_given_a_rate():
    arrivals = arrivals_of(constant(1, 10), ALONE, Random(1))
    arrivals.advance()
    arrivals.change(0.5, 0)
    assert arrivals.offset == inf
    arrivals.change(5.0, 2)
    assert arrivals.offset == pytest.approx(5.25)
    assert arrivals.rate(5.0) == 2


def test_an_instance_without_vus_has_no_starts():
    arrivals = arrivals_of(constant(10, 10), Segment(3, 4).turns(2), Random(1))
    assert arrivals.offset == inf
    arrivals.change(1.0, 50)
    assert arrivals.offset == inf


POISSON = {
    "constant": constant(200, 100, arrival="poisson"),
    "ramp": ramping(0, (50, 400), (50, 0), arrival="poisson"),
}


@pytest.mark.parametrize("config", POISSON.values(), ids=POISSON)
def test_poisson_arrivals_pass_a_goodness_of_fit_test(config):
    """Kolmogorov-Smirnov of the areas between starts against the exponential distribution, at 1 %."""
    ramp = rates_of(config)
    areas = [ramp.area(offset) for offset in offsets_of(config)]
    gaps = sorted(later - earlier for earlier, later in zip([0.0, *areas], areas, strict=False))
    count = len(gaps)
    assert abs(count - ramp.total) < 4 * ramp.total**0.5
    distance = max(
        max((index + 1) / count - (1 - exp(-gap)), (1 - exp(-gap)) - index / count)
        for index, gap in enumerate(gaps)
    )
    assert distance < 1.63 / count**0.5


def test_poisson_arrivals_follow_the_seed():
    config = constant(50, 10, arrival="poisson")
    assert starts_of(config, seed=1) == starts_of(config, seed=1)
    assert starts_of(config, seed=1) != starts_of(config, seed=2)


def test_repr_tells_the_next_start():
    arrivals = arrivals_of(constant(4, 10), ALONE, Random(1))
    assert [repr(arrivals) for _ in islice(iter(arrivals.advance, 1), 1)] == [
        "<Arrivals: start 1 at 0.250000 s of 10 s>"
    ]
