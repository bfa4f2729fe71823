from hypothesis import given
from hypothesis import strategies as st

from loadr_testing.demo_target._recent import RecentlyUsed


def test_forgets_what_was_not_used_for_longest():
    recent = RecentlyUsed[str, int](2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert recent.get("b") is None
    assert recent.get_or_make("a", lambda: 9) == 1
    assert recent.get_or_make("d", lambda: 9) == 9
    recent.discard("d")
    recent.discard("never there")
    assert repr(recent) == "<RecentlyUsed 1 of 2>"


@given(capacity=st.integers(1, 5), keys=st.lists(st.integers(0, 9)))
def test_keeps_the_newest_keys(capacity, keys):
    recent = RecentlyUsed[int, int](capacity)
    for key in keys:
        recent.put(key, key)
    newest = list(dict.fromkeys(reversed(keys)))[:capacity]
    assert len(recent) == len(newest)
    assert all(recent.get(key) == key for key in newest)
