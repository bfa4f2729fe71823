from hypothesis import given
from hypothesis import strategies as st

from loadr_core.fleet import Barrier

MOVES = st.lists(st.tuples(st.sampled_from(["arrive", "leave"]), st.integers(1, 5)), max_size=30)


def test_it_opens_when_the_last_has_come():
    barrier = Barrier([1, 2])
    barrier.arrive(2)
    assert not barrier.is_open
    assert repr(barrier) == "<Barrier waiting for 1>"
    barrier.arrive(1)
    assert barrier.is_open
    assert barrier.arrived == {1, 2}
    assert repr(barrier) == "<Barrier waiting for nobody>"


def test_one_that_is_lost_is_not_waited_for():
    barrier = Barrier([1, 2, 3])
    barrier.arrive(1)
    barrier.leave(2)
    assert barrier.missing == {3}
    barrier.leave(3)
    assert barrier.is_open
    assert barrier.arrived == {1}


def test_nobody_is_waited_for_without_members():
    assert Barrier([]).is_open


@given(MOVES)
def test_every_member_is_missing_arrived_or_gone_and_open_stays_open(moves):
    members = {1, 2, 3}
    barrier, gone, was_open = Barrier(members), set(), False
    for move, member in moves:
        getattr(barrier, move)(member)
        if move == "leave":
            gone.add(member)
        assert not barrier.missing & barrier.arrived
        assert barrier.missing | barrier.arrived | (gone & members) == members
        assert not (barrier.missing | barrier.arrived) & gone
        assert barrier.is_open or not was_open
        was_open = barrier.is_open
