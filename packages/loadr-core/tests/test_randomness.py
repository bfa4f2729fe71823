from hypothesis import given
from hypothesis import strategies as st

from loadr_core.randomness import draw_seed, generator, seed_for
from loadr_core.spi import Scope, VuContext


@given(st.integers(0, 2**32 - 1), st.text(), st.integers(1, 10_000))
def test_a_generator_depends_on_seed_and_key_only(seed, scenario, vu):
    assert generator(seed, scenario, vu).random() == generator(seed, scenario, vu).random()
    assert seed_for(seed, scenario, vu) != seed_for(seed, scenario, vu + 1)


def test_a_key_is_no_concatenation():
    assert seed_for(1, "a", "bc") != seed_for(1, "ab", "c")


def test_an_iteration_draws_the_same_whatever_was_drawn_before():
    scope = Scope(VuContext(1, "main"), seed=9)
    scope.iteration = 5
    first = [scope.random.random(), scope.random.random()]
    scope.iteration = 6
    other = scope.random.random()
    again = Scope(VuContext(1, "main"), seed=9)
    again.iteration = 5
    assert [again.random.random(), again.random.random()] == first
    assert other not in first


def test_drawn_seeds_fit_into_the_command_line():
    assert all(0 <= draw_seed() < 2**32 for _ in range(100))
