import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report.compare.blocks import automatic_length, block_length, resampled


def wandering(size, memory, seed=1):
    generator = np.random.default_rng(seed)
    series = np.zeros(size)
    for place in range(1, size):
        series[place] = memory * series[place - 1] + generator.normal()
    return series


def test_the_longer_the_memory_the_longer_the_blocks():
    lengths = [automatic_length(wandering(2_000, memory)) for memory in (0.0, 0.5, 0.9)]
    assert lengths == sorted(lengths)
    assert lengths[0] <= 5
    # The optimum for an AR(1) process is (6 (m / (1 - m^2))^2 N)^(1/3): 65 for m = 0.9 and 2,000 values.
    assert 30 <= lengths[2] <= 130


@pytest.mark.parametrize("series", [np.zeros(100), np.ones(3), np.array([1.0, 2.0])])
def test_a_series_that_tells_nothing_has_blocks_of_one(series):
    assert automatic_length(series) == 1


@pytest.mark.parametrize("size", [12, 60, 600])
def test_there_are_few_blocks_even_without_memory(size):
    length = block_length([wandering(size, 0.0)])
    assert 6 <= size // length <= 15


@pytest.mark.parametrize("size", [24, 60])
def test_there_are_never_fewer_than_six_blocks(size):
    series = np.linspace(0.0, 1.0, size)
    assert automatic_length(series) > size // 6
    assert block_length([series]) == size // 6


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_a_replicate_is_as_long_as_the_run(size, length, seed):
    weights = resampled(size, min(length, size), 7, np.random.default_rng(seed))
    assert weights.shape == (7, size)
    assert (weights.sum(axis=1) == size).all()


def test_blocks_keep_the_variance_of_a_mean_that_single_values_lose():
    series = wandering(5_000, 0.8)
    true = 25.0 / len(series)  # the variance of the mean: (1 / (1 - 0.8))^2 / N
    generator = np.random.default_rng(5)

    def seen(length):
        return float(np.var(resampled(len(series), length, 500, generator) @ series / len(series)))

    assert seen(100) == pytest.approx(true, rel=0.4)
    assert seen(1) < 0.2 * true
