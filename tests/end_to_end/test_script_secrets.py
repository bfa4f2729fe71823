"""`k6/secrets` in a plan's script: the plan's secrets, and nothing of them in what people read."""

import pytest

pytestmark = pytest.mark.process

PLAN = """
secrets: {token: {env: TOKEN}}
scenarios: {a: {executor: shared-iterations, exec: ask}}
thresholds: {checks: [rate==1]}
js:
  script: |
    import secrets from 'k6/secrets';
    export async function ask() {
      const token = await secrets.get('token');
      console.log('got ' + token);
      let missing = '';
      try { await secrets.get('other'); } catch (error) { missing = String(error); }
      check(token, {known: value => value.length === 12, missing: () => missing.includes("no secret 'other'")});
    }
"""


def test_a_script_gets_the_secrets_of_its_plan(loadr):
    (loadr.folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = loadr("run", "plan.yaml", env={"TOKEN": "s3cr3t-value"})
    assert done.code == 0, done
    assert "got ***" in done.stderr
    assert "s3cr3t-value" not in done.stderr + done.stdout


def test_a_script_without_a_plan_has_none(loadr):
    (loadr.folder / "script.js").write_text(
        "import secrets from 'k6/secrets'; import {check} from 'k6'; export const options = {thresholds: {checks: ['rate==1']}};"
        "export default async () => { let told = ''; try { await secrets.get('x'); } catch (error) { told = String(error); }"
        "check(told, {told: value => value.includes(\"no secret 'x': its secrets are none\")}); };",
        encoding="utf-8",
    )
    assert loadr("run", "script.js").code == 0
