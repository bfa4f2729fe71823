"""Values and conditions against real servers; bodies that are not what a plan takes them for fail their request alone."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.process

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<lolz token="&b;">&b;</lolz>"""
FILE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
JSONPATH = {"type": "jsonpath", "name": "v", "expression": "$.token"}
XPATH = {"type": "xpath", "name": "v", "expression": "//a"}
BACKTRACKING = "(a|aa)+$"

# name: (content type, body, what the plan asks for, the cause in the breakdown)
CASES = {
    "html for json": ("text/html", b"<!DOCTYPE html><p>Sorry", JSONPATH, "the body is not JSON but markup"),
    "cut off": ("application/json", b'{"token": "abc', JSONPATH, "the body is JSON that was cut off"),
    "empty": ("application/json", b"", JSONPATH, "the body is empty"),
    "no utf-8": ("application/json", b'{"token": "\xff"}', JSONPATH, "the body is not valid UTF-8"),
    "no charset": (
        "text/plain; charset=zlib",
        b"token=a",
        {"type": "regex", "name": "v", "expression": "token=(.)"},
        "the body's charset 'zlib' is unknown",
    ),
    "deep": ("application/json", b"[" * 100_000, JSONPATH, "the body is not JSON: depth limit exceeded"),
    "backtracking": (
        "text/plain",
        b"a" * 60 + b"b",
        {"type": "regex", "name": "v", "expression": BACKTRACKING},
        "the regular expression was stopped: it backtracks for too long",
    ),
    "entity bomb": (
        "application/xml",
        LAUGHS,
        XPATH,
        "the body is XML with a document type, which is refused",
    ),
    "external entity": ("text/xml", FILE, XPATH, "the body is XML with a document type, which is refused"),
    "no xml": (
        "application/xml",
        b"<a><b></a>",
        XPATH,
        "the body is not well-formed XML: Opening and ending tag mismatch: b",
    ),
    "no markup": ("application/json", b"{}", XPATH, "the body is neither XML nor HTML"),
}
ITERATIONS = 2


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        content_type, body, *_ = CASES[self.path.lstrip("/").replace("%20", " ")]
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hostile():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_each_fails_its_request_with_a_reason_and_the_run_goes_on(hostile, plans, run, step):
    flow = [step(f"{hostile}/{name}", name=name, extract=[entry]) for name, (_, _, entry, _) in CASES.items()]
    checks = [{"type": "status", "equals": 200}]
    done, result = run(
        plans.one(*flow, step("/health", name="healthy", checks=checks), iterations=ITERATIONS)
    )
    assert done.code == 0, done
    assert result.iterations == ITERATIONS
    assert [(check.passes, check.fails) for check in result.summary.checks] == [(ITERATIONS, 0)]
    assert result.metric("http_req_failed").agg.sum == ITERATIONS * len(CASES)
    assert {(failure.name, failure.cause, failure.count) for failure in result.summary.failures.checks} == {
        (name, f"extract: v: {cause}", ITERATIONS) for name, (*_, cause) in CASES.items()
    }
    assert "extract: v: the body is not JSON but markup" in done.stdout


def test_conditions_fail_likewise(hostile, plans, run, step):
    conditions = {
        "html for json": {"type": "jsonpath", "expression": "$.token"},
        "backtracking": {"type": "body_matches", "pattern": BACKTRACKING},
        "entity bomb": {"type": "xpath", "expression": "//lolz"},
    }
    flow = [
        step(
            f"{hostile}/{name}", name=name, checks=[{"name": "check", **condition}], **{"assert": [condition]}
        )
        for name, condition in conditions.items()
    ]
    done, result = run(plans.one(*flow, iterations=ITERATIONS))
    assert done.code == 0, done
    assert result.metric("http_req_failed").agg.sum == ITERATIONS * len(conditions)
    assert [(check.passes, check.fails) for check in result.summary.checks] == [
        (0, ITERATIONS * len(conditions))
    ]
    causes = {(failure.name, failure.cause) for failure in result.summary.failures.checks}
    for name in conditions:
        reason = CASES[name][3]
        assert (name, f"check ({reason})") in causes
        assert any(
            cause.startswith("assert: ") and cause.endswith(f"({reason})")
            for of, cause in causes
            if of == name
        )


def test_a_hundred_megabytes_fail_their_request_and_nothing_else(plans, run, step):
    flow = [
        step(
            "/bytes/100000000",
            name="large",
            timeout="60s",
            extract=[{"chain": "v", "left": "0", "right": "1"}],
        ),
        step("/health", name="healthy", checks=[{"type": "status", "equals": 200}]),
    ]
    done, result = run(plans.one(*flow))
    assert done.code == 0, done
    [failure] = result.summary.failures.checks
    assert (failure.name, failure.count) == ("large", 1)
    assert failure.cause == "extract: v: the body is larger than 32 MB, which nothing is taken from"
    assert [(check.passes, check.fails) for check in result.summary.checks] == [(1, 0)]


def test_every_kind_of_extraction_and_condition_against_the_demo_target(plans, run, step):
    extract = [
        {"type": "css", "name": "css", "expression": "h1"},
        {"type": "xpath", "name": "xpath", "expression": "//h1"},
        {"type": "regex", "name": "regex", "expression": "<h1>(.+?)</h1>"},
        {"type": "boundary", "name": "boundary", "left": "<h1>", "right": "</h1>"},
        {"type": "header", "name": "header", "header": "Content-Type"},
    ]
    page = step(
        "/page", extract=extract, checks=[{"type": "xpath", "expression": "//h1", "equals": "${boundary}"}]
    )
    echoed = {name: f"${{{name}}}" for name in ("css", "xpath", "regex", "boundary", "header")}
    wanted = {**dict.fromkeys(echoed, "Products"), "header": "text/html; charset=utf-8"}
    echo = step(
        "/echo",
        params=echoed,
        extract=[
            {"type": "jsonpath", "name": "query", "expression": "$.query"},
            {"chain": "same", "jmespath": "query", "check": {"equals": wanted}},
        ],
        checks=[
            {"type": "jsonpath", "expression": "$.query", "equals": wanted},
            {"type": "jsonpath", "expression": "$.query", "equals": "${query}"},
            {"type": "size", "min": 100, "max": 10_000},
            {"type": "header", "header": "content-type", "contains": "json"},
            {"type": "duration", "max": "30s"},
            {"type": "body_contains", "value": "${css}"},
            {"type": "body_matches", "pattern": '"header": "${header}"'},
        ],
    )
    done, result = run(plans.one(page, echo, iterations=ITERATIONS))
    assert done.code == 0, done
    assert result.summary.failures.checks == []
    assert [(check.passes, check.fails) for check in result.summary.checks] == [(ITERATIONS, 0)] * 9
    assert result.metric("http_req_failed").agg.sum == 0
