"""What a run shows, where, and what it keeps to itself."""

import os
import re

import pytest

pytestmark = pytest.mark.process

COLOR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")


def test_progress_on_standard_error_and_the_summary_on_standard_output(loadr, plans, step):
    check = {"type": "status", "equals": 200}
    rest = {"name": "shop", "thresholds": {"http_req_failed": "rate<0.5"}}
    pause = {"think_time": {"type": "constant", "duration": "5100ms"}}  # a line comes every five seconds
    plan = plans.one(step("/json", checks=[check]), pause, rest=rest)
    done = loadr("run", plan, "--html", "report.html")
    assert done.code == 0, done
    assert re.search(r"^00:05 +\d+%  ", done.stderr, re.MULTILINE)
    for part in ("shop", "✓ status is 200", "http_req_duration", "✓ rate<0.5", "1 iteration,", "✓ passed"):
        assert part in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "shop" in (loadr.folder / "report.html").read_text(encoding="utf-8")


def test_quiet_says_nothing_also_when_thresholds_fail(loadr, plans, step):
    plan = plans.one(step("/"), rest={"thresholds": {"http_reqs": "count>1"}})
    done = loadr("run", plan, "-q")
    assert (done.code, done.stdout, done.stderr) == (99, "", "")


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [((), {}, True), (("--no-color",), {}, False), ((), {"NO_COLOR": "1"}, False)],
    ids=["wanted", "--no-color", "NO_COLOR"],
)
def test_colors(arguments, env, colored, loadr, plans, step):
    done = loadr("run", plans.one(step("/")), *arguments, env={"FORCE_COLOR": "1", "TERM": "xterm", **env})
    assert done.code == 0, done
    assert bool(COLOR.search(done.stdout)) is colored
    assert bool(COLOR.search(done.stderr)) is colored


def test_a_reader_that_leaves_costs_nothing(loadr, plans, result, step):
    plan = plans.one(step("/"), rest={"thresholds": {"http_reqs": "count>1"}})
    reading, writing = os.pipe()
    os.close(reading)
    try:
        running = loadr.start("run", plan, "--summary-export", "summary.json", stdout=writing)
    finally:
        os.close(writing)
    done = running.end()
    assert done.code == 99, done
    assert "Traceback" not in done.stderr
    assert result().iterations == 1


def test_verbose_logs_to_standard_error(loadr, plans, step):
    done = loadr("run", plans.one(step("/")), "-q", "-v")
    assert done.code == 0
    assert done.stdout == ""
    for part in ("reading the plan from", "worker 1 is ready", "starts with seed", "ended with exit code 0"):
        assert part in done.stderr
    assert " DEBUG " not in done.stderr
    assert " DEBUG " in loadr("run", plans.one(step("/")), "-q", "-vv").stderr


SECRET = 'p/a ss"wörd'
FORMS = (SECRET, "p%2Fa%20ss%22w%C3%B6rd", "p%2Fa+ss%22w%C3%B6rd", "p/a%20ss%22w%C3%B6rd", 'p/a ss\\"wörd')


def test_secrets_reach_the_target_and_nobody_else(loadr, plans, target, tmp_path, step):
    (tmp_path / "key.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    check = {"type": "body_contains", "value": "${secrets.key}", "name": "arrived"}
    url = "http://no-such-host-${secrets.host}.invalid/"
    plan = plans.one(
        step("/echo", body="${secrets.key}", tags={"leak": "${secrets.token}"}, checks=[check]),
        step("/echo", name="key ${secrets.token}", params={"q": "${secrets.key}"}),
        step(url, timeout="5s", **{"assert": [{"type": "body_contains", "value": "${secrets.key}"}]}),
        rest={
            "secrets": {
                "key": {"file": "key.txt"},
                "token": {"env": "TOKEN"},
                "host": {"env": "HOST_PART"},
            },
            "thresholds": {"http_reqs{leak:***}": "count==1"},
        },
    )
    settings = {"TOKEN": "T0KEN-4711", "HOST_PART": "hidden-4712"}
    files = ("--summary-export", "summary.json", "--html", "report.html")
    done = loadr("run", plan, "-vv", *files, env=settings)
    assert done.code == 0, done
    assert target.count() == 2
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in files[1::2]}
    texts.update(stdout=done.stdout, stderr=done.stderr)
    for name, text in texts.items():
        for form in (*FORMS, "T0KEN-4711", "hidden-4712"):
            assert form not in text, (name, form)
    assert "key ***" in texts["summary.json"]


def test_secrets_are_not_in_errors(loadr, plans, step):
    plan = plans.one(step("ftp://${secrets.host}/x"), rest={"secrets": {"host": {"env": "HOST_PART"}}})
    done = loadr("run", plan, "-vv", env={"HOST_PART": "hidden-4712"})
    assert done.code == 1, done
    assert "hidden-4712" not in done.stdout + done.stderr
