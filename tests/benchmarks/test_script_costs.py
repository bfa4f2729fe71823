"""What a VU with a script costs, and whether its memory stays flat."""

import pytest
from benchmarks import script_soak, script_vus
from benchmarks.harness.errors import BenchmarkError
from benchmarks.script_soak import Sample
from benchmarks.starts import script_run


@pytest.mark.process
def test_a_process_of_its_own_measures():
    sample = script_vus.measured(3, 10)
    assert (sample.vus, sample.rows) == (3, 10)
    assert sample.cpu_secs > 0
    assert sample.resident >= sample.empty > 1e6


@pytest.mark.process
def test_a_process_that_fails_is_told():
    with pytest.raises(BenchmarkError, match="the measuring process failed"):
        script_vus.measured(1, 1 << 40)


@pytest.mark.parametrize("rows", [0, 5])
def test_the_script_has_its_lines(rows):
    text = script_run.script(rows)
    assert script_run.LINES <= text.count("\n") <= script_run.LINES + 12
    assert ("SharedArray(" in text) is (rows > 0)


async def test_hard_iterations_leave_nothing_under_way():
    """Two of the script's cases wait for a minute unless they are cancelled."""
    samples = await script_soak.soak(0.5, 4, samples=2)
    assert samples[-1].iterations > 0
    assert samples[-1].heaps > 0
    assert len(samples) == 2


@pytest.mark.parametrize(
    ("sizes", "grown"),
    [([1, 100, 100, 100, 100], 0.0), ([1, 100, 90, 90, 150], 0.5), ([1, 100, 90, 90, 80], -0.2), ([7], 0.0)],
)
def test_growth_leaves_the_start_out(sizes, grown):
    samples = [Sample(0.0, 0, 0, size, 0, 0) for size in sizes]
    assert script_soak.growth(samples) == pytest.approx(grown)
