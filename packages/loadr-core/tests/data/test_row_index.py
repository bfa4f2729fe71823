"""Blocks of rows, and how little they take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.data.row_index import BLOCK, Found, RowIndex


def parts(lengths, sizes):
    """Rows of these lengths, one a line, found in parts of these numbers of rows."""
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    first = 0
    for size in [*sizes, len(lengths)]:
        last = min(first + size, len(lengths))
        if first < last:
            yield Found(offsets[first:last], offsets[first + 1 : last + 1] - 1, first + 1, int(offsets[last]))
        first = last


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=300),
    st.lists(st.integers(1, 100), max_size=5),
    st.integers(1, 500),
)
def test_blocks_hold_the_rows_in_order_whatever_the_parts(lengths, sizes, block):
    end = sum(lengths)
    index = RowIndex(parts(lengths, sizes), end, block)
    assert index.rows == len(lengths)
    offsets = [0, *np.cumsum(lengths).tolist()]
    blocks = -(-index.rows // index.every)
    for number in range(blocks):
        first = number * index.every
        assert index.rows_in(number) == min(index.every, index.rows - first)
        begin, size = index.block(number)
        assert begin == offsets[first]
        assert begin + size == offsets[first + index.rows_in(number)]
        known, line = index.line_before(number)
        assert known == offsets[line - 1] <= begin
        assert number - (line - 1) // index.every < 64


@pytest.mark.parametrize(("row", "every"), [(1, 1024), (100, 10), (BLOCK, 1), (50_000, 1)], ids=str)
def test_a_block_has_about_its_size(row, every):
    assert RowIndex(parts([row] * 2000, []), row * 2000).every == every


@pytest.mark.parametrize("gigabytes", [2, 20])
def test_the_index_of_a_large_file_is_small(gigabytes):
    """As of 100 bytes a row; only the parts are made up."""
    rows = gigabytes * 10_000_000
    each = 1_000_000

    def made():
        for first in range(0, rows, each):
            offsets = np.arange(first, first + each) * 100
            yield Found(offsets, offsets + 99, first + 1, (first + each) * 100)

    index = RowIndex(made(), rows * 100)
    assert index.rows == rows
    assert len(index._offsets) * 8 + len(index._lines) * 8 < 18_000_000
