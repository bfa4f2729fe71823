"""Rows come to the same, whichever way they are folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.metrics.histogram import HIGHEST_US
from loadr_core.recording.bulk import BulkFold
from loadr_core.recording.plain import PlainFold
from loadr_core.spi import CounterColumn, RowLayout, TrendColumn

LAYOUT = RowLayout(
    name="test",
    columns=("start", "end", "alone", "bytes"),
    at="end",
    trends=(TrendColumn("between", "end", "start"), TrendColumn("alone", "alone")),
    counters=(CounterColumn("bytes", "bytes"),),
)

# Stamps of a clock that may have run for months, times up to and beyond the longest that counts.
stamps = st.floats(0, 1e7)
seconds = st.floats(-1.0, 2 * HIGHEST_US / 1e6) | st.floats(0, 0.01) | st.just(0.0)
rows = st.tuples(stamps, seconds, seconds, st.integers(0, 10**9)).map(
    lambda row: (row[0], row[0] + row[1], row[2], row[3])
)


@given(st.lists(st.lists(rows, min_size=1, max_size=20), max_size=4))
def test_both_ways_give_the_same(batches):
    bulk, plain = BulkFold(LAYOUT), PlainFold(LAYOUT)
    for batch in batches:
        bulk.add(batch)
        plain.add(batch)
    one, other = bulk.take(), plain.take()
    assert one.total == other.total == sum(map(len, batches))
    assert list(one.sums) == pytest.approx(list(other.sums))
    for ours, theirs in zip(one.trends, other.trends, strict=True):
        assert ours.indices == theirs.indices
        assert ours.counts == theirs.counts
        assert ours.sum == pytest.approx(theirs.sum)
        assert (ours.total, ours.min, ours.max) == (theirs.total, theirs.min, theirs.max)


@pytest.mark.parametrize("way", [BulkFold, PlainFold])
def test_what_was_taken_is_gone(way):
    fold = way(LAYOUT)
    fold.add([(1.0, 1.5, 0.25, 100)])
    assert fold.take().total == 1
    assert fold.take() == (0, (), (), ())
    fold.add([(1.0, 1.5, 0.25, 7)])
    taken = fold.take()
    assert (taken.total, taken.sums[3], taken.trends[0].total) == (1, 7.0, 1)


def test_bulk_keeps_rows_when_told():
    fold = BulkFold(LAYOUT, keep_raw=True)
    fold.add([(1.0, 1.5, 0.25, 100)])
    fold.add([(2.0, 2.5, 0.25, 7)])
    assert [table.tolist() for table in fold.take().raw] == [
        [[1.0, 1.5, 0.25, 100.0]],
        [[2.0, 2.5, 0.25, 7.0]],
    ]
    assert fold.take().raw == ()
