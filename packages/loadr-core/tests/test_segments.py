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


@given(totals, st.integers(1, 500), counts)
def test_shares_by_holders_add_up_and_follow_the_holders(total, holders, count):
    segments = [Segment(index, count) for index in range(count)]
    shares = [segment.share_by(total, holders) for segment in segments]
    assert sum(shares) == total
    for segment, share in zip(segments, shares, strict=True):
        mine = len(segment.span(holders))
        assert (share == 0) if mine == 0 else abs(share - total * mine / holders) <= 1


@pytest.mark.parametrize("index", [-1, 2])
def test_a_segment_is_part_of_a_whole(index):
    with pytest.raises(ValueError, match=f"segment {index} of 2"):
        Segment(index, 2)
