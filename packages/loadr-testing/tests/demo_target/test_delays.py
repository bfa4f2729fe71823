from random import Random
from statistics import fmean

import pytest

from loadr_testing.demo_target._delays import DelayDistribution, read_distribution
from loadr_testing.demo_target._request import Request
from loadr_testing.demo_target._routing import RefusedVisit, Visit


def distribution(query: str) -> DelayDistribution:
    return read_distribution(Visit(Request("GET", f"/delay?{query}")))


def samples(query: str, count: int = 20_000) -> list[float]:
    delay, generator = distribution(query), Random(7)
    return [delay.sample(generator) for _ in range(count)]


@pytest.mark.parametrize(
    "query",
    [
        "distribution=constant&mean=50",
        "distribution=uniform&min=0&max=100",
        "distribution=uniform&mean=50",
        "distribution=exponential&mean=50",
        "distribution=normal&mean=50&stddev=10",
        "distribution=lognormal&mean=50&sigma=0.7",
    ],
)
def test_has_the_mean_it_was_given(query):
    assert fmean(samples(query)) == pytest.approx(50, rel=0.03)


def test_normal_has_its_deviation():
    drawn = samples("distribution=normal&mean=50&stddev=10")
    assert sum(40 < delay < 60 for delay in drawn) / len(drawn) == pytest.approx(0.683, abs=0.02)


@pytest.mark.parametrize("name", ["constant", "uniform", "exponential", "normal", "lognormal"])
def test_stays_within_its_bounds(name):
    drawn = samples(f"distribution={name}&mean=50&stddev=100&min=20&max=70", 2000)
    assert min(drawn) >= 20
    assert max(drawn) <= 70


@pytest.mark.parametrize(
    "query", ["distribution=cauchy", "mean=0", "mean=x", "min=9&max=3", "max=60001", "mean=nan", "seed=-1"]
)
def test_refuses_what_makes_no_sense(query):
    with pytest.raises(RefusedVisit) as refused:
        distribution(query)
    assert refused.value.status == 400
