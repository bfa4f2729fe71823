"""What of a request's response is compiled, and whether its body is needed."""

from pathlib import Path

import pytest

from loadr_config.models import Request, TestPlan
from loadr_core.compiler.labels import Labels
from loadr_core.compiler.responses import ResponseCompiler
from loadr_core.errors import ExtensionError, PlanRefusedError
from loadr_core.recording import Recorder
from loadr_core.spi import Assertion, Extractor
from loadr_core.templating import TextCompiler
from loadr_core.templating.scripts import ScriptExpressions

STATUS = {"type": "status", "equals": 200}
BODY = {"type": "body_contains", "value": "x"}
HEADER = {"type": "header", "name": "h", "header": "X"}


@pytest.fixture
def program():
    def make(plugins=(), **keys):
        plan = TestPlan.model_validate(
            {
                "plugins": plugins,
                "scenarios": {"s": {"executor": "constant-vus", "vus": 1, "duration": 1, "flow": []}},
            }
        )
        texts = TextCompiler({}, {}, {})
        compiler = ResponseCompiler(plan, texts.compile, Recorder(), Path("/plans"), ScriptExpressions("js"))
        return compiler.compile(
            Request.model_validate({"url": "/", **keys}), "name", {"scenario": "s"}, Labels()
        )

    return make


@pytest.mark.parametrize(
    ("keys", "keeps"),
    [
        ({}, False),
        ({"checks": [STATUS], "assert": [STATUS], "extract": [HEADER]}, False),
        ({"checks": [STATUS, BODY]}, True),
        ({"assert": [BODY]}, True),
        ({"checks": [{"type": "size", "min": 1}]}, True),
        ({"extract": [HEADER, {"type": "jsonpath", "name": "v", "expression": "$"}]}, True),
    ],
)
def test_a_body_is_kept_where_something_looks_into_it(keys, keeps, program):
    assert program(**keys).keeps_body is keeps


def test_without_extractions_and_assertions_nothing_judges(program):
    assert program(checks=[STATUS]).judge is None
    assert program(**{"assert": [STATUS]}).judge is not None
    assert program(extract=[HEADER]).judge is not None


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"extract": [HEADER, {"chain": "v", "jmespath": "a["}]}, "extract[1]: 'a[' is no JMESPath: Invalid"),
        ({"checks": [STATUS, {"type": "jsonpath", "expression": "$."}]}, "checks[1]: '$.' is no JSONPath"),
        ({"assert": [{"type": "xpath", "expression": "["}]}, "assert[0]: '[' is no XPath"),
        (
            {"extract": [{"type": "plugin", "name": "v", "plugin": "absent"}]},
            "extract[0]: extractor 'absent' is not installed: install its plugin",
        ),
        (
            {"checks": [{"type": "plugin", "plugin": "absent"}]},
            "checks[0]: assertion 'absent' is not installed: install its plugin",
        ),
    ],
)
def test_what_is_wrong_has_its_place(keys, problem, program):
    with pytest.raises(PlanRefusedError) as caught:
        program(**keys)
    assert str(caught.value).startswith(problem)


def test_a_plugin_that_is_something_else_is_named(program):
    with pytest.raises(ExtensionError, match=r"loadr\.extractors 'css' of loadr-core .* is not an Extractor"):
        program(extract=[{"type": "plugin", "name": "v", "plugin": "css"}])


def test_plugins_get_their_options_folder_and_configuration(program, monkeypatch):
    contexts = []

    class Finds(Extractor):
        reads_body = False

        def __init__(self, context):
            contexts.append(context)

        def find(self, response, content, scope):
            return []

    class Holds(Assertion):
        def __init__(self, context):
            contexts.append(context)

        @property
        def name(self):
            return "holds"

        def holds(self, response, content, scope):
            return True

    monkeypatch.setattr("loadr_core.compiler.responses.load_extractor", {"finds": Finds}.__getitem__)
    monkeypatch.setattr("loadr_core.compiler.responses.load_assertion", {"holds": Holds}.__getitem__)
    made = program(
        plugins=[{"name": "finds", "config": {"depth": 3}}],
        extract=[{"type": "plugin", "name": "v", "plugin": "finds", "field": "a", "list": [1, "${vu}"]}],
        checks=[{"type": "plugin", "plugin": "holds"}],
    )
    finds, holds = contexts
    assert finds.options["field"].static == "a"
    assert not finds.options["list"].is_fixed
    assert (finds.config, finds.folder) == ({"depth": 3}, Path("/plans"))
    assert (holds.options, holds.config) == ({}, {})
    assert made.checks[0].condition.name == "holds"
    assert made.keeps_body
