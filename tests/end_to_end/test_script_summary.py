"""A script's own summary: what it gets, and what becomes of a run whose summary fails."""

import json

import pytest

pytestmark = pytest.mark.process

SCRIPT = """
import http from 'k6/http';
import exec from 'k6/execution';
export const options = {iterations: 1, thresholds: {'http_reqs{status:200}': []}};
export function setup() { return {token: 'only-for-the-script'}; }
export default function () { http.get(`${__ENV.BASE}/json`); %s }
export function handleSummary(data) { %s }
"""


@pytest.fixture
def run_script(loadr, target):
    def running(iteration, summary, *words):
        (loadr.folder / "script.js").write_text(SCRIPT % (iteration, summary), encoding="utf-8")
        return loadr("run", "script.js", "-e", f"BASE={target.url}", "--summary-export", "s.json", *words)

    return running


def test_it_gets_what_setup_has_returned_and_nobody_else_does(run_script, loadr):
    done = run_script("", "return {'out.json': JSON.stringify(data)}")
    assert done.code == 0, done
    data = json.loads((loadr.folder / "out.json").read_text(encoding="utf-8"))
    assert data["setup_data"] == {"token": "only-for-the-script"}
    assert "only-for-the-script" not in (loadr.folder / "s.json").read_text(encoding="utf-8")
    submetrics = [name for name in data["metrics"] if "{" in name]
    assert sorted(submetrics) == ["http_req_duration{expected_response:true}", "http_reqs{status:200}"]


def test_one_that_throws_costs_nobody_the_result(run_script, loadr):
    done = run_script("", "throw new Error('on purpose')")
    assert done.code == 107, done
    assert "handleSummary: Error at script.js:" in done.stderr
    assert "http_req_duration" in done.stdout
    assert json.loads((loadr.folder / "s.json").read_text(encoding="utf-8"))["metrics"]


def test_one_that_aborts_leaves_the_ordinary_summary(run_script):
    done = run_script("", "exec.test.abort('no summary')")
    assert done.code == 0, done
    assert "ERROR script: test aborted: no summary" in done.stderr
    assert "http_req_duration" in done.stdout


def test_why_a_run_was_ended_is_said_although_the_summary_is_the_script_s(run_script):
    done = run_script("exec.test.abort('enough')", "return {stdout: 'mine'}")
    assert (done.code, done.stdout) == (108, "mine")
    assert "error: enough" in done.stderr
