"""A wrong plan exits 1 with what is wrong and where, all of it at once, and never with a traceback."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

WRONG = """\
scenarios:
  api:
    executor: constant-vus
    vuss: 3
    duration: 5 parsecs
    flow:
      - request: {url: "http://127.0.0.1/", checks: [{type: statuss, equals: 200}]}
  counted:
    executor: constant-vus
    vus: 1
    flow: []
thresholds:
  http_req_duration: "p(95)<"
"""

PLACES = [
    ("plan.yaml:4:5", "scenarios.api.vuss", 'did you mean "vus"?'),
    ("plan.yaml:5:15", "scenarios.api.duration", ""),
    (r"plan.yaml:7:\d+", "scenarios.api.flow[0].request.checks[0].type", '"status"'),
    ("plan.yaml:8:3", "scenarios.counted.duration", ""),
    ("plan.yaml:13:29", "thresholds.http_req_duration", ""),
]


def test_every_error_with_its_place_and_hint(loadr, plans):
    plans.text(WRONG)
    done = loadr("run", "plan.yaml")
    assert (done.code, done.stdout) == (1, "")
    findings = done.stderr.split("\n\n")
    for place, path, hint in PLACES:
        found = [text for text in findings if re.search(f"--> {place}\n", text)]
        assert any(f"in: {path}" in text and hint in text for text in found), (place, done.stderr)
    assert all(re.match("(error|warning): ", text) for text in findings[:-1])
    assert re.fullmatch(r"\d+ errors( and \d+ warnings?)?\n", findings[-1])
    assert "Traceback" not in done.stderr


UNREADABLE = {
    "missing": (None, r"error: cannot be read: No such file or directory\n *--> plan.yaml"),
    "binary": (bytes(range(128, 256)), r"error: byte 0x80 is not UTF-8\n *--> plan.yaml:1:1"),
    "empty": (b"", r"error: the plan is empty\n *--> plan.yaml:1:1"),
    "no YAML": (b"a: [1, 2\nb: }", r"error: .*\n *--> plan.yaml:2:"),
    "a list": (b"- 1\n", r"error: a plan is a map of keys and values\n *--> plan.yaml:1:1"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_plan(content, message, loadr, tmp_path):
    if content is not None:
        Path(tmp_path / "plan.yaml").write_bytes(content)
    done = loadr("run", "plan.yaml")
    assert done.code == 1
    assert re.search(message, done.stderr), done
    assert "Traceback" not in done.stderr


def test_a_folder_is_no_plan(loadr):
    done = loadr("run", ".")
    assert done.code == 1
    assert done.stderr.startswith("error: is a folder, not a plan")


def test_bytes_on_standard_input_that_are_no_text(loadr):
    done = loadr("run", "-", input=b"name: \xe9t\xe9\n", text=False)
    assert done.code == 1
    assert done.stderr.startswith(b"error: byte 0xE9 is not UTF-8\n --> <stdin>:1:7\n")


AT_THE_START = {
    "a variable of the environment": (
        "http://127.0.0.1/${env.NOWHERE_SET}",
        {},
        "scenarios.main.flow[0].request: `${env.NOWHERE_SET}` in",
        "set it with -e NOWHERE_SET=VALUE",
    ),
    "a CA file": (
        "https://127.0.0.1/",
        {"defaults": {"http": {"tls": {"ca_file": "missing.pem"}}}},
        "missing.pem",
        "",
    ),
    "a secret": ("http://127.0.0.1/", {"secrets": {"key": {"env": "NO_KEY"}}}, "NO_KEY", "key"),
    "a source of observed metrics": (
        "http://127.0.0.1/",
        {"observe": [{"type": "prometheus", "source": "prometheus:9090", "query": "up"}]},
        "observe[0]: source: the URL must be http://HOST",
        "",
    ),
    "an output": (
        "http://127.0.0.1/",
        {"outputs": [{"type": "plugin", "name": "acme-log"}]},
        "output 'acme-log' is not installed",
        "install its plugin",
    ),
}


@pytest.mark.parametrize(("url", "rest", "problem", "way_out"), AT_THE_START.values(), ids=AT_THE_START)
def test_what_is_missing_here(url, rest, problem, way_out, loadr, plans, step):
    done = loadr("run", plans.one(step(url), rest=rest))
    assert (done.code, done.stdout) == (1, ""), done
    assert problem in done.stderr
    assert way_out in done.stderr
    assert "Traceback" not in done.stderr
