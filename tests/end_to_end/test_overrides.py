"""What the command line and the environment change in a plan."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


def two_scenarios(plans, step):
    return plans.document(
        {
            "scenarios": {
                "a": {"executor": "constant-vus", "vus": 1, "duration": "1h", "flow": [step("/", name="a")]},
                "b": {
                    "executor": "per-vu-iterations",
                    "vus": 1,
                    "iterations": 9,
                    "flow": [step("/", name="b")],
                },
            }
        }
    )


def test_vus_and_iterations(plans, run, target, step):
    done, result = run(two_scenarios(plans, step), "--scenario", "b", "--vus", 3, "--iterations", 2)
    assert done.code == 0, done
    assert target.count() == 6
    assert [s.name for s in result.summary.scenarios] == ["b"]


def test_duration(plans, run, step):
    done, result = run(two_scenarios(plans, step), "--scenario", "a", "--duration", "300ms")
    assert done.code == 0, done
    assert 0.3 <= result.summary.duration_secs < 60


def test_iterations_make_constant_vus_share_them(plans, run, target, step):
    done, result = run(two_scenarios(plans, step), "--scenario", "a", "--iterations", 5, "--vus", 2)
    assert done.code == 0, done
    assert target.count() == 5
    assert [s.executor for s in result.summary.scenarios] == ["shared-iterations"]


def test_the_environment_sets_options(loadr, plans, result, target, step):
    settings = {
        "LOADR_SCENARIO": "b",
        "LOADR_VUS": "2",
        "LOADR_ITERATIONS": "4",
        "LOADR_QUIET": "1",
        "LOADR_SUMMARY_EXPORT": "summary.json",
        "LOADR_SEED": "77",
    }
    done = loadr("run", two_scenarios(plans, step), env=settings)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert target.count() == 8
    assert result().summary.seed == 77


def test_several_scenarios_need_a_choice(loadr, plans, step):
    plan = two_scenarios(plans, step)
    done = loadr("run", plan, "--vus", 2)
    assert done.code == 1
    assert done.stderr == (
        "error: --vus would change one scenario, but there are several: a, b\n"
        "  = help: choose one with --scenario NAME\n"
    )


def test_a_tag_is_on_all_samples(plans, run, step):
    check = {"type": "status", "equals": 200}
    thresholds = {
        "http_reqs{build:42}": "count==2",
        "http_req_duration{build:42,team:a b}": "count==2",
        "iterations{build:42}": "count==2",
        "checks{build:42}": "rate==1",
        "http_reqs{kind:own}": "count==2",
        "http_reqs{from:env}": "count==2",
    }
    plan = plans.document(
        {
            "scenarios": {
                "s": {
                    "executor": "per-vu-iterations",
                    "vus": 1,
                    "iterations": 2,
                    "tags": {"from": "${env.ORIGIN}"},
                    "flow": [step("/", checks=[check], tags={"kind": "own"})],
                }
            },
            "thresholds": thresholds,
        }
    )
    done, result = run(plan, "--tag", "build=42", "--tag", "team=a b", "-e", "ORIGIN=env")
    assert done.code == 0, done
    assert not any(verdict.no_samples for verdict in result.summary.thresholds)


def test_overlays_and_variables(plans, run, step):
    plan = plans.document(
        {
            "variables": {"path": "/status/500", "greeting": "${env.GREETING}"},
            "scenarios": {
                "s": {
                    "executor": "per-vu-iterations",
                    "vus": 1,
                    "iterations": 1,
                    "flow": [
                        step(
                            "${vars.path}",
                            body="${vars.greeting}",
                            checks=[{"type": "body_contains", "value": "${env.GREETING}"}],
                        )
                    ],
                }
            },
            "env": {"echo": {"variables": {"path": "/echo"}}},
            "thresholds": {"http_req_failed": "rate==0", "checks": "rate==1"},
        }
    )
    done, _ = run(plan, "-e", "echo", "-e", "GREETING=hi there")
    assert done.code == 0, done
    done, _ = run(plan, "-e", "GREETING=hi there")
    assert done.code == 99, done


def test_a_plan_from_standard_input(loadr, plans, target, step):
    text = plans.one(step("/")).read_text(encoding="utf-8")
    done = loadr("run", "-", "-q", input=text, module="loadr")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert target.count() == 1


def test_the_script_of_the_environment_is_the_same_command(loadr):
    folder = Path(sys.executable).parent
    script = next(path for path in (folder / "loadr", folder / "loadr.exe") if path.exists())
    done = subprocess.run([script, "version"], capture_output=True, text=True, check=True)
    assert done.stdout == loadr("version").stdout


def tagged(plans, step):
    each = {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}
    tags = {"a": {"kind": "smoke"}, "b": {"kind": "full"}, "c": {"kind": "smoke", "team": "${env.TEAM}"}}
    return plans.document(
        {
            "scenarios": {
                name: {**each, "tags": own, "flow": [step("/", name=name)]} for name, own in tags.items()
            }
        }
    )


def test_scenarios_are_selected_by_the_values_of_their_tags(plans, run, target, step):
    done, result = run(
        tagged(plans, step), "--tags", "smoke,other", "--exclude-tags", "web", "-e", "TEAM=web"
    )
    assert done.code == 0, done
    assert done.stderr.startswith("scenarios: a (1 of 3)\n")
    assert [s.name for s in result.summary.scenarios] == ["a"]
    assert target.count() == 1


def test_an_empty_selection_is_a_mistake(plans, run, target, step):
    done, result = run(tagged(plans, step), "--tags", "smoke", "--scenario", "b", "-e", "TEAM=web")
    assert (done.code, result) == (1, None), done
    assert done.stderr == (
        "error: --scenario b --tags smoke: no scenario remains\n"
        "  = help: a has smoke; b has full; c has smoke, web\n"
    )
    assert target.count() == 0
