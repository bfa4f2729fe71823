"""Ctrl-C, SIGTERM, and processes that die: what was measured is never lost."""

import os
import re
import signal
import subprocess

import pytest

pytestmark = pytest.mark.process


def endless(plans, *flow, **more):
    return plans.one(*flow, executor="constant-vus", vus=2, duration="1h", **more)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_first_signal_stops_gracefully(number, plans, start_run, result, target, step, tmp_path):
    running = start_run(endless(plans, step("/delay/100")), "--html", "report.html")
    target.until(4)
    running.signal(number)
    done = running.end()
    assert done.code == 105, done
    assert "Traceback" not in done.stderr
    summary = result().summary
    assert summary.aborted == f"stopped by {number.name}"
    assert summary.scenarios[0].interrupted == 0
    assert result().total("http_reqs") == result().iterations == target.count()
    assert f"stopped by {number.name}" in done.stdout
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!")


def test_99_wins_over_105(plans, start_run, target, step):
    running = start_run(
        endless(plans, step("/delay/50"), rest={"thresholds": {"http_reqs": "count<1"}}), "-q"
    )
    target.until(1)
    running.signal(signal.SIGINT)
    assert running.end().code == 99


def test_after_the_grace_time_iterations_are_interrupted(plans, start_run, result, target, step):
    plan = endless(plans, step("/"), step("/fault/stall", timeout="10m"), graceful_stop="200ms")
    running = start_run(plan)
    target.until(4)
    running.signal(signal.SIGINT)
    assert running.end().code == 1
    (scenario,) = result().summary.scenarios
    assert (scenario.iterations, scenario.interrupted) == (0, 2)


def test_the_second_signal_ends_at_once(plans, start_run, result, target, step):
    plan = endless(plans, step("/"), step("/fault/stall", timeout="10m"), graceful_stop="10m")
    running = start_run(plan)
    target.until(4)
    running.line("requests, 0 iterations")
    running.signal(signal.SIGINT)
    running.line("interrupt again to end at once")
    running.signal(signal.SIGINT)
    done = running.end()
    assert done.code == 130, done
    assert "Traceback" not in done.stderr
    assert result().summary.aborted == "interrupted twice"
    assert result().total("http_reqs", name="/") == 2


def test_an_interrupt_before_there_is_a_run(loadr):
    running = loadr.start("run", "-", "-v", stdin=subprocess.PIPE)
    running.line("reading the plan from <stdin>")
    running.signal(signal.SIGINT)
    done = running.end()
    assert done.code == 130, done
    assert "Traceback" not in done.stderr
    assert done.stderr.rstrip().endswith("interrupted")


def worker_pid(running):
    return int(re.search(r"pid (\d+)", running.line("worker 1 is ready"))[1])


def test_a_killed_worker_ends_the_run_and_keeps_what_it_had_delivered(plans, start_run, result, target, step):
    running = start_run(endless(plans, step("/delay/20")))
    worker = worker_pid(running)
    delivered = int(re.search(r"(\d+) requests", running.line("requests,"))[1])
    os.kill(worker, signal.SIGKILL)
    done = running.end()
    assert done.code == 1, done
    assert "Traceback" not in done.stderr
    assert "error: worker 1 was lost (exit code -9)" in done.stderr
    summary = result().summary
    assert summary.aborted == "worker 1 was lost (exit code -9)"
    assert summary.health.verdict == "suspect"
    assert result().total("http_reqs") >= delivered > 0


def test_a_worker_goes_away_with_its_coordinator(plans, start_run, target, step):
    running = start_run(endless(plans, step("/delay/20")))
    worker_pid(running)
    target.until(2)
    running.signal(signal.SIGKILL)
    # The worker has inherited standard error: its end is the end of both.
    assert running.end().code == -signal.SIGKILL
