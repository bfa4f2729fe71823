"""What a script says to people: on standard error, as in k6 without being asked for."""

import pytest

pytestmark = pytest.mark.process

SCRIPT = """
export const options = {iterations: 2};
console.log('loading');
export function setup() { console.info('in setup', [1, {a: 2}]); }
export default function () {
  console.debug('detail');
  console.log('iteration', __ITER, __ENV.TOKEN);
  console.warn('careful');
  console.error(new Error('broken'));
}
export function handleSummary() { console.log('summary'); return {}; }
"""
PLAN = """
secrets: {token: {env: TOKEN}}
scenarios: {a: {executor: shared-iterations, exec: say}}
js:
  script: |
    export function say() { console.log('my token is ' + __ENV.TOKEN); }
"""


def lines(done):
    return [line.split(" ", 1)[1] for line in done.stderr.splitlines() if " script: " in line]


def test_it_is_shown_even_where_the_run_is_quiet(loadr):
    (loadr.folder / "script.js").write_text(SCRIPT, encoding="utf-8")
    done = loadr("run", "script.js", "--quiet", "-e", "TOKEN=abc")
    assert done.code == 0, done
    told = lines(done)
    for expected in (
        "INFO script: loading",
        'INFO script: in setup [1,{"a":2}]',
        "INFO script: iteration 0 abc",
        "INFO script: iteration 1 abc",
        "WARNING script: careful",
        "INFO script: summary",
    ):
        assert expected in told
    assert any(line.startswith("ERROR script: Error: broken") for line in told)
    assert "detail" not in done.stderr


def test_details_are_shown_where_they_are_asked_for(loadr):
    (loadr.folder / "script.js").write_text(SCRIPT, encoding="utf-8")
    done = loadr("run", "script.js", "-v")
    assert lines(done).count("DEBUG script: detail") == 2


@pytest.mark.parametrize("how", [(), ("--once",)])
def test_secrets_are_hidden(how, loadr):
    (loadr.folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = loadr("run", "plan.yaml", *how, env={"TOKEN": "s3cr3t-value"})
    assert done.code == 0, done
    assert "INFO script: my token is ***" in lines(done)
    assert "s3cr3t-value" not in done.stderr + done.stdout


THROWING = """
import {sleep} from 'k6';
export const options = {vus: 2, iterations: 6};
const inner = value => value.missing.there;
export default function () { if (__ITER === 1) throw new RangeError('second'); inner({}); }
export function handleSummary() { return {stdout: 'mine'}; }
"""


def test_what_iterations_throw_is_said_once_for_each_place(loadr):
    (loadr.folder / "script.js").write_text(THROWING, encoding="utf-8")
    done = loadr("run", "script.js", "--quiet")
    assert (done.code, done.stdout) == (0, "mine")
    assert done.stderr.count("TypeError: cannot read property 'there' of undefined") == 1
    assert done.stderr.count("RangeError: second") == 1
    frames = [line.strip() for line in done.stderr.splitlines() if line.startswith("  at ")]
    assert any(frame.startswith("at inner (script.js:4:") for frame in frames)
    assert any(frame.startswith("at default (script.js:5:") or "script.js:5:" in frame for frame in frames)
