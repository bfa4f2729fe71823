"""What third parties add is found through their entry points, and only what is broken is missing."""

import json

import pytest

pytestmark = pytest.mark.process

ACME = "acme-loadr-plugin 1.2.3"
BROKEN = "broken-loadr-plugin 0.0.7"
ITERATIONS = 12

PLAN = """
name: third parties
scenarios:
  lines:
    executor: shared-iterations
    vus: 2
    iterations: %(iterations)d
    flow:
      - request: {name: ping, url: "%(url)s/PING", checks: [{type: status, equals: 200}]}
thresholds:
  acme_req_duration: "p(95)<5000"
  acme_reqs: "count==%(iterations)d"
outputs:
  - {type: acme-log, path: from-plan.log}
"""


def plan_for(url):
    return PLAN % {"url": url, "iterations": ITERATIONS}


def test_version_lists_the_plugins(loadr):
    done = loadr("version")
    assert done.returncode == 0, done.stderr
    listed = [line.strip() for line in done.stdout.splitlines()]
    assert f"acme ({ACME})" in listed
    assert f"acme-log ({ACME})" in listed


@pytest.mark.parametrize("name", ["broken", "broken-log"])
def test_version_names_the_distribution_of_what_is_broken(loadr, name):
    [line] = [line for line in loadr("version").stdout.splitlines() if line.strip().startswith(f"{name} ")]
    assert BROKEN in line
    assert "is broken" in line
    assert "No module named 'a_module_that_nobody_has'" in line


def test_a_run_uses_a_protocol_and_an_output_of_a_third_party(loadr, acme_server, tmp_path):
    words = ("run", "-", "--output", "acme-log=from-command-line.log", "--summary-export", "summary.json")
    done = loadr(*words, input=plan_for(acme_server))
    assert done.returncode == 0, done.stdout + done.stderr

    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    totals = {metric["metric"]: metric["agg"] for metric in summary["metrics"] if not metric["tags"]}
    assert totals["acme_reqs"]["sum"] == ITERATIONS
    assert totals["plugin_reqs"]["sum"] == ITERATIONS
    assert totals["acme_req_duration"]["count"] == ITERATIONS
    assert totals["data_sent"]["sum"] == ITERATIONS * len("PING\n")
    assert totals["data_received"]["sum"] == ITERATIONS * len("200 pong\n")
    assert [check["passes"] for check in summary["checks"]] == [ITERATIONS]

    for log in ("from-plan.log", "from-command-line.log"):
        lines = (tmp_path / log).read_text(encoding="utf-8").splitlines()
        samples = [line.split() for line in lines if line.startswith("samples acme_req_duration ")]
        assert sum(int(words[-1]) for words in samples) == ITERATIONS
        assert lines[-1] == "summary third parties"


def test_what_the_target_does_wrong_is_counted(loadr, acme_server, tmp_path):
    plan = plan_for(acme_server).replace("/PING", "/PONG")
    done = loadr("run", "-", "--summary-export", "summary.json", input=plan)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    totals = {metric["metric"]: metric["agg"] for metric in summary["metrics"] if not metric["tags"]}
    assert totals["acme_req_failed"]["rate"] == 1
    assert [check["fails"] for check in summary["checks"]] == [ITERATIONS]


@pytest.mark.parametrize("command", ["validate", "run"])
def test_mistakes_that_only_the_protocol_knows_are_found_at_their_places(loadr, acme_server, command):
    plan = plan_for(acme_server).replace("name: ping,", "name: ping, body: text,")
    done = loadr(command, "-", input=plan + "plugins: [{name: acme, config: {speed: 9}}]\n")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "error: an acme request has no body" in said
    assert "<stdin>:9:37" in said
    assert "help: put the line into the URL's path" in said
    assert 'error: acme has no setting "speed"' in said
    assert "<stdin>:15:33" in said


def test_a_plan_without_mistakes_is_said_to_be_right(loadr, acme_server):
    done = loadr("validate", "-", input=plan_for(acme_server))
    assert (done.returncode, done.stdout) == (0, "1 plan checked: nothing wrong\n")


def test_a_broken_plugin_is_named_by_validate_and_fails_no_plan(loadr, acme_server):
    done = loadr("validate", "-", input=plan_for(acme_server).replace("acme://", "broken://"))
    assert done.returncode == 0
    assert "warning: loadr.protocols 'broken' of broken-loadr-plugin 0.0.7 cannot be loaded" in done.stdout
    assert "what belongs to it is not checked" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        pytest.param(("acme://", "broken://"), "broken", id="protocol"),
        pytest.param(("type: acme-log", "type: broken-log"), "broken-log", id="output"),
    ],
)
def test_a_broken_plugin_is_named_with_its_distribution(loadr, acme_server, wrong, named):
    done = loadr("run", "-", input=plan_for(acme_server).replace(*wrong))
    assert done.returncode == 1
    assert BROKEN in done.stderr
    assert repr(named) in done.stderr
    assert "No module named 'a_module_that_nobody_has'" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_demo_extra_the_command_says_what_to_install(loadr):
    """This environment has no demo target, as that of a user who asked for `loadr` alone."""
    done = loadr("demo")
    assert done.returncode == 1
    assert "pip install 'loadr[demo]'" in done.stderr


WORDS = """
plugins: [{name: acme-words}]
scenarios:
  lines:
    executor: shared-iterations
    vus: 1
    iterations: 3
    flow:
      - request:
          name: ping
          url: "%(url)s/PING"
          extract: [{type: plugin, plugin: acme-words, name: word, start: p, index: last}]
          assert: [{type: plugin, plugin: acme-word-count, least: 2}]
          checks:
            - {type: body_contains, value: "${word}"}
            - {type: plugin, plugin: acme-word-count, least: 3}
"""


def test_a_run_uses_an_extractor_and_an_assertion_of_a_third_party(loadr, acme_server, tmp_path):
    done = loadr("run", "-", "--summary-export", "summary.json", input=WORDS % {"url": acme_server})
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    totals = {metric["metric"]: metric["agg"] for metric in summary["metrics"] if not metric["tags"]}
    assert totals["acme_req_failed"]["rate"] == 0
    assert {check["name"]: (check["passes"], check["fails"]) for check in summary["checks"]} == {
        "body contains '${word}'": (3, 0),
        "at least 3 words": (0, 3),
    }


def test_options_that_a_plugin_refuses_are_named_with_their_place(loadr, acme_server):
    plan = (WORDS % {"url": acme_server}).replace("start: p, ", "").replace("least: 2", "least: two")
    done = loadr("run", "-", input=plan)
    assert (done.returncode, done.stdout) == (1, "")
    assert 'request: extract[0]: acme-words needs a start (write "start: …")' in done.stderr
