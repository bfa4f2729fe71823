"""The templated request: the same for all peers."""

import pytest
from benchmarks.harness import own_cost
from benchmarks.peers import Load, choose
from benchmarks.peers.base import filled
from benchmarks.peers.templates import LOCUSTFILE, PLAN, SCRIPT, TEMPLATED

from loadr_config import load_plan

LOAD = Load(url="http://127.0.0.1:8099/data", vus=7, seconds=3)


def test_the_plan_is_one():
    loaded = load_plan("templates.yaml", text=filled(PLAN, LOAD))
    assert loaded.diagnostics == ()
    scenario = loaded.plan.scenarios["templates"]
    assert (scenario.vus, scenario.duration) == (7, 3.0)
    (step,) = scenario.flow
    assert (len(step.request.checks), len(step.request.extract)) == (3, 1)


def test_its_checks_hold_for_the_body():
    assert own_cost.iteration_us(filled(PLAN, LOAD), rounds=1, iterations=5) > 0


def test_the_locust_file_is_python():
    compile(filled(LOCUSTFILE, LOAD), "locustfile.py", "exec")


@pytest.mark.parametrize("text", [PLAN, SCRIPT, LOCUSTFILE], ids=["loadr", "k6", "locust"])
def test_all_send_and_check_the_same(text):
    text = filled(text, LOAD)
    assert "@" not in text.replace("@task", "")
    for part in ("/items?user=", "page=", "X-User", "user-", "200", "loadr", "name", "id"):
        assert part in text, part


@pytest.mark.parametrize("name", sorted(TEMPLATED))
def test_a_peer_writes_its_file(name, tmp_path, monkeypatch):
    monkeypatch.setattr(f"benchmarks.peers.{name}.path_of", lambda program: f"/bin/{program}")
    (peer,) = choose(name, TEMPLATED)
    command = peer.command(LOAD, tmp_path)
    (written,) = tmp_path.iterdir()
    assert command[0] == f"/bin/{name}"
    assert written.name in command
