"""Slots never exceed their rate, over all instances together, and waste none that somebody waits for."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.schedules import Slots
from loadr_core.segments import Segment

ALONE = Segment().turns(1)


def taken_by_somebody_who_always_waits(slots, until):
    """The moments of all slots before a time, for one who is there at once when a slot opens."""
    moments, now = [], 0.0
    while now < until:
        opens = slots.take(now)
        if opens is None:
            moments.append(now)
        else:
            now = opens
    return moments


@pytest.mark.parametrize("rate", [0.01, 0.5, 3, 1000, 50_000])
def test_who_always_waits_gets_every_slot_at_its_time(rate):
    moments = taken_by_somebody_who_always_waits(Slots(rate, ALONE), 20.0 / rate)
    assert moments == pytest.approx([number / rate for number in range(20)])


def test_a_late_one_takes_the_open_slot_and_delays_nobody():
    slots = Slots(1.0, ALONE)
    assert slots.take(0.0) is None
    assert slots.take(0.2) == 1.0
    assert slots.take(1.9) is None
    assert slots.take(2.0) is None


def test_missed_slots_are_gone():
    slots = Slots(1.0, ALONE)
    assert slots.take(5.5) is None
    assert slots.take(5.5) == 6.0


@given(
    st.floats(0.01, 50_000),
    st.lists(st.floats(0, 3), max_size=60),
    st.integers(1, 8),
    st.integers(1, 20),
)
def test_all_instances_together_never_exceed_the_rate(rate, gaps, count, holders):
    turns = [Segment(index, count).turns(holders) for index in range(min(count, holders))]
    everybody = [Slots(rate, turn) for turn in turns]
    now, taken = 0.0, []
    for gap in gaps:
        now += gap / rate
        for slots in everybody:
            while slots.take(now) is None:
                taken.append(now)
    assert len(taken) <= now * rate + 1 + 1e-6
    # A slot stays open until the instance's next one: no window holds more than the slots that touch it.
    longest_turn = holders + count
    for size in (2, 5, 20):
        for first, last in pairwise(taken[::size]):
            assert size <= (last - first) * rate + longest_turn + 1


@given(st.sampled_from([0.01, 0.3, 7.0, 50_000.0]), st.integers(1, 8), st.integers(1, 20))
def test_instances_that_always_wait_share_all_slots(rate, count, holders):
    turns = [Segment(index, count).turns(holders) for index in range(min(count, holders))]
    moments = [
        moment
        for turn in turns
        for moment in taken_by_somebody_who_always_waits(Slots(rate, turn), 39.5 / rate)
    ]
    assert sorted(moments) == pytest.approx([number / rate for number in range(40)])


def test_other_turns_go_on_after_the_last_slot():
    slots = Slots(1.0, Segment(0, 2).turns(1))
    assert slots.take(0.0) is None
    slots.deal(Segment(0, 2).turns(2), 2.5)
    assert slots.take(3.5) == 4.0
    assert repr(slots) == "<Slots: 1/s, next 4>"
