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


SCRIPT = """
import http from 'k6/http';
import exec from 'k6/execution';
export const options = {vus: 2, duration: '1h', thresholds: {http_reqs: ['count<0']}, %s};
export function setup() { http.get(`${__ENV.BASE}/json?setup`); }
export default function () {
  http.get(`${__ENV.BASE}/headers`);
  console.log(JSON.stringify(exec.test.options[__ENV.ASK || 'scenarios']));
}
export function teardown() { http.get(`${__ENV.BASE}/json?teardown`); }
"""


@pytest.fixture
def run_script(loadr, target):
    def running(*words, options="throw: false"):
        (loadr.folder / "script.js").write_text(SCRIPT % options, encoding="utf-8")
        return loadr("run", "script.js", "--quiet", "-e", f"BASE={target.url}", *words)

    return running


def told(done):
    return [line.partition(" script: ")[2] for line in done.stderr.splitlines() if " script: " in line]


def test_iterations_replace_what_a_script_says_of_its_load(run_script, target):
    done = run_script("-i", "3", "--no-thresholds", "--no-setup", "--no-teardown")
    assert done.code == 0, done
    assert target.count() == 3
    assert '"executor":"shared-iterations"' in told(done)[0]
    assert '"vus":2' in told(done)[0]


def test_vus_alone_leave_the_rest_of_a_script_as_it_is(run_script):
    done = run_script("-u", "5", "--no-thresholds", options="duration: '300ms'")
    assert done.code == 0, done
    assert '"executor":"constant-vus"' in told(done)[0]
    assert '"vus":5' in told(done)[0]


def test_stages_make_a_script_ramp(run_script):
    done = run_script("-s", "200ms:2", "-s", "100ms:0", "--no-thresholds")
    assert done.code == 0, done
    assert '"stages":[{"duration":"200ms","target":2},{"duration":"100ms","target":0}]' in told(done)[0]


def test_a_script_finds_what_the_command_line_says_in_its_options(run_script):
    done = run_script(
        "-i", "1", "--no-thresholds", "--user-agent", "me", "-e", "ASK=userAgent", "--rps", "50"
    )
    assert (done.code, told(done)) == (0, ['"me"'])


def test_setup_and_teardown_of_a_plan_are_left_out(plans, run, loadr, target, step):
    steps = {"setup": [step("/json")], "teardown": [step("/json")]}
    scenario = {"executor": "shared-iterations", "flow": [step("/headers")]}
    plan = plans.document({**steps, "scenarios": {"a": scenario}, "thresholds": {"http_reqs": ["count<0"]}})
    done, _ = run(plan, "--no-setup", "--no-teardown", "--no-thresholds")
    assert done.code == 0, done
    assert target.count() == 1
    done = loadr("run", plan, "--once", "--no-setup")
    assert done.code == 0, done
    assert target.count() == 2, "an iteration, and teardown"


@pytest.mark.parametrize(
    ("option", "instead"),
    [
        ("--throw", "set options.throw in the script"),
        ("-w", "set options.throw in the script"),
        ("--summary-trend-stats=avg", "set options.summaryTrendStats for handleSummary"),
        ("--no-summary", "use --quiet"),
    ],
)
def test_an_option_of_k6_that_is_not_there_is_answered_with_what_is(option, instead, loadr):
    done = loadr("run", "script.js", option)
    assert done.code == 2, done
    assert "which is k6's" in done.stderr
    assert instead in done.stderr


def test_a_variable_of_k6_is_told_to_have_no_effect(loadr):
    (loadr.folder / "script.js").write_text("export default function () {}", encoding="utf-8")
    done = loadr("run", "script.js", "--quiet", env={"K6_VUS": "3"})
    assert done.code == 0, done
    assert "warning: K6_VUS has no effect: loadr reads LOADR_VUS" in done.stderr
