import json
from random import Random

import pytest
from pydantic import TypeAdapter

from loadr_config.models import Condition
from loadr_core.conditions import compile_condition
from loadr_core.spi import CompileError, ContentError, RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_core.templating.scripts import ScriptExpressions
from loadr_testing.fakes import Answer, FakeResponse

TEXTS = TextCompiler({"word": "price", "path": "$.id"}, {}, {})
CONDITION = TypeAdapter(Condition)


def condition(kind, **operands):
    def no_plugin(entry):
        raise AssertionError(entry)

    plan = CONDITION.validate_python({"type": kind, **operands})
    return compile_condition(plan, TEXTS.compile, no_plugin, ScriptExpressions("js"))


def response(body=b"", *, seconds=0.2, status=200, **headers):
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return FakeResponse(Answer(body=body, status=status, headers=names), 1.0, 1.0 + seconds)


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {
        "expected": "201",
        "needle": "two",
        "id": 7,
        "yes": True,
        "path": "$.items[0]",
        "tag": "b",
        "broken": "(",
    }
    return scope


JSON = {
    "id": 7,
    "text": "7",
    "yes": True,
    "no": False,
    "nothing": None,
    "price": 1.50,
    "items": ["x", "y"],
    "user": {"name": "ann", "tags": [1, 2]},
}
XML = "<a><b id='1'>one</b><b>two</b><n>3</n></a>"


@pytest.mark.parametrize(
    ("kind", "operands", "reply", "holds"),
    [
        ("status", {"equals": 200}, response(), True),
        ("status", {"equals": 200}, response(status=404), False),
        ("status", {"equals": "${expected}"}, response(status=201), True),
        ("status", {"equals": "${expected}"}, response(status=200), False),
        ("status", {"one_of": [200, "${expected}"]}, response(status=201), True),
        ("status", {"one_of": [200, 202]}, response(status=201), False),
        ("status", {"matches": "2.."}, response(status=204), True),
        ("status", {"matches": "2."}, response(status=204), False),
        ("status", {"matches": "${expected}"}, response(status=201), True),
        ("status", {"matches": "2..", "one_of": [200, 500]}, response(status=200), True),
        ("status", {"matches": "2..", "one_of": [200, 500]}, response(status=500), False),
        ("body_contains", {"value": "needle"}, response("a needle here"), True),
        ("body_contains", {"value": "needle"}, response("hay"), False),
        ("body_contains", {"value": "needle", "negate": True}, response("hay"), True),
        ("body_contains", {"value": "${vars.word}"}, response('{"price": 1}'), True),
        ("body_contains", {"value": "${needle}"}, response("one two"), True),
        ("body_contains", {"value": "${needle}", "negate": True}, response("one two"), False),
        ("body_contains", {"value": "ü"}, response("für"), True),
        ("body_contains", {"value": "ü"}, response("\ufefffür"), True),
        (
            "body_contains",
            {"value": "ü"},
            response("für".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1"),
            True,
        ),
        ("body_contains", {"value": "x"}, response(b"\xff\xfex"), True),
        ("body_matches", {"pattern": "id=[0-9]+"}, response("?id=42&"), True),
        ("body_matches", {"pattern": "id=[0-9]+"}, response("?id=x"), False),
        ("body_matches", {"pattern": "id=[0-9]+", "negate": True}, response("?id=x"), True),
        ("body_matches", {"pattern": "^.ü.$"}, response("für"), True),
        ("body_matches", {"pattern": "^one ${needle}$"}, response("one two"), True),
        ("jsonpath", {"expression": "$.id"}, response(JSON), True),
        ("jsonpath", {"expression": "$.absent"}, response(JSON), False),
        ("jsonpath", {"expression": "$.absent", "exists": True}, response(JSON), False),
        ("jsonpath", {"expression": "$.absent", "exists": False}, response(JSON), True),
        ("jsonpath", {"expression": "$.id", "exists": False}, response(JSON), False),
        ("jsonpath", {"expression": "$.no"}, response(JSON), True),
        ("jsonpath", {"expression": "$.nothing"}, response(JSON), True),
        ("jsonpath", {"expression": "$.nothing", "equals": None}, response(JSON), True),
        ("jsonpath", {"expression": "$.absent", "equals": None}, response(JSON), False),
        ("jsonpath", {"expression": "$.id", "equals": 7}, response(JSON), True),
        ("jsonpath", {"expression": "$.id", "equals": 7.0}, response(JSON), True),
        ("jsonpath", {"expression": "$.id", "equals": "7"}, response(JSON), False),
        ("jsonpath", {"expression": "$.text", "equals": 7}, response(JSON), False),
        ("jsonpath", {"expression": "$.id", "equals": "${id}"}, response(JSON), True),
        ("jsonpath", {"expression": "$.text", "equals": "${id}"}, response(JSON), True),
        ("jsonpath", {"expression": "$.yes", "equals": True}, response(JSON), True),
        ("jsonpath", {"expression": "$.yes", "equals": 1}, response(JSON), False),
        ("jsonpath", {"expression": "$.yes", "equals": "${yes}"}, response(JSON), True),
        ("jsonpath", {"expression": "$.items[*]", "equals": "x"}, response(JSON), True),
        ("jsonpath", {"expression": "$.items", "equals": ["x", "y"]}, response(JSON), True),
        (
            "jsonpath",
            {"expression": "$.user", "equals": {"tags": [1, 2], "name": "ann"}},
            response(JSON),
            True,
        ),
        ("jsonpath", {"expression": "$.user", "equals": {"name": "ann"}}, response(JSON), False),
        ("jsonpath", {"expression": "$.items[0]", "equals": "x", "exists": False}, response(JSON), False),
        ("jsonpath", {"expression": "$.items[?@=='y']", "equals": "y"}, response(JSON), True),
        ("jsonpath", {"expression": "${path}", "equals": "x"}, response(JSON), True),
        ("jsonpath", {"expression": "${vars.path}", "equals": 7}, response(JSON), True),
        ("xpath", {"expression": "//b"}, response(XML), True),
        ("xpath", {"expression": "//c"}, response(XML), False),
        ("xpath", {"expression": "//c", "exists": False}, response(XML), True),
        ("xpath", {"expression": "//b", "equals": "one"}, response(XML), True),
        ("xpath", {"expression": "//b[2]", "equals": "${needle}"}, response(XML), True),
        ("xpath", {"expression": "//b/@id", "equals": "1"}, response(XML), True),
        ("xpath", {"expression": "count(//b)", "equals": 2}, response(XML), True),
        ("xpath", {"expression": "count(//b) = 2"}, response(XML), True),
        ("xpath", {"expression": "count(//b) = 3"}, response(XML), False),
        ("xpath", {"expression": "count(//b) = 3", "exists": False}, response(XML), True),
        ("xpath", {"expression": "count(//b) = 3", "equals": "false"}, response(XML), True),
        ("xpath", {"expression": "number(//n)", "equals": "3"}, response(XML), True),
        ("xpath", {"expression": "//${tag}[1]", "equals": "one"}, response(XML), True),
        ("duration", {"max": "200ms"}, response(seconds=0.1), True),
        ("duration", {"max": "200ms"}, response(seconds=0.3), False),
        ("size", {"equals": 3}, response("für"[:2] + "r"), False),
        ("size", {"equals": 4}, response("für"), True),
        ("size", {"min": 3, "max": 4}, response("für"), True),
        ("size", {"min": 5}, response("für"), False),
        ("size", {"max": 3}, response("für"), False),
        ("header", {"header": "X-Id"}, response(x_id="7"), True),
        ("header", {"header": "X-Id"}, response(), False),
        ("header", {"header": "X-Id", "exists": False}, response(), True),
        ("header", {"header": "X-Id", "exists": False}, response(x_id=""), False),
        ("header", {"header": "X-Id", "equals": 7}, response(x_id="7"), True),
        ("header", {"header": "X-Id", "equals": "${id}"}, response(x_id="7"), True),
        ("header", {"header": "X-Id", "equals": "7"}, response(x_id="77"), False),
        ("header", {"header": "x-ID", "contains": "b"}, response(x_id="abc"), True),
        ("header", {"header": "X-Id", "contains": "b"}, response(), False),
        ("header", {"header": "X-Id", "contains": "b", "equals": "abc"}, response(x_id="abd"), False),
    ],
    ids=str,
)
def test_conditions(kind, operands, reply, holds, scope):
    assert condition(kind, **operands).holds(reply, scope) is holds


@pytest.mark.parametrize(
    ("kind", "operands", "name"),
    [
        ("status", {"equals": 200}, "status is 200"),
        ("status", {"one_of": [200, 201]}, "status is one of 200, 201"),
        ("status", {"matches": "2..", "equals": 200}, "status is 200 and status matches 2.."),
        ("body_contains", {"value": "x"}, "body contains 'x'"),
        ("body_contains", {"value": "x", "negate": True}, "body does not contain 'x'"),
        ("body_matches", {"pattern": "a+"}, "body matches a+"),
        ("body_matches", {"pattern": "a+", "negate": True}, "body does not match a+"),
        ("jsonpath", {"expression": "$.id"}, "jsonpath $.id is there"),
        ("jsonpath", {"expression": "$.id", "exists": False}, "jsonpath $.id is not there"),
        ("jsonpath", {"expression": "$.id", "equals": "a"}, "jsonpath $.id is 'a'"),
        ("jsonpath", {"expression": "$.id", "equals": True}, "jsonpath $.id is true"),
        ("jsonpath", {"expression": "$.id", "equals": "${x}"}, "jsonpath $.id is '${x}'"),
        ("jsonpath", {"expression": "$.id", "equals": 1, "exists": True}, "jsonpath $.id is 1 and is there"),
        ("jsonpath", {"expression": "$", "equals": "x" * 99}, f"jsonpath $ is '{'x' * 59}…"),
        ("xpath", {"expression": "//b", "equals": "one"}, "xpath //b is 'one'"),
        ("xpath", {"expression": "count(//b) = 2"}, "xpath count(//b) = 2 matches"),
        ("xpath", {"expression": "//b", "exists": False}, "xpath //b is not there"),
        ("size", {"min": 1}, "size is at least 1 bytes"),
        ("duration", {"max": "1500ms"}, "duration is at most 1.5s"),
        ("size", {"min": 1, "max": 9}, "size is at least 1 and at most 9 bytes"),
        ("size", {"equals": 9}, "size is 9 bytes"),
        ("header", {"header": "X-Id"}, "header X-Id exists"),
        ("header", {"header": "X-Id", "exists": False}, "header X-Id does not exist"),
        ("header", {"header": "X-Id", "equals": "a", "contains": "b"}, "header X-Id is 'a' and contains 'b'"),
        ("status", {"equals": 200, "name": "my own"}, "my own"),
        ("status", {"equals": 200, "name": "the ${vars.word} is there"}, "the price is there"),
        ("status", {"equals": 200, "name": "of ${vu}"}, "of ${vu}"),
    ],
    ids=str,
)
def test_a_condition_without_a_name_gets_a_readable_one(kind, operands, name):
    assert condition(kind, **operands).name == name


@pytest.mark.parametrize(
    ("kind", "operands", "reads"),
    [
        ("status", {"equals": 1}, False),
        ("duration", {"max": 1}, False),
        ("header", {"header": "x"}, False),
        ("body_contains", {"value": "x"}, True),
        ("body_matches", {"pattern": "x"}, True),
        ("jsonpath", {"expression": "$"}, True),
        ("xpath", {"expression": "/"}, True),
        ("size", {"min": 1}, True),
    ],
)
def test_only_conditions_on_the_body_need_it(kind, operands, reads):
    assert condition(kind, **operands).reads_body is reads


@pytest.mark.parametrize(
    ("kind", "operands", "reply", "reason"),
    [
        ("jsonpath", {"expression": "$.id"}, response("<html>"), "the body is not JSON but markup"),
        ("jsonpath", {"expression": "$.id", "exists": False}, response(""), "the body is empty"),
        ("xpath", {"expression": "//a"}, response("{}"), "the body is neither XML nor HTML"),
        ("body_matches", {"pattern": "x"}, response(b"\xffx"), "the body is not valid UTF-8"),
        (
            "body_matches",
            {"pattern": "(a|aa)+$"},
            response("a" * 60 + "b"),
            "the regular expression was stopped",
        ),
    ],
)
def test_a_body_of_another_kind_has_its_reason(kind, operands, reply, reason, scope):
    with pytest.raises(ContentError, match=reason):
        condition(kind, **operands).holds(reply, scope)


@pytest.mark.parametrize(
    ("kind", "operands", "reason"),
    [
        ("jsonpath", {"expression": "$.id", "equals": "${absent}"}, "variable 'absent' has no value"),
        ("jsonpath", {"expression": "${absent}"}, "variable 'absent' has no value"),
        ("jsonpath", {"expression": "${broken}"}, "became no valid expression"),
        ("body_matches", {"pattern": "${broken}"}, "became no regular expression"),
        ("xpath", {"expression": "${broken}"}, "became no valid expression"),
        ("header", {"header": "x-id", "contains": "${absent}"}, "variable 'absent' has no value"),
    ],
)
def test_an_operand_without_a_value_has_its_reason(kind, operands, reason, scope):
    replies = {"xpath": response(XML), "jsonpath": response(JSON)}
    with pytest.raises(RenderError, match=reason):
        condition(kind, **operands).holds(replies.get(kind, response("x", x_id="7")), scope)


@pytest.mark.parametrize(
    ("kind", "operands"),
    [
        ("jsonpath", {"expression": "$."}),
        ("xpath", {"expression": "//["}),
        ("body_matches", {"pattern": "${vars.word}("}),
    ],
)
def test_a_wrong_expression_is_refused_before_the_run(kind, operands):
    with pytest.raises(CompileError):
        condition(kind, **operands)


def test_conditions_share_one_parsing(scope, monkeypatch):
    parsed = []
    monkeypatch.setattr(
        "loadr_core.extraction.content.orjson.loads", lambda body: parsed.append(body) or JSON
    )
    reply = response(JSON)
    order = [condition("jsonpath", expression=f"$.{name}") for name in JSON]
    Random(1).shuffle(order)
    assert all(entry.holds(reply, scope) for entry in order)
    assert len(parsed) == 1
