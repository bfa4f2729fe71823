"""The arithmetic of the benchmark `start-delay`, and the processes that it runs."""

import json
import os
import signal
import subprocess
import sys
from array import array
from pathlib import Path
from urllib.request import urlopen

import pytest
from benchmarks import idle_vus, run, start_delay

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_both_are_offered():
    assert {"start-delay", "idle-vus"} <= set(run.names())


def test_delays_are_counted_from_the_earliest_arrival_on_the_grid():
    stamps = [100.020, 100.011, 100.030, 100.0452]
    assert start_delay.delays_ms(stamps, 100) == pytest.approx([0.0, 0.0, 0.0, 5.2], abs=1.001)
    assert start_delay.delays_ms([7.0, 7.01, 7.02], 100) == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert start_delay.delays_ms([], 100) == []


def test_percentiles_of_sorted_values():
    assert start_delay.percentiles([float(number) for number in range(1000)]) == (500.0, 990.0, 999.0)
    assert start_delay.percentiles([]) == (0.0, 0.0, 0.0)


def sample(peer, rate, p99, cpu):
    return start_delay.Sample(peer, rate, 1, 0.1, p99, 1.0, cpu, 0)


@pytest.mark.parametrize(("p99", "cpu", "holds"), [(0.4, 0.5, True), (0.6, 0.5, False), (0.4, 0.7, False)])
def test_only_loadr_on_the_null_protocol_is_judged(p99, cpu, holds, capsys):
    samples = [sample("k6, HTTP", 1000, 9.0, 0.9), sample("loadr, null protocol", 1000, p99, cpu)]
    assert start_delay.judge(samples) is holds
    assert ("limit holds" in capsys.readouterr().out) is holds


def test_medians_of_rounds():
    rounds = [sample("k6, HTTP", 1000, p99, 0.1) for p99 in (3.0, 1.0, 2.0)]
    assert start_delay.summarize(rounds).p99_ms == 2.0


@pytest.mark.process
def test_a_run_on_the_null_protocol_starts_everything():
    command = [sys.executable, "-m", "benchmarks.starts.null_run", "200", "0.5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=ENVIRONMENT)
    found = json.loads(done.stdout)
    assert found["starts"] + found["dropped"] == 100
    assert 0 < found["p50_ms"] <= found["p99_ms"] <= found["max_ms"] * 1.001


@pytest.mark.process
def test_the_stamping_target_answers_and_writes_down_every_request(tmp_path):
    command = [sys.executable, "-m", "benchmarks.starts.stamping_target", str(tmp_path / "stamps")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT) as process:
        port = int(process.stdout.readline())
        for _ in range(3):
            with urlopen(f"http://127.0.0.1:{port}/") as response:
                assert response.read() == b"ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    stamps = array("d")
    stamps.frombytes((tmp_path / "stamps").read_bytes())
    assert len(stamps) == 3
    assert list(stamps) == sorted(stamps)


@pytest.mark.parametrize(
    ("vus", "started", "resident", "holds"),
    [(1000, 0.5, 9e8, True), (1000, 1.5, 1e6, False), (10_000, 9.0, 3e8, True), (10_000, 1.0, 5e8, False)],
)
def test_each_count_is_judged_for_its_own_limit(vus, started, resident, holds):
    assert idle_vus.judge([idle_vus.Sample(vus, 0.1, started, int(resident), 0)]) is holds
