import textwrap

import pytest

from loadr_config import load_plan

BASE = """\
name: base
variables: {a: 1, b: 2}
scenarios:
  s:
    executor: constant-vus
    vus: 1
    duration: 1s
    flow: [{request: {url: "http://x"}}]
"""


@pytest.fixture
def folder(tmp_path):
    """A folder that is filled with files by name."""

    def fill(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(textwrap.dedent(text))
        return tmp_path

    return fill


def test_extends_lays_the_plan_over_another_one(folder):
    path = folder(
        base=BASE, plan="extends: base.yaml\nname: mine\nvariables: {b: 3}\nscenarios: {s: {vus: 7}}\n"
    )
    plan = load_plan(path / "plan.yaml").require()
    assert (plan.name, plan.variables, plan.scenarios["s"].vus) == ("mine", {"a": "1", "b": "3"}, 7)


def test_a_mistake_in_the_base_is_shown_in_its_file(folder):
    path = folder(base=BASE.replace("vus: 1", "vus: x"), plan="extends: base.yaml\nname: [1]\n")
    found = [(found.file, found.line, found.column) for found in load_plan(path / "plan.yaml").errors]
    assert found == [(str(path / "plan.yaml"), 2, 7), (str(path / "base.yaml"), 6, 10)]


def test_include_stands_for_a_file_or_a_part_of_it(folder):
    path = folder(
        parts="flow:\n  - request: {url: http://x}\nnested: {list: [{a: b}]}\n",
        tags="{x: y}\n",
        plan="""\
        defaults: {tags: !include tags.yaml}
        scenarios:
          s:
            executor: constant-vus
            vus: 1
            duration: 1s
            tags: !include parts.yaml#nested.list.0
            flow: !include "parts.yaml#flow"
        """,
    )
    plan = load_plan(path / "plan.yaml").require()
    assert plan.defaults.tags == {"x": "y"}
    assert plan.scenarios["s"].tags == {"a": "b"}
    assert plan.scenarios["s"].flow[0].request.url == "http://x"


def test_a_mistake_in_an_included_file_is_shown_there(folder):
    path = folder(
        parts="flow:\n  - request: {urll: http://x}\n",
        plan=BASE.split("    flow", maxsplit=1)[0] + "    flow: !include parts.yaml#flow\n",
    )
    (found,) = load_plan(path / "plan.yaml").errors
    assert (found.file, found.line, found.column) == (str(path / "parts.yaml"), 2, 15)
    assert found.path == "scenarios.s.flow[0].request.urll"
    assert found.source_line == "  - request: {urll: http://x}"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("missing.yaml", 'there is no file "missing.yaml"'),
        ("../outside.yaml", "lies outside of the plan's folder"),
        ("/etc/passwd", "lies outside of the plan's folder"),
        ("plan.yaml", "refers to itself"),
        ("loop.yaml", "refers to itself"),
        ("parts.yaml#flo", 'has no "flo"'),
        ("''", "expected the name of a file"),
    ],
)
def test_a_wrong_reference_is_an_error(folder, reference, message):
    path = folder(
        parts="flow: []\n",
        loop="a: !include plan.yaml\n",
        plan=f"variables:\n  x: !include {reference}\n",
    )
    found = [found for found in load_plan(path / "plan.yaml").errors if message in found.message]
    assert found
    if reference != "loop.yaml":
        assert (found[0].line, found[0].column) == (2, 6)


def test_a_near_key_is_suggested(folder):
    path = folder(parts="flow: []\n", plan="setup: !include parts.yaml#flo\n")
    (found,) = [found for found in load_plan(path / "plan.yaml").errors if "flo" in found.message]
    assert found.suggestion == 'did you mean "flow"?'


@pytest.mark.parametrize(
    ("text", "message"),
    [("extends: [a]\n", "expected the name of a plan"), ("extends: plan.yaml\n", "refers to itself")],
)
def test_a_wrong_base_is_an_error(folder, text, message):
    path = folder(plan=text)
    assert message in load_plan(path / "plan.yaml").errors[0].message


def test_chains_of_files_are_bounded(tmp_path):
    for index in range(40):
        (tmp_path / f"f{index}.yaml").write_text(f"a: [[[[[[!include f{index + 1}.yaml]]]]]]\n")
    errors = load_plan(tmp_path / "f0.yaml").errors
    assert any("in a row" in found.message or "levels deep" in found.message for found in errors)


def test_included_parts_cannot_nest_beyond_the_limit(tmp_path):
    (tmp_path / "deep.yaml").write_text("x: " + "[" * 100 + "]" * 100 + "\n")
    (tmp_path / "plan.yaml").write_text(
        "a: !include deep.yaml\nb: " + "[" * 100 + "!include deep.yaml" + "]" * 100
    )
    assert any("levels deep" in found.message for found in load_plan(tmp_path / "plan.yaml").errors)


def test_included_parts_count_against_the_budget(tmp_path):
    (tmp_path / "big.yaml").write_text("[" + "1," * 9000 + "]")
    (tmp_path / "plan.yaml").write_text("a:\n" + "  - !include big.yaml\n" * 100)
    assert any("too large once" in found.message for found in load_plan(tmp_path / "plan.yaml").errors)


OVERLAYS = (
    BASE
    + """\
env:
  big: {scenarios: {s: {vus: 50}}, variables: {b: 9}}
  slow:
    scenarios: {s: {duration: 1h, flow: [{request: {url: "http://y"}}]}}
  bad:
    scenarios: {s: {vus: x}, new: {executor: constant-vus}}
    nam: x
"""
)


def test_overlays_merge_maps_and_replace_the_rest(load):
    text = OVERLAYS.split("  bad:")[0]
    plan = load(text, overlay="big").require()
    assert (plan.scenarios["s"].vus, plan.variables) == (50, {"a": "1", "b": "9"})
    both = load(text, overlay=("big", "slow")).require()
    assert (both.scenarios["s"].vus, both.scenarios["s"].duration) == (50, 3600.0)
    assert [step.request.url for step in both.scenarios["s"].flow] == ["http://y"]
    assert load(text).require().scenarios["s"].vus == 1


def test_an_unknown_overlay_lists_the_known_ones(load):
    (found,) = load(OVERLAYS.split("  bad:")[0], overlay="bigg").errors
    assert found.message == 'there is no overlay "bigg"; known: big, slow'
    assert found.suggestion == 'did you mean "big"?'
    (none,) = load(BASE, overlay="x").errors
    assert none.message == 'there is no overlay "x"; known: none'


def test_mistakes_in_overlays_are_found_before_they_are_chosen(load):
    found = {(found.path, found.line) for found in load(OVERLAYS).errors}
    assert found == {
        ("env.bad.scenarios.s.vus", 14),
        ("env.bad.scenarios.new.vus", 14),
        ("env.bad.scenarios.new.duration", 14),
        ("env.bad.nam", 15),
    }


@pytest.mark.parametrize("env", ["env: 5\n", "env: {a: 5}\n"])
def test_overlays_are_maps(load, env):
    assert load(BASE + env).errors
    assert load(BASE + env, overlay="a").errors


def test_knobs_that_an_overlay_leaves_over_are_warnings(load):
    loaded = load(
        BASE + "env: {it: {scenarios: {s: {executor: per-vu-iterations, iterations: 3}}}}\n", overlay="it"
    )
    plan = loaded.require()
    assert plan.scenarios["s"].iterations == 3
    (warning,) = loaded.warnings
    assert (warning.line, warning.column, warning.path) == (7, 5, "scenarios.s.duration")
    assert "not used by executor per-vu-iterations" in warning.message


@pytest.mark.parametrize(
    ("overlay", "column"),
    [
        ("thresholds: {checks: rate>>1}", 38),
        ('variables: {a: "x ${"}', 30),
        ("defaults: {http: {timeout: x}}", 39),
    ],
)
def test_a_mistake_inside_of_a_text_of_an_overlay_is_found(load, overlay, column):
    (found,) = load(BASE + f"env: {{it: {{{overlay}}}, other: {{name: x}}}}\n").errors
    assert (found.line, found.column) == (BASE.count("\n") + 1, column)
    assert found.path.startswith("env.it.")
