"""One mistake hides no other: what is whole is checked, and nothing is said that is not true."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from loadr_config import Installed, load_plan
from loadr_config._tree.nodes import written_path

INSTALLED = Installed(
    protocols=frozenset({"http", "ws", "grpc", "graphql", "sse", "tcp", "kafka"}),
    schemes={"kafka": "kafka"},
    outputs=frozenset({"json", "prometheus"}),
    script_engines=frozenset({"js"}),
    extractors=frozenset({"xpath", "css", "qr"}),
    assertions=frozenset({"luhn"}),
)


def said(text, **options):
    loaded = load_plan("plan.yaml", text=text, check_files=False, **options)
    assert (loaded.plan is None) == bool(loaded.errors)
    return [(found.line, found.severity.value, found.message) for found in loaded.diagnostics]


SCENARIO = """\
scenarios:
  s:
    executor: constant-vus
    vus: 2
    duration: 1s
    flow:
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SCENARIO + "      - requst: {}\n      - request: {url: /x}\n",
            [
                (7, "error", 'unknown step "requst"'),
                (8, "error", '"/x" is relative, and there is no base URL'),
            ],
        ),
        (
            SCENARIO.replace("vus: 2", "vus: x") + '      - request: {url: "http://x/${vars.y}"}\n',
            [(4, "error", 'expected an integer, got "x"'), (7, "error", 'there is no variable "y"')],
        ),
        (
            SCENARIO.replace("constant-vus", "constant") + '      - request: {url: "http://x/${vars.y}"}\n',
            [(3, "error", 'unknown executor "constant"'), (7, "error", 'there is no variable "y"')],
        ),
        (
            SCENARIO.replace("    executor: constant-vus\n", "") + "      - request: {url: /x}\n",
            [
                (2, "error", 'scenario "s" needs "executor"'),
                (6, "error", '"/x" is relative, and there is no base URL'),
            ],
        ),
        (
            SCENARIO + '      - request: {timeout: x, url: "http://x/${vars.y}", body: {jsn: 1}}\n',
            [
                (7, "error", 'expected a duration such as 300ms, 2s or 1h30m, got "x"'),
                (7, "error", 'there is no variable "y"'),
                (7, "error", 'unknown body "jsn"'),
            ],
        ),
        (
            SCENARIO + '      - request: {body: "${secrets.s}", headers: {A: [], B: "${vars.y}"}}\n',
            [
                (7, "error", '"request" needs "url"'),
                (7, "error", 'there is no secret "s"'),
                (7, "error", "expected text, got a list"),
                (7, "error", 'there is no variable "y"'),
            ],
        ),
        (
            SCENARIO + "      - repeat: {times: x, steps: [{request: {url: /x}}]}\n",
            [
                (7, "error", 'expected an integer, got "x"'),
                (7, "error", '"/x" is relative, and there is no base URL'),
            ],
        ),
        (
            SCENARIO + "      - if: {then: [{request: {url: /x}}]}\n",
            [
                (7, "error", '"if" needs "condition"'),
                (7, "error", '"/x" is relative, and there is no base URL'),
            ],
        ),
        (
            'data: {d: {type: inline, rows: 5}}\nsetup: [{request: {url: "http://x", ws: {}, sse: {}}}]\n'
            + SCENARIO
            + '      - request: {url: "http://x/${data.e.f}"}\n',
            [
                (1, "error", "expected a list, got 5"),
                (2, "error", '"request" takes one protocol block, not both "ws" and "sse"'),
                (9, "error", 'there is no data source "e"'),
            ],
        ),
        (
            SCENARIO + "      - request: {url: http://x}\nthresholds: {checks: rate<<1, http_reqs: avg<1}\n",
            [
                (8, "error", 'expected a number or a duration after the operator, got "<1"'),
                (8, "error", '"http_reqs" is a counter: it has no avg'),
            ],
        ),
        (
            'setup: [{request: {url: "http://x/${vars.y}"}}]\nscenarios: {}\n',
            [(1, "error", 'there is no variable "y"'), (2, "error", "expected a map with at least 1 entry")],
        ),
        (
            'setup: [{request: {url: "http://x/${vars.y}"}}]\n',
            [(1, "error", 'the plan needs "scenarios"'), (1, "error", 'there is no variable "y"')],
        ),
        (
            "scenarios: {s: 5, t: {executor: constant-vus, vus: 1, duration: 1s, flow: [{request: {url: /x}}]}}",
            [
                (1, "error", "expected a map, got 5"),
                (1, "error", '"/x" is relative, and there is no base URL'),
            ],
        ),
    ],
)
def test_further_mistakes_are_found(text, expected):
    assert sorted(said(text)) == sorted(expected)


def test_numbers_of_steps_are_those_of_the_plan():
    text = (
        SCENARIO
        + "      - a: 1\n      - request: {url: http://x}\n      - b: 1\n      - request: {url: /x}\n"
    )
    loaded = load_plan("plan.yaml", text=text)
    assert [found.path for found in loaded.errors] == [
        "scenarios.s.flow[0].a",
        "scenarios.s.flow[2].b",
        "scenarios.s.flow[3].request.url",
    ]
    assert [found.line for found in loaded.errors] == [7, 9, 10]


@pytest.mark.parametrize(
    "text",
    [
        "variabels: {y: 1}\n" + SCENARIO + '      - request: {url: "http://x/${vars.y}"}\n',
        "defaults: {http: {base_ulr: http://x}}\n" + SCENARIO + "      - request: {url: /x}\n",
        "jss: {script: x}\n" + SCENARIO + "      - js: {call: f}\n",
        "sceanrios: {}\n",
    ],
)
def test_a_mistyped_section_is_not_said_to_be_missing_elsewhere(text):
    (found,) = load_plan("plan.yaml", text=text).diagnostics
    assert found.message.startswith("unknown key")


def test_an_include_that_is_missing_hides_nothing(tmp_path):
    (tmp_path / "plan.yaml").write_text(
        "variables: !include none.yaml\n"
        "setup: [!include none.yaml#a, {requst: {}}]\n"
        + SCENARIO
        + '      - request: {url: "/x/${vars.y}"}\n'
    )
    loaded = load_plan(tmp_path / "plan.yaml")
    assert [(found.line, found.message) for found in loaded.diagnostics] == [
        (1, 'there is no file "none.yaml"'),
        (2, 'unknown step "requst"'),
        (9, '"/x/${vars.y}" is relative, and there is no base URL'),
    ]
    assert loaded.errors[1].path == "setup[1].requst"


def test_a_plan_that_is_one_missing_include_is_said_to_be_that(tmp_path):
    (tmp_path / "plan.yaml").write_text("!include none.yaml")
    (found,) = load_plan(tmp_path / "plan.yaml").diagnostics
    assert found.message == 'there is no file "none.yaml"'


# A plan of every section, in which everything hangs together and nothing is wrong.
FULL = """\
name: everything
defaults:
  http:
    base_url: "http://shop.example"
    headers: {X-Env: "${env.STAGE}"}
    tls: {min_version: 1.2, max_version: 1.3}
  tags: {team: shop}
  think_time: {type: uniform, min: 1s, max: 2s}
variables: {region: "eu-${env.STAGE}", page: "1"}
secrets: {token: {env: TOKEN}}
data:
  users: {type: inline, rows: [{name: ann}, {name: bob}]}
metrics:
  carts: {kind: counter}
  waits: {kind: trend, time: true}
setup:
  - request: {url: /prepare, extract: [{type: jsonpath, name: session, expression: $.id}]}
scenarios:
  buyers:
    executor: ramping-vus
    start_vus: 0
    stages: [{duration: 10s, target: 5}, {duration: 0s, target: 9}, {duration: 5s, target: 0}]
    tags: {kind: buyer}
    flow:
      - request:
          url: "/products/${vars.page}?session=${session}"
          headers: {Authorization: "Bearer ${secrets.token}"}
          tags: {area: catalogue}
          extract:
            - {type: css, name: product, expression: "a.product", attribute: href}
            - {chain: price, xpath: "//b", as: float, check: {min: 0}}
            - {type: plugin, name: code, plugin: qr}
          assert: [{type: status, equals: 200}]
          checks: [{type: body_contains, value: "${region}"}, {type: plugin, plugin: luhn, of: "${code}"}]
      - group:
          name: cart
          steps:
            - request: {url: /cart, body: {json: {product: "${product}", price: "${price}"}}}
            - rendezvous: {name: checkout, users: 9}
      - random: {choices: [{weight: 1, steps: []}, {weight: 0, steps: [{request: {url: /help}}]}]}
      - repeat: {times: 2, counter: turn, steps: [{request: {url: "/page/${turn}"}}]}
      - if: {condition: "${price} > 10", then: [{request: {url: /discount}}]}
      - request: {url: "grpc://host:1", grpc: {service: a.B, method: C, message: {user: "${data.users.name}"}}}
  sellers:
    executor: constant-arrival-rate
    rate: 5
    duration: 10s
    pre_allocated_vus: 2
    max_vus: 4
    flow:
      - request: {url: "kafka://broker/topic", body: "${data.users.name}"}
  few:
    executor: shared-iterations
    vus: 2
    iterations: 4
    flow: [{request: {url: "/few", protocol: http}}]
thresholds:
  "http_req_duration{scenario:buyers,area:catalogue}": ["p(95)<400", {threshold: "avg<1s", abort_on_fail: true}]
  kafka_reqs: "count>1"
  carts: "count>0"
  waits: "p(99)<1s"
  "checks{team:shop}": "rate>0.9"
outputs: [{type: json, path: out.json}, {type: prometheus, listen: "127.0.0.1:9"}]
plugins: [{name: kafka, config: {acks: 1}}]
"""
DATA = YAML(typ="safe", pure=True).load(FULL)
ENVIRONMENT = {"STAGE": "test", "TOKEN": "t"}


def checked(data):
    text = json.dumps(data, default=str)
    return load_plan("plan.yaml", text=text, check_files=False, installed=INSTALLED, environment=ENVIRONMENT)


def paths_in(node, path=()):
    if path:
        yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for part, child in children:
        yield from paths_in(child, (*path, part))


PATHS = list(paths_in(DATA))
WRONG = [None, [], {}, [[]], {"unheard-of": 1}, "", "x", -1, "${", True]


def broken(path, value):
    data = copy.deepcopy(DATA)
    owner = data
    for part in path[:-1]:
        owner = owner[part]
    owner[path[-1]] = copy.deepcopy(value)
    return checked(data)


def test_the_plan_of_this_test_is_right():
    assert checked(DATA).diagnostics == ()
    assert load_plan("plan.yaml", text=FULL, check_files=False).plan is not None


@pytest.mark.parametrize("path", PATHS, ids=written_path)
def test_what_is_broken_is_all_that_is_reported(path):
    """A value that fits nowhere: what hangs on it elsewhere is not said to be wrong."""
    place = written_path(path)
    for found in broken(path, [[]]).diagnostics:
        own = found.path.startswith(place) or place.startswith(found.path)
        assert own, (place, found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(WRONG)), min_size=2, max_size=4))
def test_whatever_is_broken_loading_ends_with_findings(breaks):
    data = copy.deepcopy(DATA)
    for path, value in breaks:
        owner = data
        try:
            for part in path[:-1]:
                owner = owner[part]
            owner[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # broken away already
    loaded = checked(data)
    assert (loaded.plan is None) == bool(loaded.errors)
    assert all(found.line > 0 for found in loaded.diagnostics)
