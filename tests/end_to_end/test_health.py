"""The verdict on the generator, and what `--strict` makes of it."""

import resource

import pytest

pytestmark = pytest.mark.process


def test_strict_wants_samples_for_every_threshold(plans, run, step):
    plan = plans.one(step("/json"), rest={"thresholds": {"ws_sessions": "count>0", "http_reqs": "count==1"}})
    done, result = run(plan)
    assert done.code == 0, done
    done, result = run(plan, "--strict")
    assert done.code == 98, done
    assert "error: --strict: threshold ws_sessions: count>0 has no samples" in done.stderr
    assert result.summary.thresholds_passed


def test_99_wins_over_98(plans, run, step):
    plan = plans.one(step("/json"), rest={"thresholds": {"ws_sessions": "count>0", "http_reqs": "count>1"}})
    done, _ = run(plan, "--strict")
    assert done.code == 99, done


def test_a_machine_without_descriptors_is_suspect(plans, run, target, step):
    """Forty users need forty connections, and the process may have few more descriptors than that."""

    def few_descriptors():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

    plan = plans.one(step("/delay/300"), executor="constant-vus", vus=40, duration="2s")
    done, result = run(plan, "--strict", preexec_fn=few_descriptors)
    assert done.code == 98, done
    health = result.summary.health
    assert health.verdict == "suspect"
    reason = next(reason for reason in health.reasons if "descriptor" in reason)
    assert reason.startswith("this process has no free file descriptor (ulimit -n): ")
    assert "error: --strict: the generator is suspect" in done.stderr
    assert "generator  suspect" in done.stdout
    transport = [failure.cause for failure in result.summary.failures.transport]
    assert any("no free file descriptor" in cause for cause in transport)


def test_more_users_than_descriptors_by_default_are_no_problem(plans, run, step):
    """The soft limit is the user's habit, the hard limit is what the user may have."""

    def few_by_default():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    plan = plans.one(step("/delay/300"), executor="per-vu-iterations", vus=60, iterations=1)
    done, result = run(plan, preexec_fn=few_by_default)
    assert done.code == 0, done
    assert result.metric("http_req_failed").agg.rate == 0


def test_a_target_that_is_too_slow_is_no_fault_of_the_generator(plans, run, step):
    scenario = {"executor": "constant-arrival-rate", "rate": 50, "duration": "2s", "pre_allocated_vus": 2}
    plan = plans.document({"scenarios": {"api": {**scenario, "flow": [step("/delay/500")]}}})
    done, result = run(plan, "--workers", 2)
    assert done.code == 0, done
    dropped = result.summary.scenarios[0].dropped
    assert dropped > 50
    (remark,) = [remark for remark in result.summary.health.remarks if "dropped" in remark]
    assert f"{dropped} of 100, because all 2 VUs were busy" in remark
    assert remark in " ".join(done.stdout.split())


def test_the_end_of_a_run_is_not_taken_for_its_load(plans, run, step):
    """What a worker does in its last moments is all work: of a run that slept they would say 100 %."""
    think = {"think_time": {"type": "constant", "duration": "300ms"}}
    rest = {"teardown": [step("/json")]}
    plan = plans.one(think, executor="constant-vus", vus=1, duration="1200ms", rest=rest)
    done, result = run(plan)
    assert done.code == 0, done
    assert result.metric("loadr_cpu").agg.last < 0.5
