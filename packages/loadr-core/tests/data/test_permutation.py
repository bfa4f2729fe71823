import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.data.permutation import permutation

SEEDS = st.integers(0, 2**64 - 1)


@given(SEEDS, st.integers(1, 3000))
def test_every_number_comes_once(seed, count):
    permute = permutation(seed, count)
    assert sorted(map(permute, range(count))) == list(range(count))


@given(SEEDS, st.sampled_from([10**6, 2**20, 2**20 + 1, 20_000_000, 10**12]), st.data())
def test_large_ones_stay_in_their_range_and_are_one_to_one_as_far_as_seen(seed, count, data):
    numbers = data.draw(st.sets(st.integers(0, count - 1), max_size=50))
    images = set(map(permutation(seed, count), numbers))
    assert len(images) == len(numbers)
    assert all(0 <= image < count for image in images)


@pytest.mark.parametrize("count", [7, 256, 257, 1000, 2**15])
def test_the_same_seed_gives_the_same_order_and_another_one_another(count):
    first, again, other = (list(map(permutation(seed, count), range(count))) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("count", [5, 300, 1000])
def test_numbers_are_spread_evenly_over_all_places(count):
    """Chi-square over ten ranges: the bound is passed by one in a million fair shuffles."""
    for place in (0, 1, count // 2, count - 1):
        images = Counter(permutation(seed, count)(place) * 5 // count for seed in range(2000))
        chi_square = sum((images[cell] - 400) ** 2 / 400 for cell in range(5))
        assert chi_square < 33, (place, images)


@pytest.mark.parametrize("count", [300, 5000, 100_000])
def test_neighbours_do_not_stay_neighbours(count):
    order = list(map(permutation(3, count), range(count)))
    steps = Counter((after - before) % count for before, after in itertools.pairwise(order))
    # In a fair shuffle each distance comes once on average; the most frequent of them some eight times.
    assert steps.most_common(1)[0][1] < 20
    rising = sum(after > before for before, after in itertools.pairwise(order))
    assert abs(rising / count - 0.5) < 0.1
