"""A run as a user types it, beside a real Prometheus."""

import json
import subprocess
import sys

import pytest

from loadr_testing.waiting import PATIENCE

pytestmark = [pytest.mark.process, pytest.mark.system]

PLAN = """
name: observed
secrets: {{token: {{env: TOKEN}}}}
scenarios:
  main:
    executor: constant-vus
    vus: 1
    duration: 3s
    flow:
      - request: {{url: "{url}/-/healthy"}}
      - think_time: {{type: constant, duration: 100ms}}
observe:
  - {{type: prometheus, source: "${{env.PROM}}", query: "vector(0.25)", as: busy, unit: ratio, token: "${{secrets.token}}"}}
  - {{type: prometheus, source: "${{env.PROM}}", query: "sum(", as: broken}}
  - {{type: prometheus, source: "http://{dead}", query: "up", as: unreachable}}
thresholds:
  busy: [max<0.2, value==0.25]
  unreachable: max<1
"""


@pytest.fixture
def run(prometheus, dead_address, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN.format(url=prometheus.url, dead=dead_address))
    done = subprocess.run(
        [sys.executable, "-m", "loadr", "run", "plan.yaml", "--summary-export", "summary.json"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PROM": prometheus.url, "TOKEN": "hunter22"},
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    return done, json.loads((tmp_path / "summary.json").read_text())


def test_what_prometheus_saw_is_in_the_summary_and_judged(run, prometheus, dead_address):
    done, summary = run
    assert done.returncode == 99, done.stderr
    busy, broken, unreachable = summary["observations"]
    assert busy["elapsed_secs"] == [0.0, 1.0, 2.0, 3.0]
    assert busy["series"] == [{"labels": {}, "values": [0.25] * 4}]
    assert (busy["problem"], busy["unit"]) == ("", "ratio")
    assert "unclosed left parenthesis" in broken["problem"]
    assert unreachable["problem"] == f"{dead_address} cannot be reached: Connection refused"
    verdicts = [(one["passed"], one["no_samples"]) for one in summary["thresholds"]]
    assert verdicts == [(False, False), (True, False), (True, True)]
    assert f"observed broken: {broken['problem']}" in summary["notes"]
    for text in (done.stdout, done.stderr, json.dumps(summary)):
        assert "hunter22" not in text
    assert f"observed unreachable: {dead_address} cannot be reached" in " ".join(done.stdout.split())
