"""Exit codes: 0, 1, 2, 99, 108, and which one wins (metrics.md). Signals have a file of their own."""

import pytest

pytestmark = pytest.mark.process


def test_0_also_when_requests_fail_and_no_threshold_minds(plans, run, step):
    done, result = run(plans.one(step("/status/500"), iterations=2))
    assert done.code == 0, done
    assert result.metric("http_req_failed").agg.rate == 1
    assert [(f.cause, f.count) for f in result.summary.failures.status] == [("500", 2)]


def test_1_when_not_one_iteration_completed(plans, run, step):
    plan = plans.one(
        step("/fault/stall"), executor="constant-vus", vus=1, duration="200ms", graceful_stop="0s"
    )
    done, result = run(plan, "-q")
    assert (done.code, done.stdout, done.stderr) == (1, "", "error: not one iteration completed\n")
    assert result.summary.scenarios[0].interrupted == 1
    assert result.summary.notes == ["not one iteration completed"]


def test_1_when_a_file_cannot_be_written_and_the_summary_is_shown_all_the_same(loadr, plans, step):
    files = ("--summary-export", "no/such/folder/a.json", "--html", "no/such/folder/b.html")
    done = loadr("run", plans.one(step("/")), *files)
    assert done.code == 1
    for name in ("a.json", "b.html"):
        assert f"error: no/such/folder/{name}: cannot be written: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
    assert "1 iteration," in done.stdout


def test_1_when_a_file_of_a_script_cannot_be_written_and_the_others_are(loadr):
    (loadr.folder / "script.js").write_text(
        """
        export default function () {}
        export function handleSummary() {
          return {'no/such/folder/a.txt': 'a', 'b.txt': 'b', stdout: 'shown'};
        }
        """
    )
    done = loadr("run", "script.js", "-q")
    assert done.code == 1, done
    assert done.stdout == "shown"
    assert done.stderr == "error: no/such/folder/a.txt: cannot be written: No such file or directory\n"
    assert (loadr.folder / "b.txt").read_text() == "b"


def test_2_for_wrong_usage(loadr):
    done = loadr("run", "--no-such-option", "x")
    assert done.code == 2, done
    assert done.stderr.startswith("Usage: ")


def test_99_for_failed_thresholds(plans, run, step):
    never = {"type": "status", "equals": 201, "name": "never"}
    fail = {
        "http_req_failed": ["rate<0.4", "rate==1"],
        "http_reqs": "count==5",
        "http_reqs{status:503}": "count!=2",
        "http_req_duration{expected_response:true}": "max<1us",
        "checks{check:never}": "rate==1",
        "iterations": "count>2",
        "vus_max": "value<1",
    }
    hold = {"iteration_duration": "max>0", "http_reqs{name:other}": "count>5"}
    flow = (step("/json"), step("/status/503", checks=[never]))
    done, result = run(plans.one(*flow, iterations=2, rest={"thresholds": {**fail, **hold}}))
    assert done.code == 99, done
    verdicts = {
        (t.metric, t.expression): (t.passed, t.no_samples, t.aborted) for t in result.summary.thresholds
    }
    held = {("iteration_duration", "max>0"): (True, False, False)}
    unjudged = {("http_reqs{name:other}", "count>5"): (True, True, False)}
    failed = dict.fromkeys(verdicts.keys() - held.keys() - unjudged.keys(), (False, False, False))
    assert len(failed) == 8
    assert verdicts == held | unjudged | failed
    assert not result.summary.thresholds_passed


def test_99_at_once_with_abort_on_fail(plans, run, target, step):
    abort = {"threshold": "p(95)<1ms", "abort_on_fail": True}
    plan = plans.one(
        step("/delay/20"),
        executor="constant-vus",
        vus=2,
        duration="10m",
        rest={"thresholds": {"http_req_duration": [abort]}},
    )
    done, result = run(plan)
    assert done.code == 99, done
    assert result.summary.aborted == "threshold failed: http_req_duration: p(95)<1ms"
    assert result.summary.thresholds[0].aborted
    assert result.summary.duration_secs < 60
    # It stops gracefully: what runs is finished and counted.
    assert result.total("http_reqs") == target.count() == result.iterations
    assert result.summary.scenarios[0].interrupted == 0
    assert "stopped early: threshold failed" in done.stdout


def test_108_when_an_assert_aborts_the_test(plans, run, target, step):
    abort = {"type": "status", "equals": 200, "on_failure": "abort_test"}
    plan = plans.one(
        step("/status/404", name="probe", **{"assert": [abort]}),
        step("/never"),
        executor="constant-vus",
        vus=1,
        duration="10m",
        rest={"thresholds": {"http_reqs": "count>5"}},
    )
    done, result = run(plan)
    assert done.code == 108, done  # before 99
    assert "status is 200" in result.summary.aborted
    assert target.count() == 1


@pytest.mark.parametrize(
    ("on_failure", "seen"), [("continue", 2 * 3), ("abort_iteration", 3), ("abort_scenario", 1)]
)
def test_what_a_failed_assert_ends(on_failure, seen, plans, run, target, step):
    failing = {"type": "body_contains", "value": "nowhere", "on_failure": on_failure}
    done, result = run(plans.one(step("/json", **{"assert": [failing]}), step("/"), iterations=3))
    assert done.code == 0, done
    assert target.count() == seen == result.total("http_reqs")
    assert result.metric("http_req_failed").agg.sum == (3 if seen > 1 else 1)


@pytest.mark.parametrize(
    ("script", "code", "reason"),
    [
        (
            "import exec from 'k6/execution'; export default function () { exec.test.fail('sold out'); }",
            110,
            "the script marked the test as failed: sold out",
        ),
        (
            "export default function () {} export function teardown() { throw new Error('left over'); }",
            107,
            "teardown failed: ",
        ),
    ],
)
def test_no_report_of_a_failed_run_says_passed(loadr, script, code, reason):
    (loadr.folder / "script.js").write_text(script, encoding="utf-8")
    done = loadr("run", "script.js", "--markdown", "run.md", "--junit", "run.xml", "--no-color")
    assert done.code == code, done
    shown = [
        done.stdout,
        *((loadr.folder / name).read_text(encoding="utf-8") for name in ("run.md", "run.xml")),
    ]
    assert all(reason in text for text in shown), shown
    assert "passed: no thresholds" not in done.stdout
    assert 'failures="0"' not in shown[2].splitlines()[1]


def test_a_teardown_whose_step_fails_is_told_and_fails_nothing(plans, run, step):
    plan = plans.one(step("/json"), rest={"teardown": [step("/status/404")]})
    done, result = run(plan)
    assert done.code == 0, done
    assert "✓ passed" in done.stdout
    assert "teardown failed: " in done.stdout
    assert result.summary.failed_by == []
