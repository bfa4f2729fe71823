import pytest

from loadr_config.models import BodyContainsCondition, DurationCondition, StatusCondition
from loadr_core.conditions import compile_condition
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_testing.fakes import Answer, FakeResponse

TEXTS = TextCompiler({"word": "price"}, {}, {})


def response(seconds=0.2, **answer):
    return FakeResponse(Answer(**answer), 1.0, 1.0 + seconds)


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"expected": "201", "needle": "two"}
    return scope


@pytest.mark.parametrize(
    ("condition", "reply", "holds"),
    [
        (StatusCondition(equals=200), response(), True),
        (StatusCondition(equals=200), response(status=404), False),
        (StatusCondition(equals="${expected}"), response(status=201), True),
        (StatusCondition(equals="${expected}"), response(status=200), False),
        (StatusCondition(one_of=[200, "${expected}"]), response(status=201), True),
        (StatusCondition(one_of=[200, 202]), response(status=201), False),
        (StatusCondition(matches="2.."), response(status=204), True),
        (StatusCondition(matches="2."), response(status=204), False),
        (StatusCondition(matches="2..", one_of=[200, 500]), response(status=200), True),
        (StatusCondition(matches="2..", one_of=[200, 500]), response(status=500), False),
        (BodyContainsCondition(value="needle"), response(body=b"a needle here"), True),
        (BodyContainsCondition(value="needle"), response(body=b"hay"), False),
        (BodyContainsCondition(value="needle", negate=True), response(body=b"hay"), True),
        (BodyContainsCondition(value="${vars.word}"), response(body=b'{"price": 1}'), True),
        (BodyContainsCondition(value="${needle}"), response(body=b"one two"), True),
        (BodyContainsCondition(value="${needle}", negate=True), response(body=b"one two"), False),
        (BodyContainsCondition(value="ü"), response(body="für".encode()), True),
        (BodyContainsCondition(value="x"), response(body=b"\xff\xfex"), True),
        (DurationCondition(max="200ms"), response(seconds=0.1), True),
        (DurationCondition(max="200ms"), response(seconds=0.3), False),
    ],
    ids=str,
)
def test_conditions(condition, reply, holds, scope):
    assert compile_condition(condition, TEXTS.compile).holds(reply, scope) is holds


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        (StatusCondition(equals=200), "status is 200"),
        (StatusCondition(one_of=[200, 201]), "status is one of 200, 201"),
        (StatusCondition(matches="2..", equals=200), "status is 200 and status matches 2.."),
        (BodyContainsCondition(value="x"), "body contains 'x'"),
        (BodyContainsCondition(value="x", negate=True), "body does not contain 'x'"),
        (DurationCondition(max="1500ms"), "duration is at most 1.5s"),
        (StatusCondition(equals=200, name="my own"), "my own"),
    ],
    ids=str,
)
def test_a_condition_without_a_name_gets_a_readable_one(condition, name):
    assert compile_condition(condition, TEXTS.compile).name == name


def test_only_conditions_on_the_body_need_it():
    kept = [
        compile_condition(condition, TEXTS.compile).reads_body
        for condition in (
            StatusCondition(equals=1),
            DurationCondition(max=1),
            BodyContainsCondition(value="x"),
        )
    ]
    assert kept == [False, False, True]
