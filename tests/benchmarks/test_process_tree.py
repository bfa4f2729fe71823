import pytest
from benchmarks.harness.process_tree import (
    Memory,
    Stat,
    descendants,
    parse_core_busy,
    parse_smaps_rollup,
    parse_stat,
)
from hypothesis import given
from hypothesis import strategies as st

STAT = "42 ({name}) S 7 42 42 0 -1 4194560 0 0 0 0 150 25 900 900 20 0 1 0 1 1 1"


@pytest.mark.parametrize(
    "name", ["k6", "Web Content", "a) b (c", ")"], ids=["plain", "space", "both", "parenthesis"]
)
def test_stat_counts_its_own_time_only(name):
    assert parse_stat(STAT.replace("{name}", name), ticks_per_second=100) == Stat(7, "S", 1.75)


def test_memory_is_in_kilobytes():
    text = "5500-7fff ---p 0 00:00 0 [rollup]\nRss:   2048 kB\nPss:   1024 kB\nPss_Dirty: 99 kB\n"
    assert parse_smaps_rollup(text) == Memory(2048 * 1024, 1024 * 1024)


def test_a_busy_core_is_all_but_idle_and_waiting():
    text = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu1 100 10 50 9000 500 20 15 5 77 0\ncpu10 1 0 0 0 0 0 0 0 0 0\n"
    assert parse_core_busy(text, 1, ticks_per_second=100) == 2.0
    assert parse_core_busy(text, 2, ticks_per_second=100) == 0.0


def test_descendants_are_found_at_every_depth():
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 21: 20}
    assert descendants(parents, [10]) == {10, 11, 12}
    assert descendants(parents, [10, 21]) == {10, 11, 12, 21}
    assert descendants(parents, [99]) == set()


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 30), max_size=30), st.sets(st.integers(1, 30)))
def test_descendants_are_closed_even_in_a_torn_reading(parents, roots):
    found = descendants(parents, roots)
    assert roots & parents.keys() <= found
    assert all(child in found for child, parent in parents.items() if parent in found)
