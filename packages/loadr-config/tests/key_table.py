"""Every key of the language: where it stands, what it means, and a value that is wrong there.

A place is a plan with one map left open. A row puts one key into it, once with a right value and once with
a wrong one. All values are in flow style, so that a row is a line of the plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loadr_config import models as m

FLOW = '    flow: [{request: {url: "http://x/"}}]'
SCENARIO = ["scenarios:", "  s:", "    executor: constant-vus", "    vus: 1", "    duration: 1s", FLOW]
STEPS = '[{request: {url: "http://y/"}}]'
STEPS_MEAN = (m.RequestStep(request=m.Request(url="http://y/")),)


@dataclass(frozen=True)
class Place:
    """A map in a plan that is left open."""

    lines: tuple[str, ...]  # before the map
    indent: int
    required: dict[str, str]  # what the map needs beside the key
    get: Callable[[m.TestPlan], Any]
    model: type
    after: tuple[str, ...] = tuple(SCENARIO)

    def plan(self, key: str, value: str) -> tuple[str, int]:
        """Return the text of the plan with a key in it, and the number of the key's line."""
        lines = list(self.lines)
        for name, needed in self.required.items():
            if name != key:
                lines.append(" " * self.indent + f"{name}: {needed}")
        lines.append(" " * self.indent + f"{key}: {value}")
        number = len(lines)
        return "\n".join([*lines, *self.after]) + "\n", number


def _scenario(executor: str, model: type, **required: str) -> Place:
    return Place(
        ("scenarios:", "  s:", f"    executor: {executor}"),
        4,
        {"flow": '[{request: {url: "http://x/"}}]', **required},
        lambda plan: plan.scenarios["s"],
        model,
        (),
    )


def _step(kind: str, model: type, attribute: str, **required: str) -> Place:
    return Place(
        (*SCENARIO[:5], "    flow:", f"      - {kind}:"),
        10,
        required,
        lambda plan: getattr(plan.scenarios["s"].flow[0], attribute),
        model,
        (),
    )


def _in_request(
    lines: tuple[str, ...], get: Callable[[m.Request], Any], model: type, **required: str
) -> Place:
    return Place(
        (*SCENARIO[:5], "    flow:", "      - request:", '          url: "http://x/"', *lines),
        14,
        required,
        lambda plan: get(plan.scenarios["s"].flow[0].request),
        model,
        (),
    )


def _condition(kind: str, model: type, **required: str) -> Place:
    lines = ("          assert:", f"            - type: {kind}")
    return _in_request(lines, lambda request: request.asserts[0], model, **required)


def _extractor(kind: str, model: type, **required: str) -> Place:
    lines = ("          extract:", f"            - type: {kind}")
    return _in_request(lines, lambda request: request.extract[0], model, name="v", **required)


def _block(name: str, model: type, **required: str) -> Place:
    return _in_request((f"          {name}:",), lambda request: getattr(request, name), model, **required)


def _output(kind: str, model: type, **required: str) -> Place:
    return Place(("outputs:", f"  - type: {kind}"), 4, required, lambda plan: plan.outputs[0], model)


def _data(kind: str, model: type, **required: str) -> Place:
    return Place(("data:", "  d:", f"    type: {kind}"), 4, required, lambda plan: plan.data["d"], model)


def _think(kind: str, model: type, **required: str) -> Place:
    return Place(
        ("defaults:", "  think_time:", f"    type: {kind}"),
        4,
        required,
        lambda plan: plan.defaults.think_time,
        model,
    )


def _auth(kind: str, model: type[Any], **required: str) -> Place:
    return Place(
        ("defaults:", "  http:", "    auth:", f"      type: {kind}"),
        6,
        required,
        lambda plan: plan.defaults.http.auth,
        model,
    )


PLACES: dict[str, Place] = {
    "plan": Place((), 0, {}, lambda plan: plan, m.TestPlan),
    "bare plan": Place((), 0, {}, lambda plan: plan, m.TestPlan, ()),
    "defaults": Place(("defaults:",), 2, {}, lambda plan: plan.defaults, m.Defaults),
    "http": Place(("defaults:", "  http:"), 4, {}, lambda plan: plan.defaults.http, m.HttpDefaults),
    "tls": Place(("defaults:", "  http:", "    tls:"), 6, {}, lambda plan: plan.defaults.http.tls, m.Tls),
    "certificate": Place(
        ("defaults:", "  http:", "    tls:", "      client_certificates:", "        - cert_file: a"),
        10,
        {"key_file": "b"},
        lambda plan: plan.defaults.http.tls.client_certificates[0],
        m.ClientCertificate,
    ),
    "dns": Place(("defaults:", "  http:", "    dns:"), 6, {}, lambda plan: plan.defaults.http.dns, m.Dns),
    "embedded": Place(
        ("defaults:", "  http:", "    embedded:"), 6, {}, lambda plan: plan.defaults.http.embedded, m.Embedded
    ),
    "basic auth": _auth("basic", m.BasicAuth, username="u"),
    "digest auth": _auth("digest", m.DigestAuth, username="u"),
    "bearer auth": _auth("bearer", m.BearerAuth, token="t"),
    "no auth": _auth("none", m.NoAuth),
    "secret": Place(("secrets:", "  t:"), 4, {}, lambda plan: plan.secrets["t"], m.Secret),
    "metric": Place(
        ("metrics:", "  t:"), 4, {"kind": "trend"}, lambda plan: plan.metrics["t"], m.CustomMetric
    ),
    "js": Place(("js:",), 2, {"script": "x()"}, lambda plan: plan.js, m.JsModule),
    "js module": Place(("js:",), 2, {}, lambda plan: plan.js, m.JsModule),
    "python module": Place(("python:",), 2, {}, lambda plan: plan.python, m.PythonModule),
    "plugin": Place(("plugins:", "  - name: p"), 4, {}, lambda plan: plan.plugins[0], m.Plugin),
    "observe": Place(
        ("observe:", "  - type: prometheus"),
        4,
        {"source": "http://p", "query": "up"},
        lambda plan: plan.observe[0],
        m.PrometheusObservation,
    ),
    "constant think time": _think("constant", m.ConstantThinkTime),
    "uniform think time": _think("uniform", m.UniformThinkTime, min="1s", max="5s"),
    "gaussian think time": _think("gaussian", m.GaussianThinkTime, mean="1s", std_dev="1s"),
    "csv source": _data("csv", m.CsvSource, path="rows.csv"),
    "json source": _data("json", m.JsonSource, path="rows.json"),
    "parquet source": _data("parquet", m.ParquetSource, path="rows.parquet"),
    "inline source": _data("inline", m.InlineSource, rows="[{a: 1}]"),
    "constant-vus": _scenario("constant-vus", m.ConstantVus, vus="1", duration="1s"),
    "ramping-vus": _scenario("ramping-vus", m.RampingVus, stages="[{duration: 1s, target: 1}]"),
    "per-vu-iterations": _scenario("per-vu-iterations", m.PerVuIterations),
    "shared-iterations": _scenario("shared-iterations", m.SharedIterations),
    "constant-arrival-rate": _scenario(
        "constant-arrival-rate", m.ConstantArrivalRate, rate="1", duration="1s"
    ),
    "ramping-arrival-rate": _scenario(
        "ramping-arrival-rate", m.RampingArrivalRate, stages="[{duration: 1s, target: 1}]"
    ),
    "externally-controlled": _scenario("externally-controlled", m.ExternallyControlled, max_vus="5"),
    "pacing": Place((*SCENARIO, "    pacing:"), 6, {}, lambda plan: plan.scenarios["s"].pacing, m.Pacing, ()),
    "throttle": Place(
        (*SCENARIO, "    throttle:"), 6, {}, lambda plan: plan.scenarios["s"].throttle, m.Throttle, ()
    ),
    "vu stage": Place(
        (
            "scenarios:",
            "  s:",
            "    executor: ramping-vus",
            FLOW,
            "    stages:",
            "      - duration: 1s",
            "        target: 1",
            "      -",
        ),
        8,
        {"duration": "1s", "target": "1"},
        lambda plan: plan.scenarios["s"].stages[1],
        m.VuStage,
        (),
    ),
    "rate stage": Place(
        (
            "scenarios:",
            "  s:",
            "    executor: ramping-arrival-rate",
            FLOW,
            "    stages:",
            "      - duration: 1s",
            "        target: 1",
            "      -",
        ),
        8,
        {"duration": "1s", "target": "1"},
        lambda plan: plan.scenarios["s"].stages[1],
        m.RateStage,
        (),
    ),
    "flow": Place(
        (*SCENARIO[:5], "    flow:", "      -"),
        8,
        {},
        lambda plan: plan.scenarios["s"].flow[0],
        m.RequestStep,
        (),
    ),
    "request": _step("request", m.Request, "request", url='"http://x/"'),
    "group": _step("group", m.Group, "group", name="g", steps=STEPS),
    "repeat": _step("repeat", m.Repeat, "repeat", times="2", steps=STEPS),
    "while": _step("while", m.While, "while_", condition='"${vu} < 5"', steps=STEPS),
    "if": _step("if", m.If, "if_", condition='"${vu} < 5"', then=STEPS),
    "random": _step("random", m.Random, "random", choices=f"[{{steps: {STEPS}}}]"),
    "choice": Place(
        (*SCENARIO[:5], "    flow:", "      - random:", "          choices:", "            -"),
        14,
        {"steps": STEPS},
        lambda plan: plan.scenarios["s"].flow[0].random.choices[0],
        m.Choice,
        (),
    ),
    "foreach": _step("foreach", m.Foreach, "foreach", items="[1]", steps=STEPS),
    "switch": _step("switch", m.Switch, "switch", value='"${vu}"', cases=f"{{1: {STEPS}}}"),
    "during": _step("during", m.During, "during", duration="1s", steps=STEPS),
    "retry": _step("retry", m.Retry, "retry", steps=STEPS),
    "parallel": _step("parallel", m.Parallel, "parallel"),
    "rendezvous": _step("rendezvous", m.Rendezvous, "rendezvous", name="r", users="1"),
    "js step": Place(
        ("js: {script: x}", *SCENARIO[:5], "    flow:", "      - js:"),
        10,
        {},
        lambda plan: plan.scenarios["s"].flow[0].js,
        m.JsCode,
        (),
    ),
    "body": _in_request(("          body:",), lambda request: request.body, m.JsonBody),
    "part": _in_request(
        ("          body:", "            multipart:", "             -"),
        lambda request: request.body.multipart[0],
        m.MultipartPart,
        name="n",
        value="v",
    ),
    "file part": _in_request(
        ("          body:", "            multipart:", "             -"),
        lambda request: request.body.multipart[0],
        m.MultipartPart,
        name="n",
    ),
    "ws": _block("ws", m.WsBlock),
    "ws message": _in_request(
        ("          ws:", "            send:", "             -"),
        lambda request: request.ws.send[0],
        m.WsMessage,
        text="hi",
    ),
    "binary ws message": _in_request(
        ("          ws:", "            send:", "             -"),
        lambda request: request.ws.send[0],
        m.WsMessage,
    ),
    "ws match": _in_request(
        ("          ws:", "            match:"),
        lambda request: request.ws.match,
        m.WsMatch,
        by="jsonpath",
        expression="$.x",
    ),
    "grpc": _block("grpc", m.GrpcBlock, service="a.B", method="C"),
    "graphql": _block("graphql", m.GraphqlBlock, query='"{a}"'),
    "socket": _block("socket", m.SocketBlock),
    "sse": _block("sse", m.SseBlock),
    "sql": _block("sql", m.SqlBlock, query="select 1"),
    "status": _condition("status", m.StatusCondition, equals="200"),
    "body_contains": _condition("body_contains", m.BodyContainsCondition, value="x"),
    "body_matches": _condition("body_matches", m.BodyMatchesCondition, pattern="x"),
    "jsonpath": _condition("jsonpath", m.JsonpathCondition, expression="$.a"),
    "xpath": _condition("xpath", m.XpathCondition, expression="//a"),
    "duration": _condition("duration", m.DurationCondition, max="1s"),
    "size": _condition("size", m.SizeCondition, equals="3"),
    "header": _condition("header", m.HeaderCondition, header="A"),
    "js condition": _condition("js", m.JsCondition, expression="true"),
    "plugin condition": _condition("plugin", m.PluginCondition, plugin="p"),
    "jsonpath extractor": _extractor("jsonpath", m.JsonpathExtractor, expression="$.a"),
    "regex extractor": _extractor("regex", m.RegexExtractor, expression="(.)(?P<word>.)"),
    "xpath extractor": _extractor("xpath", m.XpathExtractor, expression="//a"),
    "css extractor": _extractor("css", m.CssExtractor, expression="a"),
    "boundary extractor": _extractor("boundary", m.BoundaryExtractor, left="a", right="b"),
    "header extractor": _extractor("header", m.HeaderExtractor, header="A"),
    "plugin extractor": _extractor("plugin", m.PluginExtractor, plugin="p"),
    "chain": _in_request(
        ("          extract:", "            - chain: v"),
        lambda request: request.extract[0],
        m.ChainExtractor,
        jsonpath="$.a",
    ),
    "chain source": _in_request(
        ("          extract:", "            - chain: v"), lambda request: request.extract[0], m.ChainExtractor
    ),
    "chain boundary": _in_request(
        ("          extract:", "            - chain: v"),
        lambda request: request.extract[0],
        m.ChainExtractor,
        left="a",
        right="b",
    ),
    "chain check": _in_request(
        ("          extract:", "            - chain: v", "              css: a", "              check:"),
        lambda request: request.extract[0].check,
        m.ExtractCheck,
    ),
    "json output": _output("json", m.JsonOutput, path="o"),
    "csv output": _output("csv", m.CsvOutput, path="o"),
    "parquet output": _output("parquet", m.ParquetOutput, path="o"),
    "prometheus output": _output("prometheus", m.PrometheusOutput, listen='"h:1"'),
    "influxdb output": _output("influxdb", m.InfluxdbOutput, url="http://i"),
    "otlp output": _output("otlp", m.OtlpOutput, endpoint="http://o"),
    "statsd output": _output("statsd", m.StatsdOutput, address="h:1"),
    "plugin output": _output("plugin", m.PluginOutput, name="kafka"),
    "named output": _output("kafka", m.NamedOutput),
}
PLACES["chain check"] = Place(
    PLACES["chain check"].lines, 16, {}, PLACES["chain check"].get, m.ExtractCheck, ()
)
for _name in ("part", "file part", "ws message", "binary ws message"):
    _old = PLACES[_name]
    PLACES[_name] = Place(_old.lines, 15, _old.required, _old.get, _old.model, ())


@dataclass(frozen=True)
class Row:
    """A key, a right value with its meaning, and a wrong value with its message."""

    place: str
    key: str
    value: str
    means: Any
    wrong: str
    message: str
    at: int | str = 0  # characters from the value's start to the mistake, -1 for the key, or a text in it
    attribute: str = field(default="")

    @property
    def id(self) -> str:
        """Name the case."""
        return f"{self.place}.{self.key}-{self.value[:20]}"


TEXT = ("[]", "expected text, got a list")
OPEN = ('"a${b"', 'no closing "}"', 2)
FLAG = ("yes", 'expected true or false, got "yes"')
TIME = ("5 parsecs", "expected a duration such as 300ms, 2s or 1h30m")
ZERO = ("0s", "longer than 0")
COUNT = ("0", "expected at least 1, got 0")
INT = ("1.5", "expected an integer, got 1.5")
NEGATIVE = ("-1", "expected at least 0, got -1")
MAP = ("[]", "expected a map, got a list")
LIST = ("{}", "expected a list, got a map")
EMPTY = ('""', "the text is empty")
NUMBER = ("fast", "expected a number")


def row(place: str, key: str, value: str, means: Any, wrong: tuple[Any, ...], attribute: str = "") -> Row:
    """Make a row; `wrong` is a value, its message, and where the mistake stands."""
    return Row(place, key, value, means, *wrong, attribute=attribute)


ROWS: list[Row] = [
    row("plan", "name", "shop", "shop", TEXT),
    row("plan", "name", "007", "007", ("{}", "expected text, got a map")),
    row("plan", "description", "what for", "what for", TEXT),
    row("plan", "defaults", "{tags: {a: b}}", m.Defaults(tags={"a": "b"}), MAP),
    row(
        "plan",
        "variables",
        "{a: 1.10, b: true}",
        {"a": "1.10", "b": "true"},
        ("{a: [1]}", "expected text, got a list", "[1]"),
    ),
    row(
        "plan",
        "secrets",
        "{t: {env: T}}",
        {"t": m.Secret(env="T")},
        ("{t: x}", 'expected a map, got "x"', "x"),
    ),
    row(
        "plan",
        "data",
        "{d: {type: inline, rows: [{a: 1}]}}",
        {"d": m.InlineSource(rows=({"a": 1},))},
        ("{d: {type: cvs}}", "unknown data source type", "cvs"),
    ),
    row(
        "plan",
        "metrics",
        "{t: {kind: rate}}",
        {"t": m.CustomMetric(kind="rate")},
        ("{t: {kind: rat}}", "expected counter, gauge, rate or trend", "rat"),
    ),
    row("plan", "js", "{script: x}", m.JsModule(script="x"), ("x", "expected a map")),
    row("plan", "python", "{script: x}", m.PythonModule(script="x"), ("x", "expected a map")),
    row("plan", "setup", STEPS, STEPS_MEAN, LIST),
    row("plan", "teardown", STEPS, STEPS_MEAN, ("[{}]", "exactly one key", "{}")),
    row(
        "bare plan",
        "scenarios",
        f"{{s: {{executor: constant-vus, vus: 1, duration: 1, flow: {STEPS}}}}}",
        {"s": m.ConstantVus(vus=1, duration=1, flow=STEPS_MEAN)},
        ("{}", "at least 1 entry"),
    ),
    row(
        "plan",
        "outputs",
        "[{type: json, path: o}]",
        (m.JsonOutput(path="o"),),
        ("[x]", "expected a map", "x"),
    ),
    row(
        "plan",
        "observe",
        "[{type: prometheus, source: s, query: q}]",
        (m.PrometheusObservation(type="prometheus", source="s", query="q"),),
        ("[{type: graphite, source: s, query: q}]", "expected prometheus", "graphite"),
    ),
    row("plan", "plugins", "[{name: p}]", (m.Plugin(name="p"),), ("[{}]", 'needs "name"', "{}")),
    row("defaults", "http", "{timeout: 5}", m.HttpDefaults(timeout=5), MAP),
    row(
        "defaults",
        "system_tags",
        "[status, name]",
        ("status", "name"),
        ("[statsu]", "expected name, method, status", "statsu"),
    ),
    row("defaults", "tags", "{a: 1}", {"a": "1"}, ("{a: }", "expected text, got nothing", 3)),
    row(
        "defaults",
        "think_time",
        "{type: constant, duration: 1s}",
        m.ConstantThinkTime(duration=1),
        ("2s", "expected a map"),
    ),
    row("http", "base_url", "http://x", "http://x", OPEN),
    row("http", "headers", "{A: 200}", {"A": "200"}, ("{A: [1]}", "expected text", "[1]")),
    row("http", "timeout", "1m", 60.0, ZERO),
    row("http", "follow_redirects", "false", False, FLAG),
    row("http", "max_redirects", "0", 0, NEGATIVE),
    row(
        "http",
        "version",
        "http2-prior-knowledge",
        "http2-prior-knowledge",
        ("http3", "expected auto, http1, http2 or http2-prior-knowledge"),
    ),
    row("http", "compression", "false", False, FLAG),
    row("http", "keep_alive", "False", False, FLAG),
    row("http", "connections_per_host", "2", 2, COUNT),
    row("http", "proxy", "env", "env", TEXT),
    row("http", "tls", "{insecure_skip_verify: true}", m.Tls(insecure_skip_verify=True), MAP),
    row("http", "cookies", "false", False, FLAG),
    row("http", "cache", "true", True, ("1", "expected true or false, got 1")),
    row("http", "discard_response_bodies", "true", True, FLAG),
    row(
        "http",
        "max_response_size",
        "1.5 MiB",
        1_572_864,
        ("10 pages", 'expected a size such as 64kB, 10MB or 1GiB, got "10 pages"'),
    ),
    row("http", "max_response_size", "2kb", 2000, ("-1", "expected a size", "-1")),
    row("http", "max_request_size", "10MB", 10_000_000, ("much", "expected a size", "much")),
    row("http", "tracing", "TRUE", True, FLAG),
    row(
        "http",
        "hosts",
        '{Api.Test: 127.0.0.1, "x:80": "127.0.0.1:8080", y: "[::1]:443", z: "::1"}',
        {"api.test": "127.0.0.1", "x:80": "127.0.0.1:8080", "y": "[::1]:443", "z": "::1"},
        ("{a: localhost}", "expected an address", "localhost"),
    ),
    row("http", "hosts", "{a: 1.2.3.4}", {"a": "1.2.3.4"}, ('{a: "1.2.3.4:70000"}', "no port 70000", '"1.2')),
    row("http", "dns", "{ttl: 1s}", m.Dns(ttl=1), MAP),
    row(
        "http",
        "blocked_hosts",
        "[a.example, '*.b.example']",
        ("a.example", "*.b.example"),
        ("[a*]", "expected a host such as", "a*"),
    ),
    row(
        "http",
        "blocked_addresses",
        "[10.0.0.0/8, '::1']",
        ("10.0.0.0/8", "::1"),
        ("[here]", "expected an address or a network", "here"),
    ),
    row("http", "local_ips", "[127.0.0.2]", ("127.0.0.2",), ("[here]", "expected an IP address", "here")),
    row(
        "http",
        "expected_statuses",
        '[200, 300-399, "400"]',
        (m.StatusRange(200, 200), m.StatusRange(300, 399), m.StatusRange(400, 400)),
        ("[ok]", "expected a status such as 200", "ok"),
    ),
    row(
        "http",
        "expected_statuses",
        "200-204",
        (m.StatusRange(200, 204),),
        ("[300-200]", "ends before it begins", "300"),
    ),
    row("http", "embedded", "{concurrency: 2}", m.Embedded(concurrency=2), MAP),
    row(
        "http",
        "auth",
        "{type: basic, username: u}",
        m.BasicAuth(type="basic", username="u"),
        ("{type: ntlm}", "unknown auth type", "ntlm"),
    ),
    row("embedded", "concurrency", "4", 4, COUNT),
    row("embedded", "allow", "^/static", "^/static", ("a(b", "is no regular expression", 3)),
    row("basic auth", "username", "${env.U}", "${env.U}", OPEN),
    row("basic auth", "password", "007", "007", OPEN),
    row("digest auth", "username", "u", "u", OPEN),
    row("digest auth", "password", "p", "p", OPEN),
    row("bearer auth", "token", "${secrets.t}", "${secrets.t}", OPEN),
    row("tls", "insecure_skip_verify", "true", True, FLAG),
    row("tls", "resume_sessions", "false", False, FLAG),
    row("tls", "ca_file", "ca.pem", "ca.pem", EMPTY),
    row("tls", "server_name", "x", "x", EMPTY),
    row(
        "tls",
        "client_certificates",
        "[{cert_file: a, key_file: b}]",
        (m.ClientCertificate(cert_file="a", key_file="b"),),
        ("[{cert_file: a}]", 'needs "cert_file" and "key_file", or "cert" and "key"', "{"),
    ),
    row("certificate", "hosts", "['*.test']", ("*.test",), ("x", "expected a list")),
    row("certificate", "password", "p", "p", EMPTY),
    row("tls", "min_version", "1.2", "1.2", ("1.1", "expected the TLS version 1.2 or 1.3, got 1.1")),
    row("tls", "max_version", "TLSv1.3", "1.3", ("ssl3", "expected the TLS version")),
    row("dns", "ttl", "0", 0.0, TIME),
    row(
        "dns",
        "policy",
        "only_ipv4",
        "only_ipv4",
        ("ipv4", "expected any, prefer_ipv4, prefer_ipv6, only_ipv4 or only_ipv6"),
    ),
    row("dns", "select", "round_robin", "round_robin", ("last", "expected first, random or round_robin")),
    row("secret", "env", "T", "T", TEXT),
    row("secret", "file", "t.txt", "t.txt", EMPTY),
    row("metric", "kind", "counter", "counter", ("histogram", "expected counter, gauge, rate or trend")),
    row("metric", "description", "d", "d", TEXT),
    row("metric", "time", "true", True, FLAG),
    row("js", "timeout", "1s", 1.0, ZERO),
    row("js", "memory_limit_mb", "128", 128, INT),
    row("js module", "script", "x()", "x()", EMPTY),
    row("js module", "file", "s.js", "s.js", TEXT),
    row("python module", "script", "x()", "x()", EMPTY),
    row("python module", "file", "s.py", "s.py", TEXT),
    row("plugin", "path", "p.wasm", "p.wasm", EMPTY),
    row("plugin", "config", "{a: [1, {b: 2.5}]}", {"a": [1, {"b": 2.5}]}, MAP),
    row("plugin", "enabled", "false", False, FLAG),
    row("plan", "plugins", "[{name: 1}]", (m.Plugin(name="1"),), ("[{name: []}]", "expected text", "[]")),
    row("observe", "name", "n", "n", TEXT),
    row("observe", "source", "http://${env.P}", "http://${env.P}", OPEN),
    row("observe", "query", "up", "up", EMPTY),
    row("observe", "as", "cpu", "cpu", TEXT, "as_"),
    row("observe", "unit", "ratio", "ratio", ("meters", "expected ratio, percent, bytes, count or seconds")),
    row("observe", "token", "${secrets.t}", "${secrets.t}", OPEN),
    row("constant think time", "duration", "1s", 1.0, TIME),
    row("uniform think time", "min", "2s", 2.0, ("6s", '"min" is longer than "max"', -1)),
    row("uniform think time", "max", "9s", 9.0, TIME),
    row("gaussian think time", "mean", "2s", 2.0, TIME),
    row("gaussian think time", "std_dev", "500ms", 0.5, TIME),
    row("csv source", "path", "rows.csv", "rows.csv", EMPTY),
    row("csv source", "delimiter", '";"', ";", ("ab", "a delimiter is one character")),
    row("csv source", "delimiter", r"'\t'", "\t", (r'"\""', "a delimiter is one character")),
    row("csv source", "has_header", "false", False, FLAG),
    row("csv source", "encoding", "cp1252", "cp1252", ("utf-7", '"utf-7" is no encoding')),
    row("csv source", "mode", "per_vu", "per_vu", ("vu", "expected shared or per_vu")),
    row("csv source", "on_eof", "stop", "stop", ("end", "expected recycle or stop")),
    row("csv source", "pick", "shuffle", "shuffle", ("any", "expected sequential, random or shuffle")),
    row("json source", "path", "rows.json", "rows.json", TEXT),
    row("parquet source", "path", "rows.parquet", "rows.parquet", TEXT),
    row("inline source", "rows", "[{a: 1, b: x}]", ({"a": 1, "b": "x"},), ("[]", "at least 1 entry")),
    row("inline source", "rows", "[{a: 007, b: 1.10}]", ({"a": "007", "b": "1.10"},), ("{}", "list")),
    # Scenarios
    row("constant-vus", "vus", "10", 10, ("ten", 'expected an integer, got "ten"')),
    row("constant-vus", "vus", "1", 1, ('"10"', 'expected an integer, got "10"')),
    row("constant-vus", "duration", "10s", 10.0, ZERO),
    row("constant-vus", "start_time", "5s", 5.0, TIME),
    row("constant-vus", "graceful_stop", "0s", 0.0, ("-1s", "cannot be negative")),
    row("constant-vus", "exec", "f", "f", EMPTY),
    row("constant-vus", "on_start", "f", "f", TEXT),
    row("constant-vus", "on_stop", "f", "f", TEXT),
    row("constant-vus", "flow", STEPS, STEPS_MEAN, LIST),
    row("constant-vus", "pacing", "{iterations_per_second: 2}", m.Pacing(iterations_per_second=2), MAP),
    row(
        "constant-vus",
        "think_time",
        "{type: uniform, min: 1, max: 2}",
        m.UniformThinkTime(min=1, max=2),
        ("{type: unifrom}", "unknown think time type", "unifrom"),
    ),
    row("constant-vus", "throttle", "{requests_per_second: 0.5}", m.Throttle(requests_per_second=0.5), MAP),
    row("constant-vus", "tags", "{a: b}", {"a": "b"}, MAP),
    row("pacing", "iterations_per_second", "0.1", 0.1, ("0", "expected more than 0")),
    row("throttle", "requests_per_second", "100", 100.0, NUMBER),
    row("ramping-vus", "start_vus", "5", 5, NEGATIVE),
    row(
        "ramping-vus",
        "stages",
        "[{duration: 0s, target: 1}, {duration: 1s, target: 2}]",
        (m.VuStage(duration=0, target=1), m.VuStage(duration=1, target=2)),
        ("[]", "at least 1 entry"),
    ),
    row("ramping-vus", "graceful_ramp_down", "1s", 1.0, TIME),
    row("vu stage", "duration", "1m", 60.0, TIME),
    row("vu stage", "target", "3", 3, INT),
    row("rate stage", "duration", "1m", 60.0, TIME),
    row("rate stage", "target", "0.5", 0.5, NUMBER),
    row("per-vu-iterations", "vus", "3", 3, COUNT),
    row("per-vu-iterations", "iterations", "3", 3, COUNT),
    row("per-vu-iterations", "max_duration", "1h", 3600.0, ZERO),
    row("shared-iterations", "vus", "1", 1, COUNT),
    row("shared-iterations", "iterations", "30", 30, COUNT),
    row("shared-iterations", "max_duration", "1h", 3600.0, ZERO),
    row("constant-arrival-rate", "rate", "0.2", 0.2, ("0", "expected more than 0")),
    row("constant-arrival-rate", "rate", "20000", 20_000.0, NUMBER),
    row("constant-arrival-rate", "time_unit", "1m", 60.0, ZERO),
    row("constant-arrival-rate", "duration", "1m", 60.0, ZERO),
    row("constant-arrival-rate", "pre_allocated_vus", "5", 5, NEGATIVE),
    row("constant-arrival-rate", "max_vus", "5", 5, COUNT),
    row("constant-arrival-rate", "arrival", "poisson", "poisson", ("random", "expected uniform or poisson")),
    row("constant-arrival-rate", "when_busy", "wait", "wait", ("queue", "expected drop or wait")),
    row("ramping-arrival-rate", "start_rate", "0.5", 0.5, NUMBER),
    row(
        "ramping-arrival-rate",
        "stages",
        "[{duration: 1s, target: 0.5}]",
        (m.RateStage(duration=1, target=0.5),),
        LIST,
    ),
    row("externally-controlled", "vus", "2", 2, ("6", '"vus" (6) is above "max_vus" (5)', -1)),
    row("externally-controlled", "max_vus", "7", 7, COUNT),
    row("externally-controlled", "duration", "7s", 7.0, ZERO),
    # Steps
    row("flow", "request", "{url: http://x}", m.Request(url="http://x"), ("{}", '"request" needs "url"', -1)),
    row(
        "flow",
        "think_time",
        "{type: constant, duration: 1s}",
        m.ConstantThinkTime(duration=1),
        (TIME[0], "expected a map"),
    ),
    row("flow", "js", "x()", m.JsCode(script="x()"), ("[]", "expected a map, got a list")),
    row("flow", "python", "x()", m.PythonCode(script="x()"), ("[]", "expected a map, got a list")),
    row("flow", "group", f"{{name: g, steps: {STEPS}}}", m.Group(name="g", steps=STEPS_MEAN), MAP),
    row("flow", "repeat", f"{{times: 1, steps: {STEPS}}}", m.Repeat(times=1, steps=STEPS_MEAN), MAP),
    row(
        "flow",
        "while",
        f"{{condition: a, steps: {STEPS}}}",
        m.While(condition="a", steps=STEPS_MEAN),
        MAP,
        "while_",
    ),
    row("flow", "if", f"{{condition: a, then: {STEPS}}}", m.If(condition="a", then=STEPS_MEAN), MAP, "if_"),
    row(
        "flow",
        "random",
        f"{{choices: [{{steps: {STEPS}}}]}}",
        m.Random(choices=(m.Choice(steps=STEPS_MEAN),)),
        MAP,
    ),
    row("flow", "foreach", f"{{items: [1], steps: {STEPS}}}", m.Foreach(items=[1], steps=STEPS_MEAN), MAP),
    row(
        "flow",
        "switch",
        f"{{value: a, cases: {{200: {STEPS}}}}}",
        m.Switch(value="a", cases={"200": STEPS_MEAN}),
        MAP,
    ),
    row("flow", "during", f"{{duration: 1s, steps: {STEPS}}}", m.During(duration=1, steps=STEPS_MEAN), MAP),
    row("flow", "retry", f"{{steps: {STEPS}}}", m.Retry(steps=STEPS_MEAN), MAP),
    row("flow", "parallel", f"{{branches: [{STEPS}]}}", m.Parallel(branches=(STEPS_MEAN,)), MAP),
    row("flow", "rendezvous", "{name: r, users: 1}", m.Rendezvous(name="r", users=1), MAP),
    row("group", "name", "g ${vu}", "g ${vu}", OPEN),
    row("group", "steps", STEPS, STEPS_MEAN, LIST),
    row("repeat", "times", "3", 3, INT),
    row("repeat", "steps", STEPS, STEPS_MEAN, LIST),
    row("repeat", "counter", "n", "n", EMPTY),
    row("while", "condition", "response.status == 200", "response.status == 200", OPEN),
    row("while", "steps", STEPS, STEPS_MEAN, LIST),
    row("while", "max_iterations", "5", 5, COUNT),
    row("if", "condition", "true", "true", TEXT),
    row("if", "then", STEPS, STEPS_MEAN, LIST),
    row("if", "else", STEPS, STEPS_MEAN, LIST, "else_"),
    row(
        "random",
        "strategy",
        "round_robin",
        "round_robin",
        ("any", "expected weighted, uniform or round_robin"),
    ),
    row(
        "random",
        "choices",
        f"[{{weight: 2, steps: {STEPS}}}]",
        (m.Choice(weight=2, steps=STEPS_MEAN),),
        ("[]", "at least 1 entry"),
    ),
    row("choice", "weight", "0.5", 0.5, NUMBER),
    row("choice", "name", "n", "n", EMPTY),
    row("choice", "steps", STEPS, STEPS_MEAN, LIST),
    row("foreach", "items", '"${list}"', "${list}", OPEN),
    row("foreach", "items", "[1, a, {b: 2}]", [1, "a", {"b": 2}], ('["${"]', 'no closing "}"', "${")),
    row("foreach", "var", "v", "v", EMPTY),
    row("foreach", "index", "i", "i", TEXT),
    row("foreach", "steps", STEPS, STEPS_MEAN, LIST),
    row("switch", "value", '"${vu}"', "${vu}", OPEN),
    row("switch", "cases", f"{{200: {STEPS}, true: []}}", {"200": STEPS_MEAN, "true": ()}, MAP),
    row("switch", "default", STEPS, STEPS_MEAN, LIST),
    row("during", "duration", "1m", 60.0, TIME),
    row("during", "steps", STEPS, STEPS_MEAN, LIST),
    row("during", "counter", "n", "n", EMPTY),
    row("retry", "times", "5", 5, COUNT),
    row("retry", "until", '"${vu} > 1"', "${vu} > 1", OPEN),
    row("retry", "backoff", "100ms", 0.1, TIME),
    row("retry", "steps", STEPS, STEPS_MEAN, LIST),
    row("parallel", "branches", f"[{STEPS}, {STEPS}]", (STEPS_MEAN, STEPS_MEAN), ("[]", "at least 1 entry")),
    row("rendezvous", "name", "r", "r", EMPTY),
    row("rendezvous", "users", "1", 1, ("2", "can never meet")),
    row("rendezvous", "timeout", "1s", 1.0, ZERO),
    row("js step", "script", "x()", "x()", EMPTY),
    row("js step", "call", "f", "f", TEXT),
    # Requests
    row("request", "name", "n ${vu}", "n ${vu}", OPEN),
    row("request", "protocol", "http", "http", EMPTY),
    row("request", "auth", "{type: none}", m.NoAuth(type="none"), MAP),
    row("request", "embedded", "{}", m.Embedded(), MAP),
    row("request", "method", "post", "POST", ("GE T", "is no HTTP method")),
    row("request", "url", '"http://x/${vu}"', "http://x/${vu}", OPEN),
    row("request", "params", "{a: 1, b: x}", {"a": "1", "b": "x"}, MAP),
    row("request", "headers", "{A: 1.10}", {"A": "1.10"}, ("{A: {b: c}}", "expected text, got a map", "{b")),
    row("request", "body", "hello ${vu}", "hello ${vu}", OPEN),
    row(
        "request", "body", "{json: {a: 1}}", m.JsonBody(json_={"a": 1}), ("{a: 1}", 'unknown body "a"', "a:")
    ),
    row("request", "timeout", "1s", 1.0, ZERO),
    row("request", "follow_redirects", "false", False, FLAG),
    row("request", "expected_statuses", "[404]", (m.StatusRange(404, 404),), ("{}", "expected a list")),
    row("request", "tags", "{a: 1}", {"a": "1"}, MAP),
    row(
        "request",
        "extract",
        "[{type: header, name: v, header: A}]",
        (m.HeaderExtractor(name="v", header="A"),),
        ("[{type: head}]", "unknown extractor type", "head"),
    ),
    row(
        "request",
        "assert",
        "[{type: duration, max: 1}]",
        (m.DurationCondition(max=1),),
        ("[{type: js}]", 'condition js needs "expression"', "{type"),
        "asserts",
    ),
    row(
        "request",
        "checks",
        "[{type: status, equals: 200}]",
        (m.StatusCondition(equals=200),),
        ("[{equals: 200}]", 'this condition needs "type"', "{eq"),
    ),
    row("request", "ws", "{send: [hi]}", m.WsBlock(send=("hi",)), MAP),
    row("request", "grpc", "{service: s, method: m}", m.GrpcBlock(service="s", method="m"), MAP),
    row("request", "graphql", '{query: "{a}"}', m.GraphqlBlock(query="{a}"), MAP),
    row("request", "socket", "{send_text: a}", m.SocketBlock(send_text="a"), MAP),
    row("request", "sse", "{events: 1}", m.SseBlock(events=1), MAP),
    row("request", "sql", "{query: q}", m.SqlBlock(query="q"), MAP),
    row("request", "plugin", "{a: [1]}", {"a": [1]}, ('{a: "${"}', 'no closing "}"', "${")),
    row(
        "body",
        "json",
        '{a: ["${vu}", 007, 1.50, null]}',
        m.JsonBody(json_={"a": ["${vu}", 7, 1.5, None]}),
        ("[.nan]", "JSON has no infinity", 1),
        "SELF",
    ),
    row("body", "file", "b.bin", m.FileBody(file="b.bin"), EMPTY, "SELF"),
    row("body", "form", "{a: 1}", m.FormBody(form={"a": "1"}), MAP, "SELF"),
    row(
        "body",
        "multipart",
        "[{name: a, value: b}]",
        m.MultipartBody(multipart=(m.MultipartPart(name="a", value="b"),)),
        ("[{name: a}]", 'a part needs "value" or "file"', "{name"),
        "SELF",
    ),
    row("part", "name", "n", "n", OPEN),
    row("part", "value", "v", "v", OPEN),
    row("file part", "file", "b.bin", "b.bin", EMPTY),
    row("part", "content_type", "text/plain", "text/plain", OPEN),
    row("part", "filename", "f", "f", TEXT),
    row("ws", "subprotocols", "[a]", ("a",), LIST),
    row(
        "ws",
        "send",
        "[hi, 7, {text: x, delay: 1s}]",
        ("hi", "7", m.WsMessage(text="x", delay=1)),
        ("[[]]", "expected text, or a map", "[]"),
    ),
    row("ws", "receive_count", "2", 2, COUNT),
    row("ws", "receive_until", "bye", "bye", OPEN),
    row("ws", "session_duration", "1s", 1.0, TIME),
    row("ws", "match", "{by: next}", m.WsMatch(by="next"), MAP),
    row("ws", "compression", "true", True, FLAG),
    row("ws", "session", "s", "s", EMPTY),
    row("ws", "close", "true", True, FLAG),
    row("ws", "close_code", "3001", 3001, ("1001", "expected 1000, or a code from 3000 to 4999")),
    row("ws match", "by", "regex", "regex", ("other", "expected next, jsonpath or regex")),
    row("ws match", "expression", "$.id", "$.id", EMPTY),
    row("binary ws message", "ping", "p", "p", OPEN),
    row("ws message", "text", "a", "a", OPEN),
    row("binary ws message", "binary_base64", "aGk=", "aGk=", OPEN),
    row("ws message", "delay", "1s", 1.0, TIME),
    row("grpc", "proto_files", "[a.proto]", ("a.proto",), LIST),
    row("grpc", "proto_includes", "[.]", (".",), LIST),
    row("grpc", "reflection", "true", True, FLAG),
    row("grpc", "service", "a.B", "a.B", EMPTY),
    row("grpc", "method", "M", "M", EMPTY),
    row("grpc", "message", "{a: 1}", {"a": 1}, ('{a: "${"}', 'no closing "}"', "${")),
    row("grpc", "messages", "[{a: 1}]", ({"a": 1},), LIST),
    row("grpc", "metadata", "{a: 1}", {"a": "1"}, MAP),
    row("grpc", "compression", "true", True, FLAG),
    row("grpc", "connections", "shared", "shared", ("both", "expected per_vu or shared")),
    row("graphql", "query", '"{b}"', "{b}", OPEN),
    row("graphql", "variables", "{a: 1}", {"a": 1}, MAP),
    row("graphql", "operation_name", "Q", "Q", OPEN),
    row("socket", "send_text", "a", "a", OPEN),
    row("socket", "send_hex", '"0aff 10"', "0aff 10", ("xyz", "hexadecimal digits")),
    row("socket", "read_bytes", "4", 4, ("-1", "expected at least 0, got -1")),
    row("socket", "read_until", "x", "x", OPEN),
    row("socket", "read_until_hex", '"0d 0a"', "0d 0a", ("xyz", "hexadecimal digits")),
    row("socket", "session", "s", "s", EMPTY),
    row("socket", "read_until_close", "true", True, FLAG),
    row("socket", "read_timeout", "1s", 1.0, ZERO),
    row("sse", "events", "3", 3, COUNT),
    row("sse", "until", "done", "done", OPEN),
    row("sse", "duration", "1s", 1.0, TIME),
    row("sse", "reconnect", "2", 2, ("-1", "expected at least 0, got -1")),
    row("sql", "query", "select 1", "select 1", OPEN),
    row("sql", "params", "[1, a]", (1, "a"), ("5", "expected a list or a map")),
    row("sql", "params", "{a: 1}", {"a": 1}, ('{a: "${"}', 'no closing "}"', "${")),
    # Conditions
    row("status", "equals", "200", 200, ("ok", "expected a status such as 200")),
    row("status", "equals", '"${vu}"', "${vu}", ("-1", "expected a status such as 200")),
    row("status", "one_of", '[200, "201"]', (200, 201), ("[]", "at least 1 entry")),
    row("status", "matches", '"2.."', "2..", ('"2("', "is no regular expression", 3)),
    row("status", "name", "ok", "ok", OPEN),
    row(
        "status",
        "on_failure",
        "abort_test",
        "abort_test",
        ("abort", "expected continue, abort_iteration, abort_scenario or abort_test"),
    ),
    row("body_contains", "value", "x", "x", OPEN),
    row("body_contains", "negate", "true", True, FLAG),
    row("body_matches", "pattern", "a+", "a+", ("'*'", "is no regular expression", 1)),
    row("body_matches", "negate", "true", True, FLAG),
    row("jsonpath", "expression", "$.a", "$.a", TEXT),
    row("jsonpath", "equals", "{a: [1]}", {"a": [1]}, OPEN),
    row("jsonpath", "exists", "false", False, FLAG),
    row("xpath", "expression", "//b", "//b", TEXT),
    row("xpath", "equals", "7", "7", OPEN),
    row("xpath", "exists", "true", True, FLAG),
    row("duration", "max", "500ms", 0.5, TIME),
    row("size", "min", "1", 1, INT),
    row("size", "max", "9", 9, INT),
    row("size", "equals", "4", 4, NEGATIVE),
    row("header", "header", "B", "B", EMPTY),
    row("header", "equals", "1", "1", OPEN),
    row("header", "contains", "x", "x", OPEN),
    row("header", "exists", "false", False, FLAG),
    row("js condition", "expression", "1 < 2", "1 < 2", EMPTY),
    row("plugin condition", "plugin", "q", "q", EMPTY),
    # Extractors
    row("jsonpath extractor", "name", "w", "w", EMPTY),
    row("jsonpath extractor", "expression", "$.b", "$.b", EMPTY),
    row("jsonpath extractor", "index", "all", "all", ("second", "expected first, last, random or all")),
    row("jsonpath extractor", "default", "{a: 1}", {"a": 1}, OPEN),
    row("regex extractor", "expression", "a(b)", "a(b)", ("a(b", "is no regular expression", 3)),
    row("regex extractor", "group", "2", 2, ("-1", "the number or the name of a group")),
    row("regex extractor", "group", "word", "word", ("true", "the number or the name of a group")),
    row("xpath extractor", "expression", "//b", "//b", EMPTY),
    row("xpath extractor", "attribute", "href", "href", EMPTY),
    row("css extractor", "expression", "b", "b", EMPTY),
    row("css extractor", "attribute", "href", "href", EMPTY),
    row("boundary extractor", "left", "x", "x", EMPTY),
    row("boundary extractor", "right", "x", "x", EMPTY),
    row("header extractor", "header", "B", "B", EMPTY),
    row("plugin extractor", "plugin", "q", "q", EMPTY),
    row(
        "request",
        "extract",
        "[{chain: v, css: a}]",
        (m.ChainExtractor(chain="v", css="a"),),
        ('[{chain: "", css: a}]', "the text is empty", '""'),
    ),
    row("chain source", "jmespath", "a.b", "a.b", EMPTY),
    row("chain source", "jsonpath", "$.b", "$.b", EMPTY),
    row("chain source", "regex", "a(b)", "a(b)", ("a(b", "is no regular expression", 3)),
    row("chain source", "header", "B", "B", EMPTY),
    row("chain source", "css", "b", "b", EMPTY),
    row("chain source", "xpath", "//b", "//b", EMPTY),
    row("chain boundary", "left", "x", "x", EMPTY),
    row("chain boundary", "right", "x", "x", EMPTY),
    row("chain", "group", "2", 2, ("[]", "the number or the name of a group")),
    row("chain", "attribute", "href", "href", EMPTY),
    row("chain", "index", "random", "random", ("0", "expected first, last, random or all, got 0")),
    row("chain", "as", "int", "int", ("integer", "expected int, float, bool or string"), "as_"),
    row(
        "chain",
        "transform",
        "[trim, {append: x}, {replace: [a, b]}, {substring: [1, 2]}]",
        (
            m.Transform(operation="trim"),
            m.Transform(operation="append", arguments=("x",)),
            m.Transform(operation="replace", arguments=("a", "b")),
            m.Transform(operation="substring", arguments=(1, 2)),
        ),
        ("[shout]", "unknown transform", "shout"),
    ),
    row(
        "chain",
        "transform",
        "[{prepend: 7}]",
        (m.Transform(operation="prepend", arguments=("7",)),),
        ("[append]", "needs an argument", "append"),
    ),
    row(
        "chain",
        "transform",
        "[{substring: [3]}]",
        (m.Transform(operation="substring", arguments=(3,)),),
        ("[{substring: [a]}]", "substring takes", "substring"),
    ),
    row(
        "chain",
        "transform",
        "[uppercase, lowercase, url_encode, url_decode, base64_encode, base64_decode]",
        tuple(
            m.Transform(operation=name)
            for name in (
                "uppercase",
                "lowercase",
                "url_encode",
                "url_decode",
                "base64_encode",
                "base64_decode",
            )
        ),
        ("[{replace: a}]", "replace takes [from, to]", "replace"),
    ),
    row("chain", "default", "7", 7, OPEN),
    row("chain", "check", "{not_empty: true}", m.ExtractCheck(not_empty=True), ("{}", "needs one of")),
    row("chain check", "equals", "7", 7, OPEN),
    row("chain check", "matches", "a+", "a+", ("'a('", "is no regular expression", 3)),
    row("chain check", "one_of", "[1, a]", (1, "a"), ("[]", "at least 1 entry")),
    row("chain check", "min", "1.5", 1.5, NUMBER),
    row("chain check", "max", "2", 2.0, NUMBER),
    row("chain check", "not_empty", "true", True, FLAG),
    # Outputs
    row("json output", "path", "r.jsonl", "r.jsonl", EMPTY),
    row("json output", "interval", "1s", 1.0, ZERO),
    row("csv output", "path", "r.csv", "r.csv", EMPTY),
    row("parquet output", "path", "r.parquet", "r.parquet", EMPTY),
    row("prometheus output", "listen", '"127.0.0.1:9090"', "127.0.0.1:9090", EMPTY),
    row("prometheus output", "remote_write_url", "http://p", "http://p", OPEN),
    row("prometheus output", "headers", "{a: 1}", {"a": "1"}, MAP),
    row("prometheus output", "native_histograms", "true", True, FLAG),
    row("influxdb output", "url", "http://j", "http://j", OPEN),
    row("influxdb output", "database", "d", "d", OPEN),
    row("influxdb output", "token", '"${secrets.t}"', "${secrets.t}", OPEN),
    row("influxdb output", "organization", "o", "o", OPEN),
    row("otlp output", "endpoint", "http://e", "http://e", OPEN),
    row("otlp output", "protocol", "http", "http", ("https", "expected grpc or http")),
    row("otlp output", "headers", "{a: 1}", {"a": "1"}, MAP),
    row("statsd output", "address", '"h:8125"', "h:8125", EMPTY),
    row("statsd output", "prefix", "p", "p", TEXT),
    row("statsd output", "tags", "none", "none", ("graphite", "expected dogstatsd or none")),
    row("plugin output", "name", "rabbit", "rabbit", EMPTY),
    row("plugin output", "config", "{a: 1}", {"a": 1}, MAP),
    row("named output", "interval", "1s", 1.0, TIME),
]
