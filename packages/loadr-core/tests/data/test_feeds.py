"""Who gets which row next, for every mode."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import InlineSource
from loadr_core.data import draws_of
from loadr_core.data.feeds import shared_feed, vu_feed
from loadr_core.seeds import seed_for
from loadr_core.segments import Segment
from loadr_core.spi.scope import Scope, VuContext

PICKS = st.sampled_from(["sequential", "shuffle"])


def source(**keys):
    return InlineSource(rows=({"a": 1},), **keys)


def scope(vu=1, scenario="s", seed=1):
    return Scope(VuContext(vu, scenario), seed_for(seed, scenario, vu))


def taken(feed, most, of=None):
    """What a feed hands out until it has no more, at most so many."""
    of = of or scope()
    numbers = []
    while len(numbers) < most and (number := feed.next(of)) is not None:
        numbers.append(number)
        of.iteration += 1
    return numbers


def fleet(instances, vus, count, seed=1, **keys):
    return [
        shared_feed(source(**keys), "d", count, draws_of(Segment(index, instances), [vus]), seed)
        for index in range(instances)
    ]


@given(st.integers(1, 8), st.integers(1, 20), st.integers(1, 60), PICKS)
def test_shared_with_stop_uses_each_row_once_in_the_fleet(instances, vus, count, pick):
    feeds = fleet(instances, vus, count, pick=pick, on_eof="stop")
    assert sorted(number for feed in feeds for number in taken(feed, 1000)) == list(range(count))
    assert [feed.next(scope()) for feed in feeds] == [None] * instances


@given(st.integers(1, 8), st.integers(1, 20), st.integers(1, 60), PICKS, st.integers(1, 4))
def test_shared_with_recycle_uses_each_row_once_a_lap(instances, vus, count, pick, laps):
    """As long as instances are equally fast, so that all of them are in the same lap."""
    feeds = fleet(instances, vus, count, pick=pick)
    draws = [draws_of(Segment(index, instances), [vus]) for index in range(instances)]
    for lap in range(laps):
        numbers = []
        for feed, mine in zip(feeds, draws, strict=True):
            while mine.seats and feed._draws(feed._taken) < count * (lap + 1):
                numbers.append(feed.next(scope()))
        assert sorted(numbers) == list(range(count))


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_a_shared_shuffle_is_one_order_for_the_run(count, seed):
    whole = taken(fleet(1, 3, count, seed, pick="shuffle")[0], 2 * count)
    assert whole[:count] == whole[count:]
    first, second = fleet(2, 2, count, seed, pick="shuffle")
    apart = [
        number for pair in zip(taken(first, count), taken(second, count), strict=True) for number in pair
    ]
    assert apart[:count] == whole[:count]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, [0, 1, 2, 0, 1, 2, 0]),
        ({"on_eof": "stop"}, [0, 1, 2]),
        ({"pick": "shuffle", "on_eof": "stop"}, None),
    ],
    ids=["recycle", "stop", "shuffle"],
)
def test_with_per_vu_each_vu_has_all_rows(keys, expected):
    numbers = {
        vu: taken(vu_feed(source(mode="per_vu", **keys), "d", 3, 1, scope(vu)), 7) for vu in range(1, 30)
    }
    if expected is None:
        assert all(sorted(order) == [0, 1, 2] for order in numbers.values())
        assert len(set(map(tuple, numbers.values()))) == 6
    else:
        assert all(order == expected for order in numbers.values())


def test_orders_of_a_vu_follow_seed_source_scenario_and_vu():
    def order(name="d", seed=1, **who):
        feed = vu_feed(source(mode="per_vu", pick="shuffle"), name, 100, seed, scope(**who))
        return tuple(taken(feed, 100))

    orders = [order(), order(name="e"), order(seed=2), order(scenario="t"), order(vu=2)]
    assert len(set(orders)) == len(orders)
    assert order() == order()


@pytest.mark.parametrize("mode", ["shared", "per_vu"])
@pytest.mark.parametrize("on_eof", ["recycle", "stop"])
def test_random_follows_the_iteration_and_has_no_end(mode, on_eof):
    def numbers(name="d", **who):
        keys = source(mode=mode, pick="random", on_eof=on_eof)
        feed = (
            shared_feed(keys, name, 10, draws_of(Segment(), [1]), 1)
            if mode == "shared"
            else vu_feed(keys, name, 10, 1, scope(**who))
        )
        return taken(feed, 5000, scope(**who))

    drawn = numbers()
    assert drawn == numbers()
    others = [numbers("e"), numbers(vu=2), numbers(scenario="t"), numbers(seed=2)]
    assert all(drawn != other for other in others)
    counted = Counter(drawn)
    assert sorted(counted) == list(range(10))
    assert sum((times - 500) ** 2 / 500 for times in counted.values()) < 45  # 1 in a million


@pytest.mark.parametrize(("on_eof", "numbers"), [("stop", []), ("recycle", [0, 1, 2, 0])])
def test_an_instance_without_a_seat_has_no_row_of_its_own(on_eof, numbers):
    feed = shared_feed(source(on_eof=on_eof), "d", 3, draws_of(Segment(1, 2), [1]), 1)
    assert taken(feed, 4) == numbers
