"""What a plan means: each mistake with its severity, place and remedy."""

import pytest

from loadr_config import Installed

EVERYTHING = Installed(
    protocols=frozenset({"http", "ws", "kafka"}),
    schemes={"kafka": "kafka"},
    outputs=frozenset({"json", "csv", "rabbit"}),
    script_engines=frozenset({"js"}),
    assertions=frozenset({"luhn"}),
    extractors=frozenset({"barcode"}),
)


def plan(
    flow='[{request: {url: "http://x/"}}]', more="", scenario="executor: constant-vus, vus: 2, duration: 1s"
):
    return f"scenarios:\n  s: {{{scenario}, flow: {flow}}}\n{more}"


def request(text):
    return plan(f'[{{request: {{url: "http://x/", {text}}}}}]')


CASES = [
    # observed metrics
    (
        plan(more="observe: [{type: prometheus, source: http://p, query: http_reqs}]"),
        "error",
        '"http_reqs" is a metric that the run itself records',
        "give it a name with `as`",
    ),
    (
        plan(
            more="observe: [{type: prometheus, source: http://p, query: up, as: mine}]\nmetrics: {mine: {kind: gauge}}"
        ),
        "error",
        '"mine" is a metric that the run itself records',
        "choose another name",
    ),
    (
        plan(
            more="observe: [{type: prometheus, source: http://p, query: up, as: x},"
            " {type: prometheus, source: http://p, query: x}]"
        ),
        "error",
        'two observed metrics are called "x"',
        "give it a name with `as`",
    ),
    (
        plan(
            more="observe: [{type: prometheus, source: http://p, query: up, as: cpu}]\n"
            "thresholds: {'cpu{host:a}': p(95)<1}"
        ),
        "error",
        '"cpu" is a gauge: it has no p',
        "a gauge has value, min, max",
    ),
    # references
    (
        request('body: "${vars.usr}"') + "variables: {user: a}",
        "error",
        'there is no variable "usr"',
        'did you mean "${vars.user}"?',
    ),
    (
        request('body: "${secrets.tok}"') + "secrets: {token: {env: T}}",
        "error",
        'there is no secret "tok"',
        'did you mean "${secrets.token}"?',
    ),
    (
        request('body: "${data.user.name}"') + "data: {users: {type: inline, rows: [{name: a}]}}",
        "error",
        'there is no data source "user"',
        'did you mean "users"?',
    ),
    (
        request('body: "${data.users.nam}"') + "data: {users: {type: inline, rows: [{name: a}]}}",
        "error",
        'no row of "users" has a column "nam"',
        'did you mean "name"?',
    ),
    (
        request('body: "${data.users.zzz}"') + "data: {users: {type: inline, rows: [{name: a}]}}",
        "error",
        'no row of "users" has a column "zzz"',
        "there are name",
    ),
    (
        request('body: "${tokn}", extract: [{type: header, name: token, header: A}]'),
        "warning",
        'nothing in the plan sets "tokn"',
        "did you mean ${token}?",
    ),
    (plan() + 'variables: {a: "${vars.b}", b: x}', "error", '"${vars.b}" cannot be used in a variable', None),
    (
        plan() + 'outputs: [{type: influxdb, url: "http://${vu}"}]',
        "error",
        '"${vu}" cannot be used here, where there is no VU',
        None,
    ),
    (
        plan() + 'defaults: {http: {proxy: "http://${iteration}"}}',
        "error",
        "cannot be used in the proxy's address",
        None,
    ),
    (
        plan('[{request: {url: "http://x/${secrets.t}"}}]') + "secrets: {t: {env: T}}",
        "warning",
        'the secret "t" is part of a URL',
        "send it in a header or in the body",
    ),
    (
        plan('[{request: {url: "http://x/", params: {k: "${secrets.t}"}}}]') + "secrets: {t: {env: T}}",
        "warning",
        "part of a URL",
        "send it in a header or in the body",
    ),
    # requests
    (plan("[{request: {url: /x}}]"), "error", '"/x" is relative, and there is no base URL', None),
    (
        plan('[{request: {url: "htp://x"}}]'),
        "warning",
        'no installed protocol has the scheme "htp://"',
        'did you mean "http://"?',
    ),
    (
        plan('[{request: {url: "http://x", protocol: http, ws: {}}}]'),
        "error",
        'the block "ws" belongs to ws, not to http',
        None,
    ),
    (
        request("checks: [{type: status, equals: 200, on_failure: abort_test}]"),
        "warning",
        '"on_failure" has no effect in a check',
        'move the condition to "assert"',
    ),
    # names
    (
        request("extract: [{type: header, name: vu, header: A}]"),
        "warning",
        'a template cannot read the variable "vu": "${vu}" means something else',
        "choose another name",
    ),
    (
        request('extract: [{chain: "a b", header: A}]'),
        "warning",
        'a template cannot read the variable "a b"',
        "a name has letters, digits, _ and -",
    ),
    (
        plan("[{repeat: {times: 1, counter: data, steps: []}}]"),
        "warning",
        'a template cannot read the variable "data"',
        None,
    ),
    (
        plan("[{foreach: {items: [1], var: env, steps: []}}]"),
        "warning",
        'a template cannot read the variable "env"',
        None,
    ),
    (
        plan() + "data: {a.b: {type: inline, rows: [{x: 1}]}}",
        "warning",
        'no template can read the data source "a.b"',
        '"a_b"',
    ),
    (
        plan() + "metrics: {http_reqs: {kind: trend}}",
        "error",
        '"http_reqs" is a metric of loadr itself, a counter',
        "choose another name",
    ),
    (
        plan() + "metrics: {http_req_duration: {kind: trend}}",
        "error",
        '"http_req_duration" is a metric of loadr itself, a trend of times',
        "choose another name",
    ),
    (plan() + "metrics: {my metric: {kind: trend}}", "error", '"my metric" is no name of a metric', None),
    (
        plan() + "metrics: {m: {kind: gauge, time: true}}",
        "warning",
        "a gauge has no times: only a trend has",
        None,
    ),
    (
        plan() + "plugins: [{name: p, path: users.csv}]",
        "error",
        '"users.csv" is no .wasm file',
        "a plugin in Python is installed, and found by its name",
    ),
    (plan() + "plugins: [{name: p}, {name: p}]", "error", 'the plugin "p" is listed twice', None),
    (
        plan() + "outputs: [{type: json, path: a}, {type: csv, path: a}]",
        "error",
        'two outputs write to "a"',
        None,
    ),
    # templates where none are
    (
        plan() + 'outputs: [{type: json, path: "a/${env.X}"}]',
        "warning",
        '"${env.X}" is not replaced here: this text is taken as it is',
        None,
    ),
    (plan("[{rendezvous: {name: '${vu}', users: 1}}]"), "warning", '"${vu}" is not replaced here', None),
    (plan() + "name: 'run ${vars.x}'", "warning", '"${vars.x}" is not replaced here', None),
    # schedules
    (plan("[]"), "error", 'scenario "s" has no work', 'give it a "flow"'),
    (
        plan("[]") + "js: {script: x}",
        "warning",
        'scenario "s" has no work',
        'name a function: "exec: default"',
    ),
    (
        plan(scenario="executor: constant-vus, vus: 1, duration: 1s, exec: f"),
        "error",
        '"f" is a function of the script module',
        None,
    ),
    (
        plan(scenario="executor: constant-vus, vus: 1, duration: 1s, on_start: f"),
        "error",
        '"f" is a function of the script module',
        None,
    ),
    (plan("[{js: {call: f}}]"), "error", '"f" is a function of the script module', None),
    (plan() + "setup: [{js: {call: f}}]", "error", '"f" is a function of the script module', None),
    (
        plan(scenario="executor: ramping-vus, stages: [{duration: 0s, target: 5}]"),
        "error",
        "the stages take no time at all",
        None,
    ),
    (
        plan(
            scenario="executor: ramping-vus, stages: [{duration: 1s, target: 5}, {duration: 0s, target: 0}]"
        ),
        "warning",
        "unreachable stage: the schedule ends",
        None,
    ),
    (
        plan(
            scenario="executor: ramping-vus, stages: [{duration: 0s, target: 5}, {duration: 0s, target: 3}, {duration: 1s, target: 1}]"
        ),
        "warning",
        "unreachable stage: the next one",
        None,
    ),
    (
        plan(
            scenario="executor: constant-arrival-rate, rate: 1, duration: 1s, pacing: {iterations_per_second: 1}"
        ),
        "warning",
        "not used: the starts of constant-arrival-rate follow its own schedule",
        None,
    ),
    (
        plan(scenario="executor: ramping-arrival-rate, stages: [{duration: 1s, target: 0}]"),
        "warning",
        "all targets are 0",
        None,
    ),
    (
        plan(scenario="executor: shared-iterations, vus: 5, iterations: 3"),
        "warning",
        "leave VUs without work",
        None,
    ),
    (
        plan("[{rendezvous: {name: r, users: 3}}]"),
        "error",
        "3 users can never meet: the scenario has at most 2 VUs",
        None,
    ),
    (
        plan(
            "[{group: {name: g, steps: [{rendezvous: {name: r, users: 9}}]}}]",
            scenario="executor: ramping-vus, start_vus: 3, stages: [{duration: 1s, target: 8}]",
        ),
        "error",
        "at most 8 VUs",
        None,
    ),
    (
        plan(
            "[{rendezvous: {name: r, users: 9}}]",
            scenario="executor: constant-arrival-rate, rate: 1, duration: 1s, pre_allocated_vus: 8",
        ),
        "error",
        "at most 8 VUs",
        None,
    ),
    # thresholds
    (
        plan() + "thresholds: {http_req_durtion: avg<1}",
        "warning",
        'there is no metric "http_req_durtion"',
        'did you mean "http_req_duration"?',
    ),
    (plan() + "thresholds: {checks: p(95)<1}", "error", '"checks" is a rate: it has no p', "a rate has rate"),
    (
        plan() + "thresholds: {http_req_duration: rate<1}",
        "error",
        "it has no rate",
        "a trend has avg, min, max, med, p(N), count",
    ),
    (plan() + "thresholds: {http_reqs: avg<1}", "error", "it has no avg", "a counter has count, rate"),
    (plan() + "thresholds: {vus: count<1}", "error", "it has no count", "a gauge has value, min, max"),
    (plan() + "thresholds: {http_reqs: count<1s}", "error", "its bound is a bare number", None),
    (
        plan() + "thresholds: {m: avg<1s}\nmetrics: {m: {kind: trend}}",
        "error",
        "its bound is a bare number",
        None,
    ),
    (
        plan() + "thresholds: {m: avg<1}\nmetrics: {m: {kind: counter}}",
        "error",
        '"m" is a counter',
        "a counter has count, rate",
    ),
    (
        plan() + 'thresholds: {"checks{scenaro:s}": rate>0}',
        "warning",
        'nothing sets the tag "scenaro"',
        'did you mean "scenario"?',
    ),
    (
        plan() + 'thresholds: {"checks{scenario:ss}": rate>0}',
        "warning",
        'there is no scenario "ss"',
        'did you mean "s"?',
    ),
    # files
    (plan() + "data: {d: {type: csv, path: none.csv}}", "error", 'there is no file "none.csv"', None),
    (plan() + "data: {d: {type: csv, path: empty.csv}}", "error", '"empty.csv" has no rows', None),
    (plan() + "data: {d: {type: csv, path: header.csv}}", "error", "has a header but no rows", None),
    (plan() + "data: {d: {type: csv, path: latin.csv}}", "error", '"latin.csv" line 3 is not UTF-8', None),
    (plan() + "data: {d: {type: csv, path: utf-16.csv, encoding: cp1252}}", "error", "byte order mark", None),
    (plan() + "data: {d: {type: csv, path: zeros.csv}}", "error", "set encoding: utf-16-le", None),
    (plan() + "data: {d: {type: csv, path: twice.csv}}", "error", 'has the column "a" twice', None),
    (
        plan() + "data: {d: {type: csv, path: ragged.csv}}",
        "warning",
        '"ragged.csv" line 4: 3 values for 2 columns, and 1 other row like it',
        None,
    ),
    (
        plan() + 'data: {d: {type: csv, path: users.csv, encoding: gbk, delimiter: "|"}}',
        "error",
        '"|" cannot be told from parts of characters in gbk',
        None,
    ),
    (plan() + "data: {d: {type: csv, path: rows.parquet}}", "error", "is a Parquet file", None),
    (plan() + "data: {d: {type: parquet, path: users.csv}}", "error", '"users.csv" is no Parquet file', None),
    (
        request('body: "${data.d.nam}"') + "data: {d: {type: csv, path: utf-16.csv}}",
        "error",
        'has a column "nam"',
        'did you mean "name"?',
    ),
    (plan() + "data: {d: {type: json, path: users.csv}}", "error", "is no JSON", None),
    (plan() + "data: {d: {type: json, path: map.json}}", "error", "is not an array of objects", None),
    (plan() + "data: {d: {type: json, path: none.json}}", "error", "has no rows", None),
    (
        request('body: "${data.d.nam}"') + "data: {d: {type: csv, path: users.csv}}",
        "error",
        'no file of "d" has a column "nam"',
        'did you mean "name"?',
    ),
    (
        request('body: "${data.d.col2}"') + "data: {d: {type: csv, path: users.csv, has_header: false}}",
        "error",
        'has a column "col2"',
        'did you mean "col1"?',
    ),
    (
        request('body: "${data.d.nam}"') + "data: {d: {type: json, path: users.json}}",
        "error",
        'has a column "nam"',
        'did you mean "name"?',
    ),
    (
        request('body: "${data.d.name.x}"') + "data: {d: {type: csv, path: users.csv}}",
        "error",
        'has a column "name.x"',
        None,
    ),
    (
        request('body: "${data.d.nam.first}"') + "data: {d: {type: json, path: users.json}}",
        "error",
        'has a column "nam.first"',
        None,
    ),
    (plan() + "secrets: {t: {file: none}}", "error", 'there is no file "none"', None),
    (plan() + "secrets: {t: {file: .}}", "error", '"." is a folder', None),
    (plan() + "js: {file: none.js}", "error", 'there is no file "none.js"', None),
    (request("body: {file: none}"), "error", 'there is no file "none"', None),
    (request("body: {multipart: [{name: a, file: none}]}"), "error", 'there is no file "none"', None),
    (plan() + "defaults: {http: {tls: {ca_file: none.pem}}}", "error", 'there is no file "none.pem"', None),
    (plan() + "plugins: [{name: p, path: none.wasm}]", "error", 'there is no file "none.wasm"', None),
    (
        plan('[{request: {url: "grpc://x", grpc: {service: a, method: b, proto_files: [none.proto]}}}]'),
        "error",
        'there is no file "none.proto"',
        None,
    ),
    # extensions
    (
        plan() + "outputs: [{type: jsn, path: x}]",
        "error",
        'unknown output type "jsn"',
        'did you mean "json"?',
    ),
]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "p.wasm").write_bytes(b"")
    (tmp_path / "users.csv").write_text("name,password\nann,x\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "header.csv").write_text("name,password\n\n")
    (tmp_path / "latin.csv").write_bytes("name\nann\nné\n".encode("latin-1"))
    (tmp_path / "utf-16.csv").write_bytes("\ufeffname\nann\n".encode("utf-16-le"))
    (tmp_path / "zeros.csv").write_bytes("name\nann\n".encode("utf-16-le"))
    (tmp_path / "twice.csv").write_text("a,b, a\n1,2,3\n")
    (tmp_path / "ragged.csv").write_text('a,b\n"1\n",2\n1,2,3\n1\n')
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    (tmp_path / "users.json").write_text('[{"name": "ann"}]')
    (tmp_path / "map.json").write_text("{}")
    (tmp_path / "none.json").write_text("[]")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("text", "severity", "message", "suggestion"),
    CASES,
    ids=[f"{case[2]}-{index}" for index, case in enumerate(CASES)],
)
def test_a_mistake_in_meaning_is_found(load, text, severity, message, suggestion):
    loaded = load(text)
    found = [found for found in loaded.diagnostics if message in found.message]
    assert len(found) == 1, loaded.diagnostics
    assert found[0].severity.value == severity
    assert found[0].line > 0
    if suggestion is not None:
        assert found[0].suggestion == suggestion
    assert (loaded.plan is None) == bool(loaded.errors)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "text",
    [
        request('body: "${vars.a} ${env.X} ${vu} ${iteration} ${scenario} ${b}"')
        + 'variables: {a: "${env.Y}", b: x}',
        plan('[{repeat: {times: 2, counter: n, steps: [{request: {url: "http://x/${n}"}}]}}]'),
        plan(
            '[{foreach: {items: [1], var: v, index: i, steps: [{request: {url: "http://x/${v.id}/${i}"}}]}}]'
        ),
        plan('[{retry: {steps: [{request: {url: "http://x/${attempt}"}}]}}]'),
        plan('[{during: {duration: 1s, steps: [{request: {url: "http://x/${index}"}}]}}]'),
        plan('[{js: "session.vars.a = 1"}, {request: {url: "http://x/${a}"}}]'),
        plan(
            '[{request: {url: "http://x/", extract: [{chain: id, css: a}]}}, {request: {url: "http://x/${id}"}}]'
        ),
        plan('[{request: {url: "${base}/x"}}]') + "variables: {base: http://x}",
        plan('[{request: {url: "kafka://x", protocol: kafka}}]')
        + "thresholds: {kafka_reqs: count>1, kafka_req_duration: p(95)<1s}",
        plan()
        + 'thresholds: {"checks{mine:x}": rate>0, group_duration: avg<1s}\ndefaults: {tags: {mine: x}}',
        plan()
        + "thresholds: {m: avg<1s, http_req_duration: count>1}\nmetrics: {m: {kind: trend, time: true}}",
        plan() + "outputs: [{type: kafka, brokers: [a]}]",
        plan() + "metrics: {http_req_duration: {kind: trend, time: true}, http_reqs: {kind: counter}}",
        plan() + "plugins: [{name: p, enabled: false}, {name: p, path: p.wasm}]",
        plan('[{js: "`${a}`"}]') + "description: '${vars.x}'\njs: {script: '`${b}`'}",
        request(
            "checks: [{type: body_matches, pattern: 'a$'}], extract: [{type: regex, name: a, expression: '(a)'}]"
        ),
        plan("[]", scenario="executor: constant-vus, vus: 1, duration: 1s, exec: f") + "js: {script: x}",
        plan(
            "[{rendezvous: {name: r, users: 500}}]",
            scenario="executor: constant-arrival-rate, rate: 1, duration: 1s",
        ),
    ],
    ids=lambda text: text[-50:],
)
def test_what_is_right_is_not_complained_about(load, text):
    assert load(text).diagnostics == ()


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        (
            request('body: "${env.NOPE}"'),
            "the environment variable NOPE is not set",
            "set it, or pass -e NOPE=…",
        ),
        (plan() + "secrets: {t: {env: NOPE}}", "the environment variable NOPE is not set", None),
        (
            plan('[{request: {url: "grpc://x"}}]'),
            'the protocol "grpc" is not installed: what belongs to it is not checked',
            "pip install 'loadr[grpc]'",
        ),
        (
            plan('[{request: {url: "http://x", protocol: kafak}}]'),
            'the protocol "kafak" is not installed: what belongs to it is not checked',
            'did you mean "kafka"?',
        ),
        (
            plan() + "outputs: [{type: statsd, address: h}]",
            'the output "statsd" is not installed: what belongs to it is not checked',
            "pip install 'loadr[outputs]'",
        ),
        (
            plan() + "outputs: [{type: mystery}]",
            'the output "mystery" is not installed: what belongs to it is not checked',
            None,
        ),
        (
            plan() + "outputs: [{type: plugin, name: rabit}]",
            'the output "rabit" is not installed: what belongs to it is not checked',
            'did you mean "rabbit"?',
        ),
        (
            plan() + "plugins: [{name: kafak}]",
            'the plugin "kafak" is not installed: what belongs to it is not checked',
            'did you mean "kafka"?',
        ),
        (
            request("checks: [{type: plugin, plugin: lun}]"),
            'the plugin "lun" is not installed: what belongs to it is not checked',
            'did you mean "luhn"?',
        ),
        (
            request("checks: [{type: xpath, expression: //a}, {type: xpath, expression: //b}]"),
            'the extractor "xpath" is not installed: what belongs to it is not checked',
            "pip install 'loadr[extract]'",
        ),
        (
            request("extract: [{type: css, name: a, expression: b}, {chain: c, css: d}]"),
            'the extractor "css" is not installed: what belongs to it is not checked',
            "pip install 'loadr[extract]'",
        ),
        (
            request("extract: [{type: plugin, name: a, plugin: qr}]"),
            'the plugin "qr" is not installed: what belongs to it is not checked',
            None,
        ),
    ],
)
def test_what_the_machine_lacks_is_a_warning(load, text, message, suggestion):
    loaded = load(text, installed=EVERYTHING, environment={})
    (found,) = loaded.diagnostics
    assert (found.severity.value, found.message, found.suggestion) == ("warning", message, suggestion)


def test_the_metrics_of_a_plugin_found_by_its_scheme_are_known(load):
    text = plan('[{request: {url: "kafka://x"}}]') + "thresholds: {kafka_reqs: count>1}"
    assert load(text, installed=EVERYTHING).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        plan("[{js: x}]"),
        plan() + "js: {script: x}",
        request("checks: [{type: js, expression: x}]"),
        request('body: "${js: 1}"'),
        plan('[{if: {condition: "a < 1", then: []}}]'),
        plan('[{while: {condition: "a < 1", steps: []}}]'),
        plan('[{retry: {until: "a < 1", steps: []}}]'),
        plan('[{foreach: {items: "[1, 2].reverse()", steps: []}}]'),
    ],
)
def test_a_missing_script_engine_is_a_warning_said_once(load, text):
    installed = Installed(protocols=frozenset({"http"}))
    (found,) = load(text, installed=installed).diagnostics
    assert (found.message, found.suggestion) == (
        'the script engine "js" is not installed: what belongs to it is not checked',
        "pip install 'loadr[js]'",
    )
    assert load(text, installed=EVERYTHING).diagnostics == ()


def test_a_small_expression_needs_no_script_engine(load):
    text = plan('[{if: {condition: "${vu} < 1", then: []}}]')
    assert load(text, installed=Installed(protocols=frozenset({"http"}))).diagnostics == ()


def test_disabled_plugins_and_plugins_from_files_are_not_looked_for(load, tmp_path):
    (tmp_path / "p.wasm").write_bytes(b"")
    text = plan() + "plugins: [{name: a, enabled: false}, {name: b, path: p.wasm}]"
    assert load(text, installed=EVERYTHING).diagnostics == ()


def test_files_are_left_alone_on_request(load):
    text = request('body: "${data.d.x}"') + "data: {d: {type: csv, path: none.csv}}"
    assert load(text, check_files=False).diagnostics == ()


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ('"ab ${vars.x}"', 8, 21),
        ("'${vars.x}'", 8, 18),
        ("ab ${vars.x}", 8, 20),
        ("|\n            one\n              two ${vars.x}\n", 10, 19),
        (">\n            one ${vars.x}\n", 9, 17),
        (">\n            one\n            two ${vars.x}\n", 10, 17),
        ('"a\\n${vars.x}"', 8, 21),
        ('"one\n            two ${vars.x}"', 9, 17),
    ],
    ids=["double", "single", "plain", "literal", "folded", "folded later", "escape", "lines"],
)
def test_a_reference_is_shown_where_it_stands(load, body, line, column):
    text = f"scenarios:\n  s:\n    executor: constant-vus\n    vus: 1\n    duration: 1s\n    flow:\n      - request:\n          body: {body}\n          url: http://x\n"
    (found,) = load(text).errors
    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(
    ("step", "column"),
    [
        ("""while: {condition: "${vu} < five", steps: []}""", 37),
        ("""if: {condition: '${vu} < five', then: []}""", 34),
        ("""retry: {until: "${vu} < five", steps: []}""", 33),
    ],
)
def test_a_mistake_in_an_expression_is_shown_where_it_stands(load, step, column):
    text = f"scenarios:\n  s:\n    executor: constant-vus\n    vus: 1\n    duration: 1s\n    flow:\n      - {step}\n"
    (found,) = load(text).errors
    assert (found.line, found.column, found.message) == (7, column, '"five" is no value')


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("d.csv", b"name\n" + b"x" * 99 + b"\n" + b'"never closed' * (1 << 17), None),
        ("d.csv", b"name\n" + b"\xc3\xa9\n" * (1 << 19), None),
        ("d.csv", b"name,b\n" + b"1,2\n" * (1 << 19) + b"1\n", None),
        ("d.json", b' [ {"name": "x"},' + b" " * (9 << 20), None),
        ("d.json", b'{"name": "x"}' + b" " * (9 << 20), "not an array of objects"),
        ("d.json", b"[[1]]" + b" " * (9 << 20), "not an array of objects"),
    ],
    ids=["one long row", "a cut character", "what is far behind", "much JSON", "a map", "an array"],
)
def test_only_the_beginning_of_a_large_file_is_looked_at(load, tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    text = request('body: "${data.d.name}"') + f"data: {{d: {{type: {name[2:]}, path: {name}}}}}"
    assert [found.message for found in load(text).diagnostics] == (
        [] if message is None else [f'"{name}" is {message}']
    )


@pytest.mark.parametrize("is_installed", [True, False], ids=["installed", "missing"])
def test_a_parquet_source_needs_its_extra(load, tmp_path, monkeypatch, is_installed):
    monkeypatch.setattr(
        "loadr_config.checks.files.find_spec", lambda name: object() if is_installed else None
    )
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    found = load(plan() + "data: {d: {type: parquet, path: rows.parquet}}").diagnostics
    assert [(one.path, one.suggestion) for one in found] == (
        [] if is_installed else [("data.d.type", "pip install 'loadr[parquet]'")]
    )
