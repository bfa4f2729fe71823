import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.segments import Segment

counts = st.integers(1, 8)
totals = st.integers(0, 100_000)


@given(totals, counts)
def test_spans_partition_the_whole_in_order(total, count):
    numbers = [number for index in range(count) for number in Segment(index, count).span(total)]
    assert len(numbers) == total
    assert numbers == sorted(set(numbers))


@given(st.integers(0, 5_000), counts)
def test_stripes_partition_the_vus(total, count):
    numbers = [number for index in range(count) for number in Segment(index, count).stripe(total)]
    assert sorted(numbers) == list(range(total))


@given(totals, counts)
def test_one_vu_more_changes_one_instance(total, count):
    segments = [Segment(index, count) for index in range(count)]
    gains = [len(segment.stripe(total + 1)) - len(segment.stripe(total)) for segment in segments]
    assert sorted(gains) == [0] * (count - 1) + [1]


@given(st.integers(0, 2_000), st.integers(1, 60), counts)
def test_turns_partition_the_numbers_and_follow_the_vus(total, holders, count):
    segments = [Segment(index, count) for index in range(count)]
    turns = [segment.turns(holders) for segment in segments]
    for number in range(total):
        owner = number % holders % count
        assert [turn.owns(number) for turn in turns] == [index == owner for index in range(count)]
    shares = [turn.below(total) for turn in turns]
    assert shares == [sum(turn.owns(number) for number in range(total)) for turn in turns]
    for segment, turn, share in zip(segments, turns, shares, strict=True):
        mine = len(segment.stripe(holders))
        assert turn.any == (mine > 0)
        assert abs(share - total * mine / holders) <= mine


@given(st.integers(0, 500), st.integers(1, 40), counts, st.data())
def test_the_neighbours_of_a_number_among_the_turns(number, holders, count, data):
    turns = Segment(data.draw(st.integers(0, min(count, holders) - 1)), count).turns(holders)
    lap = range(number, number + holders)
    assert turns.at_or_after(number) == next(other for other in lap if turns.owns(other))
    before = [other for other in range(number + 1) if turns.owns(other)]
    assert turns.at_or_before(number) == before[-1] if before else turns.at_or_before(number) < 0


@pytest.mark.parametrize("index", [-1, 2])
def test_a_segment_is_part_of_a_whole(index):
    with pytest.raises(ValueError, match=f"segment {index} of 2"):
        Segment(index, 2)
