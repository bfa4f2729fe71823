"""Honest numbers of an overloaded target, through real processes: nothing is lost from the books."""

import pytest

pytestmark = pytest.mark.process


@pytest.mark.parametrize("workers", [1, 2])
def test_the_books_of_a_black_hole_balance(workers, plans, run, step):
    """Six users, 40 starts a second, and a target that never answers: each request ends at its timeout."""
    rate, seconds, timeout = 40, 2, 300
    plan = plans.one(
        step("/fault/stall", timeout=f"{timeout}ms"),
        executor="constant-arrival-rate",
        rate=rate,
        duration=f"{seconds}s",
        pre_allocated_vus=6,
        graceful_stop="100ms",
    )
    done, result = run(plan, "--workers", workers)
    assert done.code == 0, done
    (scenario,) = result.summary.scenarios
    assert scenario.iterations + scenario.interrupted + scenario.dropped == rate * seconds
    assert scenario.dropped
    assert scenario.interrupted
    failed = result.metric("http_req_failed").agg
    assert failed.rate == 1
    assert failed.count == result.total("http_reqs") == scenario.iterations
    assert sum(failure.count for failure in result.summary.failures.transport) == scenario.iterations
    assert {failure.cause.partition(":")[0] for failure in result.summary.failures.transport} == {"timeout"}
    # A timeout counts at its full length.
    assert result.metric("http_req_duration").agg.min >= timeout * 0.99
