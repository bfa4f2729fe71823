"""Several worker processes do exactly what one does; those that die are missed by nobody but the report."""

import os
import re
import signal

import pytest

pytestmark = pytest.mark.process


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_sums_are_exact(workers, plans, run, target, step):
    plan = plans.one(
        step("/json?vu=${vu}", name="vu ${vu}", checks=[{"type": "status", "equals": 200}]),
        executor="shared-iterations",
        vus=8,
        iterations=1000,
        rest={"thresholds": {"http_reqs": "count==1000", "checks": "rate==1", "vus_max": "value==8"}},
    )
    done, result = run(plan, "--workers", workers)
    assert done.code == 0, done
    assert target.count() == 1000 == result.total("http_reqs") == result.iterations
    assert [(check.passes, check.fails) for check in result.summary.checks] == [(1000, 0)]
    named = {m.tags["name"]: m.agg.sum for m in result.summary.metrics if m.metric == "http_reqs" and m.tags}
    assert set(named) <= {f"vu {number}" for number in range(1, 9)}
    assert sum(named.values()) == 1000
    assert f"{workers} worker" in done.stderr


def test_ids_of_vus_are_unique_whatever_the_number_of_workers(plans, run, step):
    numbers = range(1, 8)
    plan = plans.one(step("/json", name="vu ${vu}"), executor="per-vu-iterations", vus=7, iterations=3)
    for workers in (1, 2, 4):
        done, result = run(plan, "--workers", workers)
        assert done.code == 0, done
        assert [result.total("http_reqs", name=f"vu {number}") for number in numbers] == [3] * 7


def test_each_worker_is_also_seen_alone(plans, run, step):
    limits = {f"http_reqs{{instance:{number}}}": "count==10" for number in (1, 2)}
    plan = plans.one(step("/json"), vus=4, iterations=5, rest={"thresholds": limits})
    done, _ = run(plan, "--workers", 2)
    assert done.code == 0, done


def test_auto_takes_one_worker_for_what_one_core_can_serve(plans, run, step):
    done, _ = run(plans.one(step("/json"), iterations=3))
    assert done.code == 0, done
    assert "1 worker: the plan sends at most 3 requests, which one core serves" in done.stderr
    done, _ = run(plans.one(step("/json"), iterations=3), "--workers", "auto", "-q")
    assert done.stderr == ""


def test_the_headline_tells_the_seed_that_was_drawn(plans, run, step):
    done, result = run(plans.one(step("/json")))
    assert re.search(
        rf"^run {result.summary.run_id}, seed {result.summary.seed}, 1 worker: ", done.stderr, re.MULTILINE
    )


def test_an_abort_in_one_worker_stops_all(plans, run, step):
    only_one = {"type": "body_contains", "value": "nowhere", "on_failure": "abort_test"}
    plan = plans.one(step("/json", **{"assert": [only_one]}), executor="constant-vus", vus=2, duration="10m")
    done, result = run(plan, "--workers", 2)
    assert done.code == 108, done
    assert result.summary.duration_secs < 60
    assert result.summary.scenarios[0].interrupted == 0


def test_a_threshold_is_judged_over_all_workers(plans, run, target, step):
    limit = {"threshold": "count<40", "abort_on_fail": True}
    plan = plans.one(
        step("/delay/50"),
        executor="constant-vus",
        vus=4,
        duration="10m",
        rest={"thresholds": {"http_reqs": [limit]}},
    )
    done, result = run(plan, "--workers", 2)
    assert done.code == 99, done
    assert result.total("http_reqs") == target.count() == result.iterations


def pids(running, count):
    found = [re.search(r"worker (\d+) is ready: pid (\d+)", running.line("is ready")) for _ in range(count)]
    return {int(match[1]): int(match[2]) for match in found}


def test_the_others_go_on_when_a_worker_is_killed(plans, start_run, result, target, step):
    plan = plans.one(step("/delay/20"), executor="constant-vus", vus=4, duration="4s")
    running = start_run(plan, "--workers", 2)
    workers = pids(running, 2)
    delivered = int(re.search(r"(\d+) requests", running.line("requests,"))[1])
    os.kill(workers[2], signal.SIGKILL)
    done = running.end()
    assert done.code == 1, done
    assert "Traceback" not in done.stderr
    assert "error: worker 2 was lost (exit code -9)" in done.stderr
    summary = result().summary
    assert summary.aborted is None
    assert summary.duration_secs >= 4
    assert summary.health.reasons[0] == "worker 2 was lost (exit code -9)"
    assert result().total("http_reqs") > delivered > 0
    assert result().total("http_reqs") <= target.count()
    iterations, requests = summary.books
    assert requests.missing == 0, "what it has reported is there"
    assert requests.made == result().total("http_reqs")
    assert iterations.missing in (0, 1, 2), "what its two users were at when it last reported"
    told = [note for note in summary.notes if note.endswith("nothing more is known")]
    assert len(told) == bool(iterations.missing)
    lost = [f"iterations began, {iterations.parts['completed']:,} completed"] * bool(iterations.missing)
    assert all(text in " ".join(done.stdout.split()) for text in lost), "and printed"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_stops_all_workers_gracefully(number, plans, start_run, result, target, step):
    plan = plans.one(step("/delay/50"), executor="constant-vus", vus=4, duration="1h")
    running = start_run(plan, "--workers", 2)
    target.until(8)
    running.signal(number)
    done = running.end()
    assert done.code == 105, done
    assert result().total("http_reqs") == result().iterations == target.count()
    assert result().summary.scenarios[0].interrupted == 0


def test_the_second_signal_ends_all_workers_at_once(plans, start_run, result, target, step):
    plan = plans.one(
        step("/"),
        step("/fault/stall", timeout="10m"),
        executor="constant-vus",
        vus=2,
        duration="1h",
        graceful_stop="10m",
    )
    running = start_run(plan, "--workers", 2)
    workers = pids(running, 2)
    target.until(4)
    running.signal(signal.SIGINT)
    running.line("interrupt again to end at once")
    running.signal(signal.SIGINT)
    assert running.end().code == 130
    for pid in workers.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


# ---------------------------------------------------------------- setup and teardown


def test_setup_and_teardown_run_once_in_the_whole_fleet(plans, run, target, step):
    plan = plans.one(
        step("/json"),
        vus=4,
        iterations=5,
        rest={
            "setup": [step("/json", name="prepare")],
            "teardown": [step("/json", name="clean up")],
            "thresholds": {"http_reqs{group:::setup}": "count==1", "http_reqs{group:::teardown}": "count==1"},
        },
    )
    done, result = run(plan, "--workers", 3)
    assert done.code == 0, done
    assert target.count() == result.total("http_reqs") == 22
    assert result.iterations == 20


def test_what_setup_has_set_reaches_every_vu_of_every_worker_and_teardown(plans, run, target, step):
    login = step(
        "/login",
        method="POST",
        body={"json": {"user": "ada", "password": "x"}},
        extract=[{"type": "jsonpath", "name": "token", "expression": "$.token"}],
    )
    bearer = {"headers": {"Authorization": "Bearer ${token}"}}
    known = {"type": "jsonpath", "expression": "$.user", "equals": "ada"}
    plan = plans.one(
        step("/me", checks=[known], **bearer),
        vus=6,
        iterations=2,
        rest={"setup": [login], "teardown": [step("/logout", method="POST", **bearer)]},
    )
    done, result = run(plan, "--workers", 3)
    assert done.code == 0, done
    assert [(check.passes, check.fails) for check in result.summary.checks] == [(12, 0)]
    assert result.metric("http_req_failed").agg.rate == 0
    assert target.count() == 14


def test_107_when_setup_fails(plans, run, target, step):
    plan = plans.one(step("/json"), rest={"setup": [step("/status/503", name="prepare")]})
    done, result = run(plan, "--workers", 2)
    assert done.code == 107, done
    assert target.count() == 1
    assert result.summary.aborted == "setup failed: request 'prepare' failed: status 503"
    assert "stopped early: setup failed" in done.stdout


def test_wrong_numbers_of_workers(loadr, plans, step):
    for wrong in ("0", "-1", "two", "257"):
        done = loadr("run", plans.one(step("/")), "--workers", wrong)
        assert done.code == 2
        assert f"{wrong!r} is neither a number of 1 to 256 nor auto" in done.stderr
