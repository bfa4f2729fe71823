"""JSONPath: the compliance suite, and our own compiled queries against the library."""

import json
from pathlib import Path

import jsonpath_rfc9535
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.json_paths import compile_jsonpath, is_simple
from loadr_core.extraction.lookups import MISSING
from loadr_core.spi import CompileError, ContentError

# The public compliance suite of RFC 9535 is no part of the project: it lies beside a checkout, or nowhere.
SUITE_FILE = Path(__file__).parents[5] / "shared" / "data" / "jsonpath" / "cts.json"
SUITE = json.loads(SUITE_FILE.read_text(encoding="utf-8"))["tests"] if SUITE_FILE.exists() else []
needs_suite = pytest.mark.skipif(
    not SUITE, reason="the JSONPath compliance suite is not beside this checkout"
)
VALID = [case for case in SUITE if not case.get("invalid_selector")]
INVALID = [case for case in SUITE if case.get("invalid_selector")]


@needs_suite
@pytest.mark.parametrize("case", VALID, ids=lambda case: case["name"])
def test_the_compliance_suite(case):
    query = compile_jsonpath(case["selector"])
    results = case["results"] if "results" in case else [case["result"]]
    found = query.every(case["document"])
    assert found in results
    first = query.first(case["document"])
    assert first is MISSING if not found else first in [result[0] for result in results]


@needs_suite
@pytest.mark.parametrize("case", INVALID, ids=lambda case: case["name"])
def test_the_compliance_suite_refuses(case):
    with pytest.raises(CompileError, match="is no JSONPath"):
        compile_jsonpath(case["selector"])


@needs_suite
def test_the_suite_exercises_our_own_queries_too():
    assert sum(is_simple(case["selector"]) for case in VALID) > 30


@pytest.mark.parametrize(
    "expression", ["$", "$.token", "$.data[0].id", "$['a b'][-1]", '$["x\'y"].*', "$[*].id", "$.日本[*][*]"]
)
def test_simple_queries_need_no_library(expression):
    assert is_simple(expression)


def test_names_of_any_script_need_no_quotes():
    # jsonpath-rfc9535 1.0.1 takes no character from U+1100 to U+D7FF behind the first of a bare name.
    assert compile_jsonpath("$.日本[0]").every({"日本": [7]}) == [7]
    assert compile_jsonpath("$..['日本']").every([{"日本": 7}]) == [7]


@pytest.mark.parametrize(
    "expression",
    ["", "a", "$.", "$a", "$.1", "$[01]", "$[-0]", "$..a", "$ .a", r"$['a\n']", "$[0:2]", "$[?@.a]", "$.a,b"],
)
def test_everything_else_is_the_library_s(expression):
    assert not is_simple(expression)


names = st.sampled_from(["a", "b", "c", "0", "x y", "日", ""])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "abc", "a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
steps = st.one_of(
    st.sampled_from([".a", ".b", ".*", "[*]", ".日"]),
    st.integers(-4, 4).map("[{}]".format),
    names.map("['{}']".format),
    names.map('["{}"]'.format),
)


@given(values, st.lists(steps, max_size=5).map(lambda parts: "$" + "".join(parts)))
def test_our_own_queries_agree_with_the_library(value, expression):
    assert is_simple(expression)
    query = compile_jsonpath(expression)
    expected = jsonpath_rfc9535.find(expression, value).values()
    assert query.every(value) == expected
    assert query.first(value) == (expected[0] if expected else MISSING)


def test_an_expression_that_backtracks_is_stopped():
    query = compile_jsonpath("$[?search(@, '(a|aa)+b')]")
    with pytest.raises(ContentError, match="regular expression was stopped"):
        query.every(["a" * 60])


def test_expressions_from_the_document_are_i_regexps():
    query = compile_jsonpath("$[?match(@.text, @.pattern)].text")
    rows = [
        {"text": "ab", "pattern": "a."},
        {"text": "a\n", "pattern": "a."},
        {"text": "a.", "pattern": r"a\."},
        {"text": "a", "pattern": "(?i)A"},
        {"text": "a", "pattern": "["},
        {"text": "a", "pattern": 1},
        {"text": 1, "pattern": "1"},
        {"text": "[x]", "pattern": "[.]x[.]"},
        {"text": ".x.", "pattern": "[.]x[.]"},
    ]
    assert query.every(rows) == ["ab", "a.", ".x."]


def test_a_document_that_is_nested_too_deeply_has_its_reason():
    nested = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(ContentError, match="nested too deeply"):
        compile_jsonpath("$..a").every(nested)


@pytest.mark.parametrize("expression", ["$" + "[?@.a" * 60, "$[?" + "(" * 2_000 + "@.a" + ")" * 2_000 + "]"])
def test_hostile_expressions_are_refused_and_nothing_worse(expression):
    with pytest.raises(CompileError):
        compile_jsonpath(expression)
