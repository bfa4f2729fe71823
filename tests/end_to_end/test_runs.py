"""The runs that are kept: written by `loadr run`, looked at and removed as a user would."""

import json
import os
import signal
import stat

import pytest

from loadr_config.metrics import MetricKind
from loadr_report.store import RunRecorder, RunStore, machine, read_run, record_of
from loadr_testing.conformance.output import summary

pytestmark = pytest.mark.process

SECRET = "s3cr3t-value-that-must-not-be-stored"


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / ".loadr" / "runs")


@pytest.fixture
def plan(plans, step):
    return plans.one(
        step("/json", name="item", headers={"X-Key": "${secrets.key}"}, tags={"key": "${secrets.key}"}),
        iterations=20,
        rest={"name": "kept", "secrets": {"key": {"env": "KEY"}}},
    )


@pytest.fixture
def environment():
    return {"KEY": SECRET}


def test_a_run_is_kept_with_everything_that_it_counted(run, plan, store, environment):
    done, result = run(plan, "-q", "--seed", "7", env=environment)
    assert done.code == 0, done
    kept = store.read("last")
    assert kept.summary.metrics == result.summary.metrics
    assert (kept.record.name, kept.record.seed, kept.record.exit_code) == ("kept", 7, 0)
    assert kept.record.machine.cores >= 1
    totals = {}
    for interval in kept.intervals:
        for key, value in interval.series.items():
            if key.kind is MetricKind.TREND:
                totals[key.metric, key.name] = totals.get((key.metric, key.name), 0) + sum(value.counts)
    assert totals["http_req_duration", "item"] == 20 == result.total("http_req_duration", name="item")
    assert totals["iteration_duration", ""] == 20
    assert sum(interval.seconds for interval in kept.intervals) == pytest.approx(
        result.summary.duration_secs, abs=0.01
    )


def test_no_secret_is_kept(run, plan, store, environment):
    assert run(plan, "-q", env=environment)[0].code == 0
    kept = store.read("last")
    assert "item" in kept.summary.plan
    told = kept.summary.model_dump_json() + kept.record.model_dump_json() + repr(kept.intervals)
    assert SECRET not in told


def test_the_same_plan_has_the_same_hash(run, plan, store, environment):
    for more in ((), (), ("--iterations", "5")):
        assert run(plan, "-q", *more, env=environment)[0].code == 0
    first, second, shorter = [record.plan_hash for record in store.records()]
    assert first == second != shorter


def test_the_exit_code_is_kept(run, plans, step, store):
    plan = plans.one(step("/json"), rest={"thresholds": {"http_reqs": "count>5"}})
    assert run(plan, "-q")[0].code == 99
    assert store.record("last").exit_code == 99


@pytest.mark.parametrize(("words", "env"), [(("--store", "off"), {}), ((), {"LOADR_STORE": "off"})])
def test_off_keeps_nothing(run, plan, environment, tmp_path, words, env):
    assert run(plan, "-q", *words, env={**environment, **env})[0].code == 0
    assert not (tmp_path / ".loadr").exists()


def test_another_folder_can_be_chosen(run, plan, environment, tmp_path, loadr):
    assert run(plan, "-q", env={**environment, "LOADR_STORE": "mine"})[0].code == 0
    (file,) = (tmp_path / "mine").iterdir()
    assert read_run(file).label == file.stem
    listed = loadr("runs", "list", "--store", "mine")
    assert file.stem in listed.stdout


def test_a_store_that_cannot_be_written_is_told_and_the_run_counts(run, plan, environment, tmp_path):
    (tmp_path / "taken").write_text("")
    done, result = run(plan, "-q", "--store", "taken/runs", env=environment)
    assert done.code == 0, done
    assert result.iterations == 20
    assert "this run is not kept: taken/runs: cannot be made: Not a directory" in done.stderr
    assert "--store off" in done.stderr


def test_the_oldest_make_room(run, plan, environment, store):
    for _ in range(3):
        done, _ = run(plan, "-q", "--keep-runs", "2", env=environment)
    assert "the oldest 1 run removed, 2 are kept" in done.stderr
    assert len(store.ids()) == 2


def test_a_run_that_is_killed_leaves_nothing(start_run, plans, step, target, tmp_path, store):
    plan = plans.one(step("/json"), executor="constant-vus", vus=1, duration="60s")
    running = start_run(plan)
    target.until(3)
    os.kill(running.process.pid, signal.SIGKILL)
    running.end()
    assert store.ids() == []


def test_an_interrupted_run_is_kept(start_run, plans, step, target, store):
    plan = plans.one(step("/json"), executor="constant-vus", vus=1, duration="60s")
    running = start_run(plan)
    target.until(3)
    running.signal(signal.SIGINT)
    assert running.end().code == 105
    assert store.record("last").aborted == "stopped by SIGINT"


def test_quick_is_kept_too(loadr, target, store):
    assert loadr("quick", f"{target.url}/json", "-n", "20", "-q").code == 0
    assert store.record("last").requests == 20


@pytest.fixture
def kept(store):
    """Three runs, the oldest first."""
    for run_id in ("20260101-120000-aaa111", "20260101-120500-aab222", "20260102-080000-ccc333"):
        result = summary().model_copy(update={"run_id": run_id})
        record = record_of(result, exit_code=0, revision=None, machine=machine())
        store.add(record, result, RunRecorder().file())
    return store.ids()


def test_runs_are_listed(loadr, kept):
    done = loadr("runs", "list")
    assert done.code == 0, done
    header, *rows = done.stdout.splitlines()
    assert header.split() == ["ID", "NAME", "LASTED", "REQUESTS", "RATE", "P95", "OUTCOME", "REVISION"]
    assert [row.split()[0] for row in rows] == kept
    assert all("passed" in row for row in rows)
    documents = json.loads(loadr("runs", "list", "--format", "json").stdout)
    assert [document["run_id"] for document in documents] == kept


def test_a_run_is_shown(loadr, kept):
    shown = loadr("runs", "show", kept[0]).stdout
    assert shown.startswith(f"run       {kept[0]}\n")
    assert "seed" in shown
    assert json.loads(loadr("runs", "show", "last", "--format", "json").stdout)["run_id"] == kept[-1]


def test_a_run_is_opened_in_a_browser(loadr, kept, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > opened\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    done = loadr("runs", "open", env={"BROWSER": str(browser)})
    assert done.code == 0, done
    path = done.stdout.strip()
    assert path.endswith(f"{kept[-1]}.html")
    assert (tmp_path / "opened").read_text().strip() == f"file://{path}"
    assert "<!doctype html>" in (tmp_path / ".loadr" / "runs" / f"{kept[-1]}.html").read_text()


def test_a_kept_run_is_reported_again(loadr, kept):
    assert loadr("report", "last", "--format", "md").stdout.startswith("## ")


def test_runs_are_removed(loadr, kept, store):
    done = loadr("runs", "rm", kept[0])
    assert (done.code, done.stdout) == (0, f"removed {kept[0]}\n")
    assert loadr("runs", "rm", "--older-than", "5200w").stdout == ""
    assert loadr("runs", "rm", "--keep", "1").stdout == f"removed {kept[1]}\n"
    assert store.ids() == [kept[2]]
    assert loadr("runs", "rm", "--older-than", "1ms").stdout == f"removed {kept[2]}\n"
    listed = loadr("runs", "list")
    assert (listed.code, listed.stdout) == (0, "")
    assert "no runs are kept in .loadr/runs" in listed.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("show", "2000"), "none of the runs kept here (3) is '2000'", id="unknown"),
        pytest.param(("open", "2"), "'2' may be 3 runs", id="several"),
        pytest.param(("list", "--store", "off"), "the run store is off", id="off"),
    ],
)
def test_mistakes_are_told(loadr, kept, words, told):
    done = loadr("runs", *words)
    assert done.code == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_removing_nothing_is_a_mistake(loadr):
    done = loadr("runs", "rm")
    assert done.code == 2
    assert "name runs, or use --older-than or --keep" in done.stderr
