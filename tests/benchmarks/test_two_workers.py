"""The benchmark `two-workers`: its plan runs over the null transport, its figures are those of the summary."""

import os

import pytest
from benchmarks import run, two_workers
from benchmarks.harness import null_transport
from benchmarks.harness.errors import BenchmarkError
from benchmarks.two_workers import Round


def row(workers, rps, *busiest, cpu_us=10.0):
    return Round(workers, rps, busiest or (0.99,) * workers, cpu_us)


def test_it_is_offered():
    assert "two-workers" in run.names()


@pytest.mark.process
@pytest.mark.parametrize("workers", [1, 2])
def test_a_round_is_a_real_run_over_the_null_transport(workers, tmp_path):
    environment = {**os.environ, **null_transport.install(tmp_path)}
    plan = tmp_path / "plan.yaml"
    plan.write_text(two_workers.PLAN.format(vus=4, seconds=1))
    measured = two_workers.measure(plan, workers, sorted(os.sched_getaffinity(0)), environment)
    assert measured.rps > 100
    assert len(measured.busiest) == workers


def test_a_run_that_fails_is_told(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("scenarios: {}")
    with pytest.raises(BenchmarkError, match="loadr ended with 1: error"):
        two_workers.measure(plan, 1, sorted(os.sched_getaffinity(0)), dict(os.environ))


def test_the_ratio_is_that_of_the_medians():
    rows = [row(1, 100), row(2, 170), row(2, 190), row(1, 100), row(1, 10), row(2, 180)]
    assert two_workers.scaling(rows) == 1.8


def test_the_ratio_by_cpu_is_that_of_costs():
    assert two_workers.scaling_by_cpu([row(1, 1, cpu_us=9.0), row(2, 1, cpu_us=10.0)]) == 1.8


def test_the_number_of_workers_has_to_be_right():
    with pytest.raises(BenchmarkError, match="there were 1 workers instead of 2"):
        two_workers.read({"metrics": [], "workers": [{}]}, 2, 1.0)


@pytest.mark.parametrize(("ratio", "gate", "code"), [(1.9, True, 0), (1.6, True, 1), (1.6, False, 0)])
def test_the_gate(ratio, gate, code, capsys):
    assert two_workers.judge(ratio, 1.0, [row(1, 1), row(2, 1)], gate=gate) == code
    said = capsys.readouterr().out
    assert f": two workers do {ratio:.2f} times as much as one" in said
    assert "DOUBTFUL" not in said


def test_on_a_busy_machine_the_gate_goes_by_cpu(capsys):
    assert two_workers.judge(1.2, 1.9, [row(1, 1), row(2, 1, 0.5, 0.99)], gate=True) == 0
    said = capsys.readouterr().out
    assert "limit holds: by CPU two workers do 1.90 times as much as one" in said
    assert "DOUBTFUL: in 1 of 2 runs" in said
