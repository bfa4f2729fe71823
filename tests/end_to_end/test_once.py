"""`loadr run --once`, the trace of one iteration; and `--http-debug`, requests as they went."""

import base64
import re

import pytest

pytestmark = pytest.mark.process

SECRET = "open sesame"
BASIC = base64.b64encode(f"me:{SECRET}".encode()).decode()


def plan_of(plans, *flow, **rest):
    """A plan whose schedule alone would take an hour."""
    scenario = {"executor": "constant-arrival-rate", "rate": 5, "duration": "1h", "flow": list(flow)}
    return plans.document({"scenarios": {"main": scenario}, **rest})


def test_one_iteration_is_told_step_by_step(loadr, plans, target, step):
    second = {
        "executor": "constant-vus",
        "vus": 9,
        "duration": "1h",
        "flow": [step("/status/204", name="other")],
    }
    first = {
        "executor": "ramping-vus",
        "stages": [{"duration": "1h", "target": 50}],
        "flow": [
            step(
                "/echo",
                name="say",
                body="${secrets.key}",
                headers={"X-Seen": "${seen}"},
                extract=[{"type": "jsonpath", "name": "method", "expression": "$.method"}],
                checks=[{"type": "status", "equals": 200}, {"type": "body_contains", "value": "zebra"}],
            ),
            step("/redirect/1"),
        ],
    }
    prepare = step(
        "/json",
        name="prepare",
        extract=[{"type": "jsonpath", "name": "seen", "expression": "$.id", "default": "yes"}],
    )
    document = {
        "secrets": {"key": {"env": "KEY"}},
        "setup": [prepare],
        "teardown": [step("/json", name="clean up")],
        "scenarios": {"first": first, "second": second},
    }
    target.count()
    done = loadr("run", plans.document(document), "--once", env={"KEY": SECRET})
    assert done.code == 0, done
    assert target.count() == 6
    places = re.findall(r"^ *(\w+) .*  ((?:setup|teardown|scenarios)\S*)$", done.stdout, re.MULTILINE)
    assert places == [
        ("request", "setup[0]"),
        ("request", "scenarios.first.flow[0]"),
        ("request", "scenarios.first.flow[1]"),
        ("request", "scenarios.second.flow[0]"),
        ("request", "teardown[0]"),
    ]
    for part in (
        "> POST /echo HTTP/1.1",
        "< HTTP/1.1 302 Found",
        "✓ status 200 HTTP/1.1 in ",
        "✓ extract method = POST",
        "✓ check status is 200",
        "✗ check body contains 'zebra': the response has status 200",
        "variable method = POST",
        "✓ teardown came to its end in ",
    ):
        assert part in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_why_an_iteration_ended(loadr, plans, target, step):
    stop = {"type": "status", "equals": 200, "on_failure": "abort_iteration"}
    target.count()
    done = loadr("run", plan_of(plans, step("/status/500", **{"assert": [stop]}), step("/json")), "--once")
    assert done.code == 0, done
    assert target.count() == 1
    assert re.search(r"^✗ main ended early, after .*: assert failed in", done.stdout, re.MULTILINE)


ENDINGS = {
    "setup failed": ({"setup": [{"request": {"url": "/status/500"}}]}, {}, 107, "✗ setup ended early"),
    "abort_test": (
        {},
        {"assert": [{"type": "status", "equals": 1, "on_failure": "abort_test"}]},
        108,
        "✗ main ended early",
    ),
}


@pytest.mark.parametrize(("rest", "more", "code", "part"), ENDINGS.values(), ids=ENDINGS)
def test_exit_codes(rest, more, code, part, loadr, plans, step):
    done = loadr("run", plan_of(plans, step("/json", **more), **rest), "--once")
    assert done.code == code, done
    assert part in done.stdout


def test_a_script_that_marks_the_test_as_failed(loadr):
    text = "import exec from 'k6/execution'; export default function () { exec.test.fail('bad') }"
    (loadr.folder / "script.js").write_text(text, encoding="utf-8")
    done = loadr("run", "script.js", "--once")
    assert done.code == 110, done
    done = loadr("run", "script.js", "--vus", 2, "--iterations", 4, "--workers", 2)
    assert done.code == 110, done
    assert done.stdout.count("the script marked the test as failed: bad") == 1


def test_what_means_nothing_to_a_rehearsal_is_refused(loadr, plans, step):
    done = loadr("run", plan_of(plans, step("/json")), "--once", "--vus", "2", "--html", "r.html")
    assert done.code == 2
    assert "--once measures nothing: it goes without --vus, --html" in done.stderr


def test_exchanges_are_shown_with_bodies_and_without_secrets(loadr, plans, step):
    flow = step(
        "/echo",
        body="say ${secrets.key}",
        auth={"type": "basic", "username": "me", "password": "${secrets.key}"},
    )
    plan = plans.one(flow, step("/bytes/64"), iterations=60, rest={"secrets": {"key": {"env": "KEY"}}})
    done = loadr("run", plan, "--http-debug=full", env={"KEY": SECRET})
    assert done.code == 0, done
    for part in ("> POST /echo HTTP/1.1", "> Authorization: Basic ***", "> say ***", '"body": "say ***"'):
        assert part in done.stderr
    assert "these were the first 100 exchanges" in done.stderr
    assert len(re.findall(r"^> (?:GET|POST) /", done.stderr, re.MULTILINE)) == 100
    assert "✓ passed" in done.stdout
    for hidden in (SECRET, BASIC):
        assert hidden not in done.stdout + done.stderr


def test_every_hop_is_shown_and_bodies_without_their_compression(loadr, plans, step):
    plan = plans.one(
        step("/redirect/1"), step("/compressed/gzip"), rest={"http": {"discard_response_bodies": True}}
    )
    done = loadr("run", plan, "--http-debug=full", "-q")
    assert done.code == 0, done
    assert re.findall(r"^> GET (\S+)", done.stderr, re.MULTILINE) == [
        "/redirect/1",
        "/json",
        "/compressed/gzip",
    ]
    assert "< Content-Encoding: gzip" in done.stderr
    assert "[cut: 5,000 characters more]" in done.stderr
    assert "binary" not in done.stderr


def test_heads_alone(loadr, plans, step):
    done = loadr("run", plans.one(step("/echo", body="hello")), "--http-debug", "-q")
    assert done.code == 0, done
    assert "> POST /echo HTTP/1.1" in done.stderr
    assert "< HTTP/1.1 200 OK" in done.stderr
    assert "hello" not in done.stderr


SCRIPT = """
import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: 5, duration: '1h' };
export default function () {
  const answer = http.get(`${__ENV.TARGET}/json`);
  check(answer, { 'is there': (r) => r.status === 200, 'is new': (r) => r.status === 201 });
}
"""


def test_a_script_is_told_by_its_requests_and_checks(loadr, target):
    (loadr.folder / "script.js").write_text(SCRIPT, encoding="utf-8")
    target.count()
    done = loadr("run", "script.js", "--once", "-e", f"TARGET={target.url}")
    assert done.code == 0, done
    assert target.count() == 1
    for part in (
        "exec default",
        "> GET /json HTTP/1.1",
        "✓ status 200",
        "✓ check is there",
        "✗ check is new",
    ):
        assert part in done.stdout


def test_secrets_are_hidden_in_every_form(loadr, plans, step):
    secret = 'p"ä s/w&ord\\x'
    everywhere = step(
        "/echo/${secrets.key}",
        params={"k": "${secrets.key}"},
        headers={"X-Key": "${secrets.key}", "Cookie": "s=${secrets.key}"},
        auth={"type": "bearer", "token": "${secrets.key}"},
    )
    bodies = [{"json": {"k": ["${secrets.key}"]}}, {"form": {"k": "${secrets.key}"}}]
    flow = [everywhere, *[step("/echo", body=body) for body in bodies]]
    for words in (("--http-debug=full",), ("--once",)):
        done = loadr(
            "run", plans.one(*flow, rest={"secrets": {"key": {"env": "KEY"}}}), *words, env={"KEY": secret}
        )
        assert done.code == 0, done
        assert "***" in done.stdout + done.stderr
        assert not re.search(r"\bord\b|w%26ord|\\u00e4", done.stdout + done.stderr), done


def test_a_url_that_is_none_shows_no_part_of_a_secret(loadr, plans, step):
    plan = plans.one(step("http://me:${secrets.key}@127.0.0.1/"), rest={"secrets": {"key": {"env": "KEY"}}})
    done = loadr("run", plan, env={"KEY": "hid/den"})
    assert done.code != 0
    assert "has no host and port that can be read" in done.stderr
    assert "hid" not in done.stdout + done.stderr
