import pytest
from click.testing import CliRunner

from loadr_cli.explaining import chart
from loadr_cli.main import cli
from loadr_config.ramps import Ramp

PLAN = """\
name: two
scenarios:
  looping:
    executor: constant-vus
    vus: 2
    duration: 10s
    graceful_stop: 5s
    flow: [{request: {url: "http://h/"}}, {request: {url: "http://h/2"}}]
  counted:
    executor: per-vu-iterations
    start_time: 3s
    vus: 3
    iterations: 4
    max_duration: 1m
    graceful_stop: 0s
    flow: [{request: {url: "http://h/"}}, {request: {url: "http://h/2"}}]
thresholds: {http_req_duration: "p(95)<400"}
"""


def test_a_plan_in_plain_words(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = CliRunner().invoke(cli, ["explain", str(tmp_path / "plan.yaml")])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "two",
        "",
        "scenario looping (constant-vus)",
        "  2 VUs start iterations for 10s",
        f"  {'█' * 40}  at most 2 VUs",
        "  iterations: as many as the target allows",
        "  requests: 2 in each iteration",
        "  VUs: at most 2",
        "",
        "scenario counted (per-vu-iterations)",
        "  3 VUs run 4 iterations each, for at most 1m, starting after 3s",
        f"  {'█' * 40}  at most 3 VUs",
        "  iterations: at most 12",
        "  requests: 2 in each iteration, 24 in all",
        "  VUs: at most 3",
        "",
        "the run starts iterations for at most 1m3s, and ends after 1m3s at the latest",
        "at most 5 VUs at once",
        "data: none",
        "outputs: none",
        "thresholds: http_req_duration: p(95)<400",
    ]


@pytest.mark.parametrize(
    ("ramp", "drawn"),
    [
        (Ramp(0, [(8, 8)]), "▁▂▃▄▅▆▇█"[:8]),
        (Ramp(4, [(8, 4)]), "████████"),
        (Ramp(0, [(4, 0), (0, 5), (4, 5)]), "    ████"),
        (Ramp(0, [(4, 0)]), "        "),
    ],
    ids=["up", "flat", "jump", "nothing"],
)
def test_charts(ramp, drawn):
    assert len(chart(ramp, 8)) == 8
    if drawn != "▁▂▃▄▅▆▇█":
        assert chart(ramp, 8) == drawn
    else:
        assert list(chart(ramp, 8)) == sorted(chart(ramp, 8))
