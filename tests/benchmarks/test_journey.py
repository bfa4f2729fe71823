"""The journey: the same for all peers, and loadr's own part of it."""

import pytest
from benchmarks.harness import own_cost
from benchmarks.harness.errors import BenchmarkError
from benchmarks.peers import Load, choose
from benchmarks.peers.base import filled
from benchmarks.peers.journeys import JOURNEYS, LOCUSTFILE, PLAN, REQUESTS, SCRIPT

from loadr_config import load_plan

LOAD = Load(url="http://127.0.0.1:8099/data", vus=7, seconds=3)


def test_the_plan_is_one():
    loaded = load_plan("journey.yaml", text=filled(PLAN, LOAD))
    assert loaded.diagnostics == ()
    scenario = loaded.plan.scenarios["journey"]
    assert (scenario.vus, scenario.duration, len(scenario.flow)) == (7, 3.0, REQUESTS)
    assert loaded.plan.defaults.http.base_url == "http://127.0.0.1:8099"


def test_the_locust_file_is_python():
    compile(filled(LOCUSTFILE, LOAD), "locustfile.py", "exec")


@pytest.mark.parametrize("text", [PLAN, SCRIPT, LOCUSTFILE], ids=["loadr", "k6", "locust"])
def test_all_send_the_same_requests(text):
    text = filled(text, LOAD)
    assert "@" not in text.replace("@task", "")
    for part in ("/login", "/items?page=", "/items/", "reviews", "buy", "Bearer", "token", "0.7|70"):
        assert any(one in text for one in part.split("|")), part


@pytest.mark.parametrize("name", sorted(JOURNEYS))
def test_a_peer_writes_its_file(name, tmp_path, monkeypatch):
    monkeypatch.setattr(f"benchmarks.peers.{name}.path_of", lambda program: f"/bin/{program}")
    (peer,) = choose(name, JOURNEYS)
    command = peer.command(LOAD, tmp_path)
    (written,) = tmp_path.iterdir()
    assert command[0] == f"/bin/{name}"
    assert written.name in command


def test_what_a_journey_has_not_is_refused():
    with pytest.raises(BenchmarkError, match="neither think times nor TLS"):
        filled(PLAN, Load(url="http://x/", vus=1, seconds=1, think_secs=1.0))
    with pytest.raises(BenchmarkError, match="unknown peers: wrk; known: loadr, k6, locust"):
        choose("wrk", JOURNEYS)


def test_loadrs_own_part_is_measured():
    assert own_cost.iteration_us(filled(PLAN, LOAD), rounds=1, iterations=20) > 0


def test_a_journey_that_fails_is_not_measured():
    broken = filled(PLAN, LOAD).replace("$.token", "$.tokens")
    with pytest.raises(AssertionError, match="extract"):
        own_cost.iteration_us(broken, rounds=1, iterations=1)
