"""Which parts of a plan belong to whom, with the places where they stand."""

import pytest

from loadr_config import Finding, Place, Severity, load_plan
from loadr_config.parts import PlanPart, functions_used, parts_of, unknown_functions

PLAN = """
defaults: {http: {base_url: "http://base"}}
js: {script: "export const a = 1"}
setup:
  - js: {call: prepare}
scenarios:
  s:
    executor: constant-vus
    vus: 1
    duration: 1s
    exec: main
    on_start: hello
    on_stop: bye
    flow: [%s]
plugins: [{name: rabbit, config: {a: 1}}, {name: off, enabled: false}, {name: wasm, path: p.wasm}]
outputs: [{type: json, path: x}, {type: plugin, name: rabbit}, {type: mystery, port: 1}]
"""


def plan_of(step):
    loaded = load_plan("plan.yaml", text=PLAN % step, check_files=False)
    assert loaded.errors == ()
    return loaded.require()


def found_in(step):
    """The parts beside those that every plan of this module has: (kind, name, place below the flow, text)."""
    parts = []
    for part in parts_of(plan_of(step), {"kafka": "kafka"}):
        if part.path[:1] == ("scenarios",):
            text = part.value if isinstance(part.value, str) else None
            parts.append((part.kind, part.name, "/".join(map(str, part.path[4:])), text, part.start))
    return parts


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        ("{request: {url: /x}}", [("protocols", "http", "request", None, 0)]),
        ('{request: {url: "kafka://x"}}', [("protocols", "kafka", "request", None, 0)]),
        ('{request: {url: "grpcs://x"}}', [("protocols", "grpc", "request", None, 0)]),
        ('{request: {url: "gopher://x"}}', []),
        ('{js: "a()"}', [("script_engines", "js", "js/script", "a()", 0)]),
        ('{js: "`${a}`"}', [("script_engines", "js", "js/script", "`${a}`", 0)]),
        ("{js: {call: f}}", []),
        ('{python: "a()"}', [("script_engines", "python", "python/script", "a()", 0)]),
        (
            '{group: {name: "${python: a} ${js: b}", steps: []}}',
            [
                ("script_engines", "python", "group/name", "a", 10),
                ("script_engines", "js", "group/name", "b", 19),
            ],
        ),
        (
            '{if: {condition: "a < 1", then: []}}',
            [("script_engines", "js", "if/condition", "a < 1", 0)],
        ),
        ('{if: {condition: "${a} < 1", then: []}}', []),
        (
            '{while: {condition: "a < 1", steps: []}}',
            [("script_engines", "js", "while/condition", "a < 1", 0)],
        ),
        ('{retry: {until: "ok()", steps: []}}', [("script_engines", "js", "retry/until", "ok()", 0)]),
        ("{retry: {steps: []}}", []),
        (
            '{foreach: {items: "list()", steps: []}}',
            [("script_engines", "js", "foreach/items", "list()", 0)],
        ),
        ('{foreach: {items: "${list}", steps: []}}', []),
        ("{foreach: {items: [a()], steps: []}}", []),
        (
            '{group: {name: "js: ${ js: js + js } ${vu} ${js:b}", steps: []}}',
            [
                ("script_engines", "js", "group/name", "js + js", 11),
                ("script_engines", "js", "group/name", "b", 32),
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_parts_of_a_step(step, parts):
    assert found_in(step) == parts


@pytest.mark.parametrize(
    ("inside", "parts"),
    [
        (
            "extract: [{type: xpath, name: a, expression: //a}]",
            [("extractors", "xpath", "extract/0/expression", "//a")],
        ),
        (
            "extract: [{type: jsonpath, name: a, expression: $.a}]",
            [("extractors", "jsonpath", "extract/0/expression", "$.a")],
        ),
        (
            "extract: [{type: css, name: a, expression: p}]",
            [("extractors", "css", "extract/0/expression", "p")],
        ),
        ("extract: [{chain: a, css: p}]", [("extractors", "css", "extract/0/css", "p")]),
        ("extract: [{chain: a, jmespath: p}]", [("extractors", "jmespath", "extract/0/jmespath", "p")]),
        ("extract: [{chain: a, header: p}]", []),
        (
            "checks: [{type: xpath, expression: //a}]",
            [("extractors", "xpath", "checks/0/expression", "//a")],
        ),
        ('checks: [{type: xpath, expression: "//${a}"}]', []),
        (
            "assert: [{type: js, expression: ok()}]",
            [("script_engines", "js", "assert/0/expression", "ok()")],
        ),
        (
            "assert: [{type: python, expression: ok()}]",
            [("script_engines", "python", "assert/0/expression", "ok()")],
        ),
        ("extract: [{type: plugin, name: a, plugin: qr}]", [("extractors", "qr", "extract/0", None)]),
        ("checks: [{type: plugin, plugin: luhn}]", [("assertions", "luhn", "checks/0", None)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_parts_of_a_request(inside, parts):
    found = [
        (part.kind, part.name, "/".join(map(str, part.path[5:])), part.text)
        for part in parts_of(plan_of(f"{{request: {{url: /, {inside}}}}}"), {})
        if len(part.path) > 5
    ]
    assert found == parts


def test_the_parts_of_the_plan_itself():
    found = parts_of(plan_of(""), {})
    shown = [(part.kind, part.name, part.path) for part in found]
    assert sorted(shown) == [
        ("outputs", "json", ("outputs", 0)),
        ("outputs", "mystery", ("outputs", 2)),
        ("outputs", "rabbit", ("outputs", 1)),
        ("plugins", "rabbit", ("plugins", 0)),
        ("script_engines", "js", ("js",)),
    ]


def test_the_functions_that_a_plan_names():
    plan = plan_of("{js: {call: step}}, {js: main}")
    assert list(functions_used(plan)) == [
        (("setup", 0, "js", "call"), "prepare", "js"),
        (("scenarios", "s", "exec"), "main", None),
        (("scenarios", "s", "on_start"), "hello", None),
        (("scenarios", "s", "on_stop"), "bye", None),
        (("scenarios", "s", "flow", 0, "js", "call"), "step", "js"),
    ]


@pytest.mark.parametrize(
    ("exports", "suggestions"),
    [
        ({"prepare", "main", "hello", "bye"}, []),
        ({"prepare", "mian", "hello", "bye"}, ['did you mean "mian"?']),
        ({"prepare", "xyz", "hello", "bye"}, ["it exports bye, hello, prepare, xyz"]),
        (set(), ["it exports none at all"] * 4),
    ],
    ids=["all", "mistyped", "other", "none"],
)
def test_functions_that_the_script_lacks(exports, suggestions):
    found = list(unknown_functions(plan_of(""), {"js": exports}))
    assert [finding.suggestion for finding in found] == suggestions
    assert all(finding.message.startswith("the script module exports no function") for finding in found)


LOADED = """\
scenarios:
  s:
    executor: constant-vus
    vus: 1
    duration: 1s
    flow:
      - js: "a + b"
      - request: {url: "http://x/${js: c + d}"}
"""


def finding_at(path, **more):
    return Finding(("scenarios", "s", "flow", *path), "no", **more)


@pytest.mark.parametrize(
    ("finding", "place", "path"),
    [
        (finding_at((0, "js", "script")), (7, 13), "scenarios.s.flow[0].js"),
        (finding_at((0, "js", "script"), offset=4, text="a + b"), (7, 18), "scenarios.s.flow[0].js"),
        (finding_at((1, "request", "url")), (8, 24), "scenarios.s.flow[1].request.url"),
        (finding_at((1, "request", "url"), on_key=True), (8, 19), "scenarios.s.flow[1].request.url"),
        (finding_at((1, "request", "body")), (8, 9), "scenarios.s.flow[1].request.body"),
    ],
    ids=["short form", "offset in it", "value", "key", "absent key"],
)
def test_a_finding_gets_its_line(finding, place, path):
    loaded = load_plan("plan.yaml", text=LOADED).with_findings([finding])
    (found,) = loaded.diagnostics
    assert (found.line, found.column) == place
    assert found.path == path
    assert found.source_line == LOADED.splitlines()[found.line - 1]
    assert loaded.plan is None


def test_a_finding_in_code_counts_from_the_code():
    plan = load_plan("plan.yaml", text=LOADED)
    (part,) = [part for part in parts_of(plan.require(), {}) if part.value == "c + d"]
    (found,) = plan.with_findings([part.finding("no", offset=4)]).diagnostics
    assert LOADED.splitlines()[found.line - 1][found.column - 1 :].startswith('d}"')


def test_a_finding_may_be_in_another_file():
    place = Place("script.js", 3, 5, "let = 1")
    (found,) = load_plan("plan.yaml", text=LOADED).with_findings([Finding(("js",), "no", place=place)]).errors
    assert (found.file, found.line, found.column, found.source_line) == ("script.js", 3, 5, "let = 1")
    assert found.path == "js"


def test_a_warning_keeps_the_plan():
    loaded = load_plan("plan.yaml", text=LOADED)
    more = loaded.with_findings([finding_at((0,), severity=Severity.WARNING)])
    assert more.plan is loaded.plan
    assert len(more.warnings) == 1


def test_a_finding_for_a_plan_without_a_tree_has_no_place():
    loaded = load_plan("plan.yaml", text="[").with_findings([Finding(("js",), "no")])
    found = loaded.errors[0]
    assert (found.file, found.line, found.message, found.path) == ("plan.yaml", 0, "no", "js")


def test_a_part_says_where_its_findings_are():
    part = PlanPart("script_engines", "js", ("a", 0), "x + y", 6, "${js: x + y}")
    assert part.finding("no", offset=4) == Finding(("a", 0), "no", offset=10, text="${js: x + y}")
    assert part.finding("no", below=("b",), offset=4) == Finding(("a", 0, "b"), "no", offset=4)
