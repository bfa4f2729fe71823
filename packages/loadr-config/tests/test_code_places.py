"""Where the code of a plan stands in its file."""

import pytest

from loadr_config import load_plan

HEAD = "scenarios: {a: {executor: shared-iterations, flow: ["
PLANS = {
    # name: (plan, path, line and column in the code, place)
    "literal": (
        "scenarios:\n  a:\n    executor: shared-iterations\n    flow:\n      - js: |\n          const a = 1;\n\n            a.b.c;\n",
        "scenarios.a.flow[0].js.script",
        (3, 5),
        "p.yaml:8:15",
    ),
    "literal, no column": (
        "scenarios:\n  a:\n    executor: shared-iterations\n    flow:\n      - python: |\n          x = 1\n",
        "scenarios.a.flow[0].python.script",
        (1, 0),
        "p.yaml:6",
    ),
    "long form": (
        "scenarios:\n  a:\n    executor: shared-iterations\n    flow:\n      - js:\n          script: |-\n            a;\n            b;",
        "scenarios.a.flow[0].js.script",
        (2, 1),
        "p.yaml:8:13",
    ),
    "quoted": (HEAD + "{js: 'nothing.there'}]}}", "scenarios.a.flow[0].js.script", (1, 9), "p.yaml:1:67"),
    "plain": (HEAD + "{js: nothing.there}]}}", "scenarios.a.flow[0].js.script", (1, 1), "p.yaml:1:58"),
    "condition": (
        HEAD + "{if: {condition: a === 1, then: [{js: b}]}}]}}",
        "scenarios.a.flow[0].if.condition",
        (1, 1),
        "p.yaml:1:70",
    ),
    "inline module": (
        "js:\n  script: |\n    export function f() {\n      null.x;\n    }\n" + HEAD + "{js: {call: f}}]}}",
        "js.script",
        (2, 12),
        "p.yaml:4:16",
    ),
    "folded": (
        "scenarios:\n  a:\n    executor: shared-iterations\n    flow:\n      - js: >\n          a;\n          b;\n\n          c;\n",
        "scenarios.a.flow[0].js.script",
        (2, 1),
        "p.yaml:9:11",
    ),
    "beyond the end": (HEAD + "{js: a}]}}", "scenarios.a.flow[0].js.script", (9, 0), "p.yaml:1"),
}


@pytest.mark.parametrize("case", PLANS)
def test_a_place_in_the_code_is_a_place_in_the_file(case):
    text, path, within, expected = PLANS[case]
    loaded = load_plan("p.yaml", text=text)
    assert loaded.errors == ()
    assert loaded.code_places()[path].at(*within) == expected


def test_an_included_file_is_named_itself(tmp_path):
    (tmp_path / "flow.yaml").write_text("- js: |\n    one;\n    two;\n", encoding="utf-8")
    plan = tmp_path / "plan.yaml"
    plan.write_text("scenarios:\n  a:\n    executor: shared-iterations\n    flow: !include flow.yaml\n")
    place = load_plan(plan).code_places()["scenarios.a.flow[0].js.script"]
    assert place.at(2, 3).endswith("flow.yaml:3:7")


def test_templates_and_plans_with_errors_have_none():
    template = HEAD + '{request: {url: "http://h/${js: a}"}}]}}'
    assert load_plan("p.yaml", text=template).code_places() == {}
    assert load_plan("p.yaml", text="scenarios: {}").code_places() == {}
