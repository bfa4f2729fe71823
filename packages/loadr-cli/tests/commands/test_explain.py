from textwrap import dedent

import pytest
from click.testing import CliRunner

from loadr_cli.charts import ASCII, BLOCKS, chart
from loadr_cli.explaining import explained
from loadr_cli.main import cli
from loadr_config import load_plan
from loadr_config.ramps import Ramp

FLOW = 'flow: [{request: {url: "http://h/"}}, {request: {url: "http://h/2"}}]'

TWO = f"""\
name: two
description: |
  First line.
  Second line.
scenarios:
  looping:
    executor: constant-vus
    vus: 2
    duration: 20s
    graceful_stop: 5s
    think_time: {{type: uniform, min: 500ms, max: 2s}}
    throttle: {{requests_per_second: 3}}
    {FLOW}
  counted:
    executor: per-vu-iterations
    start_time: 10s
    vus: 3
    iterations: 4
    max_duration: 10s
    graceful_stop: 0s
    {FLOW}
data:
  users: {{type: csv, path: users.csv}}
  few: {{type: inline, rows: [{{a: 1}}], pick: random}}
outputs: [{{type: json, path: r.jsonl}}, {{type: plugin, name: mine}}]
thresholds: {{http_req_duration: "p(95)<400", checks: [rate>0.9]}}
"""

TWO_EXPLAINED = f"""\
two
  First line.
  Second line.

scenario  executor           from  until  VUs  iterations  requests
looping   constant-vus       0s    20s    2    at most 40  at most 80
counted   per-vu-iterations  10s   20s    3    12          24
together                     0s    20s    5    12 to 52    24 to 104

looping:
  2 VUs start iterations for 20s
  0s |{"█" * 40}| 20s, the highest is 2 VUs
  each iteration sends 2 requests
  and waits at least 1s
  throttle: at most 3 requests per second

counted:
  3 VUs run 4 iterations each, for at most 10s, starting after 10s
  0s |{" " * 20}{"█" * 20}| 20s, the highest is 3 VUs
  each iteration sends 2 requests

iterations start for at most 20s, and the last one ends after 25s at the latest

data:
  users: csv, users.csv, sequential, shared, at its end recycle
  few: inline, in the plan, random, shared, at its end recycle

outputs:
  json
  plugin mine

thresholds:
  http_req_duration: p(95)<400
  checks: rate>0.9
"""

ONE = """\
setup: [{request: {url: "http://h/"}}]
js: {script: x}
scenarios:
  hand: {executor: externally-controlled, max_vus: 9, exec: main, pacing: {iterations_per_second: 2}}
"""

ONE_EXPLAINED = """\
a plan without a name

scenario  executor               from  until    VUs  iterations              requests
hand      externally-controlled  0s    stopped  9    until the time is over  until the time is over

hand:
  0 VUs at the start, scaled by hand up to 9, until it is stopped
  each iteration sends as many requests as its steps decide
  pacing: 2 iterations start per second
  the script's function main runs in each iteration

the run lasts until it is stopped
the setup runs before it, the teardown after it: their time comes on top

data: none

outputs: none

thresholds: none
"""

RATES = """\
name: rates
scenarios:
  up:
    executor: ramping-arrival-rate
    stages: [{duration: 40s, target: 80}]
    arrival: poisson
    flow: [{if: {condition: "${vu} < 3", then: [{request: {url: "http://h/"}}]}}]
"""

RATES_EXPLAINED = """\
rates

scenario  executor              from  until  VUs        iterations   requests
up        ramping-arrival-rate  0s    40s    as needed  about 1,600  at most 1,600

up:
  up to 80 iterations start every second in 1 stage
  0s |.......:::::-----=====+++++*****#####@@@| 40s, the highest is 80 iterations/s
  each iteration sends 0 to 1 request

iterations start for at most 40s, and the last one ends after 1m10s at the latest

data: none

outputs: none

thresholds: none
"""


@pytest.mark.parametrize(
    ("plan", "bars", "expected"),
    [(TWO, BLOCKS, TWO_EXPLAINED), (ONE, BLOCKS, ONE_EXPLAINED), (RATES, ASCII, RATES_EXPLAINED)],
    ids=["two scenarios", "by hand", "a rate, in ASCII"],
)
def test_a_plan_in_plain_words(plan, bars, expected):
    loaded = load_plan("plan.yaml", text=plan, check_files=False)
    assert f"{explained(loaded.require(), bars)}\n" == expected


def test_the_command_prints_it_and_masks_secrets(tmp_path):
    (tmp_path / "plan.yaml").write_text(
        "secrets: {k: {env: K}}\n" + TWO.replace("name: two", "name: hidden-value"), encoding="utf-8"
    )
    (tmp_path / "users.csv").write_text("name\nx\n")
    done = CliRunner().invoke(cli, ["explain", str(tmp_path / "plan.yaml")], env={"K": "hidden-value"})
    assert done.exit_code == 0, done.output
    assert done.stdout == TWO_EXPLAINED.replace("two", "***", 1)


def test_a_terminal_without_blocks_gets_other_bars(tmp_path):
    (tmp_path / "plan.yaml").write_text(RATES, encoding="utf-8")
    done = CliRunner(charset="ascii").invoke(cli, ["explain", str(tmp_path / "plan.yaml")])
    assert done.stdout == RATES_EXPLAINED


def test_a_wrong_plan_shows_what_is_wrong():
    done = CliRunner().invoke(cli, ["explain", "-"], input=RATES.replace("40s", "fourty"))
    assert done.exit_code == 1
    assert (
        dedent("""\
        error: expected a duration such as 300ms, 2s or 1h30m, got "fourty"
         --> <stdin>:5:25
        """)
        in done.stderr
    )


@pytest.mark.parametrize(
    ("ramp", "start", "until", "drawn"),
    [
        (Ramp(0, [(8, 8)]), 0, 8, "▁▂▃▄▅▆▇█"),
        (Ramp(4, [(8, 4)]), 0, 8, "████████"),
        (Ramp(0, [(4, 0), (0, 5), (4, 5)]), 0, 8, "    ████"),
        (Ramp(0, [(4, 0)]), 0, 4, "        "),
        (Ramp(4, [(2, 4)]), 4, 8, "    ██  "),
        (Ramp(0, [(4, 0), (0.5, 9), (0, 0), (3.5, 0)]), 0, 8, "    █   "),
        (Ramp(100, [(4, 1), (4, 1)]), 0, 8, "█▆▄▂▁▁▁▁"),
        (Ramp(0, [(0, 0)]), 0, 0, "        "),
    ],
    ids=["up", "flat", "jump", "nothing", "later", "a spike between two bars", "little shows", "no time"],
)
def test_charts(ramp, start, until, drawn):
    assert chart(ramp, start=start, until=until, width=8) == drawn
