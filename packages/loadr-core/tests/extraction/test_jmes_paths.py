"""JMESPath: its public suite, and our own compiled paths against the library."""

import json
from pathlib import Path

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.jmes_paths import compile_jmespath, jmespath_search
from loadr_core.extraction.lookups import MISSING
from loadr_core.spi import CompileError, ContentError

# The suite has expressions in a syntax that the library deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:deprecated string literal syntax:PendingDeprecationWarning")

# The public suite is no part of the project: it lies beside a checkout, or nowhere. Its benchmarks have no results.
SUITE = Path(__file__).parents[5] / "shared" / "data" / "jmespath"
FILES = sorted(file for file in SUITE.glob("*.json") if file.stem != "benchmarks")
needs_suite = pytest.mark.skipif(not FILES, reason="the JMESPath suite is not beside this checkout")
CASES = [
    pytest.param(part["given"], case, id=f"{file.stem}: {case['expression']}")
    for file in FILES
    for part in json.loads(file.read_text(encoding="utf-8"))
    for case in part["cases"]
]


@needs_suite
@pytest.mark.parametrize(("value", "case"), [case for case in CASES if "result" in case.values[1]])
def test_the_public_suite(value, case):
    assert jmespath_search(case["expression"])(value) == case["result"]


@needs_suite
@pytest.mark.parametrize(("value", "case"), [case for case in CASES if "error" in case.values[1]])
def test_the_public_suite_refuses(value, case):
    with pytest.raises((CompileError, ContentError)):
        jmespath_search(case["expression"])(value)


@needs_suite
def test_every_case_has_a_result_or_an_error():
    assert len(CASES) > 850
    assert all(("result" in case.values[1]) != ("error" in case.values[1]) for case in CASES)


names = st.sampled_from(["a", "b", "c_1"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "abc"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
steps = names.map(".{}".format) | st.integers(-4, 4).map("[{}]".format)


@given(values, names, st.lists(steps, max_size=5))
def test_our_own_paths_agree_with_the_library(value, name, further):
    expression = name + "".join(further)
    assert jmespath_search(expression)(value) == jmespath.search(expression, value)


@pytest.mark.parametrize(
    ("expression", "first", "every"),
    [
        ("token", "t", ["t"]),
        ("absent", MISSING, []),
        ("nothing", MISSING, []),
        ("no", False, [False]),
        ("items", {"id": 1}, [{"id": 1}, {"id": 2}]),
        ("items[*].id", 1, [1, 2]),
        ("items[?id > `5`].id", MISSING, []),
        ("length(items)", 2, [2]),
        ("[token, nothing]", "t", ["t", None]),
    ],
)
def test_an_array_is_several_matches_and_null_is_none(expression, first, every):
    body = {"token": "t", "nothing": None, "no": False, "items": [{"id": 1}, {"id": 2}]}
    query = compile_jmespath(expression)
    assert query.first(body) == first
    assert query.every(body) == every


@pytest.mark.parametrize("expression", ["a.b[", "a b", '"x', "", "a" + "[?b" * 300])
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(CompileError, match="is no JMESPath"):
        compile_jmespath(expression)


def test_a_value_of_a_wrong_type_has_a_reason_that_does_not_quote_it():
    with pytest.raises(ContentError) as caught:
        compile_jmespath("length(secret)").first({"secret": 4711})
    assert caught.value.reason == "length() of the JMESPath cannot take what the body has there"
