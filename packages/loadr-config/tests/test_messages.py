"""Messages that say what to do: the wording is the feature."""

import pytest

SCENARIO = "scenarios: {api: {executor: constant-vus, vus: 1, duration: 1s, flow: [%s]}}"


def in_request(text: str) -> str:
    return SCENARIO % f'{{request: {{url: "http://x", {text}}}}}'


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("name: x", 'the plan needs "scenarios"', None),
        ("scenario: {}", 'unknown key "scenario"', 'did you mean "scenarios"?'),
        (SCENARIO % "{requst: {}}", 'unknown step "requst"', 'did you mean "request"?'),
        (SCENARIO % "{}", "a step is a map with exactly one key, this one is empty", None),
        (SCENARIO % "x", 'expected a map, got "x"', None),
        (
            SCENARIO % "{request: {url: x}, name: y}",
            'a step is a map with exactly one key, got "request" and "name"',
            'keys of "request" stand one level deeper; a further step begins with "- "',
        ),
        (in_request("urll: x"), 'unknown key "urll"', 'did you mean "url"?'),
        (
            in_request("timeout: 5 parsecs"),
            'expected a duration such as 300ms, 2s or 1h30m, got "5 parsecs"',
            None,
        ),
        (in_request("follow_redirects: yes"), 'expected true or false, got "yes"', "write true"),
        (in_request("follow_redirects: off"), 'expected true or false, got "off"', "write false"),
        (in_request("headers: "), "expected a map, got nothing", "give the key a value, or remove it"),
        (
            in_request("checks: {type: status}"),
            "expected a list, got a map",
            'begin every entry of a list with "- "',
        ),
        (in_request("checks: [{type: statsu}]"), 'unknown condition type "statsu"', 'did you mean "status"?'),
        (in_request("checks: [{type: size}]"), 'condition size needs "min", "max" or "equals"', None),
        (in_request("checks: [{type: size, min: 2, max: 1}]"), '"min" is above "max"', None),
        (in_request("body: [1]"), "expected a map or text, got a list", None),
        (
            in_request("body: {json: 1, form: {}}"),
            'a request body is a map with exactly one key, got "json" and "form"',
            'for a JSON body write it under "json"',
        ),
        (
            in_request("body: {multipart: [{name: a, value: b, file: c}]}"),
            'a part takes only one of "value" and "file"',
            None,
        ),
        (
            in_request("ws: {}, sse: {}"),
            '"request" takes one protocol block, not both "ws" and "sse"',
            None,
        ),
        (in_request("ws: {send: [{}]}"), 'a message is one of "text", "binary_base64" and "ping"', None),
        (
            in_request("grpc: {service: a, method: b, message: {}, messages: []}"),
            '"grpc" takes only one of "message" and "messages"',
            None,
        ),
        (
            in_request("socket: {send_text: a, send_hex: ff}"),
            '"socket" takes only one of "send_text" and "send_hex"',
            None,
        ),
        (
            in_request("socket: {read_bytes: 0, read_until: x}"),
            '"socket" takes only one of "read_bytes" and "read_until"',
            None,
        ),
        (in_request("extract: [{chain: v}]"), "a chain needs one source", None),
        (
            in_request("extract: [{chain: v, css: a, regex: b}]"),
            'a chain takes one source, not both "regex" and "css"',
            None,
        ),
        (
            in_request("extract: [{type: regex, name: v, expression: '(a)(?<b>b)', group: 3}]"),
            'the expression has 2 groups, named "b"',
            None,
        ),
        (in_request("extract: [{chain: v, regex: a, group: 1}]"), "the expression has no groups", None),
        (in_request("extract: [{chain: v, regex: (a), group: b}]"), "the expression has 1 group", None),
        (in_request("extract: [{chain: v, left: a}]"), '"left" needs a "right"', None),
        (in_request("extract: [{chain: v, right: a}]"), '"right" needs a "left"', None),
        (
            SCENARIO.replace("vus: 1", 'vus: "10"') % "{request: {url: http://x}}",
            'expected an integer, got "10"',
            "write 10 without quotes",
        ),
        (
            SCENARIO.replace(", duration: 1s", "") % "{request: {url: http://x}}",
            'scenario "api": executor constant-vus needs "duration"',
            None,
        ),
        (
            SCENARIO.replace("constant-vus", "constant-vu") % "{request: {url: http://x}}",
            'unknown executor "constant-vu"',
            'did you mean "constant-vus"?',
        ),
        (
            "scenarios: {s: {executor: constant-arrival-rate, rate: 1, duration: 1, max_vus: 2, pre_allocated_vus: 3}}",
            '"max_vus" (2) is below "pre_allocated_vus" (3)',
            None,
        ),
        (
            SCENARIO % "{think_time: 3s}",
            'expected a map, got "3s"',
            "write {type: constant, duration: 3s}",
        ),
        (
            SCENARIO % "{think_time: 1.50}",
            "expected a map, got 1.50",
            "write {type: constant, duration: 1.50}",
        ),
        ("defaults: {http: {hosts: {'a:0': 127.0.0.1}}}", 'expected a host or host:port, got "a:0"', None),
        ("defaults: {http: {hosts: {'a b': 127.0.0.1}}}", 'expected a host or host:port, got "a b"', None),
        (
            "defaults: {http: {hosts: {'http://a': 127.0.0.1}}}",
            'expected a host or host:port, got "http://a"',
            None,
        ),
        (
            "defaults: {http: {hosts: {A: 127.0.0.1, a: 127.0.0.2}}}",
            '"a" stands twice: upper and lower case are the same here',
            None,
        ),
        (
            in_request(f"checks: [{{type: status, equals: '{'9' * 5000}'}}]"),
            'expected a status such as 200, got "9999999999999999999999999999999999999999…"',
            None,
        ),
        (
            in_request(f"checks: [{{type: body_matches, pattern: 'a{{{'9' * 5000}}}'}}]"),
            "is no regular expression: it is too large",
            None,
        ),
        ("secrets: {a: {}}", '"a" needs "env" or "file"', None),
        (
            "secrets: {a: {env: A, file: b}}",
            '"a" takes only one of "env" or "file", not both "env" and "file"',
            None,
        ),
        ("js: {timeout: 1s}", '"js" needs "file" or "script"', None),
        ("defaults: {http: {tls: {cert_file: a}}}", '"cert_file" needs a "key_file"', None),
        ("defaults: {http: {tls: {key_file: a}}}", '"key_file" needs a "cert_file"', None),
        (
            "defaults: {http: {tls: {min_version: 1.3, max_version: 1.2}}}",
            '"min_version" is above "max_version"',
            None,
        ),
        ("outputs: [{type: prometheus}]", 'output prometheus needs "listen" or "remote_write_url"', None),
        ("plugins: [{}]", 'an entry of "plugins" needs "name"', None),
        (
            "metrics: {a: {kind: rats}}",
            'expected counter, gauge, rate or trend, got "rats"',
            'did you mean "rate"?',
        ),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_a_mistake_is_named_with_its_remedy(load, text, message, suggestion):
    found = [found for found in load(text).errors if found.message.startswith(message)]
    assert found, load(text).errors
    assert found[0].suggestion == suggestion or (suggestion is None and found[0].suggestion)


def test_all_mistakes_are_found_at_once_and_ordered(load):
    loaded = load(
        """\
        nam: x
        scenarios:
          a:
            executor: constant-vus
            vus: x
            stages: []
            flow:
              - request: {url: "http://x/${"}
              - requst: {}
        thresholds: {checks: rate}
        """
    )
    assert [(found.line, found.severity.value) for found in loaded.diagnostics] == [
        (1, "error"),
        (3, "error"),
        (5, "error"),
        (6, "warning"),
        (8, "error"),
        (9, "error"),
        (10, "error"),
    ]


def test_a_list_with_wrong_entries_is_not_said_to_be_too_short(load):
    loaded = load(SCENARIO % "{parallel: {branches: [{request: {url: x}}]}}")
    assert [found.message for found in loaded.errors] == ["expected a list, got a map"]


def test_a_mistyped_key_explains_the_missing_one(load):
    (found,) = load(SCENARIO % "{request: {urll: x}}").errors
    assert found.message == 'unknown key "urll"'


def test_a_key_of_a_sibling_type_is_a_warning_and_dropped(load):
    loaded = load(in_request("checks: [{type: status, equals: 200, value: x}]"))
    assert loaded.errors == ()
    (warning,) = loaded.warnings
    assert warning.message == '"value" is not used by condition status, only by body_contains'
    assert loaded.plan.scenarios["api"].flow[0].request.checks[0].equals == 200


@pytest.mark.parametrize(
    ("thresholds", "line", "column", "message"),
    [
        ("thresholds: 5", 1, 13, "expected a map, got 5"),
        ("thresholds: []", 1, 13, "expected a map, got a list"),
        ("thresholds: {checks: 'rate<1%'}", 1, 28, "a share, not a percentage"),
        ("thresholds:\n  checks: rate<<1", 2, 16, "expected a number or a duration"),
        ('thresholds: {"checks{a": "rate<1"}', 1, 21, 'no closing "}"'),
        ("thresholds: {checks: []}", 1, 14, "at least one expression"),
        ("thresholds: {checks: [[]]}", 1, 23, "expected an expression or a map, got a list"),
        ("thresholds: {checks: [{}]}", 1, 23, 'needs "threshold"'),
        ("thresholds: {checks: [{threshold: []}]}", 1, 35, "expected an expression, got a list"),
        ("thresholds: {checks: [{threshold: rate<1, abort: true}]}", 1, 43, 'unknown key "abort"'),
        ("thresholds: {checks: {threshold: rate<1, abort_on_fail: yes}}", 1, 57, "expected true or false"),
        ("thresholds: {checks: {threshold: rate<1, delay_abort_eval: x}}", 1, 60, "expected a duration"),
        ("thresholds: {checks: {threshold: rate<1, delay_abort_eval: []}}", 1, 60, "expected a duration"),
        ("thresholds: {checks: {threshold: rate<1, abort_on_fail: !!int x}}", 1, 57, "not of the type"),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_a_wrong_threshold_is_refused_at_its_place(load, thresholds, line, column, message):
    found = [found for found in load(thresholds).errors if message in found.message]
    assert [(found.line, found.column) for found in found] == [(line, column)]


def test_thresholds_load_with_all_their_parts(load):
    plan = load(
        in_request("name: a")
        + """
thresholds:
  http_req_duration: "p(95) < 400ms"
  "http_req_duration{ name: a }": [avg<300, {threshold: p(99.9)<1s, abort_on_fail: true, delay_abort_eval: 2m}]
  checks: {threshold: rate>0.9}
"""
    ).require()
    assert [
        (t.metric, t.selector, t.source, t.percentile, t.bound, t.abort_on_fail, t.delay_abort_eval)
        for t in plan.thresholds
    ] == [
        ("http_req_duration", (), "p(95) < 400ms", 95.0, 400.0, False, 0.0),
        ("http_req_duration", (("name", "a"),), "avg<300", None, 300.0, False, 0.0),
        ("http_req_duration", (("name", "a"),), "p(99.9)<1s", 99.9, 1000.0, True, 120.0),
        ("checks", (), "rate>0.9", None, 0.9, False, 0.0),
    ]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("js: {script: x, timeot: 1s}", 'did you mean "timeout"?'),
        ("secrets: {a: {evn: X}}", 'did you mean "env"?'),
        ("plugins: [{name: p, confg: {}}]", 'did you mean "config"?'),
        ("defaults: {http: {tls: {ca_fil: x}}}", 'did you mean "ca_file"?'),
        ("defaults: {think_time: {type: constant, duration: 1, duratoin: 2}}", 'did you mean "duration"?'),
        ("setup: [{group: {name: a, stesp: []}}]", 'did you mean "steps"?'),
        ("setup: [{if: {condition: a, then: [{group: {name: a, stesp: []}}]}}]", 'did you mean "steps"?'),
        (
            "setup: [{switch: {value: a, cases: {b: [{repeat: {times: 1, stesp: []}}]}}}]",
            'did you mean "steps"?',
        ),
        ("setup: [{parallel: {branches: [[{during: {duraton: 1}}]]}}]", 'did you mean "duration"?'),
        ("setup: [{request: {url: x, ws: {send: [{text: a, dealy: 1}]}}}]", 'did you mean "delay"?'),
        (
            "setup: [{request: {url: x, extract: [{chain: a, css: b, check: {equal: 1}}]}}]",
            'did you mean "equals"?',
        ),
        ("setup: [{random: {choices: [{wieght: 1, steps: []}]}}]", 'did you mean "weight"?'),
        ("secrets: {a: {zzzzzz: X}}", "known keys: env, file"),
        ("observe: [{type: prometheus, source: a, query: b, nam: c}]", 'did you mean "name"?'),
    ],
)
def test_an_unknown_key_is_compared_with_those_of_its_place(load, text, suggestion):
    (found,) = [found for found in load(text).errors if found.message.startswith("unknown key")]
    assert found.suggestion == suggestion
