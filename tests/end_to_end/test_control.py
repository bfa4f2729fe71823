"""`loadr ctl`, typed while a run goes on."""

import json
import os
import re
import signal
import stat

import pytest

pytestmark = pytest.mark.process


def endless(plans, *flow, **more):
    return plans.one(*flow, executor="constant-vus", vus=4, duration="1h", **more)


def started(running):
    """The name of a run, as its first line tells it."""
    return re.search(r"^run (\S+), seed \d+", running.line("seed "))[1]


@pytest.fixture
def ctl(loadr):
    def steering(*words, code=0, **options):
        done = loadr("ctl", *words, **options)
        assert done.code == code, done
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    return steering


def statuses(ctl, *words):
    return json.loads(ctl("status", "--format", "json", *words))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_is_paused_resumed_and_stopped(workers, plans, start_run, result, ctl, target, step):
    running = start_run(endless(plans, step("/delay/20")), "--workers", workers)
    name = started(running)
    target.until(8)
    assert "paused" in ctl("pause")
    paused = statuses(ctl)[0]
    assert (paused["run_id"], paused["phase"], len(paused["workers"])) == (name, "paused", workers)
    assert "running" in ctl("resume").splitlines()[0]
    target.until(16)
    assert "stopped by control" in ctl("stop", "--run", name[-6:])
    done = running.end()
    assert done.code == 105, done
    assert result().summary.aborted == "stopped by control"
    assert [note.partition(": ")[2] for note in result().summary.notes] == [
        "paused by control",
        "resumed by control",
    ]
    assert result().total("http_reqs") == result().iterations == target.count()
    assert ctl("status") == "no run is under way\n"


def test_a_run_that_starts_paused_sends_nothing_before_it_is_resumed(plans, start_run, ctl, target, step):
    plan = plans.one(step("/json"), vus=2, rest={"setup": [step("/json")]})
    running = start_run(plan, "--paused")
    name = started(running)
    assert f"`loadr ctl resume --run {name}` begins it" in running.line("paused: ")
    running.line("starts with seed")
    assert target.count() == 0
    ctl("resume")
    assert running.end().code == 0
    assert target.count() == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_vus_are_scaled_by_hand(workers, plans, start_run, result, ctl, target, step):
    flow = [step("/delay/20", name="vu ${vu}")]
    plan = plans.document(
        {"scenarios": {"hand": {"executor": "externally-controlled", "max_vus": 6, "flow": flow}}}
    )
    running = start_run(plan, "--workers", workers)
    name = started(running)
    told = running.line("scenario hand starts without VUs")
    assert f"`loadr ctl scale --run {name} --scenario hand --vus N` gives it up to 6" in told
    ctl("scale", "--scenario", "hand", "--vus", "5")
    target.until(20)
    refused = ctl("scale", "--vus", "7", code=1)
    assert refused == "error: scenario 'hand' cannot have 7 VUs: its max_vus is 6\n"
    ctl("stop")
    done = running.end()
    assert done.code == 105, done
    seen = {m.tags["name"] for m in result().summary.metrics if m.metric == "http_reqs" and "name" in m.tags}
    assert seen == {f"vu {number}" for number in range(1, 6)}
    assert result().summary.scenarios[0].max_vus == 5


def test_kill_does_not_wait_for_running_iterations(plans, start_run, result, ctl, target, step):
    plan = endless(plans, step("/"), step("/fault/stall", timeout="10m"), graceful_stop="10m")
    running = start_run(plan, "--workers", 2)
    target.until(8)
    ctl("kill")
    running.end()
    assert result().summary.aborted == "killed by control"
    assert result().summary.scenarios[0].interrupted == 4


def test_one_scenario_is_stopped(plans, start_run, result, ctl, target, step):
    scenario = {"executor": "constant-vus", "vus": 1, "duration": "1h"}
    each = {"executor": "per-vu-iterations", "vus": 1, "iterations": 40}
    plan = plans.document(
        {
            "scenarios": {
                "a": {**scenario, "flow": [step("/delay/20", name="a")]},
                "b": {**each, "flow": [step("/delay/50", name="b")]},
            }
        }
    )
    running = start_run(plan)
    target.until(3)
    assert "there is no scenario 'c'; there are a, b" in ctl("stop", "--scenario", "c", code=1)
    ctl("stop", "--scenario", "a")
    done = running.end()
    assert done.code == 105, done
    assert result().summary.aborted is None
    assert result().total("http_reqs", name="b") == 40
    assert "scenario a was stopped: stopped by control" in done.stdout


def test_several_runs_are_told_apart(plans, loadr, start_run, ctl, target, step):
    first = start_run(endless(plans, step("/delay/20")), "--summary-export", "first.json")
    first_name = started(first)
    second = start_run(endless(plans, step("/delay/20")), "--summary-export", "second.json")
    second_name = started(second)
    target.until(8)
    assert {status["run_id"] for status in statuses(ctl)} == {first_name, second_name}
    assert len(ctl("status").splitlines()) == 2
    refused = ctl("stop", code=1)
    assert "there are 2 runs under way" in refused
    assert first_name in refused
    assert "choose one with --run ID" in refused
    assert "there is no run whose name has 'nope' in it" in ctl("stop", "--run", "nope", code=1)
    ctl("stop", "--run", second_name)
    assert second.end().code == 105
    assert [status["run_id"] for status in statuses(ctl)] == [first_name]
    ctl("stop")
    assert first.end().code == 105


def test_a_run_that_was_killed_leaves_nothing_that_is_listed(plans, loadr, start_run, ctl, target, step):
    running = start_run(endless(plans, step("/delay/20")))
    name = started(running)
    target.until(4)
    (folder,) = loadr.runtime.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [f"{name}.sock"]
    running.signal(signal.SIGKILL)
    running.end()
    assert len(list(folder.iterdir())) == 1
    assert ctl("status") == "no run is under way\n"
    assert list(folder.iterdir()) == []
    assert "there is no run under way" in ctl("stop", code=1)


def test_a_run_is_reached_over_tcp_with_its_token(plans, start_run, ctl, target, step):
    token = {"LOADR_CONTROL_TOKEN": "a token of ours"}
    running = start_run(endless(plans, step("/delay/20")), "--control", "127.0.0.1:0", env=token)
    address = re.search(r"listens on (\S+), ", running.line("control: "))[1]
    target.until(4)
    assert "running" in ctl("status", "--address", address, env=token)
    wrong = {"LOADR_CONTROL_TOKEN": "guessed"}
    assert ctl("kill", "--address", address, env=wrong, code=1) == "error: wrong token\n"
    assert "LOADR_CONTROL_TOKEN is not set" in ctl("kill", "--address", address, code=1)
    assert "running" in ctl("status")  # the user's own folder has the token
    ctl("stop", "--address", address, env=token)
    done = running.end()
    assert done.code == 105, done
    assert "a token of ours" not in done.stderr + done.stdout
    assert f"no run listens at {address}" in ctl("stop", "--address", address, env=token, code=1)


def test_a_port_that_cannot_be_had_ends_the_run_before_it_begins(plans, loadr, target, step):
    done = loadr("run", plans.one(step("/")), "--control", "192.0.2.1:0")
    assert done.code == 1, done
    assert done.stderr.startswith("error: cannot listen on 192.0.2.1:0: ")
    assert target.count() == 0


def test_where_there_is_no_place_for_a_socket_the_run_goes_on(plans, loadr, target, step):
    folder = loadr.runtime / "loadr"
    folder.mkdir(mode=0o755)
    os.chmod(folder, 0o755)  # noqa: PTH101 - whatever the umask is
    done = loadr("run", plans.one(step("/")))
    assert done.code == 0, done
    assert f"error: this run cannot be controlled: {folder} is open to other users" in done.stderr


WRONG = {
    "neither number": (("scale",), "give either --vus or --rate"),
    "both numbers": (("scale", "--vus", "1", "--rate", "1"), "give either --vus or --rate"),
    "a negative number": (("scale", "--vus", "-1"), "-1"),
    "no address": (("status", "--address", "here"), "'here' is not HOST:PORT"),
    "no command": (("reboot",), "No such command 'reboot'"),
}


@pytest.mark.parametrize(("words", "problem"), WRONG.values(), ids=WRONG)
def test_wrong_usage(words, problem, ctl):
    assert problem in ctl(*words, code=2)
