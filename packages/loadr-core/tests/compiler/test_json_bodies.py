"""JSON bodies, byte by byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import GraphqlBlock
from loadr_core.compiler.json_bodies import graphql_payload, json_payload
from loadr_core.spi import RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_core.templating.values import compile_value

TEXT = TextCompiler({"seven": "7", "name": "x&y=ü"}, {}, {}).compile


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"padded": "007", "list": "[1, 2]", "truth": "true", "odd": "NaN", "quoted": 'a "b"'}
    return scope


@pytest.mark.parametrize(
    ("document", "sent"),
    [
        ({"a": 1, "b": [True, None, 1.5]}, {"a": 1, "b": [True, None, 1.5]}),
        ("${vars.seven}", 7),
        ("n=${vars.seven}", "n=7"),
        ({"vu": "${vu}"}, {"vu": 7}),
        ({"vu": "vu ${vu}"}, {"vu": "vu 7"}),
        (["${padded}", "${list}", "${truth}", "${odd}"], ["007", [1, 2], True, "NaN"]),
        ({"q": "say ${quoted}"}, {"q": 'say a "b"'}),
        ("ü", "ü"),
        ("7", "7"),
    ],
    ids=str,
)
def test_json_leaves_keep_or_become_values(document, sent, scope):
    payload = json_payload(document, TEXT)
    assert json.loads(payload.render(scope)) == sent
    assert payload.content_type == "application/json"


def test_a_document_without_changing_leaves_is_built_once():
    assert json_payload({"a": "${vars.seven}"}, TEXT).static == b'{"a":7}'
    assert json_payload({"a": "${vu}"}, TEXT).static is None


def test_structured_values_of_variables_stay_what_they_are(scope):
    scope.variables = {"user": {"name": "ü", "roles": ["a", None, True, 1.5]}, "big": 2**70}
    sent = json_payload({"u": "${user}", "n": "${big}", "r": "${user.roles.0}", "t": "${user.roles}!"}, TEXT)
    assert json.loads(sent.render(scope)) == {
        "u": scope.variables["user"],
        "n": 2**70,
        "r": "a",
        "t": '["a",null,true,1.5]!',
    }


def test_a_reference_without_a_value_is_a_render_error(scope):
    with pytest.raises(RenderError):
        json_payload({"a": ["${gone}"]}, TEXT).render(scope)


TEXTS = st.one_of(
    st.sampled_from(["${a}", "${vu}", "${vars.seven}", "x${a}", "$${a}", "7", "true"]), st.text(max_size=5)
).filter(lambda text: "${" not in text or text[0] in "$x")
DOCUMENTS = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
VALUES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["1", " 1", "1e3", "-0", "01", "[1,", "{}", '"q"', "null", "Infinity", "tr", "\x00", ""]),
    st.integers(),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
)


@given(DOCUMENTS, VALUES)
def test_the_bytes_are_those_of_the_whole_document(document, value):
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"a": value}
    whole = compile_value(document, TEXT, typed_leaves=True).render(scope)
    expected = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    assert json_payload(document, TEXT).render(scope) == expected


@pytest.mark.parametrize(
    ("block", "sent", "fixed"),
    [
        pytest.param({"query": "{ a }"}, {"query": "{ a }"}, True, id="query"),
        pytest.param(
            {"query": "query Q { a }", "operation_name": "Q", "variables": {"n": "${vars.seven}", "s": "x"}},
            {"query": "query Q { a }", "operationName": "Q", "variables": {"n": 7, "s": "x"}},
            True,
            id="all",
        ),
        pytest.param(
            {"query": "{ vu${vu} }", "variables": {"n": ["${vu}"]}},
            {"query": "{ vu7 }", "variables": {"n": [7]}},
            False,
            id="templates",
        ),
        pytest.param({"query": "${list}"}, {"query": "[1, 2]"}, False, id="a query stays text"),
        pytest.param(
            {"query": "{ a }", "operation_name": "${padded}"},
            {"query": "{ a }", "operationName": "007"},
            False,
            id="a name stays text",
        ),
    ],
)
def test_graphql_operations(block, sent, fixed, scope):
    payload = graphql_payload(GraphqlBlock.model_validate(block), TEXT)
    assert json.loads(payload.render(scope)) == sent
    assert payload.content_type == "application/json"
    assert (payload.static is not None) == fixed
