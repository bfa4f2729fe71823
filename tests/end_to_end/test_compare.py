"""Runs compared as a user would: one made slower on purpose against one that was not."""

import json

import pytest

from loadr_report.compare import compare
from loadr_report.store import RunStore

pytestmark = pytest.mark.process

FAST, SLOW = {"DELAY": "1"}, {"DELAY": "200"}


@pytest.fixture
def plan(plans, step):
    """Some 12 seconds: 30 iterations a second, fewer where the target is slow."""
    return plans.one(
        step("/delay/${env.DELAY}", name="item"),
        executor="constant-arrival-rate",
        rate=30,
        duration="13s",
        pre_allocated_vus=10,
        rest={"name": "compared"},
    )


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / ".loadr" / "runs")


def test_a_slowdown_is_found_and_fails_the_command(loadr, run, plan, store, tmp_path):
    assert run(plan, "-q", env=FAST)[0].code == 0
    done, result = run(plan, "--baseline", "last", env=SLOW)
    assert done.code == 99, done
    assert "worse: 95 % confidence over" in done.stdout
    assert f"error: against the baseline {store.ids()[0]}: worse" in done.stderr
    assert store.record("last").exit_code == 99, "the verdict takes part in the outcome that is kept"
    median = result.metric("http_req_duration").agg.med

    compared = loadr("compare", "last~1", "last", "--fail-on", "worse", "--format", "json")
    assert compared.code == 99, compared
    document = json.loads(compared.stdout)
    (found,) = [f for f in document["figures"] if (f["metric"], f["figure"]) == ("http_req_duration", "p50")]
    assert found["new"] == pytest.approx(median, rel=0.002), "as in the summary, but for the bucket's width"
    assert found["verdict"] == "worse"
    assert document["base"] == [store.ids()[0]]
    assert not [warning for warning in document["warnings"] if "different plans" in warning]

    files = [store.path(run_id) for run_id in store.ids()]
    for suffix, begin in (("html", "<!doctype html>"), ("md", "## "), ("json", "{"), ("txt", "base ")):
        done = loadr("compare", *files, "-o", f"comparison.{suffix}")
        assert (done.code, done.stdout) == (0, ""), done
        assert (tmp_path / f"comparison.{suffix}").read_text(encoding="utf-8").startswith(begin)
    assert compare([store.read("last")], [store.read("last~1")]).outcome == "better"


def test_a_baseline_that_is_not_there_ends_the_command_before_the_load(run, plan, target, store):
    done, result = run(plan, "-q", "--baseline", "2020", env=FAST)
    assert done.code == 1
    assert "none of the runs kept here (0) is '2020'" in done.stderr
    assert result is None
    assert target.count() == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(("nothing", "last"), 1, "none of the runs kept here (0) is 'nothing'", id="no run"),
        pytest.param(("a.json", "b.json"), 1, "a.json: cannot be read: No such file", id="no file"),
        pytest.param(("plan.yaml", "plan.yaml"), 1, "not a summary", id="something else"),
        pytest.param((",", ","), 2, "name at least one run each", id="nobody"),
        pytest.param(("a", "b", "--floor", "five"), 2, "'five' is no share such as 5% or 0.05", id="floor"),
    ],
)
def test_mistakes_are_told(loadr, plan, words, code, told):
    done = loadr("compare", *words)
    assert done.code == code, done
    assert told in done.stderr
    assert "Traceback" not in done.stderr
