"""The commands that talk about plans: validate, schema, inspect."""

import json

import jsonschema
import pytest
from click.testing import CliRunner

from loadr_cli.main import cli
from loadr_config import load_plan

GOOD = """\
name: good
secrets: {key: {env: KEY}}
scenarios:
  main:
    executor: constant-vus
    vus: 2
    duration: 10s
    flow:
      - request: {name: home, url: "http://host/", headers: {X-Key: "${secrets.key}"}}
thresholds: {http_req_duration: "p(95)<400"}
"""
WRONG = GOOD.replace("vus: 2", "vus: two").replace("name: home", "nam: home")


@pytest.fixture
def loadr(tmp_path):
    def run(*arguments, plan=GOOD, **options):
        (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
        words = [str(tmp_path / "plan.yaml") if word == "PLAN" else word for word in arguments]
        return CliRunner().invoke(cli, words, env={"KEY": "s3cret-value"}, **options)

    return run


def test_a_right_plan_passes(loadr):
    done = loadr("validate", "PLAN")
    assert (done.exit_code, done.stdout) == (0, "1 plan checked: nothing wrong\n")


def test_all_errors_are_shown_at_once_with_their_places(loadr):
    done = loadr("validate", "PLAN", plan=WRONG)
    assert done.exit_code == 1
    for part in (
        "plan.yaml:6:10",
        'got "two"',
        "plan.yaml:9:19",
        'unknown key "nam"',
        "1 plan checked: 2 errors",
    ):
        assert part in done.stdout


def test_a_script_that_fails_where_it_is_loaded_is_a_finding_like_others(loadr, tmp_path):
    script = tmp_path / "script.js"
    script.write_text("import x from 'k6/no-such-module';\nexport default function () {}", encoding="utf-8")
    done = loadr("validate", str(script), "PLAN", plan=WRONG)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    for part in ("k6/no-such-module", "plan.yaml:6:10", "2 plans checked: 3 errors"):
        assert part in done.stdout


def test_findings_as_json(loadr):
    done = loadr("validate", "PLAN", "--format", "json", plan=WRONG)
    findings = json.loads(done.stdout)
    assert [(found["line"], found["column"], found["path"]) for found in findings] == [
        (6, 10, "scenarios.main.vus"),
        (9, 19, "scenarios.main.flow[0].request.nam"),
    ]
    assert all(
        found.keys() == {"file", "severity", "line", "column", "path", "message", "suggestion"}
        for found in findings
    )


def test_findings_as_github_annotations(loadr):
    done = loadr("validate", "PLAN", "--format", "github", plan=WRONG)
    first, second, counts = done.stdout.splitlines()
    assert first.startswith("::error file=")
    assert ",line=6,col=10,title=scenarios.main.vus::" in first
    assert ",line=9,col=19," in second
    assert counts == "1 plan checked: 2 errors"


def test_standard_input_is_a_plan_too(loadr):
    done = loadr("validate", "-", input=WRONG)
    assert done.exit_code == 1
    assert "<stdin>:6:10" in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"a: \x00",
        b"\x89PNG\r\n",
        b"[" * 5000,
        b"a: !!python/object:os.system x",
        b"\ta: 1",
        b"",
    ],
    ids=["utf-16", "nul", "binary", "deep", "python object", "tab", "empty"],
)
def test_hostile_input_is_an_error_never_a_traceback(content, loadr):
    done = loadr("validate", "-", input=content)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    assert "1 error" in done.stdout


def test_the_schema_accepts_what_the_loader_accepts(loadr):
    schema = json.loads(loadr("schema").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    plan = {"scenarios": {"s": {"executor": "constant-vus", "vus": 1, "duration": "1s", "flow": []}}}
    assert validator.is_valid(plan)
    assert not validator.is_valid({**plan, "scenaros": {}})


def test_the_schema_goes_into_a_file(loadr, tmp_path):
    done = loadr("schema", "-o", str(tmp_path / "sub" / "schema.json"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "sub" / "schema.json").read_text())["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_an_inspected_plan_loads_as_the_same_plan_and_holds_no_secret(form, loadr):
    done = loadr("inspect", "PLAN", "--format", form)
    assert done.exit_code == 0, done.output
    assert "s3cret-value" not in done.output
    again = load_plan("again.yaml", text=done.stdout)
    assert again.require() == load_plan("plan.yaml", text=GOOD).require()


def test_an_inspected_plan_masks_a_secret_that_was_written_out(loadr):
    done = loadr("inspect", "PLAN", plan=GOOD.replace("name: good", "name: s3cret-value"))
    assert json.loads(done.stdout)["name"] == "***"


def test_inspecting_a_wrong_plan_shows_what_is_wrong(loadr):
    done = loadr("inspect", "PLAN", plan=WRONG)
    assert done.exit_code == 1
    assert 'unknown key "nam"' in done.stderr


@pytest.mark.parametrize("command", ["validate", "run", "explain", "inspect"])
def test_a_wrong_plan_shows_no_secret(command, loadr):
    plan = GOOD.replace("constant-vus", "constant-s3cret-value").replace("name: home", "nam: s3cret-value")
    done = loadr(command, "PLAN", plan=plan)
    assert done.exit_code == 1
    assert 'unknown executor "constant-***"' in done.output
    assert "s3cret" not in done.output


def test_what_an_extension_finds_is_shown_with_the_rest(loadr):
    plan = GOOD.replace("http://host/", "http://ho st/").replace("X-Key:", "X Key:")
    done = loadr("validate", "PLAN", plan=plan.replace("vus: 2", "vus: two"))
    assert done.exit_code == 1
    for part in (
        'got "two"',
        "'http://ho st/' has no valid host name",
        '"X Key" is not a header name',
        "3 errors",
    ):
        assert part in done.stdout
