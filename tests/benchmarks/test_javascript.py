"""The scripts that loadr and k6 run are the same, and loadr's own part of them is measured."""

import argparse

import pytest
from benchmarks import javascript
from benchmarks.harness import own_cost
from benchmarks.peers.base import Load
from benchmarks.peers.scripts import CASES, script_peers

LOAD = Load(url="http://127.0.0.1:8099/data", vus=7, seconds=3)


@pytest.mark.parametrize("name", CASES)
def test_both_get_the_same_script(name, tmp_path, monkeypatch):
    for module in ("scripts", "k6"):
        monkeypatch.setattr(f"benchmarks.peers.{module}.path_of", lambda program: f"/bin/{program}")
    written = []
    for peer in script_peers(CASES[name]).values():
        command = peer.command(LOAD, tmp_path)
        assert command[:3] == [f"/bin/{peer.name}", "run", command[2]]
        written.append((tmp_path / "script.js").read_text())
    assert written[0] == written[1]
    assert "@" not in written[0]
    assert "http://127.0.0.1:8099" in written[0]


@pytest.mark.parametrize("name", CASES)
def test_loadrs_own_part_is_measured_and_no_check_fails(name):
    assert own_cost.iteration_us(javascript.own_plan(name), rounds=1, iterations=5) > 0


def test_an_unknown_case_is_refused(capsys):
    parser = argparse.ArgumentParser()
    javascript.add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--case", "x"])
    assert "invalid choice: 'x' (choose from" in capsys.readouterr().err
