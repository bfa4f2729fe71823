import pytest
from pydantic import TypeAdapter

from loadr_config.models import ExtractCheck
from loadr_core.extraction.chain_checks import compile_check
from loadr_core.extraction.lookups import MISSING
from loadr_core.spi import CompileError, ContentError, RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler

TEXTS = TextCompiler({"wanted": "abc"}, {}, {})
CHECK = TypeAdapter(ExtractCheck)


def check(**operands):
    return compile_check("v", CHECK.validate_python(operands), TEXTS.compile)


@pytest.fixture
def scope():
    return Scope(VuContext(7, "main"))


@pytest.mark.parametrize(
    ("operands", "value", "holds"),
    [
        ({"equals": "abc"}, "abc", True),
        ({"equals": "${vars.wanted}"}, "abc", True),
        ({"equals": 7}, "7", True),
        ({"equals": None}, None, True),
        ({"equals": None}, "", False),
        ({"equals": ["a", "b"]}, ["a", "b"], True),
        ({"matches": "^a"}, "abc", True),
        ({"matches": "^b"}, "abc", False),
        ({"matches": "^[0-9]+$"}, 77, True),
        ({"matches": "^${vars.wanted}$"}, "abc", True),
        ({"matches": "^[ab]$"}, ["a", "b"], True),
        ({"matches": "^[ab]$"}, ["a", "c"], False),
        ({"one_of": [1, "two", "${vars.wanted}"]}, "1", True),
        ({"one_of": [1, "two", "${vars.wanted}"]}, "abc", True),
        ({"one_of": [1, "two"]}, "three", False),
        ({"min": 5}, 5, True),
        ({"min": 5}, "5", True),
        ({"min": 5}, 4.9, False),
        ({"min": 5, "max": 7}, 7, True),
        ({"min": 5, "max": 7}, 8, False),
        ({"max": 7}, "x", False),
        ({"max": 7}, True, False),
        ({"max": 7}, None, False),
        ({"min": 1}, [1, 2], True),
        ({"min": 2}, [1, 2], False),
        ({"not_empty": True}, "x", True),
        ({"not_empty": True}, 0, True),
        ({"not_empty": True}, False, True),
        ({"not_empty": True}, "", False),
        ({"not_empty": True}, None, False),
        ({"not_empty": True}, [], False),
        ({"not_empty": True}, {}, False),
        ({"not_empty": False}, "", True),
        ({"not_empty": True, "matches": "b", "min": 0}, "ab", False),
        ({"not_empty": False}, MISSING, False),
        ({"equals": None}, MISSING, False),
    ],
    ids=str,
)
def test_checks(operands, value, holds, scope):
    assert check(**operands).holds(value, scope) is holds


@pytest.mark.parametrize(
    ("operands", "name"),
    [
        ({"equals": "a"}, "v equals 'a'"),
        ({"equals": None}, "v equals null"),
        ({"matches": "^a"}, "v matches ^a"),
        ({"one_of": [1, "b"]}, "v is one of 1, 'b'"),
        ({"min": 1, "max": 2.5}, "v is at least 1 and at most 2.5"),
        ({"not_empty": True}, "v is not empty"),
        ({"not_empty": False}, "v is found"),
        ({"not_empty": True, "min": 0}, "v is at least 0 and is not empty"),
    ],
)
def test_a_check_is_named_by_what_it_demands(operands, name):
    assert check(**operands).name == name


def test_on_failure_is_kept():
    assert check(not_empty=True, on_failure="abort_test").on_failure == "abort_test"


@pytest.mark.parametrize(
    ("operands", "error", "reason"),
    [
        ({"equals": "${nothing}"}, RenderError, "has no value"),
        ({"matches": "${v}("}, RenderError, "became no regular expression"),
        ({"matches": "(a|aa)+$"}, ContentError, "was stopped"),
    ],
)
def test_a_check_that_cannot_be_judged_has_its_reason(operands, error, reason, scope):
    scope.variables["v"] = "x"
    with pytest.raises(error, match=reason):
        check(**operands).holds("a" * 60 + "b", scope)


def test_a_wrong_pattern_is_refused_before_the_run():
    with pytest.raises(CompileError, match="is no regular expression"):
        check(matches="(${vars.wanted}")
