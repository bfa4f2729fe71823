"""`loadr quick`: one URL, without a plan."""

import json

import pytest

from loadr_config.summary import Summary

pytestmark = pytest.mark.process


@pytest.fixture
def quick(loadr, target):
    """Run it against a path of the target; the result, and how many requests the target saw."""

    def running(path, *arguments, **options):
        target.count()
        done = loadr("quick", f"{target.url}{path}", *arguments, **options)
        assert "Traceback" not in done.stderr, done
        return done, target.count()

    return running


def test_so_many_requests(quick):
    done, seen = quick("/json", "-n", 30, "-c", 4)
    assert done.code == 0, done
    assert seen == 30
    for part in ("GET http://", "requests  30 in", "failed    0", "latency", "≤ ", "█"):
        assert part in done.stdout
    assert "run 2" in done.stderr
    assert "corrected" not in done.stdout


def test_for_so_long(quick):
    done, seen = quick("/delay/20", "-z", "1s", "-c", 2, "--format", "json")
    assert done.code == 0, done
    summary = Summary.model_validate(json.loads(done.stdout))
    (scenario,) = summary.scenarios
    assert scenario.executor == "constant-vus"
    assert scenario.max_vus == 2
    assert scenario.iterations == seen > 0
    assert summary.duration_secs == pytest.approx(1.0, abs=0.9)


def test_a_rate_shows_the_corrected_latency(quick):
    done, seen = quick("/json", "--rate", 50, "-n", 25, "-c", 5, "--latency")
    assert done.code == 0, done
    assert seen == 25
    assert "requests  25 in" in done.stdout
    assert "corrected" in done.stdout
    assert "percentile     latency   corrected" in done.stdout


def test_a_target_that_is_too_slow_for_a_rate_is_not_spared(quick):
    done, seen = quick("/delay/200", "--rate", 20, "-n", 10, "-c", 1, "--format", "json")
    summary = Summary.model_validate(json.loads(done.stdout))
    assert seen + summary.scenarios[0].dropped == 10
    metrics = {metric.metric: metric for metric in summary.metrics if not metric.tags}
    assert metrics["http_req_corrected_duration"].agg.max > 1.5 * metrics["http_req_duration"].agg.min


def test_the_request_as_it_was_asked_for(quick, loadr):
    (loadr.folder / "body.txt").write_text("from a file", encoding="utf-8")
    done, _ = quick("/echo", "-n", 1, "-m", "PUT", "-H", "X-One: 1", "-D", "body.txt")
    assert done.code == 0, done
    assert "PUT http://" in done.stdout
    assert "failed    0" in done.stdout


def test_a_saved_plan_does_the_same(quick, loadr, target):
    (loadr.folder / "body.txt").write_text("from a file", encoding="utf-8")
    done, seen = quick("/echo", "-n", 3, "-c", 1, "-D", "body.txt", "--save-plan", "plans/q.yaml")
    assert (done.code, seen) == (0, 3), done
    assert "wrote plans/q.yaml" in done.stderr
    checked = loadr("validate", "plans/q.yaml")
    assert checked.code == 0
    assert "nothing wrong" in checked.stdout
    again = loadr("run", "plans/q.yaml")
    assert again.code == 0, again
    assert target.count() == 3
    refused, seen = quick("/echo", "-n", 3, "--save-plan", "plans/q.yaml")
    assert (refused.code, seen) == (1, 0)
    assert "plans/q.yaml would be overwritten" in refused.stderr


def test_failures_are_told_by_cause(quick):
    done, _ = quick("/status/503", "-n", 4, "-c", 2)
    assert done.code == 0
    assert "failed    4  100.00%" in done.stdout
    assert "4  status 503" in done.stdout


MISTAKES = {
    "no scheme": (("localhost:1/x",), 2, "did you mean http://localhost:1/x?"),
    "two bodies": (("http://127.0.0.1:1/", "-d", "a", "-D", "body.txt"), 2, "one body"),
    "no header": (("http://127.0.0.1:1/", "-H", "nope"), 2, "'nope' is not 'Name: value'"),
    "a header twice": (("http://127.0.0.1:1/", "-H", "A: 1", "-H", "a: 2"), 2, "'a' is given twice"),
    "no method": (("http://127.0.0.1:1/", "-m", "G T"), 1, '"G T" is no HTTP method'),
    "no rate": (("http://127.0.0.1:1/", "--rate", "0"), 2, "0"),
    "no duration": (("http://127.0.0.1:1/", "-z", "soon"), 2, "soon"),
}


@pytest.mark.parametrize(("arguments", "code", "part"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(arguments, code, part, loadr):
    (loadr.folder / "body.txt").write_text("x", encoding="utf-8")
    done = loadr("quick", *arguments)
    assert done.code == code, done
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_quiet_says_nothing(quick):
    done, seen = quick("/", "-n", 2, "-c", 1, "-q")
    assert (done.code, done.stdout, done.stderr, seen) == (0, "", "", 2)


def test_a_password_in_the_url_is_shown_nowhere(loadr, target):
    url = target.url.replace("//", "//ann:s3cret@")
    for words in ((), ("--format", "json"), ("--latency",)):
        done = loadr("quick", f"{url}/echo", "-n", 2, *words)
        assert done.code == 0, done
        assert "s3cret" not in done.stdout + done.stderr
