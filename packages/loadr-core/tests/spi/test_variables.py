"""The variables of a branch: a copy, and exactly its changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.spi.variables import BranchVariables

NAMES = st.sampled_from("abc")
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), NAMES, st.integers(0, 2)),
        st.tuples(st.just("del"), NAMES, st.none()),
        st.tuples(st.just("pop"), NAMES, st.none()),
        st.tuples(st.just("default"), NAMES, st.integers(0, 2)),
        st.tuples(st.just("update"), NAMES, st.integers(0, 2)),
        st.tuples(st.just("or"), NAMES, st.integers(0, 2)),
        st.tuples(st.just("item"), NAMES, st.none()),
        st.tuples(st.just("clear"), NAMES, st.none()),
    ),
    max_size=8,
)


def change(variables, how, name, value):
    match how:
        case "set":
            variables[name] = value
        case "del":
            if name in variables:
                del variables[name]
        case "pop":
            variables.pop(name, None)
        case "default":
            variables.setdefault(name, value)
        case "update":
            variables.update({name: value}, z=value)
        case "or":
            variables |= {name: value}
        case "item":
            if variables:
                variables.popitem()
        case "clear":
            variables.clear()


@given(st.dictionaries(NAMES, st.integers(0, 2)), CHANGES)
def test_changes_applied_to_what_it_was_copied_from_give_what_it_is(start, changes):
    outer, plain = dict(start), dict(start)
    branch = BranchVariables(outer)
    for each in changes:
        change(branch, *each)
        change(plain, *each)
    assert branch == plain
    assert outer == start
    branch.apply_to(outer)
    assert outer == plain


def test_only_what_was_changed_is_applied():
    branch = BranchVariables({"a": 1, "b": 1, "c": 1})
    branch["a"] = 1
    del branch["b"]
    others = {"a": 5, "b": 5, "c": 5}
    branch.apply_to(others)
    assert others == {"a": 1, "c": 5}


def test_a_missing_name_is_an_error_as_in_a_dict():
    with pytest.raises(KeyError):
        BranchVariables({}).pop("a")
    with pytest.raises(KeyError):
        del BranchVariables({})["a"]
